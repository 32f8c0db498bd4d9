import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import type { AlarmUnit, DetectionSignal } from '../domain/detection/detectionRule';
import { emptySample, rememberReading } from '../domain/detection/meterSample';
import type { MeterSample } from '../domain/detection/streamingRule';
import type { TripCause } from '../domain/supply/supplyState';
import type { AlarmSubject } from './applyAlarmEvent';
import { LOAD_CAUSES, type Trip } from './cutTrips';
import type { IngestWork, WatchedMeter } from './ingestWork';
import type { MeterEntry, PointEntry } from './registry';
import { type BoundRule, rulesFor } from './streamRules';

/** A load of longer ago than this (and than two intervals) may be gone: it is told, and cuts nothing any more. */
const LOAD_TRIP_WITHIN_MS = 60_000;

/**
 * Runs the streaming rules over the batch's live readings. A rule is a pure fold whose state lives with the meter; here it
 * only meets its inputs, and its words become alarm signals and trips. A rule that throws raises its own alarm and never
 * rolls back money.
 */
export function detect(work: IngestWork): Trip[] {
  const trips: Trip[] = [];
  const sample = emptySample();
  for (const watched of work.meters.values()) {
    if (watched.live.length === 0) continue;
    rememberBefore(sample, watched);
    for (const one of watched.live) {
      sample.at = one.tsMs;
      sample.measured = one.incoming.reading;
      sample.registerMicro = one.valueMicro;
      for (const rule of rulesFor(work.registry, watched.meter, one.point))
        judge(work, watched, one.point, rule, sample, trips);
      rememberReading(sample);
    }
  }
  return trips;
}

function judge(
  work: IngestWork,
  watched: WatchedMeter,
  point: PointEntry,
  { rule, params, trips: cause, off }: BoundRule,
  sample: MeterSample,
  trips: Trip[],
): void {
  const held = watched.state.detection?.[rule.code];
  if (off) {
    if (held !== undefined) endSwitchedOff(work, watched, point, rule.code, sample.at);
    return;
  }
  try {
    if (!rule.stirs(held, sample, params)) return;
    const { state, signal } = rule.step(held ?? rule.initial, sample, params);
    if (state !== held) keepRuleState(watched, rule.code, rule.isQuiet(state) ? undefined : state);
    if (!signal) return;
    work.signals.push({
      rule: rule.code,
      subject: subjectAt(point),
      kind: signal.kind,
      atMs: signal.at,
      ...(signal.priority ? { priority: signal.priority } : {}),
      evidence: evidenceOf(signal, rule.unit, watched.meter, point),
    });
    if (cause !== null) noteTrip(work, watched, point, cause, signal, trips);
  } catch (error) {
    work.signals.push(ruleFailed(work, rule.code, point, error));
  }
}

/** The rule was switched off here: its condition is over and its state forgotten, so that it begins anew. */
export function endSwitchedOff(
  work: IngestWork,
  watched: Pick<WatchedMeter, 'state' | 'meter'>,
  point: PointEntry,
  rule: AlarmRuleCode,
  atMs: number,
): void {
  keepRuleState(watched, rule, undefined);
  work.signals.push({
    rule,
    subject: subjectAt(point),
    kind: 'RETURN',
    atMs,
    evidence: { meter: watched.meter.code, point: point.pointCode, at: atMs, switchedOff: true },
  });
}

/** Keeps a rule's state with the meter while it says more than "quiet". */
export function keepRuleState({ state }: Pick<WatchedMeter, 'state'>, code: string, value: unknown): void {
  if (value !== undefined) {
    state.detection = { ...state.detection, [code]: value };
    return;
  }
  if (state.detection?.[code] === undefined) return;
  const { [code]: _gone, ...rest } = state.detection;
  state.detection = Object.keys(rest).length > 0 ? rest : null;
}

/** What stands in the same batch as over wants no cut any more; a load must be fresh as well, a hazard need not. */
function noteTrip(
  work: IngestWork,
  { meter }: WatchedMeter,
  { pointId, protection }: PointEntry,
  cause: TripCause,
  signal: DetectionSignal,
  trips: Trip[],
): void {
  const known = trips.findIndex((trip) => trip.pointId === pointId && trip.cause === cause);
  if (known >= 0) trips.splice(known, 1);
  if (signal.kind === 'RETURN' || protection === 'LIFE_SAFETY') return;
  const freshMs = Math.max(LOAD_TRIP_WITHIN_MS, 2_000 * meter.intervalS);
  if (LOAD_CAUSES.has(cause) && work.now - signal.at > freshMs) return;
  trips.push({ pointId, cause });
}

export function subjectAt({
  campusId,
  pointId,
  spaceId,
}: Pick<PointEntry, 'campusId' | 'pointId' | 'spaceId'>): AlarmSubject {
  return { campusId, type: 'POINT', id: pointId, spaceId };
}

export function evidenceOf(
  signal: DetectionSignal,
  unit: AlarmUnit | null,
  meter: MeterEntry,
  point: PointEntry,
): Record<string, unknown> {
  return {
    value: signal.value,
    limit: signal.limit,
    unit: signal.unit === undefined ? unit : signal.unit,
    meter: meter.code,
    point: point.pointCode,
    at: signal.at,
    ...signal.detail,
  };
}

function ruleFailed(work: IngestWork, rule: AlarmRuleCode, point: PointEntry, error: unknown) {
  return {
    rule: 'RULE_FAILED' as const,
    subject: { campusId: point.campusId, type: 'SITE' as const, id: point.campusId, spaceId: null },
    kind: 'RAISE' as const,
    atMs: work.now,
    evidence: { rule, point: point.pointCode, error: error instanceof Error ? error.message : String(error) },
  };
}

function rememberBefore(sample: MeterSample, { before }: WatchedMeter): void {
  sample.previousAt = before.lastMs;
  sample.previousPowerW = before.powerW;
  sample.previousVoltageV = before.voltageV;
  sample.previousCurrentA = before.currentA;
  sample.previousPf = before.powerFactor;
}
