import { type Database, withTransaction } from '../../db/client';
import {
  type BulkJobRow,
  cancelPlannedTargets,
  lockBulkJob,
  longestOffset,
  startBulkTargets,
  targetsOutside,
  updateBulkJob,
} from '../../db/queries/bulkJobs';
import { areOnePerson } from '../../db/queries/samePerson';
import type { ScopeFilter } from '../../db/queries/scope';
import { DomainError } from '../../domain/errors';
import { bulkJobStep, LINGER_MS } from '../../domain/supply/bulkJob';
import type { Closing, EngineContext } from '../context';

/** Who decides about a job, and how far their right to switch such points reaches. */
export interface BulkDecider {
  readonly campusId: number;
  readonly jobId: string;
  /** Null: a program, which stops but never consents. */
  readonly userId: number | null;
  readonly actor: string;
  readonly scope: ScopeFilter;
}

/**
 * A second person's word on a job. One of several who press at once decides; the others are told who did.
 * @throws DomainError notFound/JOB; conflict/DECIDED; forbidden/SAME_PERSON; refused/APPROVAL_EXPIRED; forbidden/OUT_OF_SCOPE
 * where a point of the job lies outside the decider's reach
 */
export async function decideBulkJob(
  database: Database,
  ctx: EngineContext,
  decider: BulkDecider,
  decision: { readonly approve: boolean; readonly note: string | null },
  closing?: Closing<BulkJobRow>,
): Promise<BulkJobRow> {
  return withTransaction(database, async (tx) => {
    const job = await lockBulkJob(tx.client, decider.jobId);
    if (!job || job.campusId !== decider.campusId) throw noJob(decider.jobId);
    const state = bulkJobStep(job.state, decision.approve ? 'APPROVE' : 'REJECT');
    if (state === null)
      throw new DomainError('conflict', 'DECIDED', 'This job was decided before.', {
        by: job.approvedBy ?? job.endedBy ?? '',
        state: job.state,
      });
    if (decider.userId === null || (await areOnePerson(tx, job.requesterId, decider.userId)))
      throw new DomainError('forbidden', 'SAME_PERSON', 'Another person must decide than asked.');
    const now = ctx.clock.now();
    if (job.approvalDueMs !== null && now >= job.approvalDueMs)
      throw new DomainError('refused', 'APPROVAL_EXPIRED', 'The ten minutes for a second person are over.');
    await needReach(tx, decider);
    job.state = state;
    job.note = decision.note;
    if (decision.approve) {
      job.approvedBy = decider.actor;
      job.approvedMs = now;
      job.startedMs = now;
      job.goodUntilMs = now + (await longestOffset(tx.client, job.id)) + LINGER_MS;
      await startBulkTargets(tx.client, job.id, now);
    } else {
      job.finishedMs = now;
      job.endedBy = decider.actor;
      job.endCause = 'REJECTED';
      await cancelPlannedTargets(tx.client, job.id, 'REJECTED');
    }
    await updateBulkJob(tx.client, job);
    closing?.(tx, job);
    return job;
  });
}

/** @throws DomainError forbidden/OUT_OF_SCOPE */
export async function needReach(
  tx: Parameters<typeof targetsOutside>[0],
  { scope, jobId }: BulkDecider,
): Promise<void> {
  const outside = await targetsOutside(tx, scope, jobId);
  if (outside > 0)
    throw new DomainError(
      'forbidden',
      'OUT_OF_SCOPE',
      `${outside} points of this job lie outside your reach.`,
      { outside },
    );
}

export const noJob = (id: string): DomainError =>
  new DomainError('notFound', 'JOB', `There is no bulk job ${id}.`);
