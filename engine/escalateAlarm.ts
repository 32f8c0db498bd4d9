import type { Tx } from '../db/client';
import { insertAlarmEvent, lockAlarm, updateAlarm } from '../db/queries/alarmRows';
import { ALARM_CATALOGUE, type AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { alarmStep } from '../domain/alarms/alarmMachine';
import { nextEscalation } from '../domain/alarms/escalation';
import { alarmOf, announce, applyStep, dueOf } from './applyAlarmEvent';
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
  const told = await tellAlarm(tx, nowMs, row, {
    moment: 'ESCALATED',
    target: due.step.target,
    level: due.level,
    channels: due.step.channels,
  });
  await updateAlarm(tx.client, {
    ...row,
    escalation: due.level,
    escalateDueMs: dueOf(alarm, due.level),
  });
  await insertAlarmEvent(tx.client, {
    alarmId,
    atMs: nowMs,
    event: 'ESCALATE',
    actor: 'engine',
    detail: {
      level: due.level,
      target: due.step.target,
      channels: due.step.channels,
      // A long list of everybody in scope says no more than its length.
      ...(told === null || told.level === null
        ? { allInScope: told?.people.length ?? 0 }
        : {
            found: told.level,
            told: told.people.map(({ code }) => code),
            ...(told.instead.length > 0 && { insteadInScope: told.instead.length }),
          }),
    },
  });
  announce(tx, alarmId);
}
