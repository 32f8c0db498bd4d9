import { bulkJobById } from '../../../db/queries/bulkJobs';
import { findBulkJob } from '../../../db/queries/bulkViews';
import { campusScope } from '../../../db/queries/scope';
import { DomainError } from '../../../domain/errors';
import { type BulkDecider, decideBulkJob } from '../../../engine/bulk/decideBulkJob';
import { steerBulkJob } from '../../../engine/bulk/steerBulkJob';
import type { Caller } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { requireBulkScope } from './bulkRights';

/**
 * A second person consents or refuses. Their own right must reach every point of the job: what they could not ask for they can
 * not approve.
 * @throws DomainError forbidden/ROLE_MISSING, PERSON_NEEDED, SAME_PERSON, OUT_OF_SCOPE; conflict/DECIDED; refused/APPROVAL_EXPIRED
 */
export async function decideBulk(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly jobId: string; readonly approve: boolean; readonly note?: string },
): Promise<void> {
  if (caller.user === null)
    throw new DomainError('forbidden', 'PERSON_NEEDED', 'Bulk jobs are approved by people.');
  const decider = await deciderOf(deps, caller, input.jobId);
  await decideBulkJob(
    deps.database,
    deps.engine,
    decider,
    { approve: input.approve, note: input.note?.trim() || null },
    (tx, job) =>
      auditAct(tx, deps, caller, {
        action: input.approve ? 'BULK_APPROVED' : 'BULK_REJECTED',
        target: `bulk:${job.id}`,
        after: { requestedBy: job.requestedBy, note: job.note ?? '' },
      }),
  );
}

/**
 * Holds, continues, stops or takes back a job.
 * @throws DomainError forbidden/ROLE_MISSING, OUT_OF_SCOPE, NOT_YOURS; conflict/JOB_STATE
 */
export async function steerBulk(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly jobId: string; readonly event: 'PAUSE' | 'RESUME' | 'STOP' | 'WITHDRAW' },
): Promise<void> {
  const decider = await deciderOf(deps, caller, input.jobId);
  await steerBulkJob(deps.database, deps.engine, decider, input.event, (tx, job) =>
    auditAct(tx, deps, caller, {
      action: `BULK_${input.event}`,
      target: `bulk:${job.id}`,
      after: { state: job.state },
    }),
  );
}

/**
 * Ends a job, whatever it stands at: a request that waits for consent is taken back by who made it, one that runs is stopped.
 * @throws DomainError as `steerBulk`; conflict/JOB_STATE where it has ended
 */
export async function endBulk(deps: ServiceDeps, caller: Caller, jobId: string): Promise<void> {
  const waiting = await bulkJobById(deps.database.pool, jobId);
  const [first, then] =
    waiting?.state === 'PENDING_APPROVAL' ? (['WITHDRAW', 'STOP'] as const) : (['STOP', null] as const);
  try {
    await steerBulk(deps, caller, { jobId, event: first });
  } catch (error) {
    // Somebody consented at this very moment: it runs, and is stopped all the same.
    const runs = error instanceof DomainError && error.reason === 'JOB_STATE' && then !== null;
    if (!runs) throw error;
    await steerBulk(deps, caller, { jobId, event: then });
  }
}

/** The caller as one who decides about this job: by the same right that asking for it needs. */
async function deciderOf(deps: ServiceDeps, caller: Caller, jobId: string): Promise<BulkDecider> {
  const all = campusScope(caller.campus.id, new Date(deps.engine.clock.now()));
  // Read behind the wall: whoever reaches none of its points does not learn that it is there.
  const job = await findBulkJob(deps.reader, all, jobId);
  if (!job) throw new DomainError('notFound', 'JOB', `There is no bulk job ${jobId}.`);
  const scope = requireBulkScope(caller, job.direction, job.scope === 'FEEDER');
  return { campusId: caller.campus.id, jobId, userId: caller.user?.id ?? null, actor: caller.actor, scope };
}
