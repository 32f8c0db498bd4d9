import { createHash } from 'node:crypto';
import { lineOf } from '../../../db/queries/bulkCandidates';
import { bulkJobByKey } from '../../../db/queries/bulkJobs';
import { jcs } from '../../../domain/credit/jcs';
import { type BulkAnswer, createBulkJob } from '../../../engine/bulk/createBulkJob';
import type { Caller } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { requireBulkRight } from './bulkRights';
import { type BulkAsk, judgeChoice } from './previewBulk';

export interface BulkOrder extends BulkAsk {
  readonly reason: string;
  /** How many points the person saw as eligible, and typed where a second person is needed. */
  readonly confirmed: number;
  /** One per press of the button; pressing twice makes one job. */
  readonly requestKey: string;
}

/**
 * Asks for a bulk job: the dry run is made anew, and only what the person confirmed is stored. It runs at once, or waits 10 min
 * for a second person.
 * @throws DomainError as `judgeChoice`; refused/COUNT_CHANGED, NOTHING_ELIGIBLE; conflict/REQUEST_KEY
 */
export async function requestBulk(deps: ServiceDeps, caller: Caller, order: BulkOrder): Promise<BulkAnswer> {
  const requestHash = hashOf(order);
  const { requesterId } = await requireBulkRight(
    deps.database,
    caller,
    order.direction,
    order.choice.kind === 'FEEDER',
  );
  // The same press again: its points may have moved since, and nothing is judged twice.
  const before = await bulkJobByKey(deps.database.pool, requesterId, order.requestKey);
  if (before?.requestHash === requestHash) return { id: before.id, state: before.state, existing: true };
  const judged = await judgeChoice(deps, caller, order);
  return createBulkJob(
    deps.database,
    deps.engine,
    {
      campusId: judged.right.scope.campusId,
      direction: order.direction,
      utility: order.utility,
      scope: judged.scope,
      scopeCode: judged.scopeCode,
      reason: order.reason,
      requesterId,
      actor: caller.actor,
      answerable: caller.answerable ?? caller.actor,
      requestKey: order.requestKey,
      requestHash,
      confirmed: order.confirmed,
      targets: judged.points.map(({ candidate, verdict }) => ({
        pointId: candidate.pointId,
        verdict: verdict.verdict,
        reason: verdict.reason,
        line: lineOf(candidate),
        feeder: candidate.role === 'FEEDER',
      })),
    },
    (tx, answer) =>
      auditAct(tx, deps, caller, {
        action: `BULK_${order.direction}_REQUESTED`,
        target: `bulk:${answer.id}`,
        after: {
          scope: judged.scope,
          place: judged.scopeCode ?? '',
          points: String(judged.points.length),
          eligible: String(order.confirmed),
          reason: order.reason,
          state: answer.state,
        },
      }),
  );
}

function hashOf({ choice, direction, utility, reason, confirmed }: BulkOrder): string {
  const asked = {
    kind: choice.kind,
    codes: 'codes' in choice ? [...choice.codes] : [choice.code],
    direction,
    utility,
    reason,
    confirmed: String(confirmed),
  };
  return createHash('sha256').update(jcs(asked)).digest('hex');
}
