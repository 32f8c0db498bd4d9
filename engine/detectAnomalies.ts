import { type Database, withTransaction } from '../db/client';
import { workDaysOf } from '../db/queries/campusDays';
import { medianHours, nextPointHours, type PointHoursRow } from '../db/queries/usualUse';
import { BASELINE_WEEKS, comparableHours, isYoung, YOUNG_MS } from '../domain/detection/comparableHours';
import {
  anomalyParams,
  baselineValues,
  CONSUMPTION_ANOMALY_INITIAL,
  type ConsumptionAnomalyState,
  consumptionAnomalyStep,
} from '../domain/detection/consumptionAnomaly';
import type { DayType } from '../domain/network/forecast';
import { dayTypeIn, workCalendarOf } from '../domain/network/workCalendar';
import type { CampusZone } from '../domain/time/campusTime';
import { type ClosedSettings, closedSettings } from './closedSettings';
import type { EngineContext } from './context';
import { endOff, type Judged, judgeClosed, keepJudged } from './judgeWindows';

const RULE = 'CONSUMPTION_ANOMALY';
const HOUR_MS = 3_600_000;
/** Hours that are made up for after the server was down; older ones are no news. */
const HOURS_BACK = 48;
/** Points in memory at once. */
const PORTION = 1_000;
/** The median of a point's series is learned anew once a day, each hour a part of the points. */
const PARTS = 24;

/** What is kept of a point between two hours. */
interface Kept {
  readonly rule: ConsumptionAnomalyState;
  /** Median hour of the last eight weeks, kWh; null: nothing was measured. */
  readonly scale: number | null;
}

/** A closed hour with what it is compared by. */
interface ClosedHour {
  readonly hourMs: number;
  readonly zone: CampusZone;
  readonly weekly: readonly number[];
  readonly daily: readonly number[];
}

/**
 * Judges the use of the hours that have closed since the last run, for all electricity points of a campus in portions: one
 * query for each, and nothing of it stays in memory. The first run of a campus begins with its newest closed hour.
 */
export async function detectAnomalies(database: Database, ctx: EngineContext): Promise<{ hours: number }> {
  const nowMs = ctx.clock.now();
  const calendars = new Map<number, (date: string) => DayType>();
  const hours = await judgeClosed<number>(database, nowMs, {
    rule: RULE,
    windowsOf: (_zone, untilMs, isFirst) => hoursBefore(untilMs, isFirst ? 1 : HOURS_BACK),
    keyOf: String,
    judge: async ({ id, zone }, hourMs) => {
      let dayTypeOf = calendars.get(id);
      if (!dayTypeOf) {
        const days = await withTransaction(database, (tx) => workDaysOf(tx.client, id));
        dayTypeOf = dayTypeIn(workCalendarOf(days));
        calendars.set(id, dayTypeOf);
      }
      await judgeHour(database, id, closedHour(zone, hourMs, dayTypeOf), nowMs);
    },
  });
  return { hours };
}

/** Starts of the last hours that were over at `untilMs`, oldest first, ms UTC. */
function hoursBefore(untilMs: number, count: number): number[] {
  const endMs = Math.floor(untilMs / HOUR_MS) * HOUR_MS;
  return Array.from({ length: count }, (_, at) => endMs - (count - at) * HOUR_MS);
}

function closedHour(zone: CampusZone, hourMs: number, dayTypeOf: (date: string) => DayType): ClosedHour {
  return {
    hourMs,
    zone,
    weekly: comparableHours(zone, hourMs, dayTypeOf, false),
    daily: comparableHours(zone, hourMs, dayTypeOf, true),
  };
}

async function judgeHour(
  database: Database,
  campusId: number,
  hour: ClosedHour,
  nowMs: number,
): Promise<void> {
  const { hourMs, weekly, daily } = hour;
  const wanted = {
    weekly: [hourMs, ...weekly],
    daily: [hourMs, ...daily],
    youngSinceMs: hourMs - YOUNG_MS,
  };
  const settings = await closedSettings(database, RULE);
  for (let afterId = 0; ; ) {
    const rows = await nextPointHours(database.pool, campusId, afterId, PORTION, wanted);
    if (rows.length === 0) return;
    const scales = await learnScales(database, rows, hourMs);
    const found: Judged = { states: [], signals: [] };
    for (const row of rows) judgePoint(row, hour, scales, settings, campusId, found);
    await keepJudged(database, RULE, campusId, nowMs, found);
    afterId = rows.at(-1)!.pointId;
  }
}

/** Medians of the points whose turn it is in this hour, and of those that have none yet. */
async function learnScales(
  database: Database,
  rows: readonly PointHoursRow[],
  hourMs: number,
): Promise<ReadonlyMap<number, number>> {
  const part = (hourMs / HOUR_MS) % PARTS;
  const due = rows.filter(({ pointId, state }) => state === null || pointId % PARTS === part);
  if (due.length === 0) return new Map();
  const fromMs = hourMs - BASELINE_WEEKS * 7 * 24 * HOUR_MS;
  return medianHours(
    database.pool,
    due.map(({ pointId }) => pointId),
    fromMs,
    hourMs,
  );
}

function judgePoint(
  row: PointHoursRow,
  { hourMs, zone, weekly, daily }: ClosedHour,
  scales: ReadonlyMap<number, number>,
  settings: ClosedSettings,
  campusId: number,
  found: Judged,
): void {
  const kept = row.state as Kept | null;
  const before = kept?.rule ?? CONSUMPTION_ANOMALY_INITIAL;
  if (settings.isOffAt(row.pointId)) {
    const standing = { isKept: kept !== null, isActive: before.active !== null };
    endOff(found, RULE, { ...row, campusId }, standing, hourMs + HOUR_MS);
    return;
  }
  const scale = scales.get(row.pointId) ?? kept?.scale ?? null;
  const used = new Map(row.hours.map((ms, at) => [ms, row.used[at]!] as const));
  const sinceMs = Math.max(row.sinceMs, before.levelFromMs ?? Number.NEGATIVE_INFINITY);
  const past = (isYoung(hourMs, sinceMs) ? daily : weekly).filter((ms) => ms >= sinceMs);
  const day = zone.dayAt(hourMs);
  const { state, signal } = consumptionAnomalyStep(
    before,
    {
      hourMs,
      date: day.dateKey,
      dayStartMs: day.startMs,
      value: used.get(hourMs) ?? null,
      baseline: baselineValues(
        past.map((ms) => ({ hourMs: ms, value: used.get(ms) ?? null })),
        before,
      ),
      scale,
    },
    anomalyParams(row.spaceKind === 'ROOM', settings.bodyAt(row.pointId)),
  );
  if (state !== before || scale !== kept?.scale)
    found.states.push({ pointId: row.pointId, state: { rule: state, scale } satisfies Kept });
  if (!signal) return;
  found.signals.push({
    rule: RULE,
    subject: { campusId, type: 'POINT', id: row.pointId, spaceId: row.spaceId },
    kind: signal.kind,
    atMs: signal.at,
    ...(signal.priority ? { priority: signal.priority } : {}),
    evidence: {
      value: signal.value,
      limit: null,
      unit: 'KWH',
      meter: row.meterCode,
      point: row.pointCode,
      since: signal.fromMs,
      usualKwh: signal.usual,
      z: signal.z,
      levelRatio: signal.ratio,
    },
  });
}
