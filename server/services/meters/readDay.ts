import {
  type CommsSums,
  countQuarters,
  heardSince,
  listGaps,
  sumComms,
} from '../../../db/queries/meterComms';
import type { Caller } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { type LoadTrace, loadTrace } from '../rooms/loadTrace';
import { openMeter } from './meterRights';

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
/** Steps that a trace may have and still be drawn at once. */
const TRACE_STEPS = 3_000;
/** A leap of more days' worth is a counter that was set. */
const LEAP_DAYS = 7;

/** How one quarter hour was reported. */
export interface CommsQuarter {
  readonly fromMs: number;
  readonly readings: number;
  /** By the meter's interval, for the part of it that has passed; 0: it was not fitted here or did not report yet. */
  readonly expected: number;
}

/** How a meter reported in the last 24 hours at its point; of one that was taken off, in its last. */
export interface MeterDay {
  readonly fromMs: number;
  readonly toMs: number;
  readonly quarters: readonly CommsQuarter[];
  /** Reports due since it could be heard, how many of them came, and what is to say of those. */
  readonly expected: number;
  readonly reported: number;
  readonly sums: CommsSums;
  /** Since it could be heard, oldest first. The last one reaches to `toMs` where the meter is silent now. */
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Power of an electricity meter; null for others, and where values are withheld. */
  readonly load: LoadTrace | null;
}

/** @throws DomainError `forbidden`, `notFound` */
export async function readMeterDay(deps: ReadDeps, caller: Caller, code: string): Promise<MeterDay> {
  const { meter, rights } = await openMeter(deps, caller, code);
  const intervalMs = meter.intervalS * 1_000;
  const toMs = Math.min(deps.engine.clock.now(), meter.removedMs ?? Number.POSITIVE_INFINITY);
  const startMs = Math.floor((toMs - DAY_MS) / QUARTER_MS) * QUARTER_MS;
  const fromMs = Math.max(startMs, Math.min(meter.fittedMs, toMs));
  const range = { fromMs, toMs };
  // Nothing was due from it before it began to report, nor what was loaded as its history.
  const dueMs = Math.min(toMs, Math.max(fromMs, (await heardSince(deps.reader, meter.id)) ?? fromMs));
  const counted = await countQuarters(deps.reader, meter.id, range);
  const sums = await sumComms(deps.reader, meter.id, {
    ...{ fromMs: dueMs, toMs, intervalMs },
    leapMax: Math.ceil((LEAP_DAYS * DAY_MS) / intervalMs),
  });
  const gaps = await listGaps(deps.reader, meter.id, { fromMs: dueMs, toMs, intervalMs });
  const traceFromMs = Math.max(fromMs, toMs - TRACE_STEPS * intervalMs);
  const load =
    rights.values && meter.utility === 'ELECTRICITY'
      ? await loadTrace(
          deps,
          { id: meter.id, intervalMs },
          { fromMs: traceFromMs, toMs, seenFromMs: meter.fittedMs },
          [],
        )
      : null;
  return {
    fromMs,
    toMs,
    quarters: quartersOf(startMs, { fromMs: dueMs, toMs }, intervalMs, counted),
    ...dueReports((toMs - dueMs) / intervalMs, sums.slots),
    sums,
    gaps,
    load: load && { ...load, gaps: [...load.gaps, ...gapsAtEnds(gaps, traceFromMs, toMs)] },
  };
}

/**
 * Reports due in a span of so many intervals, and how many came. Where its beat falls decides whether the last, begun interval is
 * among them.
 * @param slots intervals in which something was measured
 */
export function dueReports(intervals: number, slots: number): { expected: number; reported: number } {
  const expected = Math.min(Math.max(slots, Math.floor(intervals)), Math.ceil(intervals));
  return { expected, reported: Math.min(slots, expected) };
}

function quartersOf(
  startMs: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  intervalMs: number,
  counted: readonly { fromMs: number; readings: number }[],
): CommsQuarter[] {
  const readings = new Map(counted.map((one) => [one.fromMs, one.readings]));
  const quarters: CommsQuarter[] = [];
  for (let at = startMs; at < toMs; at += QUARTER_MS) {
    const lengthMs = Math.min(at + QUARTER_MS, toMs) - Math.max(at, fromMs);
    quarters.push({
      fromMs: at,
      readings: readings.get(at) ?? 0,
      expected: Math.max(0, Math.round(lengthMs / intervalMs)),
    });
  }
  return quarters;
}

/** A trace knows the gaps between two of its readings; these are the ones at its beginning and its end. */
function gapsAtEnds(gaps: MeterDay['gaps'], fromMs: number, toMs: number): LoadTrace['gaps'] {
  return gaps
    .filter((gap) => gap.toMs > fromMs && (gap.fromMs <= fromMs || gap.toMs === toMs))
    .map((gap) => ({ from: Math.max(gap.fromMs, fromMs), to: gap.toMs }));
}
