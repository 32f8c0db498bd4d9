import { loadUser } from '../../db/queries/users';
import { DomainError } from '../../domain/errors';
import { type Caller, sessionCaller } from '../auth/caller';
import { checkSignIn, type SignInDeps } from '../auth/checkSignIn';
import type { Action } from '../auth/permissions';
import { sessionOf } from '../auth/readSession';
import type { ServiceDeps } from './deps';

/**
 * The person who consents beside the one who is signed in, by name and password on the same screen. Nobody is signed in by
 * it: it holds for one act.
 * @param action what they must have a role for, somewhere; how far it reaches the caller judges. Absent: the caller judges all
 * @throws DomainError `refused` `SECOND_PERSON_WRONG` for a wrong name or password or another campus; `forbidden` `SECOND_MAY_NOT`
 */
export async function secondPerson(
  deps: Pick<ServiceDeps, 'database' | 'engine'> & SignInDeps,
  caller: Caller,
  given: { readonly name: string; readonly password: string },
  action?: Action,
): Promise<Caller> {
  const at = new Date(deps.engine.clock.now());
  const signedIn = await checkSignIn(deps, { ...given, oneTap: false, address: caller.address });
  const user = signedIn && (await loadUser(deps.database, signedIn.userId, at));
  if (!user || user.campus.id !== caller.campus.id) {
    throw new DomainError('refused', 'SECOND_PERSON_WRONG', 'The second name or password is wrong.', {
      field: '/second',
    });
  }
  const second = sessionCaller(sessionOf(user), caller.address, at);
  if (action && second.permission(action) === null)
    throw new DomainError('forbidden', 'SECOND_MAY_NOT', `No role of the second person allows ${action}.`, {
      field: '/second',
      action,
    });
  return second;
}
