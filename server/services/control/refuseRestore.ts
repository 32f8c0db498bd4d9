import { findPointPlace } from '../../../db/queries/pointViews';
import { DomainError } from '../../../domain/errors';
import { refuseRestore } from '../../../engine/refuseRestore';
import { type Caller, requirePermission, roleMissing } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';

/**
 * Whoever may restore at a point refuses a request to, with the reason that the asker is told.
 * @throws DomainError `forbidden`; `notFound` outside the caller's scope; `conflict` `REQUEST_ANSWERED`
 */
export async function refuseRestoreRequest(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly pointCode: string; readonly requestId: string; readonly reason: string },
): Promise<void> {
  const { scope, grant } = requirePermission(caller, 'RESTORE');
  if (grant !== 'FULL' || caller.user === null) throw roleMissing('RESTORE');
  const { pointCode, requestId, reason } = input;
  const point = await findPointPlace(deps.reader, scope, pointCode);
  if (!point) throw new DomainError('notFound', 'METER_POINT', `There is no meter point ${pointCode}.`);
  await refuseRestore(
    deps.database,
    deps.engine,
    {
      ...{ campusId: scope.campusId, pointId: point.id, pointCode, requestId, reason },
      by: caller.user.name,
    },
    (tx) =>
      auditAct(tx, deps, caller, {
        action: 'RESTORE_REFUSED',
        target: `point:${pointCode}`,
        after: { request: requestId, reason },
      }),
  );
}
