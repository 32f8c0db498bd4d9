import type { Caller } from '../../auth/caller';
import type { ServiceDeps } from '../deps';
import { actOnAlarm, alarmFor } from './actOnAlarm';

/** Releases a latch after inspection. @throws DomainError `invalid` `NOTE_NEEDED` */
export async function resetAlarm(
  deps: ServiceDeps,
  caller: Caller,
  input: { alarmId: number; note: string },
): Promise<void> {
  const alarm = await alarmFor(deps, caller, 'RESET_LATCH', input.alarmId);
  const event = { kind: 'RESET', at: deps.engine.clock.now(), note: input.note } as const;
  await actOnAlarm(deps, caller, alarm, event, { note: input.note });
}
