import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { BulkDirection, BulkJobState, BulkScope, BulkTargetState } from '../../domain/supply/bulkJob';
import { pointWithin } from './pointViews';
import { numberOrNull, selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** A bulk job as stored. */
export interface BulkJobRow {
  id: string;
  campusId: number;
  direction: BulkDirection;
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  state: BulkJobState;
  scope: BulkScope;
  scopeCode: string | null;
  reason: string;
  requesterId: number;
  requestedBy: string;
  requestedMs: number;
  requestKey: string;
  requestHash: string;
  approvalDueMs: number | null;
  approvedBy: string | null;
  approvedMs: number | null;
  startedMs: number | null;
  goodUntilMs: number | null;
  finishedMs: number | null;
  endedBy: string | null;
  endCause: string | null;
  note: string | null;
  /** The schedule of which it is a firing; null: somebody asked. */
  scheduleId: string | null;
}

const JOB = `id, campus_id as "campusId", direction, utility, state, scope, scope_code as "scopeCode", reason,
  requester_id as "requesterId", requested_by as "requestedBy", requested_ms::float8 as "requestedMs", request_key as "requestKey",
  request_hash as "requestHash", approval_due_ms::float8 as "approvalDueMs", approved_by as "approvedBy",
  approved_ms::float8 as "approvedMs", started_ms::float8 as "startedMs", good_until_ms::float8 as "goodUntilMs",
  finished_ms::float8 as "finishedMs", ended_by as "endedBy", end_cause as "endCause", note,
  schedule_id as "scheduleId"`;

/** Adds a job; false where the same person has used its key before. */
export async function insertBulkJob(client: pg.ClientBase, job: BulkJobRow): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into bulk_job (id, campus_id, direction, utility, state, scope, scope_code, reason, requester_id, requested_by,
       requested_ms, request_key, request_hash, approval_due_ms, started_ms, good_until_ms,
       approved_by, approved_ms, schedule_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) on conflict (requester_id, request_key) do nothing`,
    [
      job.id,
      job.campusId,
      job.direction,
      job.utility,
      job.state,
      job.scope,
      job.scopeCode,
      job.reason,
      job.requesterId,
      job.requestedBy,
      job.requestedMs,
      job.requestKey,
      job.requestHash,
      job.approvalDueMs,
      job.startedMs,
      job.goodUntilMs,
      job.approvedBy,
      job.approvedMs,
      job.scheduleId,
    ],
  );
  return rowCount === 1;
}

/** The job that a person made under a key, or null. */
export async function bulkJobByKey(
  client: pg.ClientBase | pg.Pool,
  requesterId: number,
  requestKey: string,
): Promise<BulkJobRow | null> {
  const { rows } = await client.query<BulkJobRow>(
    `select ${JOB} from bulk_job where requester_id = $1 and request_key = $2`,
    [requesterId, requestKey],
  );
  return rows[0] ?? null;
}

/** One job as it stands; null if there is none. */
export async function bulkJobById(client: pg.ClientBase | pg.Pool, id: string): Promise<BulkJobRow | null> {
  const { rows } = await client.query<BulkJobRow>(`select ${JOB} from bulk_job where id = $1`, [id]);
  return rows[0] ?? null;
}

/** When the firing was made of which a job is the second, third … try, ms UTC; the job's own time where it tries nothing again. */
export async function firstTriedMs(source: Source, jobId: string): Promise<number> {
  const [row] = await selectRows<{ ms: number }>(
    source,
    sql`with recursive tried as (
          select request_key, requested_ms from bulk_job where id = ${jobId}
           union all
          select j.request_key, j.requested_ms from tried t join bulk_job j
                 on j.schedule_id is not null and t.request_key = 'schedule:' || j.schedule_id || ':again:' || j.id)
        select min(requested_ms)::float8 as ms from tried`,
  );
  return row!.ms;
}

/** One job, locked against every other change of it; null if there is none. */
export async function lockBulkJob(client: pg.ClientBase, id: string): Promise<BulkJobRow | null> {
  const { rows } = await client.query<BulkJobRow>(
    `select ${JOB} from bulk_job where id = $1 for no key update`,
    [id],
  );
  return rows[0] ?? null;
}

/** One job, held as it is while one of its points is sent; a stop waits for that, and the next point for the stop. */
export async function holdBulkJob(client: pg.ClientBase, id: string): Promise<BulkJobRow | null> {
  const { rows } = await client.query<BulkJobRow>(`select ${JOB} from bulk_job where id = $1 for share`, [
    id,
  ]);
  return rows[0] ?? null;
}

/** Stores what may change of a job. */
export async function updateBulkJob(client: pg.ClientBase, job: BulkJobRow): Promise<void> {
  await client.query(
    `update bulk_job set state = $2, approved_by = $3, approved_ms = $4, started_ms = $5, good_until_ms = $6, finished_ms = $7,
       ended_by = $8, end_cause = $9, note = $10 where id = $1`,
    [
      job.id,
      job.state,
      job.approvedBy,
      job.approvedMs,
      job.startedMs,
      job.goodUntilMs,
      job.finishedMs,
      job.endedBy,
      job.endCause,
      job.note,
    ],
  );
}

/** Keeps one person's requests, under whichever sign-in, apart from each other until the transaction ends, so that their sum can be judged. */
export async function lockRequester(client: pg.ClientBase, userId: number): Promise<void> {
  await client.query(
    `select id from app_user where id = $1 or person_id = (select person_id from app_user where id = $1)
      order by id for no key update`,
    [userId],
  );
}

/** Points that a person, under whichever sign-in, switches, switched or held off since an instant by jobs that needed nobody else. */
export async function pointsAskedAlone(
  client: pg.ClientBase | pg.Pool,
  requesterId: number,
  sinceMs: number,
): Promise<number> {
  const { rows } = await client.query<{ n: bigint }>(
    `select count(*) as n from bulk_job j join bulk_target t on t.job_id = j.id
      where (j.requester_id = $1 or j.requester_id in (
               select o.id from app_user u join app_user o on o.person_id = u.person_id where u.id = $1))
        and j.approval_due_ms is null and j.schedule_id is null and j.requested_ms > $2
        and (t.state in ('PLANNED', 'HANDED', 'LIFTED') or (t.state = 'ALREADY' and t.reason = 'HOLD_ADDED'))`,
    [requesterId, sinceMs],
  );
  return Number(rows[0]!.n);
}

/** A point of a job before it is stored. */
export interface NewBulkTarget {
  readonly pointId: number;
  readonly state: BulkTargetState;
  readonly reason: string | null;
  readonly line: string;
  readonly offsetMs: number;
  readonly dueMs: number | null;
}

/** Stores the points of a job in the order given. */
export async function insertBulkTargets(
  client: pg.ClientBase,
  jobId: string,
  targets: readonly NewBulkTarget[],
): Promise<void> {
  await client.query(
    `insert into bulk_target (job_id, point_id, seq, state, reason, line, offset_ms, due_ms)
     select $1, p, n - 1, s::bulk_target_state, r, l, o, d
       from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::int[], $7::bigint[])
              with ordinality as x(p, s, r, l, o, d, n)`,
    [
      jobId,
      targets.map((t) => t.pointId),
      targets.map((t) => t.state),
      targets.map((t) => t.reason),
      targets.map((t) => t.line),
      targets.map((t) => t.offsetMs),
      targets.map((t) => t.dueMs),
    ],
  );
}

/** Gives every planned point its turn, counted from the start. */
export async function startBulkTargets(client: pg.ClientBase, jobId: string, startMs: number): Promise<void> {
  await client.query(
    `update bulk_target set due_ms = $2::bigint + offset_ms where job_id = $1 and state = 'PLANNED'`,
    [jobId, startMs],
  );
}

/** The longest offset among a job's planned points, ms. */
export async function longestOffset(client: pg.ClientBase, jobId: string): Promise<number> {
  const { rows } = await client.query<{ ms: number | null }>(
    `select max(offset_ms) as ms from bulk_target where job_id = $1 and state = 'PLANNED'`,
    [jobId],
  );
  return rows[0]!.ms ?? 0;
}

/** Moves every planned turn of a job by `byMs`. */
export async function postponeBulkTargets(client: pg.ClientBase, jobId: string, byMs: number): Promise<void> {
  await client.query(
    `update bulk_target set due_ms = due_ms + $2::bigint where job_id = $1 and state = 'PLANNED'`,
    [jobId, byMs],
  );
}

/** What was never sent never is. @returns how many points */
export async function cancelPlannedTargets(
  client: pg.ClientBase,
  jobId: string,
  reason: string,
): Promise<number> {
  const { rowCount } = await client.query(
    `update bulk_target set state = 'CANCELLED', reason = $2 where job_id = $1 and state = 'PLANNED'`,
    [jobId, reason],
  );
  return rowCount ?? 0;
}

/** Whether a point of a job still waits for its turn; its row is locked. */
export async function lockPlannedTarget(
  client: pg.ClientBase,
  jobId: string,
  pointId: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from bulk_target where job_id = $1 and point_id = $2 and state = 'PLANNED' for no key update`,
    [jobId, pointId],
  );
  return rowCount === 1;
}

/** What became of a point that waited for its turn. */
export async function settleBulkTarget(
  client: pg.ClientBase,
  target: {
    readonly jobId: string;
    readonly pointId: number;
    readonly state: BulkTargetState;
    readonly reason: string | null;
    readonly handedMs: number | null;
    readonly dueMs?: number;
    readonly commandId: string | null;
  },
): Promise<void> {
  await client.query(
    `update bulk_target set state = $3, reason = $4, handed_ms = $5, command_id = $6, due_ms = coalesce($7, due_ms)
      where job_id = $1 and point_id = $2 and state = 'PLANNED'`,
    [
      target.jobId,
      target.pointId,
      target.state,
      target.reason,
      target.handedMs,
      target.commandId,
      target.dueMs ?? null,
    ],
  );
}

/** Jobs that wait for a second person longer than they may. */
export async function unapprovedJobs(pool: pg.Pool, nowMs: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from bulk_job where finished_ms is null and state = 'PENDING_APPROVAL' and approval_due_ms <= $1 order by id`,
    [nowMs],
  );
  return rows.map(({ id }) => id);
}

/** A job that sends, and how it keeps to its plan. */
export interface RunningJob {
  readonly id: string;
  readonly goodUntilMs: number;
  /** When the next planned point is or was due; null: none is planned. */
  readonly nextDueMs: number | null;
  readonly lastHandedMs: number | null;
  /** Points whose command has not ended. */
  readonly inMotion: number;
}

/** Jobs that are under way, running or paused, oldest first. */
export async function jobsUnderWay(pool: pg.Pool): Promise<(RunningJob & { state: BulkJobState })[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    `select j.id, j.state, j.good_until_ms as "goodUntilMs", t."nextDueMs", t."lastHandedMs", t."inMotion"
       from bulk_job j
       left join lateral (
         select min(x.due_ms) filter (where x.state = 'PLANNED') as "nextDueMs", max(x.handed_ms) as "lastHandedMs",
                count(*) filter (where x.state = 'HANDED' and c.finished_ms is null) as "inMotion"
           from bulk_target x left join command c on c.id = x.command_id where x.job_id = j.id) t on true
      where j.finished_ms is null and j.state in ('RUNNING', 'PAUSED') order by j.id`,
  );
  return rows.map((row) => ({
    id: row.id as string,
    state: row.state as BulkJobState,
    goodUntilMs: Number(row.goodUntilMs),
    nextDueMs: numberOrNull(row.nextDueMs as bigint | null),
    lastHandedMs: numberOrNull(row.lastHandedMs as bigint | null),
    inMotion: Number(row.inMotion),
  }));
}

/** Points of a job whose turn has come, in order. */
export async function dueBulkTargets(
  pool: pg.Pool,
  jobId: string,
  nowMs: number,
  limit: number,
): Promise<{ pointId: number; line: string }[]> {
  const { rows } = await pool.query<{ pointId: number; line: string }>(
    `select point_id as "pointId", line from bulk_target where job_id = $1 and state = 'PLANNED' and due_ms <= $2
      order by due_ms, seq limit $3`,
    [jobId, nowMs, limit],
  );
  return rows;
}

/** How many commands of bulk jobs each line was given since an instant, or has been given and not yet sent. */
export async function linesInUse(
  pool: pg.Pool,
  lines: readonly string[],
  sinceMs: number,
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ line: string; n: bigint }>(
    `select t.line, count(*) as n from bulk_target t join command c on c.id = t.command_id
      where t.line = any($1::text[])
        and (t.handed_ms > $2 or (c.finished_ms is null and c.issued_ms is null))
      group by t.line`,
    [lines, sinceMs],
  );
  return new Map(rows.map(({ line, n }) => [line, Number(n)]));
}

/** Commands of a job that have not gone out. */
export async function unsentCommandsOf(client: pg.ClientBase | pg.Pool, jobId: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select c.id from bulk_target t join command c on c.id = t.command_id
      where t.job_id = $1 and c.origin_id = 'bulk:' || $1 and c.finished_ms is null and c.issued_ms is null order by t.seq`,
    [jobId],
  );
  return rows.map(({ id }) => id);
}

/** Jobs that were stopped and whose commands still wait to go out. */
export async function stoppedWithUnsent(pool: pg.Pool): Promise<{ id: string; campusId: number }[]> {
  const { rows } = await pool.query<{ id: string; campusId: number }>(
    `select distinct j.id, j.campus_id as "campusId" from command c
       join bulk_target t on t.command_id = c.id join bulk_job j on j.id = t.job_id
      where c.finished_ms is null and c.issued_ms is null and c.origin_id = 'bulk:' || j.id and j.state = 'STOPPED'`,
  );
  return rows;
}

/** How many points of a job lie outside a scope. Asked inside the transaction that lets somebody act on all of them. */
export async function targetsOutside(source: Source, scope: ScopeFilter, jobId: string): Promise<number> {
  const [row] = await selectRows<{ n: number }>(
    source,
    sql`select count(*)::int as n from bulk_target t join meter_point p on p.id = t.point_id
     where t.job_id = ${jobId} and not coalesce(${pointWithin(scope)}, false)`,
  );
  return row!.n;
}
