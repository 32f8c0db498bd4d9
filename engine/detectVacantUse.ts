import type { Database } from '../db/client';
import { nextVacantDays, type VacantDayRow } from '../db/queries/vacantDays';
import { type VacantUseState, vacantUseParams, vacantUseRule } from '../domain/detection/vacantUse';
import type { LocalDay } from '../domain/time/campusTime';
import { type ClosedSettings, closedSettings } from './closedSettings';
import type { EngineContext } from './context';
import { daysBefore } from './daysBefore';
import { endOff, type Judged, judgeClosed, keepJudged } from './judgeWindows';

const RULE = 'VACANT_USE';
const DAYS_BACK = 7;
/** Points in one query. */
const PORTION = 500;

/** Judges the days of vacant rooms that have closed since the last run. */
export async function detectVacantUse(database: Database, ctx: EngineContext): Promise<{ days: number }> {
  const nowMs = ctx.clock.now();
  const days = await judgeClosed<LocalDay>(database, nowMs, {
    rule: RULE,
    windowsOf: (zone, untilMs, isFirst) => daysBefore(zone, untilMs, isFirst ? 1 : DAYS_BACK),
    keyOf: ({ dateKey }) => dateKey,
    judge: ({ id }, day) => judgeDay(database, id, day, nowMs),
  });
  return { days };
}

async function judgeDay(database: Database, campusId: number, day: LocalDay, nowMs: number): Promise<void> {
  const settings = await closedSettings(database, RULE);
  for (let afterId = 0; ; ) {
    const rows = await nextVacantDays(database.pool, campusId, afterId, PORTION, day.startMs, day.endMs);
    if (rows.length === 0) return;
    const found: Judged = { states: [], signals: [] };
    for (const row of rows) judgePoint(campusId, row, day, settings, found);
    await keepJudged(database, RULE, campusId, nowMs, found);
    afterId = rows.at(-1)!.pointId;
  }
}

function judgePoint(
  campusId: number,
  row: VacantDayRow,
  day: LocalDay,
  settings: ClosedSettings,
  found: Judged,
): void {
  const before = (row.state as VacantUseState | null) ?? vacantUseRule.initial;
  if (settings.isOffAt(row.pointId)) {
    const kept = { isKept: row.state !== null, isActive: before.active };
    endOff(found, RULE, { ...row, campusId }, kept, day.endMs);
    return;
  }
  const { state, signal } = vacantUseRule.step(
    before,
    { date: day.dateKey, endMs: day.endMs, vacant: row.vacant, kwh: row.kwh, complete: row.complete },
    vacantUseParams(settings.bodyAt(row.pointId)),
  );
  if (state.active || before.active)
    found.states.push({ pointId: row.pointId, state: state.active ? state : null });
  if (!signal) return;
  found.signals.push({
    rule: RULE,
    subject: { campusId, type: 'POINT', id: row.pointId, spaceId: row.spaceId },
    kind: signal.kind,
    atMs: signal.at,
    evidence: {
      value: signal.value,
      limit: signal.limit,
      unit: 'KWH',
      meter: row.meterCode,
      point: row.pointCode,
      ...(signal.kind === 'RAISE' ? { since: row.vacantSinceMs, days: state.days } : {}),
    },
  });
}
