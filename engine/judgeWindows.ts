import { type Database, withTransaction } from '../db/client';
import { listCampusZones } from '../db/queries/campusHours';
import {
  type PointRuleState,
  ruleProgress,
  saveRuleProgress,
  saveRuleStates,
} from '../db/queries/ruleStates';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { type CampusZone, campusZone } from '../domain/time/campusTime';
import { type AlarmSignal, applyAlarmSignal } from './applyAlarmEvent';

/** How long after its end a window is judged: what was measured in it has arrived by then. */
const SETTLE_MS = 10 * 60_000;

/** A campus whose windows are judged. */
export interface JudgedCampus {
  readonly id: number;
  readonly timeZone: string;
  readonly zone: CampusZone;
}

/** Windows over which a rule judges: nights, days or hours, each with a key that grows as text with its time. */
interface ClosedWindows<Window> {
  readonly rule: AlarmRuleCode;
  /**
   * The last windows of a campus that were over at `untilMs`, oldest first.
   * @param isFirst nothing of this campus was judged yet
   */
  windowsOf(zone: CampusZone, untilMs: number, isFirst: boolean): readonly Window[];
  keyOf(window: Window): string;
  judge(campus: JudgedCampus, window: Window): Promise<void>;
}

/** Judges, on every campus, what has closed since the last run, and notes how far it came. @returns how many windows */
export async function judgeClosed<Window>(
  database: Database,
  nowMs: number,
  { rule, windowsOf, keyOf, judge }: ClosedWindows<Window>,
): Promise<number> {
  let judged = 0;
  for (const { id, timeZone } of await listCampusZones(database)) {
    const zone = campusZone(timeZone);
    const through = await ruleProgress(database.pool, rule, id);
    for (const window of windowsOf(zone, nowMs - SETTLE_MS, through === null)) {
      if (through !== null && keyOf(window) <= through) continue;
      await judge({ id, timeZone, zone }, window);
      await saveRuleProgress(database.pool, rule, id, keyOf(window));
      judged += 1;
    }
  }
  return judged;
}

/** What a rule found in one portion of a window. */
export interface Judged {
  readonly states: PointRuleState[];
  readonly signals: AlarmSignal[];
}

/** The rule is switched off at a point: what it kept of it is forgotten, and what it has raised is over. */
export function endOff(
  found: Judged,
  rule: AlarmRuleCode,
  place: { readonly campusId: number; readonly pointId: number; readonly spaceId: number },
  before: { readonly isKept: boolean; readonly isActive: boolean },
  atMs: number,
): void {
  const { campusId, pointId, spaceId } = place;
  if (before.isKept) found.states.push({ pointId, state: null });
  if (!before.isActive) return;
  found.signals.push({
    rule,
    subject: { campusId, type: 'POINT', id: pointId, spaceId },
    kind: 'RETURN',
    atMs,
    evidence: { switchedOff: true },
  });
}

/**
 * Keeps what a rule over closed hours has found in one portion: the states and the alarms that come of them in one
 * transaction, so that a window which is judged again after a fall changes nothing.
 */
export async function keepJudged(
  database: Database,
  rule: AlarmRuleCode,
  campusId: number,
  nowMs: number,
  { states, signals }: Judged,
): Promise<void> {
  if (states.length === 0 && signals.length === 0) return;
  await withTransaction(database, async (tx) => {
    await saveRuleStates(tx.client, rule, campusId, states);
    for (const signal of signals) await applyAlarmSignal(tx, nowMs, signal);
  });
}
