import { type SQL, sql } from 'drizzle-orm';
import type { BulkDirection, BulkScope } from '../../domain/supply/bulkJob';
import type { Protection } from '../../domain/supply/supplyState';
import { actorName } from './actorName';
import type { BulkChoice } from './bulkCandidates';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';
import { type SchedulePlace, schedulePlaceColumns } from './switchSchedules';

/** What each thing that waits for somebody's word tells: who asks, when and why. Times in ms UTC. */
export interface WaitingFacts {
  readonly id: string;
  readonly by: string;
  readonly atMs: number;
  /** Until when somebody may decide; null: it waits. */
  readonly dueMs: number | null;
  readonly reason: string;
}

/** A condition that leaves out what the human being behind a user asked for, under whichever sign-in. */
function byAnother(asker: SQL, userId: number): SQL {
  return sql`not exists (select 1 from app_user a join app_user b on b.id = ${userId}
    where a.id = ${asker} and (a.id = b.id or a.person_id = b.person_id))`;
}

export interface WaitingJob extends WaitingFacts {
  readonly direction: BulkDirection;
  readonly scope: BulkScope;
  readonly scopeCode: string | null;
  /** Those that would be switched. */
  readonly points: number;
}

/** Where somebody may decide about bulk jobs of each kind; null: nowhere. */
export interface BulkScopes {
  readonly cut: ScopeFilter | null;
  readonly cutFeeder: ScopeFilter | null;
  readonly restore: ScopeFilter | null;
}

/** A condition on a job `j`: each of its points lies where its kind may be decided. */
function decidableIn({ cut, cutFeeder, restore }: BulkScopes): SQL {
  const wholly = (kind: SQL, scope: ScopeFilter | null) =>
    scope === null
      ? []
      : [
          sql`(${kind} and not exists (select 1 from bulk_target t join meter_point p on p.id = t.point_id
            where t.job_id = j.id and not coalesce(${pointWithin(scope)}, false)))`,
        ];
  const ways = [
    ...wholly(sql`j.direction = 'CUT' and j.scope <> 'FEEDER'`, cut),
    ...wholly(sql`j.direction = 'CUT' and j.scope = 'FEEDER'`, cutFeeder),
    ...wholly(sql`j.direction = 'RESTORE'`, restore),
  ];
  return ways.length === 0 ? sql`false` : sql`(${sql.join(ways, sql` or `)})`;
}

/**
 * Bulk jobs that wait for another person than this user and lie wholly where it may decide, those that run out first.
 * @param source the owner's: behind a reader's wall what lies outside could not be told from what is not there
 */
export function jobsWaiting(
  source: Source,
  campusId: number,
  scopes: BulkScopes,
  userId: number,
  nowMs: number,
): Promise<WaitingJob[]> {
  return selectRows<WaitingJob>(
    source,
    sql`select j.id, ${actorName(sql`j.campus_id`, sql`j.requested_by`)} as by, j.requested_ms::float8 as "atMs",
           j.approval_due_ms::float8 as "dueMs", j.reason, j.direction::text as direction, j.scope::text as scope,
           j.scope_code as "scopeCode", (select count(*)::int from bulk_target t
             where t.job_id = j.id and t.state = 'PLANNED' and t.reason is null) as points
      from bulk_job j
     where j.campus_id = ${campusId} and j.state = 'PENDING_APPROVAL' and j.approval_due_ms > ${nowMs}::bigint
       and ${byAnother(sql`j.requester_id`, userId)} and ${decidableIn(scopes)}
     order by j.approval_due_ms, j.id limit 100`,
  );
}

export interface WaitingSchedule extends WaitingFacts, SchedulePlace {
  readonly name: string;
  readonly choice: BulkChoice;
}

/** Schedules within the scope that wait for another person than this user. */
export function schedulesWaiting(
  source: Source,
  scope: ScopeFilter,
  userId: number,
  nowMs: number,
): Promise<WaitingSchedule[]> {
  const within = withinScope(scope, { campusId: sql`w.campus_id`, spaceId: sql`w.space_id` });
  return selectRows<WaitingSchedule>(
    source,
    sql`select w.id, ${actorName(sql`w.campus_id`, sql`w.requested_by`)} as by, w.requested_ms::float8 as "atMs",
           w.approval_due_ms::float8 as "dueMs", w.reason, w.name, w.choice, ${schedulePlaceColumns}
      from switch_schedule w left join space s on s.id = w.space_id
     where ${within} and w.state = 'PENDING_APPROVAL' and w.approval_due_ms > ${nowMs}::bigint
       and ${byAnother(sql`w.requester_id`, userId)}
     order by w.approval_due_ms, w.id limit 100`,
  );
}

export interface WaitingRule extends WaitingFacts {
  readonly rule: string;
  /** Space that it is to hold for; null: the campus. */
  readonly space: string | null;
}

/** Proposed settings of rules that wait for another person than this user. */
export function rulesWaiting(source: Source, campusId: number, userId: number): Promise<WaitingRule[]> {
  return selectRows<WaitingRule>(
    source,
    sql`select r.id::text as id, ${actorName(sql`r.campus_id`, sql`r.proposed_by`)} as by, r.proposed_ms::float8 as "atMs",
           null as "dueMs", r.reason, r.rule, s.code as space
      from rule_proposal r left join space s on s.id = r.space_id
     where r.campus_id = ${campusId} and r.state = 'PENDING' and ${byAnother(sql`r.proposer_id`, userId)}
     order by r.proposed_ms, r.id limit 100`,
  );
}

export interface WaitingProtection extends WaitingFacts {
  readonly space: string;
  readonly pointCode: string;
  readonly before: Protection;
  readonly after: Protection;
}

/** Proposed changes of the protected list within the scope that wait for another person than this user. */
export function protectionsWaiting(
  source: Source,
  scope: ScopeFilter,
  userId: number,
): Promise<WaitingProtection[]> {
  return selectRows<WaitingProtection>(
    source,
    sql`select r.id::text as id, ${actorName(sql`r.campus_id`, sql`r.proposed_by`)} as by, r.proposed_ms::float8 as "atMs",
           null as "dueMs", r.reason, s.code as space, p.code as "pointCode", r."before"::text as before, r."after"::text as after
      from protection_proposal r join meter_point p on p.id = r.point_id join space s on s.id = p.space_id
     where ${pointWithin(scope)} and r.state = 'PENDING' and ${byAnother(sql`r.proposer_id`, userId)}
     order by r.proposed_ms, r.id limit 100`,
  );
}
