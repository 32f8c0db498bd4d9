import { findPointPlace } from '../../../db/queries/pointViews';
import { listTags } from '../../../db/queries/protectionProposals';
import { DomainError } from '../../../domain/errors';
import { hangTag, takeTag } from '../../../engine/maintenanceTag';
import { type Caller, requirePermission, roleMissing } from '../../auth/caller';
import { rolesThatMay } from '../../auth/permissions';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';

async function pointToTag(deps: ServiceDeps, caller: Caller, pointCode: string) {
  const { scope } = requirePermission(caller, 'PLACE_TAG');
  if (caller.user === null) throw roleMissing('PLACE_TAG');
  const point = await findPointPlace(deps.reader, scope, pointCode);
  if (!point) throw new DomainError('notFound', 'METER_POINT', `There is no meter point ${pointCode}.`);
  return { pointId: point.id, userId: caller.user.id };
}

/** Hangs the caller's own tag. @throws DomainError forbidden/ROLE_MISSING; notFound/METER_POINT; invalid/NOTE */
export async function hangOwnTag(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly pointCode: string; readonly note: string },
): Promise<void> {
  const place = await pointToTag(deps, caller, input.pointCode);
  await hangTag(deps.database, deps.engine, { ...place, note: input.note }, (tx) =>
    auditAct(tx, deps, caller, {
      action: 'TAG_HUNG',
      target: `point:${input.pointCode}`,
      after: { note: input.note.trim() },
    }),
  );
}

/** Takes the caller's own tag off. @throws DomainError forbidden/ROLE_MISSING; notFound/METER_POINT; conflict/NO_TAG */
export async function takeOwnTag(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly pointCode: string },
): Promise<void> {
  const place = await pointToTag(deps, caller, input.pointCode);
  await takeTag(deps.database, deps.engine, place, (tx) =>
    auditAct(tx, deps, caller, { action: 'TAG_TAKEN', target: `point:${input.pointCode}` }),
  );
}

/**
 * Takes off the tag of somebody who can't any more: a sign-in that was closed, a role that ended. Whoever may restore there without
 * a tag vouches that nobody works on it, in words that stand in the audit log.
 * @throws DomainError forbidden/ROLE_MISSING; conflict/NO_TAG; refused/TAG_OWNER_ACTIVE
 */
export async function takeLeftTag(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly pointCode: string; readonly owner: string; readonly note: string },
): Promise<void> {
  const { scope, grant } = requirePermission(caller, 'RESTORE');
  if (grant !== 'FULL' || caller.user === null) throw roleMissing('RESTORE');
  const point = await findPointPlace(deps.reader, scope, input.pointCode);
  const hung = await listTags(deps.reader, scope, rolesThatMay('PLACE_TAG'));
  const tag = hung.find(({ pointCode, by }) => pointCode === input.pointCode && by === input.owner);
  if (!point || !tag) throw new DomainError('conflict', 'NO_TAG', 'No such tag hangs here.');
  if (!tag.left) throw new DomainError('refused', 'TAG_OWNER_ACTIVE', `Only ${tag.name} takes this tag off.`);
  await takeTag(deps.database, deps.engine, { pointId: point.id, userId: Number(tag.by) }, (tx) =>
    auditAct(tx, deps, caller, {
      action: 'LEFT_TAG_TAKEN',
      target: `point:${input.pointCode}`,
      before: { owner: tag.by, note: tag.note },
      after: { note: input.note.trim() },
    }),
  );
}
