import { withTransaction } from '../../../db/client';
import { bulkJobById, firstTriedMs, targetsOutside } from '../../../db/queries/bulkJobs';
import type { BulkJobView } from '../../../db/queries/bulkViews';
import type { ScopeFilter } from '../../../db/queries/scope';
import {
  type FiredPoint,
  firedPoints,
  listSchedules,
  lockSchedule,
  newestFiring,
} from '../../../db/queries/switchSchedules';
import { DomainError } from '../../../domain/errors';
import {
  type BulkDirection,
  type BulkJobState,
  bulkCellState,
  FAILED_CELLS,
} from '../../../domain/supply/bulkJob';
import { firingRuns } from '../../../domain/supply/switchSchedule';
import { campusZone } from '../../../domain/time/campusTime';
import { againKey, fireSchedule } from '../../../engine/bulk/fireSchedule';
import { type Caller, mayWithin } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';
import { requireScheduleScope } from './schedules';

/** Whether the viewer may try again what failed of a job that is a schedule's firing; the act judges anew, under lock. */
export async function mayRetryFiring(
  deps: ReadDeps,
  caller: Caller,
  scope: ScopeFilter,
  job: Pick<BulkJobView, 'id' | 'scheduleId' | 'direction' | 'state' | 'scope'>,
): Promise<boolean> {
  if (job.scheduleId === null || job.state !== 'DONE' || caller.user === null) return false;
  const cut = caller.permission(job.scope === 'FEEDER' ? 'CUT_FEEDER' : 'CUT');
  if (cut?.grant !== 'FULL' || !mayWithin(caller, 'RESTORE', cut.scope)) return false;
  const [schedule] = await listSchedules(deps.reader, scope, 0, job.scheduleId);
  return (
    schedule !== undefined &&
    schedule.lastJob?.id === job.id &&
    firingRuns(
      schedule,
      campusZone(caller.campus.timeZone),
      { direction: job.direction, atMs: await firstTriedMs(deps.reader, job.id) },
      deps.engine.clock.now(),
    )
  );
}

/**
 * Tries again what failed of a schedule's newest firing, while its time runs and, of a restore, for a day from its first try: a firing of its own for the reason SCHEDULE, so that
 * what it cuts comes back at the schedule's end. Only what the schedule still wants is tried; a point that a person has switched
 * since then is theirs. The schedule's two people stand for it; who pressed stands in the audit log.
 * @throws DomainError notFound/JOB; forbidden/ROLE_MISSING, OUT_OF_SCOPE; conflict/FIRING_OVER; refused/NOTHING_TO_DO
 */
export async function retryFiring(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly jobId: string },
): Promise<{ id: string }> {
  return withTransaction(deps.database, async (tx) => {
    const found = await bulkJobById(tx.client, input.jobId);
    const schedule = found?.scheduleId ? await lockSchedule(tx.client, found.scheduleId) : null;
    if (!schedule || schedule.campusId !== caller.campus.id)
      throw new DomainError('notFound', 'JOB', `There is no firing ${input.jobId} of a schedule.`);
    const scope = requireScheduleScope(caller, schedule.choice.kind === 'FEEDER');
    if ((await targetsOutside(deps.database, scope, input.jobId)) > 0)
      throw new DomainError('forbidden', 'OUT_OF_SCOPE', 'Points of this job lie outside your reach.');
    // It may have ended while the schedule was waited for.
    const job = (await bulkJobById(tx.client, input.jobId))!;
    const zone = campusZone(schedule.timeZone);
    const firing = { direction: job.direction, atMs: await firstTriedMs(tx, job.id) };
    if (
      job.state !== 'DONE' ||
      (await newestFiring(tx.client, schedule.id)) !== job.id ||
      !firingRuns(schedule, zone, firing, deps.engine.clock.now())
    )
      throw new DomainError(
        'conflict',
        'FIRING_OVER',
        'This is not the schedule’s newest firing any more, or its time is over.',
      );
    const all = await firedPoints(tx.client, schedule.id, job.id);
    const points = all.filter((point) => isWantedStill(point, job.direction, job.state));
    const id =
      points.length === 0
        ? null
        : await fireSchedule(tx, deps.engine, schedule, {
            direction: job.direction,
            scope: job.scope === 'FEEDER' ? 'FEEDER' : 'POINTS',
            scopeCode: job.scope === 'FEEDER' ? job.scopeCode : null,
            key: againKey(job.id),
            points,
          });
    if (id === null)
      throw new DomainError('refused', 'NOTHING_TO_DO', 'Nothing of what failed is wanted of it still.');
    auditAct(tx, deps, caller, {
      action: 'SCHEDULE_RETRIED',
      target: `schedule:${schedule.id}`,
      after: { job: id, of: job.id, points: String(points.length) },
    });
    return { id };
  });
}

function isWantedStill(point: FiredPoint, direction: BulkDirection, job: BulkJobState): boolean {
  if (!FAILED_CELLS.includes(bulkCellState(point, job))) return false;
  if (direction === 'CUT') return point.held && point.observed !== 'OPEN';
  return point.held || (point.free && point.observed === 'OPEN');
}
