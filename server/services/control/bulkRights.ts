import { actorUserId } from '../../../db/queries/actorNames';
import type { ScopeFilter, Source } from '../../../db/queries/scope';
import { loadUser } from '../../../db/queries/users';
import { DomainError } from '../../../domain/errors';
import type { BulkDirection } from '../../../domain/supply/bulkJob';
import { type Caller, requirePermission, roleMissing } from '../../auth/caller';

/** Who may switch points by bulk jobs, and where. */
export interface BulkRight {
  /** The person who asks; of a program, who answers for its key. The second person is another human being than this one. */
  readonly requesterId: number;
  /** Id by which leases and tags know who asks; null: a program, which passes under nobody's. */
  readonly actorId: string | null;
  readonly scope: ScopeFilter;
}

/**
 * How far the caller may switch many points in one direction: whoever may cut or restore a single one, except that feeders are
 * cut by those alone who may cut feeders. A right under one's own tag is none here.
 * @throws DomainError `forbidden` `ROLE_MISSING`
 */
export function requireBulkScope(caller: Caller, direction: BulkDirection, feeder: boolean): ScopeFilter {
  const action = direction === 'RESTORE' ? 'RESTORE' : feeder ? 'CUT_FEEDER' : 'CUT';
  const { scope, grant } = requirePermission(caller, action);
  if (grant === 'OWN_TAG' || grant === 'OWN_ROOM') throw roleMissing(action);
  // A program restores what hangs below a feeder no more than it cuts it: that is for two people.
  if (feeder && caller.user === null) throw roleMissing('CUT_FEEDER');
  return scope;
}

/**
 * The same with who asks, or answers for the program that does.
 * @throws DomainError `forbidden` `ROLE_MISSING`, `NOBODY_ANSWERS` (a key whose maker is gone, or that came with the installation)
 */
export async function requireBulkRight(
  source: Source,
  caller: Caller,
  direction: BulkDirection,
  feeder: boolean,
): Promise<BulkRight> {
  const scope = requireBulkScope(caller, direction, feeder);
  if (caller.user !== null) return { requesterId: caller.user.id, actorId: String(caller.user.id), scope };
  return { requesterId: await answerableId(source, caller, scope.at), actorId: null, scope };
}

/** Id of the person who answers for what a program asks. @throws DomainError `forbidden` `NOBODY_ANSWERS` */
export async function answerableId(
  source: Source,
  { answerable }: Pick<Caller, 'answerable'>,
  at: Date,
): Promise<number> {
  const id = answerable === null ? null : await actorUserId(source, answerable);
  const user = id === null ? null : await loadUser(source, Number(id), at);
  if (!user || user.disabled)
    throw new DomainError(
      'forbidden',
      'NOBODY_ANSWERS',
      'Nobody who is still here answers for this key: it may not ask for bulk jobs.',
    );
  return Number(id);
}
