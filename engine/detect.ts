import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import type { DefiniteTimeState } from '../domain/detection/definiteTime';
import type { DetectionSignal } from '../domain/detection/detectionRule';
import { feeder80Rule, feederOverloadRule } from '../domain/detection/feederOverload';
import { OVERLOAD_DEFAULTS, overloadRule } from '../domain/detection/overload';
import { openPowerMaxW } from '../domain/supply/proof';
import type { IngestWork, WatchedMeter } from './ingestWork';
import type { PointEntry } from './registry';

/** A point that a rule wants off at once. */
export interface Trip {
  readonly pointId: number;
  readonly cause: 'OVERLOAD';
  readonly atMs: number;
}

const TRIPPABLE = new Set<PointEntry['role']>(['CUSTOMER', 'TENANT', 'PUBLIC']);

/**
 * Runs the streaming rules over the batch's live readings. A rule is a pure fold whose state lives with the meter; here it
 * only meets its inputs, and its words become alarm signals and trips. A rule that throws raises its own alarm and never
 * rolls back money.
 */
export function detect(work: IngestWork): Trip[] {
  const trips: Trip[] = [];
  for (const watched of work.meters.values()) {
    if (watched.live.length === 0) continue;
    const point = watched.live[0]!.point;
    if (point.utility !== 'ELECTRICITY') continue;
    try {
      if (point.role === 'FEEDER' && point.capacityW !== null)
        detectFeeder(work, watched, point, point.capacityW);
      else if (TRIPPABLE.has(point.role) && point.limitW !== null)
        detectOverload(work, watched, point, point.limitW, trips);
      detectWeld(work, watched, point);
    } catch (error) {
      work.signals.push({
        rule: 'RULE_FAILED',
        subject: { campusId: point.campusId, type: 'SITE', id: point.campusId, spaceId: null },
        kind: 'RAISE',
        atMs: work.now,
        evidence: { point: point.pointCode, error: error instanceof Error ? error.message : String(error) },
      });
    }
  }
  return trips;
}

function detectOverload(
  work: IngestWork,
  watched: WatchedMeter,
  point: PointEntry,
  limitW: number,
  trips: Trip[],
): void {
  const params = { ...OVERLOAD_DEFAULTS, limitW, intervalMs: watched.meter.intervalS * 1000 };
  for (const { tsMs, incoming } of watched.live) {
    const sample = { at: tsMs, value: incoming.reading.powerW };
    const signal = fold(watched, 'OVERLOAD', overloadRule, sample, params);
    if (!signal) continue;
    emit(work, 'OVERLOAD', point, watched, signal, incoming.reading.powerW);
    if (signal.kind === 'RAISE' && point.overloadAction === 'TRIP' && point.protection !== 'LIFE_SAFETY')
      trips.push({ pointId: point.pointId, cause: 'OVERLOAD', atMs: tsMs });
  }
}

function detectFeeder(work: IngestWork, watched: WatchedMeter, point: PointEntry, ratingW: number): void {
  const params = { ratingW, intervalMs: watched.meter.intervalS * 1000 };
  for (const { tsMs, incoming } of watched.live) {
    const sample = { at: tsMs, value: incoming.reading.powerW };
    for (const rule of [feederOverloadRule, feeder80Rule]) {
      const signal = fold(watched, rule.code, rule, sample, params);
      if (signal) emit(work, rule.code, point, watched, signal, sample.value);
    }
  }
}

/** Steps a rule; its state is kept only while it says more than "quiet". */
function fold<Params>(
  watched: WatchedMeter,
  code: string,
  rule: {
    initial: DefiniteTimeState;
    step(
      state: DefiniteTimeState,
      input: { at: number; value: number | null },
      params: Params,
    ): { state: DefiniteTimeState; signal: DetectionSignal | null };
  },
  sample: { at: number; value: number | null },
  params: Params,
): DetectionSignal | null {
  const { state } = watched;
  const held = state.detection?.[code] as DefiniteTimeState | undefined;
  const result = rule.step(held ?? rule.initial, sample, params);
  const quiet = !result.state.active && result.state.overSince === null;
  if (!quiet) state.detection = { ...state.detection, [code]: result.state };
  else if (held) {
    const { [code]: _gone, ...rest } = state.detection ?? {};
    state.detection = Object.keys(rest).length > 0 ? rest : null;
  }
  return result.signal;
}

function emit(
  work: IngestWork,
  rule: AlarmRuleCode,
  point: PointEntry,
  watched: WatchedMeter,
  signal: DetectionSignal,
  value: number | null,
): void {
  work.signals.push({
    rule,
    subject: { campusId: point.campusId, type: 'POINT', id: point.pointId, spaceId: point.spaceId },
    kind: signal.kind,
    atMs: signal.at,
    ...(signal.priority ? { priority: signal.priority } : {}),
    evidence: {
      value,
      limit: signal.limit,
      unit: 'W',
      meter: watched.meter.code,
      point: point.pointCode,
      at: signal.at,
    },
  });
}

/** Power through an open relay, in two readings running: it welded, or somebody bridged it. */
function detectWeld(work: IngestWork, watched: WatchedMeter, point: PointEntry): void {
  const { meter, state } = watched;
  if (!meter.hasRelay) return;
  const powerMaxW = (meter.phases === 3 ? 3 : 1) * 230 * meter.imaxA;
  for (const { tsMs, incoming } of watched.live) {
    const { relay, powerW } = incoming.reading;
    if (relay === null || powerW === null) continue;
    const flows = relay === 0 && Math.abs(powerW) > Math.max(20, openPowerMaxW(powerMaxW));
    const seen = Number(state.detection?.RELAY_WELD_OR_BYPASS ?? 0);
    if (!flows && seen === 0) continue;
    const count = flows ? seen + 1 : 0;
    const { RELAY_WELD_OR_BYPASS: _gone, ...rest } = state.detection ?? {};
    state.detection = count > 0 ? { ...rest, RELAY_WELD_OR_BYPASS: Math.min(count, 3) } : rest;
    if (count === 2 || (!flows && seen >= 2))
      work.signals.push({
        rule: 'RELAY_WELD_OR_BYPASS',
        subject: { campusId: point.campusId, type: 'POINT', id: point.pointId, spaceId: point.spaceId },
        kind: flows ? 'RAISE' : 'RETURN',
        atMs: tsMs,
        evidence: { value: powerW, limit: openPowerMaxW(powerMaxW), unit: 'W', meter: meter.code, relay },
      });
  }
}
