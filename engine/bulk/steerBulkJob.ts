import { type Database, withTransaction } from '../../db/client';
import {
  type BulkJobRow,
  cancelPlannedTargets,
  lockBulkJob,
  unsentCommandsOf,
  updateBulkJob,
} from '../../db/queries/bulkJobs';
import { DomainError } from '../../domain/errors';
import { bulkJobStep } from '../../domain/supply/bulkJob';
import type { Closing, EngineContext } from '../context';
import { cancelCommand } from '../requestSupply';
import { type BulkDecider, needReach, noJob } from './decideBulkJob';

/**
 * Holds a job, lets it go on, or ends it. A stop leaves every point that was not sent as it is: those without a command at once,
 * queued commands one by one unless they went out meanwhile. WITHDRAW takes back one's own request before anybody consented.
 * @throws DomainError notFound/JOB; conflict/JOB_STATE; forbidden/OUT_OF_SCOPE, NOT_YOURS
 */
export async function steerBulkJob(
  database: Database,
  ctx: EngineContext,
  decider: BulkDecider,
  event: 'PAUSE' | 'RESUME' | 'STOP' | 'WITHDRAW',
  closing?: Closing<BulkJobRow>,
): Promise<BulkJobRow> {
  const job = await withTransaction(database, async (tx) => {
    const row = await lockBulkJob(tx.client, decider.jobId);
    if (!row || row.campusId !== decider.campusId) throw noJob(decider.jobId);
    // Who answers for a key takes back what it asked for; a program only what itself did.
    const own =
      decider.userId === null ? row.requestedBy === decider.actor : row.requesterId === decider.userId;
    if (event === 'WITHDRAW' && !own)
      throw new DomainError('forbidden', 'NOT_YOURS', 'Only who asked takes a request back.');
    const state = bulkJobStep(row.state, event);
    if (state === null)
      throw new DomainError('conflict', 'JOB_STATE', `The job is ${row.state}.`, { state: row.state });
    if (event !== 'WITHDRAW') await needReach(tx, decider);
    row.state = state;
    if (event === 'STOP' || event === 'WITHDRAW') {
      const cause = event === 'STOP' ? 'STOPPED' : 'WITHDRAWN';
      row.finishedMs = ctx.clock.now();
      row.endedBy = decider.actor;
      row.endCause = cause;
      await cancelPlannedTargets(tx.client, row.id, cause);
    }
    await updateBulkJob(tx.client, row);
    closing?.(tx, row);
    return row;
  });
  if (event === 'STOP') await cancelUnsent(database, ctx, job, decider.actor);
  return job;
}

/** Takes back what waits to go out; what went out meanwhile stays, and is told by its own track. */
export async function cancelUnsent(
  database: Database,
  ctx: EngineContext,
  job: { readonly id: string; readonly campusId: number },
  actor: string,
): Promise<void> {
  for (const commandId of await unsentCommandsOf(database.pool, job.id)) {
    try {
      await cancelCommand(database, ctx, { campusId: job.campusId, commandId, actor });
    } catch (error) {
      if (!(error instanceof DomainError && error.reason === 'ALREADY_SENT')) throw error;
    }
  }
}
