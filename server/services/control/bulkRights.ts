import type { ScopeFilter } from '../../../db/queries/scope';
import { DomainError } from '../../../domain/errors';
import type { BulkDirection } from '../../../domain/supply/bulkJob';
import { type Caller, requirePermission, roleMissing } from '../../auth/caller';

/** A person who may switch points by bulk jobs, and where. */
export interface BulkRight {
  readonly user: { readonly id: number; readonly name: string };
  readonly scope: ScopeFilter;
}

/**
 * The caller's right to switch many points in one direction: whoever may cut or restore a single one, except that feeders are
 * cut by those alone who may cut feeders. A right under one's own tag is none here, and no program asks for a bulk job.
 * @throws DomainError `forbidden` `ROLE_MISSING`, `PERSON_NEEDED`
 */
export function requireBulkRight(caller: Caller, direction: BulkDirection, feeder: boolean): BulkRight {
  const action = direction === 'RESTORE' ? 'RESTORE' : feeder ? 'CUT_FEEDER' : 'CUT';
  const { scope, grant } = requirePermission(caller, action);
  if (grant === 'OWN_TAG' || grant === 'OWN_ROOM') throw roleMissing(action);
  if (caller.user === null)
    throw new DomainError('forbidden', 'PERSON_NEEDED', 'Bulk jobs are asked for and approved by people.');
  return { user: caller.user, scope };
}
