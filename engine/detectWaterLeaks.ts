import type { Database } from '../db/client';
import { lastStillBefore, nightIntervals, type WaterNightRow, waterNights } from '../db/queries/waterNights';
import {
  leakLimitM3h,
  leakLossM3,
  type NightFlow,
  type NightWindow,
  nightFlowOf,
  nightsBefore,
  roomFlowM3h,
  WATER_LEAK_DEFAULTS,
  type WaterLeakParams,
  type WaterLeakState,
  waterLeakRule,
} from '../domain/detection/waterLeak';
import { type ClosedSettings, closedSettings } from './closedSettings';
import type { EngineContext } from './context';
import { endOff, type Judged, judgeClosed, keepJudged } from './judgeWindows';

const RULE = 'WATER_LEAK';
/** Nights that are made up for after the server was down. */
const NIGHTS_BACK = 7;
/** Meters whose minutes are in memory at once. */
const PORTION = 200;
const HOUR_MS = 3_600_000;

/**
 * Judges the nights that have ended since the last run. The roll-up leaves only the meters that ran through every hour; the
 * minutes of those are read, a portion of meters at a time. The first run of a campus begins with its last night.
 */
export async function detectWaterLeaks(database: Database, ctx: EngineContext): Promise<{ nights: number }> {
  const nowMs = ctx.clock.now();
  const nights = await judgeClosed<NightWindow>(database, nowMs, {
    rule: RULE,
    windowsOf: (zone, untilMs, isFirst) => nightsBefore(zone, untilMs, isFirst ? 1 : NIGHTS_BACK),
    keyOf: ({ night }) => night,
    judge: ({ id }, night) => judgeNightOf(database, id, night, nowMs),
  });
  return { nights };
}

async function judgeNightOf(
  database: Database,
  campusId: number,
  night: NightWindow,
  nowMs: number,
): Promise<void> {
  const settings = await closedSettings(database, RULE);
  const leastRoomM3h = Math.min(
    WATER_LEAK_DEFAULTS.roomM3h,
    ...settings.bodiesOf(campusId).map((body) => roomFlowM3h(body)),
  );
  const paramsOf = ({ pointId, rooms, resolutionM3 }: WaterNightRow): WaterLeakParams => ({
    ...WATER_LEAK_DEFAULTS,
    rooms,
    resolutionM3,
    roomM3h: roomFlowM3h(settings.bodyAt(pointId)),
  });
  const runs = (row: WaterNightRow): boolean =>
    row.leastHourM3 !== null && row.leastHourM3 > leakLimitM3h(paramsOf(row));
  const rows = await waterNights(database.pool, campusId, night, leastRoomM3h);
  for (let at = 0; at < rows.length; at += PORTION) {
    const portion = rows.slice(at, at + PORTION);
    const running = portion.filter(runs).map(({ meterId }) => meterId);
    const intervals = await nightIntervals(database.pool, running, night);
    const still = await lastStillBefore(database.pool, running, night.fromMs);
    const found: Judged = { states: [], signals: [] };
    for (const row of portion) {
      const flow = runs(row)
        ? nightFlowOf(night, intervals.get(row.meterId) ?? [], leakLimitM3h(paramsOf(row)), row.resolutionM3)
        : stillNight(row, night);
      judgePoint(
        row,
        paramsOf(row),
        settings,
        { ...flow, lastStillMs: flow.lastStillMs ?? still.get(row.meterId) ?? null },
        campusId,
        found,
      );
    }
    await keepJudged(database, RULE, campusId, nowMs, found);
  }
}

/** A night of which the roll-up says enough: an hour below the limit, or hours that are missing. */
function stillNight({ hours, leastHourM3 }: WaterNightRow, night: NightWindow): NightFlow {
  const whole = hours >= Math.floor((night.toMs - night.fromMs) / HOUR_MS);
  return {
    ...night,
    coveredMs: whole ? night.toMs - night.fromMs : 0,
    stillMs: 0,
    leastHourM3,
    lastStillMs: null,
  };
}

function judgePoint(
  row: WaterNightRow,
  params: WaterLeakParams,
  settings: ClosedSettings,
  flow: NightFlow,
  campusId: number,
  found: Judged,
): void {
  const before = (row.state as WaterLeakState | null) ?? waterLeakRule.initial;
  if (settings.isOffAt(row.pointId)) {
    const kept = { isKept: row.state !== null, isActive: before.active };
    endOff(found, RULE, { ...row, campusId }, kept, flow.toMs);
    return;
  }
  const { state, signal } = waterLeakRule.step(before, flow, params);
  const empty = !state.active && state.leaking === 0;
  if (!empty || row.state !== null) found.states.push({ pointId: row.pointId, state: empty ? null : state });
  if (!signal) return;
  found.signals.push({
    rule: RULE,
    subject: { campusId, type: 'POINT', id: row.pointId, spaceId: row.spaceId },
    kind: signal.kind,
    atMs: signal.at,
    evidence: {
      value: signal.value,
      limit: signal.limit,
      unit: 'M3_H',
      meter: row.meterCode,
      point: row.pointCode,
      rooms: row.rooms,
      ...(signal.kind === 'RAISE'
        ? {
            since: state.sinceMs,
            nights: state.leaking,
            stillShare: flow.stillMs / flow.coveredMs,
            lossM3: leakLossM3(state, signal.at),
          }
        : {}),
    },
  });
}
