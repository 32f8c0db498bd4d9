import type { ShelveReason } from '../../../contracts/restAlarms';
import { invalid } from '../../../domain/errors';
import type { Caller } from '../../auth/caller';
import type { ServiceDeps } from '../deps';
import { actOnAlarm, alarmFor } from './actOnAlarm';
import { consentTo } from './consentTo';

export interface ShelveInput {
  readonly alarmId: number;
  readonly reason: ShelveReason;
  /** In words; needed with OTHER. */
  readonly note?: string;
  /** ms UTC; at most 8 h from now, 15 min for P1. */
  readonly untilMs: number;
  /** Finds the person who consents beside the caller; needed for P1. */
  readonly secondPerson?: () => Promise<Caller>;
}

/**
 * Silences an alarm until a time. P1 needs an energy manager and a second one who consents.
 * @throws DomainError `refused` `SECOND_PERSON_NEEDED`, `invalid` `SHELVE_TOO_LONG`
 */
export async function shelveAlarm(deps: ServiceDeps, caller: Caller, input: ShelveInput): Promise<void> {
  const alarm = await alarmFor(deps, caller, 'SHELVE_ALARM', input.alarmId);
  const note = input.note?.trim() ?? '';
  if (input.reason === 'OTHER' && note === '') {
    throw invalid('/note', 'NOTE_NEEDED', 'The reason OTHER needs a text.');
  }
  const detail: Record<string, string> = { reason: note === '' ? input.reason : `${input.reason}: ${note}` };
  if (alarm.priority === 1) detail.secondPerson = await consentTo(deps, caller, alarm.id, input.secondPerson);
  const event = { kind: 'SHELVE', at: deps.engine.clock.now(), until: input.untilMs } as const;
  await actOnAlarm(deps, caller, alarm, event, detail);
}

/** Ends a shelving; an alarm that is still active is announced again. */
export async function unshelveAlarm(
  deps: ServiceDeps,
  caller: Caller,
  input: { alarmId: number },
): Promise<void> {
  const alarm = await alarmFor(deps, caller, 'SHELVE_ALARM', input.alarmId);
  await actOnAlarm(deps, caller, alarm, { kind: 'UNSHELVE', at: deps.engine.clock.now() });
}
