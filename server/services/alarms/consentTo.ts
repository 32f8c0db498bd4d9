import { isSamePerson } from '../../../db/queries/samePerson';
import { DomainError } from '../../../domain/errors';
import type { Caller } from '../../auth/caller';
import type { ServiceDeps } from '../deps';
import { alarmFor } from './actOnAlarm';

/**
 * The second energy manager without whom a P1 alarm is not silenced. Asked only once the caller's own right is certain, so
 * that nobody without it can try passwords.
 * @returns who consented, as history and audit name them
 * @throws DomainError `refused` `SECOND_PERSON_NEEDED`, `forbidden` where either of the two may not
 */
export async function consentTo(
  deps: ServiceDeps,
  caller: Caller,
  alarmId: number,
  find: (() => Promise<Caller>) | undefined,
): Promise<string> {
  await alarmFor(deps, caller, 'SHELVE_P1_ALARM', alarmId);
  const secondPerson = await find?.();
  if (!secondPerson || (await isSamePerson(deps.database, caller.actor, secondPerson.actor)))
    throw new DomainError('refused', 'SECOND_PERSON_NEEDED', 'A P1 alarm is silenced by two persons.');
  await alarmFor(deps, secondPerson, 'SHELVE_P1_ALARM', alarmId);
  return secondPerson.actor;
}
