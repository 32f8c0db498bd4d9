import { findPointPlace } from '../../../db/queries/pointViews';
import { DomainError } from '../../../domain/errors';
import type { Protection } from '../../../domain/supply/supplyState';
import { decideProtection, proposeProtection } from '../../../engine/changeProtection';
import { type Caller, requireCampusWide, requirePermission, roleMissing } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';

export interface ProtectionInput {
  readonly pointCode: string;
  readonly protection: Protection;
  readonly owner?: string;
  readonly phone?: string;
  readonly reason: string;
}

/** Proposes a change of the protected list. @throws DomainError forbidden, notFound, and as `proposeProtection` */
export async function proposeChange(
  deps: ServiceDeps,
  caller: Caller,
  input: ProtectionInput,
): Promise<{ id: number }> {
  const { scope } = requirePermission(caller, 'PROPOSE_PROTECTION');
  if (caller.user === null) throw roleMissing('PROPOSE_PROTECTION');
  const point = await findPointPlace(deps.reader, scope, input.pointCode);
  if (!point) throw new DomainError('notFound', 'METER_POINT', `There is no meter point ${input.pointCode}.`);
  const owner = input.owner?.trim() || null;
  const phone = input.phone?.trim() || null;
  const id = await proposeProtection(
    deps.database,
    deps.engine,
    {
      campusId: scope.campusId,
      pointId: point.id,
      protection: input.protection,
      owner,
      phone,
      reason: input.reason,
      userId: caller.user.id,
      actor: caller.actor,
    },
    (tx, proposal) =>
      auditAct(tx, deps, caller, {
        action: 'PROTECTION_PROPOSED',
        target: `point:${input.pointCode}`,
        after: { proposal, protection: input.protection, owner: owner ?? '', reason: input.reason },
      }),
  );
  return { id };
}

/** An admin decides, or whoever proposed takes it back. @throws DomainError as `decideProtection` */
export async function decideChange(
  deps: ServiceDeps,
  caller: Caller,
  input: {
    readonly id: number;
    readonly decision: 'APPROVED' | 'REJECTED' | 'WITHDRAWN';
    readonly note?: string;
  },
): Promise<void> {
  const action = input.decision === 'WITHDRAWN' ? 'PROPOSE_PROTECTION' : 'APPROVE_PROTECTION';
  const { scope } =
    input.decision === 'WITHDRAWN' ? requirePermission(caller, action) : requireCampusWide(caller, action);
  if (caller.user === null) throw roleMissing(action);
  await decideProtection(
    deps.database,
    deps.engine,
    {
      campusId: scope.campusId,
      id: input.id,
      actor: caller.actor,
      decision: input.decision,
      note: input.note?.trim() || null,
    },
    (tx, proposal) =>
      auditAct(tx, deps, caller, {
        action: `PROTECTION_${input.decision}`,
        target: `proposal:${proposal.id}`,
        before: { protection: proposal.before },
        after: { protection: proposal.after, proposedBy: proposal.proposedBy },
      }),
  );
}
