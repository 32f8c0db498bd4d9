import type { Caller } from '../../auth/caller';
import type { ServiceDeps } from '../deps';
import { actOnAlarm, alarmFor } from './actOnAlarm';
import { consentTo } from './consentTo';

export interface OutOfServiceInput {
  readonly alarmId: number;
  /** The work order under which it is out of service, in words. */
  readonly ticket: string;
  /** Finds the person who consents; needed for P1, as for shelving. */
  readonly secondPerson?: () => Promise<Caller>;
}

/**
 * Takes an alarm out of service for the time of a repair: it is evaluated and logged, and nobody is told until it is put back.
 * @throws DomainError `invalid` `TICKET_NEEDED`, `refused` `SECOND_PERSON_NEEDED` for a P1, `conflict` where it is over
 */
export async function takeOutOfService(
  deps: ServiceDeps,
  caller: Caller,
  input: OutOfServiceInput,
): Promise<void> {
  const alarm = await alarmFor(deps, caller, 'OUT_OF_SERVICE', input.alarmId);
  const detail: Record<string, string> = { ticket: input.ticket.trim() };
  if (alarm.priority === 1) detail.secondPerson = await consentTo(deps, caller, alarm.id, input.secondPerson);
  const event = {
    kind: 'TAKE_OUT_OF_SERVICE',
    at: deps.engine.clock.now(),
    ticket: input.ticket,
  } as const;
  await actOnAlarm(deps, caller, alarm, event, detail);
}

/** Puts an alarm back into service; one that is active is announced. */
export async function returnToService(
  deps: ServiceDeps,
  caller: Caller,
  input: { alarmId: number },
): Promise<void> {
  const alarm = await alarmFor(deps, caller, 'OUT_OF_SERVICE', input.alarmId);
  await actOnAlarm(deps, caller, alarm, { kind: 'RETURN_TO_SERVICE', at: deps.engine.clock.now() });
}
