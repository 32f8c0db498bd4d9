import type { AlarmView } from '../../../db/queries/alarmViews';
import { DomainError } from '../../../domain/errors';
import type { Caller } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { alarmFor } from './actOnAlarm';

/**
 * The alarm of a held charge, if the caller may decide about it.
 * @throws DomainError `conflict` `NO_HELD_CHARGE` for any other alarm; `forbidden`, `notFound`
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
  return { ...alarm, pointCode };
}
