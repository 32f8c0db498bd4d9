import { type Database, withTransaction } from '../db/client';
import { workDaysOf } from '../db/queries/campusDays';
import { type IdleNightRow, nextIdleNights, openIdleBuildings } from '../db/queries/idleNights';
import {
  type ClosedNight,
  closedNightsBefore,
  type IdleWasteState,
  idleLoad,
  idleWasteParams,
  idleWasteRule,
} from '../domain/detection/idleWaste';
import { type WorkCalendar, workCalendarOf } from '../domain/network/workCalendar';
import { type ClosedSettings, closedSettings } from './closedSettings';
import type { EngineContext } from './context';
import { type Judged, judgeClosed, keepJudged } from './judgeWindows';

const RULE = 'IDLE_WASTE';
const DAY_MS = 86_400_000;
const NIGHTS_BACK = 7;
const HISTORY_DAYS = 28;
/** Points in one query. */
const PORTION = 500;
/** Points that an alarm names. */
const NAMED = 10;

interface Place {
  readonly campusId: number;
  readonly timeZone: string;
  readonly calendar: WorkCalendar;
}

/** A point that idles, as its building's alarm names it. */
interface IdlePoint {
  readonly point: string;
  readonly place: string;
  readonly kw: number;
  readonly kwh: number;
}

/** Judges the nights that have ended since the last run. One alarm a building names all its points that idle. */
export async function detectIdleWaste(database: Database, ctx: EngineContext): Promise<{ nights: number }> {
  const nowMs = ctx.clock.now();
  const nights = await judgeClosed<ClosedNight>(database, nowMs, {
    rule: RULE,
    windowsOf: (zone, untilMs, isFirst) => closedNightsBefore(zone, untilMs, isFirst ? 1 : NIGHTS_BACK),
    keyOf: ({ night }) => night,
    judge: async ({ id, timeZone }, night) => {
      const days = await withTransaction(database, (tx) => workDaysOf(tx.client, id));
      await judgeNightOf(database, { campusId: id, timeZone, calendar: workCalendarOf(days) }, night, nowMs);
    },
  });
  return { nights };
}

async function judgeNightOf(
  database: Database,
  place: Place,
  night: ClosedNight,
  nowMs: number,
): Promise<void> {
  const settings = await closedSettings(database, RULE);
  const idle = new Map<number, IdlePoint[]>();
  for (let afterId = 0; ; ) {
    const historyFromMs = night.toMs - HISTORY_DAYS * DAY_MS;
    const rows = await nextIdleNights(database.pool, place, afterId, PORTION, night, historyFromMs);
    if (rows.length === 0) break;
    const found: Judged = { states: [], signals: [] };
    for (const row of rows) judgePoint(row, night, settings, found, idle);
    await keepJudged(database, RULE, place.campusId, nowMs, found);
    afterId = rows.at(-1)!.pointId;
  }
  await tellBuildings(database, place.campusId, night, idle, nowMs);
}

function judgePoint(
  row: IdleNightRow,
  { night, toMs }: ClosedNight,
  settings: ClosedSettings,
  found: Judged,
  idle: Map<number, IdlePoint[]>,
): void {
  if (settings.isOffAt(row.pointId)) {
    // The building's alarm names it no more.
    if (row.state !== null) found.states.push({ pointId: row.pointId, state: null });
    return;
  }
  const before = (row.state as IdleWasteState | null) ?? idleWasteRule.initial;
  const input = { ...row, night, endMs: toMs };
  const { state } = idleWasteRule.step(before, input, idleWasteParams(settings.bodyAt(row.pointId)));
  const empty = !state.active && !state.nights.includes(true);
  if (!empty || row.state !== null) found.states.push({ pointId: row.pointId, state: empty ? null : state });
  if (!state.active) return;
  const kw = idleLoad(input)?.idleKw ?? 0;
  const one = { point: row.pointCode, place: row.spaceCode, kw, kwh: kw * row.closedHours };
  const others = idle.get(row.buildingId);
  if (others) others.push(one);
  else idle.set(row.buildingId, [one]);
}

async function tellBuildings(
  database: Database,
  campusId: number,
  { toMs }: ClosedNight,
  idle: ReadonlyMap<number, IdlePoint[]>,
  nowMs: number,
): Promise<void> {
  const found: Judged = { states: [], signals: [] };
  const subjectOf = (buildingId: number) =>
    ({ campusId, type: 'SPACE', id: buildingId, spaceId: buildingId }) as const;
  for (const [buildingId, points] of idle) {
    const kwh = points.reduce((sum, point) => sum + point.kwh, 0);
    found.signals.push({
      rule: RULE,
      subject: subjectOf(buildingId),
      kind: 'RAISE',
      atMs: toMs,
      evidence: {
        value: kwh,
        limit: null,
        unit: 'KWH',
        idlePoints: points.length,
        suspects: [...points]
          .sort((a, b) => b.kw - a.kw || (a.point < b.point ? -1 : 1))
          .slice(0, NAMED)
          .map(({ point, place, kw }) => ({ point, place, value: kw * 1_000, unit: 'W' })),
      },
    });
  }
  for (const buildingId of await openIdleBuildings(database.pool, campusId))
    if (!idle.has(buildingId))
      found.signals.push({ rule: RULE, subject: subjectOf(buildingId), kind: 'RETURN', atMs: toMs });
  await keepJudged(database, RULE, campusId, nowMs, found);
}
