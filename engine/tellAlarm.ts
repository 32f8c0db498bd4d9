import type { Tx } from '../db/client';
import type { AlarmRow } from '../db/queries/alarmRows';
import { insertNotice } from '../db/queries/notices';
import { accountOfSubject } from '../db/queries/subjectAccount';
import type { EscalationTarget } from '../domain/alarms/escalation';
import { type AlarmMoment, alarmTopic, isToldToResidents, isUrgent } from '../domain/notices/alarmNotice';
import { alarmSubject } from '../domain/notices/alarmSubject';
import { peopleToTell, type Told } from './peopleToTell';

/** What a message about an alarm is made from. */
type ToldAlarm = Pick<
  AlarmRow,
  'id' | 'campusId' | 'rule' | 'subjectType' | 'subjectId' | 'spaceId' | 'priority'
>;

/** How an alarm is told: at which moment of its life, to which step of the ladder, over how many channels at least. */
export interface AlarmTelling {
  readonly moment: AlarmMoment;
  readonly target: EscalationTarget;
  /** Step of the ladder that was taken; 0: none yet. */
  readonly level: number;
  readonly channels: number;
  /** Who was told of it since then (ms UTC) is passed over; null: nobody is. */
  readonly toldSinceMs: number | null;
}

/** How it is told when it is announced: whoever is on duty there. */
export const ANNOUNCED: AlarmTelling = {
  moment: 'RAISED',
  target: 'NEXT_ON_DUTY',
  level: 0,
  channels: 1,
  toldSinceMs: null,
};
export const RETURNED: AlarmTelling = { ...ANNOUNCED, moment: 'RETURNED' };

/** Who alone releases a held charge: nobody on the roster can. */
const RELEASING = ['FINANCE'];

/**
 * Puts the messages about an alarm into the outbox: for staff by the roster, for finance where a charge is held, for subscribed groups,
 * and at its beginning and end for those who live there where the rule concerns them. All name the same incident, the alarm's number.
 * @returns whom the roster named; null where nobody is sent anything (P4)
 */
export async function tellAlarm(
  tx: Tx,
  nowMs: number,
  alarm: ToldAlarm,
  telling: AlarmTelling,
): Promise<Told | null> {
  const topic = alarmTopic(alarm.priority);
  if (topic === null) return null;
  const { moment, target, level, toldSinceMs } = telling;
  // Of a P3 they are told as they chose, if at all.
  const channels = isUrgent(alarm.priority) ? telling.channels : 0;
  const toldOf = toldSinceMs === null ? null : { alarmId: alarm.id, sinceMs: toldSinceMs };
  const told = await peopleToTell(tx, alarm, { target, topic, channels, toldOf }, nowMs);
  const accountId =
    moment !== 'ESCALATED' && isToldToResidents(alarm.rule)
      ? await accountOfSubject(tx.client, alarm.subjectType, alarm.subjectId, nowMs)
      : null;
  const subject = alarmSubject({ ...alarm, moment, alarmId: alarm.id, level });
  await insertNotice(
    tx.client,
    {
      campusId: alarm.campusId,
      kind: `ALARM_${moment}`,
      accountId,
      departmentId: null,
      alarmId: alarm.id,
      atMs: nowMs,
      dedupeKey: `alarm:${alarm.id}:${subject}:${nowMs}`,
      body: { alarm: alarm.id, rule: alarm.rule, priority: alarm.priority },
    },
    {
      topic,
      userIds: [...told.people, ...told.instead].map(({ userId }) => userId),
      residents: accountId !== null,
      roles: alarm.rule === 'BALANCE_ANOMALY' ? RELEASING : [],
      groups: true,
      urgent: isUrgent(alarm.priority),
      channels,
      subject,
      path: told.path,
    },
  );
  return told;
}
