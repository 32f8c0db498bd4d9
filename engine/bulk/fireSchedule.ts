import { ulid } from 'ulid';
import type { Tx } from '../../db/client';
import { type BulkJobRow, bulkJobByKey, insertBulkJob, insertBulkTargets } from '../../db/queries/bulkJobs';
import type { ScheduleRow } from '../../db/queries/switchSchedules';
import { type BulkScope, LINGER_MS } from '../../domain/supply/bulkJob';
import { FIRE_WITHIN_MS } from '../../domain/supply/switchSchedule';
import type { EngineContext } from '../context';
import { planTurns } from './planTurns';

/** One firing of a schedule. Two people consented to it when they consented to the schedule. */
export interface ScheduleFiring {
  readonly direction: 'CUT' | 'RESTORE';
  readonly scope: BulkScope;
  readonly scopeCode: string | null;
  /** Tells this firing from every other of the schedule; the same again makes no second job. */
  readonly key: string;
  /** In the order of sending; one with a reason in `barred` is left out for it. */
  readonly points: readonly { readonly pointId: number; readonly line: string; readonly barred?: string }[];
}

const keyOf = (scheduleId: string, key: string): string => `schedule:${scheduleId}:${key}`;
const AGAIN = 'again:';

/** What tells the second try of a firing from every other firing. */
export const againKey = (jobId: string): string => `${AGAIN}${jobId}`;

/** Whether a job tries again what failed of a firing. */
export const isSecondTry = ({ scheduleId, requestKey }: BulkJobRow): boolean =>
  scheduleId !== null && requestKey.startsWith(keyOf(scheduleId, AGAIN));

/**
 * Makes the bulk job of a firing inside the transaction that holds its schedule: waves, staggering and what became of each point
 * are those of every bulk job. Nothing is sent here; each point's facts are read under lock before its own command.
 * @returns the job's id; null where this firing was made before
 */
export async function fireSchedule(
  tx: Tx,
  ctx: EngineContext,
  schedule: ScheduleRow,
  firing: ScheduleFiring,
): Promise<string | null> {
  const now = ctx.clock.now();
  const requestKey = keyOf(schedule.id, firing.key);
  if (await bulkJobByKey(tx.client, schedule.requesterId, requestKey)) return null;
  const turns = planTurns(
    firing.points.filter(({ barred }) => barred === undefined),
    firing.direction,
  );
  const job: BulkJobRow = {
    id: ulid(now),
    campusId: schedule.campusId,
    direction: firing.direction,
    utility: 'ELECTRICITY',
    state: 'RUNNING',
    scope: firing.scope,
    scopeCode: firing.scopeCode,
    reason: schedule.name,
    requesterId: schedule.requesterId,
    requestedBy: schedule.requestedBy,
    requestedMs: now,
    requestKey,
    requestHash: '',
    approvalDueMs: null,
    approvedBy: schedule.approvedBy,
    approvedMs: schedule.approvedMs,
    startedMs: now,
    // A cut that is not made in its time is not made: a server that comes back later leaves it be.
    goodUntilMs: now + Math.max(0, ...turns) + (firing.direction === 'CUT' ? FIRE_WITHIN_MS : LINGER_MS),
    finishedMs: null,
    endedBy: null,
    endCause: null,
    note: null,
    scheduleId: schedule.id,
  };
  await insertBulkJob(tx.client, job);
  let turn = 0;
  await insertBulkTargets(
    tx.client,
    job.id,
    firing.points.map(({ pointId, line, barred }) => {
      if (barred !== undefined)
        return { pointId, state: 'BLOCKED' as const, reason: barred, line, offsetMs: 0, dueMs: null };
      const offsetMs = turns[turn++]!;
      return { pointId, state: 'PLANNED' as const, reason: null, line, offsetMs, dueMs: now + offsetMs };
    }),
  );
  return job.id;
}
