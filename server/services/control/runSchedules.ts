import { type Database, type Tx, withTransaction } from '../../../db/client';
import { actorUserId } from '../../../db/queries/actorNames';
import { appendAudit } from '../../../db/queries/audit';
import { chosenSpace, lineOf } from '../../../db/queries/bulkCandidates';
import { campusScope, type ScopeFilter } from '../../../db/queries/scope';
import {
  firingsUnderWay,
  liveChoices,
  lockSchedule,
  pointsHeldBy,
  restoreStoppedMs,
  type ScheduleRow,
  schedulesToRun,
  updateSchedule,
} from '../../../db/queries/switchSchedules';
import { DomainError } from '../../../domain/errors';
import type { BulkScope } from '../../../domain/supply/bulkJob';
import { scheduleDue, scheduleStateAfter, stopHolds } from '../../../domain/supply/switchSchedule';
import { campusZone } from '../../../domain/time/campusTime';
import { fireSchedule } from '../../../engine/bulk/fireSchedule';
import type { EngineContext } from '../../../engine/context';
import { oneByOne } from '../../../engine/oneByOne';
import { personNow } from '../../auth/personNow';
import { schedulePoints } from './schedulePoints';
import { requireScheduleScope } from './schedules';
import { stopFirings } from './stopFirings';

/** A restore that ran out is asked for again after this, as long as points are held. */
const RELEASE_EVERY_MS = 15 * 60_000;

/**
 * Looks at every schedule's clock: a cut is made in its time or never, what is held beyond it comes back. All that it knows stands in
 * the database, so any server may look next. Run it every few seconds.
 */
export async function runSchedules(
  database: Database,
  ctx: EngineContext,
): Promise<{ cuts: number; restores: number; missed: number }> {
  const done = { cuts: 0, restores: 0, missed: 0 };
  await oneByOne(await schedulesToRun(database.pool), ctx.log, 'clock of a schedule', async (id) => {
    const outcome = await withTransaction(database, (tx) => look(database, tx, ctx, id));
    if (!outcome) return;
    done.cuts += outcome.cut ? 1 : 0;
    done.restores += outcome.restored ? 1 : 0;
    done.missed += outcome.missed;
    // Nothing of a cut goes out once its points are to come back, and nothing comes back into the next cut.
    const over = outcome.release ? 'CUT' : outcome.cut ? 'RESTORE' : null;
    if (over) await stopFirings(database, ctx, { id, campusId: outcome.campusId }, over, 'engine');
  });
  return done;
}

interface Outcome {
  readonly campusId: number;
  readonly cut: boolean;
  readonly restored: boolean;
  readonly missed: number;
  readonly release: boolean;
}

async function look(database: Database, tx: Tx, ctx: EngineContext, id: string): Promise<Outcome | null> {
  const row = await lockSchedule(tx.client, id);
  if (!row) return null;
  const now = ctx.clock.now();
  if (row.state === 'PENDING_APPROVAL') {
    if (now >= row.approvalDueMs) await leave(tx, row, 'EXPIRE', 'EXPIRED', now);
    return null;
  }
  const { campusId } = row;
  if (row.state !== 'ACTIVE')
    return { campusId, cut: false, restored: await release(tx, ctx, row), missed: 0, release: true };
  const due = scheduleDue(
    { windows: row.windows, dates: row.dates },
    campusZone(row.timeZone),
    row.handledMs ?? now,
    now,
  );
  let cut = false;
  if (due.cutMs !== null) {
    if (await stillAllowed(database, row, now)) cut = await fireCut(database, tx, ctx, row, due.cutMs);
    else {
      await leave(tx, row, 'PAUSE', 'RIGHT_GONE', now);
      return { campusId, cut: false, restored: false, missed: 0, release: true };
    }
  }
  for (const atMs of due.missedMs)
    audit(tx, row, 'SCHEDULE_MISSED', now, { time: new Date(atMs).toISOString() });
  const restored = due.release && (await release(tx, ctx, row));
  if (due.cutMs !== null || due.missedMs.length > 0) {
    row.handledMs = now;
    row.missedMs = due.missedMs.at(-1) ?? row.missedMs;
    await updateSchedule(tx.client, row);
  }
  return { campusId, cut, restored, missed: due.missedMs.length, release: due.release };
}

/** The points are chosen anew, and each is judged under lock before its own command. */
async function fireCut(
  database: Database,
  tx: Tx,
  ctx: EngineContext,
  row: ScheduleRow,
  cutMs: number,
): Promise<boolean> {
  const now = ctx.clock.now();
  const all = campusScope(row.campusId, new Date(now));
  const found = await schedulePoints(database, all, row.choice, now);
  if (found.length === 0) return false;
  const { scope, scopeCode } = await placeOf(database, all, row);
  const taken = await takenByOlder(database, all, row, now);
  const points = found.map((candidate) => ({
    pointId: candidate.pointId,
    line: lineOf(candidate),
    ...(taken.has(candidate.pointId) ? { barred: 'SCHEDULE_OVERLAPS' } : {}),
  }));
  const jobId = await fireSchedule(tx, ctx, row, {
    direction: 'CUT',
    scope,
    scopeCode,
    key: `off:${cutMs}`,
    points,
  });
  if (jobId !== null) audit(tx, row, 'SCHEDULE_CUT', now, { job: jobId, points: String(points.length) });
  return jobId !== null;
}

/** Points that came to a schedule's place and belong to one that was asked for before it: the end of one must not end the other. */
async function takenByOlder(
  database: Database,
  all: ScopeFilter,
  row: ScheduleRow,
  now: number,
): Promise<ReadonlySet<number>> {
  const live = await liveChoices(database.pool, row.campusId);
  const taken = new Set<number>();
  for (const { choice } of live.slice(
    0,
    live.findIndex(({ id }) => id === row.id),
  ))
    for (const { pointId } of await schedulePoints(database, all, choice, now)) taken.add(pointId);
  return taken;
}

async function release(tx: Tx, ctx: EngineContext, row: ScheduleRow): Promise<boolean> {
  const points = await pointsHeldBy(tx.client, row.id);
  if (points.length === 0 || (await firingsUnderWay(tx.client, row.id, 'RESTORE')).length > 0) return false;
  const now = ctx.clock.now();
  if (await isStopped(tx, row, now)) return false;
  const sinceMs = Math.min(...points.map((point) => point.sinceMs));
  const jobId = await fireSchedule(tx, ctx, row, {
    direction: 'RESTORE',
    ...scopeOf(row),
    key: `on:${sinceMs}:${Math.floor(now / RELEASE_EVERY_MS)}`,
    points,
  });
  if (jobId !== null) audit(tx, row, 'SCHEDULE_RESTORE', now, { job: jobId, points: String(points.length) });
  return jobId !== null;
}

/** A person's stop of a restore stands until the schedule's next time, or until somebody pauses, resumes or ends the schedule. */
async function isStopped(tx: Tx, row: ScheduleRow, now: number): Promise<boolean> {
  const stoppedMs = await restoreStoppedMs(tx.client, row.id);
  if (stoppedMs === null || stoppedMs < Math.max(row.endedMs ?? 0, row.handledMs ?? 0)) return false;
  return stopHolds(row, campusZone(row.timeZone), stoppedMs, now);
}

function scopeOf({ choice }: ScheduleRow): { scope: BulkScope; scopeCode: string | null } {
  if (choice.kind === 'FEEDER') return { scope: 'FEEDER', scopeCode: choice.code };
  return { scope: choice.kind === 'ROOMS' ? 'ROOMS' : 'POINTS', scopeCode: null };
}

async function placeOf(database: Database, all: ScopeFilter, row: ScheduleRow) {
  if (row.choice.kind !== 'SPACE') return scopeOf(row);
  const space = await chosenSpace(database, all, row.choice.code);
  const kind = space?.kind ?? 'ROOM';
  return { scope: kind === 'ZONE' ? ('ROOM' as const) : kind, scopeCode: row.choice.code };
}

/** Whether who asked and who consented still may do what the schedule does: read anew at each cut. */
async function stillAllowed(database: Database, row: ScheduleRow, now: number): Promise<boolean> {
  const at = new Date(now);
  const reached = async (scope: ScopeFilter) =>
    (await schedulePoints(database, scope, row.choice, now)).length;
  const all = await reached(campusScope(row.campusId, at));
  const approver = row.approvedBy === null ? null : await actorUserId(database, row.approvedBy);
  for (const userId of [row.requesterId, Number(approver ?? 0)]) {
    const caller = await personNow(database, userId, at);
    if (!caller) return false;
    try {
      if ((await reached(requireScheduleScope(caller, row.choice.kind === 'FEEDER'))) < all) return false;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }
  return true;
}

async function leave(
  tx: Tx,
  row: ScheduleRow,
  event: 'EXPIRE' | 'PAUSE',
  cause: 'EXPIRED' | 'RIGHT_GONE',
  now: number,
): Promise<void> {
  const state = scheduleStateAfter(row.state, event)!;
  Object.assign(row, { state, endedBy: 'engine', endCause: cause, endedMs: now });
  await updateSchedule(tx.client, row);
  audit(tx, row, `SCHEDULE_${cause}`, now, { state });
}

function audit(tx: Tx, row: ScheduleRow, action: string, atMs: number, after: Record<string, string>): void {
  appendAudit(tx, {
    campusId: row.campusId,
    atMs,
    actor: 'engine',
    action,
    target: `schedule:${row.id}`,
    ip: null,
    after,
  });
}
