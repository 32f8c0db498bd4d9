import { type Database, withTransaction } from '../../db/client';
import { appendAudit } from '../../db/queries/audit';
import {
  type BulkJobRow,
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
import { oneByOne } from '../oneByOne';
import { handTarget } from './handTarget';
import { cancelUnsent } from './steerBulkJob';

const SECOND_MS = 1_000;

type EndEvent = Extract<BulkJobEvent, 'EXPIRE' | 'STOP' | 'FINISH'>;
type EndCause = 'EXPIRED' | 'FINISHED' | 'RIGHT_GONE';

/** Whether those who asked for a job and consented to it still hold the right over all of its points. */
export type StillAllowed = (jobId: string) => Promise<boolean>;

/**
 * One round of all bulk jobs: requests that nobody consented to in time end, due points get their command, finished jobs end.
 * A job whose people lost their right meanwhile is stopped before its next point. All it knows stands in the database, so any
 * server may run the next round; one job that can't be looked at holds up no other. Run it every second.
 */
export async function runBulkJobs(
  database: Database,
  ctx: EngineContext,
  stillAllowed: StillAllowed,
): Promise<{ handed: number; ended: number }> {
  let handed = 0;
  let ended = 0;
  const end = async (id: string, event: EndEvent, cause: EndCause): Promise<void> => {
    const job = await endJob(database, ctx, id, event, cause);
    if (!job) return;
    ended++;
    if (event === 'STOP') await cancelUnsent(database, ctx, job, 'engine');
  };
  const rounds = [
    ...(await unapprovedJobs(database.pool, ctx.clock.now())).map((id) => () => end(id, 'EXPIRE', 'EXPIRED')),
    // A server that died between a stop and its last step has left these.
    ...(await stoppedWithUnsent(database.pool)).map(
      (job) => () => cancelUnsent(database, ctx, job, 'engine'),
    ),
    ...(await jobsUnderWay(database.pool)).map((job) => async () => {
      const now = ctx.clock.now();
      const { id, nextDueMs } = job;
      if (now >= job.goodUntilMs && nextDueMs !== null) return end(id, 'STOP', 'EXPIRED');
      if (job.state !== 'RUNNING') return;
      if (nextDueMs === null) return job.inMotion === 0 ? end(id, 'FINISH', 'FINISHED') : undefined;
      if (nextDueMs <= now && !(await stillAllowed(id))) return end(id, 'STOP', 'RIGHT_GONE');
      if (wasAsleep(job, nextDueMs, now))
        await withTransaction(database, (tx) => postponeBulkTargets(tx.client, id, now - nextDueMs));
      handed += await handDue(database, ctx, id, now);
    }),
  ];
  await oneByOne(rounds, ctx.log, 'round of a bulk job', (round) => round());
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
  event: EndEvent,
  cause: EndCause,
): Promise<BulkJobRow | null> {
  return withTransaction(database, async (tx) => {
    const job = await lockBulkJob(tx.client, id);
    const state = job && bulkJobStep(job.state, event);
    if (!job || !state) return null;
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
    return job;
  });
}
