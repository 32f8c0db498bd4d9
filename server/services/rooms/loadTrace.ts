import { listReadings } from '../../../db/queries/meterReadings';
import { hourlyMeans, type RoomAlarmRow } from '../../../db/queries/rooms';
import { usualBand } from '../../../domain/network/usualBand';
import type { ReadDeps } from '../deps';

/** Load of one meter over a short range, as a chart wants it. Powers in W, times in ms UTC. */
export interface LoadTrace {
  readonly fromMs: number;
  readonly toMs: number;
  /** Null breaks the line: a gap is never bridged. */
  readonly points: readonly (readonly [atMs: number, powerW: number | null])[];
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** 10th to 90th percentile of this hour and weekday in the last four weeks; null while there are too few. */
  readonly usual: { readonly low: number; readonly high: number } | null;
  readonly alarms: readonly {
    readonly from: number;
    readonly to: number | null;
    readonly priority: 1 | 2 | 3 | 4;
  }[];
}

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const READINGS_MAX = 5_000;
const GAP_FACTOR = 2.5;

/** Reads the trace of a meter in [fromMs, toMs], with the alarms that lie on it. Nothing from before `seenFromMs` goes into it. */
export async function loadTrace(
  deps: ReadDeps,
  meter: { readonly id: number; readonly intervalMs: number },
  range: { readonly fromMs: number; readonly toMs: number; readonly seenFromMs?: number },
  alarms: readonly Pick<RoomAlarmRow, 'raisedMs' | 'returnedMs' | 'endedMs' | 'priority'>[],
): Promise<LoadTrace> {
  const readings = await listReadings(deps.reader, meter.id, {
    fromMs: range.fromMs,
    toMs: range.toMs + 1,
    afterMs: null,
    limit: READINGS_MAX,
  });
  const measured = readings.flatMap(({ tsMs, powerW }) => (powerW === null ? [] : { tsMs, value: powerW }));
  const { points, gaps } = brokenLine(measured, meter.intervalMs);
  const hourStart = Math.floor(range.toMs / HOUR_MS) * HOUR_MS;
  const { fromMs, toMs, seenFromMs = 0 } = range;
  const sameHours = [1, 2, 3, 4]
    .map((weeks) => hourStart - weeks * WEEK_MS)
    .filter((hour) => hour >= seenFromMs);
  const usual = usualBand((await hourlyMeans(deps.reader, meter.id, sameHours)).map((h) => h.powerW));
  return {
    fromMs,
    toMs,
    points,
    gaps,
    usual: usual && { low: usual.low, high: usual.high },
    alarms: alarms
      .filter((alarm) => (alarm.returnedMs ?? alarm.endedMs ?? range.toMs) >= range.fromMs)
      .map((alarm) => ({
        from: Math.max(alarm.raisedMs, range.fromMs),
        to: alarm.returnedMs ?? alarm.endedMs,
        priority: alarm.priority,
      })),
  };
}

/** Measured values as a line that breaks where none came for long, and where that is. @param intervalMs between two readings */
export function brokenLine(
  measured: readonly { readonly tsMs: number; readonly value: number }[],
  intervalMs: number,
): Pick<LoadTrace, 'points' | 'gaps'> {
  const times = measured.map(({ tsMs }) => tsMs);
  const points: (readonly [number, number | null])[] = [];
  const gaps: { from: number; to: number }[] = [];
  measured.forEach(({ tsMs, value }, at) => {
    const before = times[at - 1];
    if (before !== undefined && isGap(times, at, intervalMs)) {
      gaps.push({ from: before, to: tsMs });
      points.push([before + 1, null]);
    }
    points.push([tsMs, value]);
  });
  return { points, gaps };
}

/** A step much longer than the meter's interval and than the steps around it; evenly coarse history is no gap. */
function isGap(times: readonly number[], at: number, intervalMs: number): boolean {
  const step = times[at]! - times[at - 1]!;
  const around: number[] = [];
  for (const k of [at - 2, at - 1, at + 1, at + 2]) {
    const from = times[k - 1];
    const to = times[k];
    if (from !== undefined && to !== undefined) around.push(to - from);
  }
  const usualStep = around.sort((a, b) => a - b)[around.length >> 1] ?? intervalMs;
  return step > GAP_FACTOR * Math.max(intervalMs, usualStep);
}
