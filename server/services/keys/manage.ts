import type { Second } from '../../../contracts/payments';
import type { KeyScope } from '../../../contracts/restCommon';
import { withTransaction } from '../../../db/client';
import { type ApiKeyListRow, listApiKeys, revokeApiKey } from '../../../db/queries/apiKeys';
import { spaceIdByCode } from '../../../db/queries/spaces';
import { DomainError, invalid } from '../../../domain/errors';
import { needSecondAlways } from '../../../engine/needSecondPerson';
import { createApiKey } from '../../auth/apiKeys';
import { type Caller, requireCampusWide, requirePermission } from '../../auth/caller';
import type { SignInDeps } from '../../auth/checkSignIn';
import { auditAct, auditConsent } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { secondPerson } from '../secondPerson';

/** Keys open the whole campus or a part that an admin chooses: only who manages the whole may give them. */
function requireCampus(caller: Caller): number {
  const { scope } = requirePermission(caller, 'MANAGE_KEYS');
  if (!scope.campusWide)
    throw new DomainError('forbidden', 'CAMPUS_SCOPE_NEEDED', 'API keys are managed for the whole campus.');
  return scope.campusId;
}

/** Keys in force, by name; never what they are, since only their hashes are kept. */
export async function listKeys(deps: ServiceDeps, caller: Caller): Promise<ApiKeyListRow[]> {
  return listApiKeys(deps.database, requireCampus(caller));
}

/**
 * Makes a key; the answer holds its only copy. One that credits money is finance's as well: who gives keys has no say about money.
 * @param input.space code of the subtree that it may see; null: the campus
 * @throws DomainError `invalid` `UNKNOWN_SPACE` at /space; for a key of scope `vend` `refused` `TWO_PERSONS` without the consent of
 *   finance, `SECOND_PERSON_WRONG`, and `forbidden` `SECOND_MAY_NOT`, `CAMPUS_WIDE` where the second is finance of a part
 */
export async function createKey(
  deps: ServiceDeps & SignInDeps,
  caller: Caller,
  input: { name: string; scopes: readonly KeyScope[]; space: string | null; second?: Second | undefined },
): Promise<{ id: string; key: string }> {
  const campusId = requireCampus(caller);
  const movesMoney = input.scopes.includes('vend');
  const second =
    movesMoney && input.second ? await secondPerson(deps, caller, input.second, 'CASH_DESK') : null;
  if (second) requireCampusWide(second, 'CASH_DESK');
  return withTransaction(deps.database, async (tx) => {
    if (movesMoney) await needSecondAlways(tx, { actor: caller.actor, approver: second?.actor ?? null });
    const spaceId = input.space === null ? null : await spaceIdByCode(tx.client, campusId, input.space);
    if (input.space !== null && spaceId === null)
      throw invalid('/space', 'UNKNOWN_SPACE', `There is no place ${input.space}.`);
    const made = await createApiKey(
      { database: tx, clock: deps.engine.clock },
      { campusId, name: input.name, scopes: input.scopes, spaceId, madeBy: caller.actor },
    );
    const act = { action: 'API_KEY_CREATED', target: `key:${made.id}` };
    auditAct(tx, deps, caller, {
      ...act,
      after: { name: input.name, scopes: [...input.scopes], space: input.space },
    });
    auditConsent(tx, deps, caller, second, act);
    return made;
  });
}

/** Ends a key at once. @throws DomainError `notFound` `API_KEY` */
export async function revokeKey(deps: ServiceDeps, caller: Caller, input: { id: string }): Promise<void> {
  const campusId = requireCampus(caller);
  const at = new Date(deps.engine.clock.now());
  await withTransaction(deps.database, async (tx) => {
    if (!(await revokeApiKey(tx, campusId, input.id, at)))
      throw new DomainError('notFound', 'API_KEY', 'There is no such key.');
    auditAct(tx, deps, caller, { action: 'API_KEY_REVOKED', target: `key:${input.id}`, after: {} });
  });
}
