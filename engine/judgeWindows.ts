import { type Database, withTransaction } from '../db/client';
import { type PointRuleState, saveRuleStates } from '../db/queries/ruleStates';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { type AlarmSignal, applyAlarmSignal } from './applyAlarmEvent';

/** How long after its end a window is judged: what was measured in it has arrived by then. */
export const SETTLE_MS = 10 * 60_000;

/** What a rule found in one portion of a window. */
export interface Judged {
  readonly states: PointRuleState[];
  readonly signals: AlarmSignal[];
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
