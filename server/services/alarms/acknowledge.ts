import type { Caller } from '../../auth/caller';
import type { ServiceDeps } from '../deps';
import { actOnAlarm, alarmFor } from './actOnAlarm';

/** An operator has seen the alarm. It silences, it does not clear; doing it twice changes nothing. */
export async function acknowledgeAlarm(
  deps: ServiceDeps,
  caller: Caller,
  input: { alarmId: number },
): Promise<void> {
  const alarm = await alarmFor(deps, caller, 'ACKNOWLEDGE_ALARM', input.alarmId);
  await actOnAlarm(deps, caller, alarm, { kind: 'ACKNOWLEDGE', at: deps.engine.clock.now() });
}
