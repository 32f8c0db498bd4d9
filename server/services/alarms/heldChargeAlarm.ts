import type { AlarmView } from '../../../db/queries/alarmViews';
import { DomainError } from '../../../domain/errors';
import type { Caller } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { alarmFor } from './actOnAlarm';

/**
 * The alarm of a held charge, if the caller may decide about it. One that is over says nothing about what is held there now: whoever
 * looks at it never saw that.
 * @throws DomainError `conflict` `NO_HELD_CHARGE` for any other alarm, `ALARM_OVER` for one that is over; `forbidden`, `notFound`
 */
export async function heldChargeAlarm(
  deps: ReadDeps,
  caller: Caller,
  alarmId: number,
): Promise<AlarmView & { readonly pointCode: string }> {
  const alarm = await alarmFor(deps, caller, 'RELEASE_CHARGE', alarmId);
  const { pointCode } = alarm;
  if (alarm.rule !== 'BALANCE_ANOMALY' || pointCode === null)
    throw new DomainError('conflict', 'NO_HELD_CHARGE', 'The alarm holds no charge.');
  if (!alarm.active)
    throw new DomainError('conflict', 'ALARM_OVER', 'This alarm is over: what it held is decided.');
  return { ...alarm, pointCode };
}
