import { findPointPlace } from '../../../db/queries/pointViews';
import { DomainError } from '../../../domain/errors';
import { hangTag, takeTag } from '../../../engine/maintenanceTag';
import { type Caller, requirePermission, roleMissing } from '../../auth/caller';
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
