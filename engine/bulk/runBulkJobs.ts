import { type Database, withTransaction } from '../../db/client';
import { appendAudit } from '../../db/queries/audit';
import {
  cancelPlannedTargets,
  dueBulkTargets,
  jobsUnderWay,
  linesInUse,
  lockBulkJob,
  postponeBulkTargets,
  type RunningJob,
  stoppedWithUnsent,
  unapprovedJobs,
  updateBulkJob,
} from '../../db/queries/bulkJobs';
import {
  ASLEEP_MS,
  type BulkJobEvent,
  bulkJobStep,
  PER_GATEWAY_AND_SECOND,
  WAVE_SIZE,
} from '../../domain/supply/bulkJob';
import type { EngineContext } from '../context';
import { handTarget } from './handTarget';
import { cancelUnsent } from './steerBulkJob';

const SECOND_MS = 1_000;

/**
 * One round of all bulk jobs: requests that nobody consented to in time end, due points get their command, finished jobs end.
 * All it knows stands in the database, so any server may run the next round. Run it every second.
 */
export async function runBulkJobs(
  database: Database,
  ctx: EngineContext,
): Promise<{ handed: number; ended: number }> {
  let ended = 0;
  for (const id of await unapprovedJobs(database.pool, ctx.clock.now()))
    if (await endJob(database, ctx, id, 'EXPIRE', 'EXPIRED')) ended++;
  // A server that died between a stop and its last step has left these.
  for (const job of await stoppedWithUnsent(database.pool)) await cancelUnsent(database, ctx, job, 'engine');
  let handed = 0;
  for (const job of await jobsUnderWay(database.pool)) {
    const now = ctx.clock.now();
    if (now >= job.goodUntilMs && job.nextDueMs !== null) {
      if (await endJob(database, ctx, job.id, 'STOP', 'EXPIRED')) ended++;
      continue;
    }
    if (job.state !== 'RUNNING') continue;
    if (job.nextDueMs === null) {
      if (job.inMotion === 0 && (await endJob(database, ctx, job.id, 'FINISH', 'FINISHED'))) ended++;
      continue;
    }
    if (wasAsleep(job, job.nextDueMs, now)) {
      await withTransaction(database, (tx) => postponeBulkTargets(tx.client, job.id, now - job.nextDueMs!));
    }
    handed += await handDue(database, ctx, job.id, now);
  }
  return { handed, ended };
}

/** Paused, or no server ran: nothing was handed out for a while although its time had come. */
function wasAsleep({ lastHandedMs }: RunningJob, nextDueMs: number, now: number): boolean {
  return now - nextDueMs > ASLEEP_MS && (lastHandedMs === null || now - lastHandedMs > ASLEEP_MS);
}

/**
 * Hands out at most one wave: five a second to a line, counting those that it was given and has not sent, so that a broker that
 * was away does not get them all at once.
 */
async function handDue(database: Database, ctx: EngineContext, jobId: string, now: number): Promise<number> {
  const due = await dueBulkTargets(database.pool, jobId, now, WAVE_SIZE * PER_GATEWAY_AND_SECOND);
  const inUse = await linesInUse(database.pool, [...new Set(due.map(({ line }) => line))], now - SECOND_MS);
  let handed = 0;
  for (const { pointId, line } of due) {
    if (handed >= WAVE_SIZE) break;
    const used = inUse.get(line) ?? 0;
    if (used >= PER_GATEWAY_AND_SECOND) continue;
    if (!(await handTarget(database, ctx, jobId, pointId))) continue;
    inUse.set(line, used + 1);
    handed++;
  }
  return handed;
}

/** Ends a job by the clock or because all is done; what was never sent never is. */
async function endJob(
  database: Database,
  ctx: EngineContext,
  id: string,
  event: Extract<BulkJobEvent, 'EXPIRE' | 'STOP' | 'FINISH'>,
  cause: 'EXPIRED' | 'FINISHED',
): Promise<boolean> {
  return withTransaction(database, async (tx) => {
    const job = await lockBulkJob(tx.client, id);
    const state = job && bulkJobStep(job.state, event);
    if (!job || !state) return false;
    const now = ctx.clock.now();
    const cancelled = await cancelPlannedTargets(tx.client, id, cause);
    Object.assign(job, { state, finishedMs: now, endedBy: 'engine', endCause: cause });
    await updateBulkJob(tx.client, job);
    appendAudit(tx, {
      campusId: job.campusId,
      atMs: now,
      actor: 'engine',
      action: `BULK_${cause}`,
      target: `bulk:${id}`,
      ip: null,
      after: { state, cancelled: String(cancelled) },
    });
    return true;
  });
}
