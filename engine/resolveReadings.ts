import type { Tx } from '../db/client';
import { knownReadings, type ReadingRow } from '../db/queries/ingest';
import { isNewerCount } from '../domain/detection/sequenceGaps';
import {
  type ClockState,
  DRIFT_ALARM_MS,
  effectiveTime,
  sequenceConsistent,
  watchClock,
} from '../domain/metering/quality';
import type { Channel } from '../domain/metering/reading';
import { MICRO, microFromText } from '../domain/units';
import type { IncomingReading } from './ingestTypes';
import type { IngestWork, ResolvedReading, WatchedMeter } from './ingestWork';
import { noteSequence } from './noteSequence';
import type { MeterEntry, PointEntry } from './registry';

/** Registers and instants must fit the database's 64 bits after ct·pt. */
const REGISTER_LIMIT = 9_000_000_000_000_000_000n;

/** Sorts out what names no meter of ours, or a meter that the sender does not carry, before anything is locked. */
export function splitByMeter(
  work: IngestWork,
  batch: readonly IncomingReading[],
): { meters: Set<MeterEntry>; incoming: { incoming: IncomingReading; meter: MeterEntry }[] } {
  const meters = new Set<MeterEntry>();
  const known: { incoming: IncomingReading; meter: MeterEntry }[] = [];
  for (const incoming of batch) {
    const campus = work.registry.campusByCode.get(incoming.site);
    const code = incoming.reading.meterCode;
    const meter = campus?.meterByCode.get(code);
    if (!campus) {
      work.refuse(incoming, null, 'UNKNOWN_SITE', `There is no site ${incoming.site}.`);
    } else if (!meter) {
      work.refuse(incoming, null, 'UNKNOWN_METER', `Site ${incoming.site} has no meter ${code}.`, {
        field: '/id',
      });
    } else if (incoming.gatewayCode !== null && meter.gatewayCode !== incoming.gatewayCode) {
      work.refuse(
        incoming,
        meter,
        'FOREIGN_METER',
        `Gateway ${incoming.gatewayCode} reported ${code}, which is assigned to ${meter.gatewayCode ?? 'no gateway'}.`,
        { field: '/id' },
      );
    } else if (meter.installs.length === 0) {
      work.refuse(incoming, meter, 'NOT_INSTALLED', `${code} is not fitted anywhere.`, { field: '/id' });
    } else {
      meters.add(meter);
      known.push({ incoming, meter });
    }
  }
  return { meters, incoming: known };
}

/**
 * Gives each reading its effective time, place and registers, drops repeats and quarantines contradictions. What is left
 * stands in `work.resolved`, ordered by time and then by point, so that tiers are shared in one order.
 */
export async function resolveReadings(
  tx: Tx,
  work: IngestWork,
  items: readonly { incoming: IncomingReading; meter: MeterEntry }[],
): Promise<void> {
  const resolved: ResolvedReading[] = [];
  for (const { incoming, meter } of items) {
    const one = resolveOne(work, work.meters.get(meter.meterId)!, incoming);
    if (one) resolved.push(one);
  }
  resolved.sort(
    (a, b) =>
      a.tsMs - b.tsMs ||
      (a.point.pointCode < b.point.pointCode ? -1 : a.point.pointCode > b.point.pointCode ? 1 : 0),
  );
  await dropRepeats(tx, work, resolved);
}

function resolveOne(
  work: IngestWork,
  watched: WatchedMeter,
  incoming: IncomingReading,
): ResolvedReading | null {
  const { meter, state } = watched;
  const { reading, rxMs } = incoming;
  const campus = work.registry.campuses.get(meter.campusId)!;
  const clock = state.drift as ClockState | null;
  const time = effectiveTime({
    tsMs: reading.tsMs,
    rxMs,
    forcedRx: clock?.forcedRx ?? false,
    sequenceConsistent: sequenceConsistent(
      pointOf(state.boot, state.seq, state.lastMs),
      pointOf(reading.boot, reading.seq, reading.tsMs),
    ),
    lateLimitDays: campus.lateLimitDays,
  });
  if (time.refused) {
    work.refuse(
      incoming,
      meter,
      time.refused,
      `Older than the late limit of ${campus.lateLimitDays} days: to be settled by hand in the open period.`,
      { field: '/ts' },
    );
    return null;
  }
  if (campus.lockedUntilMs !== null && time.tsMs <= campus.lockedUntilMs) {
    work.refuse(
      incoming,
      meter,
      'LOCKED_PERIOD',
      'Its month is locked: to be settled by hand in the open period.',
      { field: '/ts', tsMs: time.tsMs },
    );
    return null;
  }
  if (time.tsSource === 'RX' && isRepeatOfForced(watched, incoming)) {
    work.duplicates++;
    return null;
  }
  observe(work, watched, incoming, clock);
  const point = placeAt(work, meter, time.tsMs);
  if (!point) {
    work.refuse(incoming, meter, 'NOT_INSTALLED', 'The meter was fitted nowhere at that time.', {
      field: '/ts',
    });
    return null;
  }
  let billedMicro: bigint | null = null;
  const others: { channel: Channel; valueMicro: bigint }[] = [];
  for (const [channel, text] of Object.entries(reading.registers) as [Channel, string][]) {
    const micro = microFromText(text);
    const valueMicro = micro === null ? null : (micro * meter.ratioMicro) / MICRO;
    if (valueMicro === null || valueMicro > REGISTER_LIMIT || valueMicro < 0n) {
      // A value that no register can hold is held back like a spike: its text is the evidence.
      work.refuse(
        incoming,
        meter,
        'REGISTER_RANGE',
        `${channel} is ${text.slice(0, 60)}, which does not fit.`,
        {
          field: `/${channel.toLowerCase()}`,
        },
      );
      return null;
    }
    if (channel === meter.billingChannel) billedMicro = valueMicro;
    else others.push({ channel, valueMicro });
  }
  return {
    work: watched,
    point,
    incoming,
    tsMs: time.tsMs,
    tsSource: time.tsSource === 'RX' ? 1 : 0,
    quality: time.quality === 'CLOCK_FUTURE' ? 3 : 0,
    valueMicro: billedMicro,
    others,
  };
}

const pointOf = (boot: number | null, seq: number | null, tsMs: number | null) =>
  boot === null || seq === null || tsMs === null ? null : { boot, seq, tsMs };

/** A reading whose time is its arrival has no instant of its own to be told apart by: its counters serve. */
function isRepeatOfForced({ state }: WatchedMeter, { reading }: IncomingReading): boolean {
  const { boot, seq } = reading;
  return boot !== null && seq !== null && state.boot === boot && state.seq !== null && seq <= state.seq;
}

function observe(
  work: IngestWork,
  watched: WatchedMeter,
  incoming: IncomingReading,
  clock: ClockState | null,
): void {
  const { reading, rxMs } = incoming;
  const { state, meter } = watched;
  if (reading.tsMs !== null) {
    const seen = watchClock(clock, reading.tsMs, rxMs);
    state.drift = seen.state;
    if (seen.says)
      work.signals.push({
        rule: 'CLOCK_DRIFT',
        subject: {
          campusId: meter.campusId,
          type: 'METER',
          id: meter.meterId,
          spaceId: meter.point?.spaceId ?? null,
        },
        kind: seen.says,
        atMs: rxMs,
        evidence: { value: seen.driftMs, unit: 'ms', limit: DRIFT_ALARM_MS },
      });
  }
  noteOutage(work, watched, rxMs);
  if (work.live) noteSequence(work, watched, incoming);
  if (isNewerCount(reading, state)) {
    state.boot = reading.boot;
    state.seq = reading.seq;
  }
  state.lastRxMs = Math.max(state.lastRxMs ?? 0, rxMs);
}

/** Silence longer than this (and than three intervals) is an outage, after which nobody is cut for a while. */
const OUTAGE_MS = 600_000;

/** Remembers when a meter was last heard again after an outage; the disconnect policy gives grace from there. */
function noteOutage(work: IngestWork, { meter, state }: WatchedMeter, rxMs: number): void {
  if (!work.live || state.lastRxMs === null) return;
  if (rxMs - state.lastRxMs <= Math.max(OUTAGE_MS, 3_000 * meter.intervalS)) return;
  state.detection = { ...state.detection, outage: { from: state.lastRxMs, to: rxMs } };
}

function placeAt(work: IngestWork, meter: MeterEntry, tsMs: number): PointEntry | null {
  for (const span of meter.installs)
    if (tsMs >= span.fromMs && (span.toMs === null || tsMs <= span.toMs))
      return work.registry.points.get(span.pointId) ?? null;
  return null;
}

/** Names an instant of a meter. */
const instantKey = (meterId: number, tsMs: number): string => `${meterId}/${tsMs}`;

async function dropRepeats(tx: Tx, work: IngestWork, resolved: readonly ResolvedReading[]): Promise<void> {
  const asked = resolved.filter((r) => r.work.state.lastMs !== null && r.tsMs <= r.work.state.lastMs);
  const stored = new Map(
    (
      await knownReadings(
        tx.client,
        asked.map((r) => ({ meterId: r.work.meter.meterId, tsMs: r.tsMs })),
      )
    ).map((known) => [instantKey(known.meterId, known.tsMs), known.valueMicro]),
  );
  // In order of time, so one instant of a meter is over when its next one comes.
  const newest = new Map<WatchedMeter, { tsMs: number; valueMicro: bigint | null }>();
  for (const one of resolved) {
    const seen = newest.get(one.work);
    const known = seen?.tsMs === one.tsMs ? seen : null;
    const key = known || stored.size > 0 ? instantKey(one.work.meter.meterId, one.tsMs) : '';
    const earlier = known ? known.valueMicro : stored.get(key);
    if (earlier === undefined) {
      newest.set(one.work, one);
      work.resolved.push(one);
    } else if (one.valueMicro === null || earlier === one.valueMicro) {
      work.duplicates++;
      mergeFields(work, one, stored.has(key));
    } else if (earlier === null) {
      newest.set(one.work, one);
      const second = { ...one, incoming: { ...one.incoming } };
      work.resolved.push(second);
      work.completes.add(second);
    } else {
      work.refuse(
        one.incoming,
        one.work.meter,
        'CONFLICT',
        `Another value was already reported for this instant: ${earlier} µ stored, ${one.valueMicro} µ came.`,
        { tsMs: one.tsMs },
      );
    }
  }
}

/** Two messages of one instant with different fields are one reading. */
function mergeFields(work: IngestWork, one: ResolvedReading, isStored: boolean): void {
  const { reading } = one.incoming;
  if (reading.powerW === null && reading.relay === null && reading.valve === null) return;
  if (isStored) {
    work.merges.push(rowOf(one));
    return;
  }
  const twin = work.resolved.find((r) => r.work === one.work && r.tsMs === one.tsMs);
  if (!twin) return;
  const target = twin.incoming.reading;
  target.powerW ??= reading.powerW;
  target.voltageV ??= reading.voltageV;
  target.currentA ??= reading.currentA;
  target.relay ??= reading.relay;
  target.valve ??= reading.valve;
}

/** The row under which a reading is stored, before its interval is known. */
export function rowOf(one: ResolvedReading): ReadingRow {
  const { reading, rxMs } = one.incoming;
  return {
    meterId: one.work.meter.meterId,
    tsMs: one.tsMs,
    rxMs,
    boot: reading.boot,
    seq: reading.seq,
    valueMicro: one.valueMicro,
    quality: one.quality,
    tsSource: one.tsSource,
    epoch: one.work.register?.epoch ?? 1,
    quantityMicro: null,
    powerW: reading.powerW,
    voltageV: reading.voltageV,
    currentA: reading.currentA,
    powerFactor: reading.pf,
    relay: reading.relay,
    valve: reading.valve,
    extra: reading.extra,
  };
}
