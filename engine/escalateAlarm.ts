import type { Tx } from '../db/client';
import { insertAlarmEvent, lockAlarm, updateAlarm } from '../db/queries/alarmRows';
import { ALARM_CATALOGUE, type AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { alarmStep } from '../domain/alarms/alarmMachine';
import { targetOf } from '../domain/alarms/dutyRoster';
import { nextEscalation, stepsDone } from '../domain/alarms/escalation';
import { alarmOf, announce, applyStep, dueOf } from './applyAlarmEvent';
import type { Told } from './peopleToTell';
import { tellAlarm } from './tellAlarm';

/** Takes the escalation step of an alarm that is due: tells the next people by the roster, or announces it again. */
export async function escalateAlarm(tx: Tx, nowMs: number, alarmId: number): Promise<void> {
  const row = await lockAlarm(tx.client, alarmId);
  if (!row || row.endedMs !== null || row.escalateDueMs === null || row.escalateDueMs > nowMs) return;
  const alarm = alarmOf(row);
  const realarm = ALARM_CATALOGUE[row.rule as AlarmRuleCode]?.realarmAfterMs ?? null;
  const due = nextEscalation(alarm, row.escalation, realarm, null);
  if (!due || due.at > nowMs) return;
  if (due.kind === 'REALARM') {
    await applyStep(tx, row, alarmStep(alarm, { kind: 'REALARM', at: nowMs }), {
      event: 'REALARM',
      actor: 'engine',
      atMs: nowMs,
    });
    return;
  }
  const { step } = due;
  const told = await tellAlarm(tx, nowMs, row, {
    moment: 'ESCALATED',
    target: step.target,
    level: due.level,
    channels: step.channels,
    toldSinceMs: row.announcedMs,
  });
  // Where nobody on the roster was found this way, the next step tries again.
  const found = told?.level && told.tried ? targetOf(told.level) : step.target;
  const level = stepsDone(alarm.priority, due.level, found);
  await updateAlarm(tx.client, { ...row, escalation: level, escalateDueMs: dueOf(alarm, level) });
  await insertAlarmEvent(tx.client, {
    alarmId,
    atMs: nowMs,
    event: 'ESCALATE',
    actor: 'engine',
    detail: {
      level,
      target: told?.tried ? targetOf(told.tried) : step.target,
      channels: step.channels,
      ...whoWasTold(told),
    },
  });
  announce(tx, alarmId);
}

/** Whom a step told, for the alarm's history. A long list of everybody in scope says no more than its length. */
function whoWasTold(told: Told | null): Record<string, unknown> {
  if (!told) return { allInScope: 0 };
  const codes = (people: Told['people']) => people.map(({ code }) => code);
  const missed = told.missed.length > 0 && { missed: codes(told.missed) };
  if (!told.rostered) return { allInScope: told.people.length, ...missed };
  return {
    ...(told.level && { found: told.level }),
    told: codes(told.people),
    ...missed,
    ...(told.instead.length > 0 && { insteadInScope: told.instead.length }),
  };
}
