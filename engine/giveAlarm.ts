import type { Tx } from '../db/client';
import { alarmOwnerCode, insertAlarmEvent, lockAlarm } from '../db/queries/alarmRows';
import { insertNotice } from '../db/queries/notices';
import { DomainError } from '../domain/errors';
import { alarmTopic, isUrgent } from '../domain/notices/alarmNotice';
import { alarmSubject } from '../domain/notices/alarmSubject';
import { announce } from './applyAlarmEvent';

interface Assignment {
  readonly alarmId: number;
  readonly campusId: number;
  readonly to: { readonly userId: number; readonly code: string };
  readonly actor: string;
}

/**
 * Gives an alarm to somebody, who is sent a message unless they took it themselves. It changes nothing about the alarm: it sounds and climbs
 * its ladder until somebody acknowledges it. Giving it again to the same person does nothing.
 * @returns whether it was given
 * @throws DomainError notFound; conflict/NOT_NOW for one that is over
 */
export async function giveAlarm(tx: Tx, nowMs: number, assignment: Assignment): Promise<boolean> {
  const { alarmId, campusId, to, actor } = assignment;
  const row = await lockAlarm(tx.client, alarmId);
  if (!row || row.campusId !== campusId)
    throw new DomainError('notFound', 'ALARM', `There is no alarm ${alarmId}.`);
  if (row.endedMs !== null) throw new DomainError('conflict', 'NOT_NOW', 'The alarm is over.');
  if ((await alarmOwnerCode(tx.client, alarmId)) === to.code) return false;
  await insertAlarmEvent(tx.client, {
    alarmId,
    atMs: nowMs,
    event: 'ASSIGN',
    actor,
    detail: { to: to.code },
  });
  const topic = alarmTopic(row.priority);
  if (topic !== null && actor !== `user:${to.code}`) {
    const subject = alarmSubject({ ...row, moment: 'ASSIGNED', alarmId, level: nowMs });
    await insertNotice(
      tx.client,
      {
        ...{ campusId, alarmId, atMs: nowMs, accountId: null, departmentId: null },
        kind: 'ALARM_ASSIGNED',
        dedupeKey: `alarm:${alarmId}:${subject}:${to.code}`,
        body: { alarm: alarmId, rule: row.rule, priority: row.priority },
      },
      {
        ...{ topic, userIds: [to.userId], residents: false, roles: [], groups: false, path: [] },
        ...{ urgent: isUrgent(row.priority), channels: isUrgent(row.priority) ? 1 : 0, subject },
      },
    );
  }
  announce(tx, alarmId);
  return true;
}
