import { type SQL, sql } from 'drizzle-orm';
import type { BulkTargetState } from '../../domain/supply/bulkJob';
import type { CommandState } from '../../domain/supply/commandMachine';
import { actorName } from './actorName';
import type { BulkJobRow } from './bulkJobs';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** A bulk job as people see it, with how many of its points in reach are in which state. */
export interface BulkJobView extends Omit<BulkJobRow, 'campusId' | 'requestKey' | 'requestHash'> {
  /** A program asked, by its key. */
  byProgram: boolean;
  counts: { state: BulkTargetState; commandState: CommandState | null; n: number }[];
}

const nameOf = (actor: SQL): SQL => actorName(sql`j.campus_id`, actor);

function jobQuery(scope: ScopeFilter, condition: SQL, limit: number): SQL {
  return sql`select j.id, j.direction::text as direction, j.utility::text as utility, j.state::text as state,
         j.scope::text as scope, j.scope_code as "scopeCode", j.reason, j.requester_id as "requesterId",
         ${nameOf(sql`j.requested_by`)} as "requestedBy", j.requested_ms::float8 as "requestedMs",
         j.approval_due_ms::float8 as "approvalDueMs", ${nameOf(sql`j.approved_by`)} as "approvedBy",
         j.approved_ms::float8 as "approvedMs", j.started_ms::float8 as "startedMs", j.good_until_ms::float8 as "goodUntilMs",
         j.finished_ms::float8 as "finishedMs", ${nameOf(sql`j.ended_by`)} as "endedBy", j.end_cause as "endCause", j.note,
         j.schedule_id as "scheduleId", starts_with(j.requested_by, 'key:') as "byProgram", k.counts
    from bulk_job j
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('state', g.state, 'commandState', g.command_state, 'n', g.n)), '[]'::jsonb) as counts
        from (select t.state, c.state as command_state, count(*)::int as n
                from bulk_target t join meter_point p on p.id = t.point_id left join command c on c.id = t.command_id
               where t.job_id = j.id and ${pointWithin(scope)} group by t.state, c.state) g) k
   where j.campus_id = ${scope.campusId} and k.counts <> '[]'::jsonb and ${condition}
   order by j.finished_ms is not null, j.requested_ms desc, j.id desc limit ${limit}`;
}

/** Jobs with points within the scope that are under way or ended after `sinceMs`; those under way first, then newest first. */
export function listBulkJobs(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
  limit: number,
): Promise<BulkJobView[]> {
  return selectRows<BulkJobView>(
    source,
    jobQuery(scope, sql`(j.finished_ms is null or j.finished_ms >= ${sinceMs}::bigint)`, limit),
  );
}

/** One job with points within the scope, or null. */
export async function findBulkJob(
  source: Source,
  scope: ScopeFilter,
  id: string,
): Promise<BulkJobView | null> {
  const [row] = await selectRows<BulkJobView>(source, jobQuery(scope, sql`j.id = ${id}`, 1));
  return row ?? null;
}

/**
 * Names of where a job is: from the building down to the chosen place, or to where the chosen feeder stands; of a list the buildings
 * of its points within the scope.
 */
export function bulkJobPlaces(
  source: Source,
  scope: ScopeFilter,
  jobId: string,
): Promise<{ code: string; name: string; nameEn: string | null }[]> {
  return selectRows<{ code: string; name: string; nameEn: string | null }>(
    source,
    sql`select s.code, s.name, s.name_en as "nameEn"
      from bulk_job j
      left join meter_point f on j.scope = 'FEEDER' and f.campus_id = j.campus_id and f.code = j.scope_code
      left join space w on w.campus_id = j.campus_id and (w.id = f.space_id or (j.scope <> 'FEEDER' and w.code = j.scope_code))
      join space s on s.campus_id = j.campus_id and (s.kind <> 'CAMPUS' or j.scope = 'CAMPUS') and (s.id = any(w.path)
        or (j.scope_code is null and s.kind = 'BUILDING' and exists (
          select 1 from bulk_target t join meter_point p on p.id = t.point_id join space at on at.id = p.space_id
           where t.job_id = j.id and s.id = any(at.path) and ${pointWithin(scope)})))
     where j.id = ${jobId} and j.campus_id = ${scope.campusId}
     order by s.path`,
  );
}

/** One point of a job, with how far its command is. */
export interface BulkTargetView {
  pointCode: string;
  space: string;
  floor: string | null;
  building: string | null;
  state: BulkTargetState;
  reason: string | null;
  dueMs: number | null;
  handedMs: number | null;
  commandId: string | null;
  commandState: CommandState | null;
  resultCode: string | null;
  /** When its command ended. */
  endedMs: number | null;
  protection: 'NONE' | 'CREDIT' | 'LIFE_SAFETY';
  protectionOwner: string | null;
  protectionPhone: string | null;
}

/** The points of a job within the scope, in the order of sending. */
export function listBulkTargets(
  source: Source,
  scope: ScopeFilter,
  jobId: string,
): Promise<BulkTargetView[]> {
  return selectRows<BulkTargetView>(
    source,
    sql`select p.code as "pointCode", s.code as space, fl.code as floor, b.code as building, t.state::text as state, t.reason,
           t.due_ms::float8 as "dueMs", t.handed_ms::float8 as "handedMs", t.command_id as "commandId",
           c.state::text as "commandState", c.result_code as "resultCode", c.finished_ms::float8 as "endedMs",
           p.protection::text as protection, p.protection_owner as "protectionOwner", p.protection_phone as "protectionPhone"
      from bulk_target t
      join meter_point p on p.id = t.point_id
      join space s on s.id = p.space_id
      left join space fl on fl.id = any(s.path) and fl.kind = 'FLOOR'
      left join space b on b.id = any(s.path) and b.kind = 'BUILDING'
      left join command c on c.id = t.command_id
     where t.job_id = ${jobId} and ${pointWithin(scope)}
     order by t.seq`,
  );
}
