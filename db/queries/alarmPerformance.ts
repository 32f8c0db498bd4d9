import { sql } from 'drizzle-orm';
import type { DutyShift } from '../../domain/alarms/dutyRoster';
import { PERIOD_MS } from '../../domain/alarms/performance';
import { alarmWithin } from './alarmViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Times are ms UTC; a span is [fromMs, toMs). An announcement is a line of the journal by which people were told. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

const announcedIn = (scope: ScopeFilter, { fromMs, toMs }: TimeSpan) =>
  sql`e.announced and e.at_ms >= ${fromMs}::bigint and e.at_ms < ${toMs}::bigint and ${alarmWithin(scope)}`;

/** Announcements by the clock's ten minutes; empty periods are left out. */
export async function announcementsByPeriod(
  source: Source,
  scope: ScopeFilter,
  span: TimeSpan,
): Promise<{ at: number; announced: number }[]> {
  return selectRows(
    source,
    sql`select (e.at_ms / ${PERIOD_MS}::bigint * ${PERIOD_MS}::bigint)::float8 as at, count(*)::int as announced
      from alarm_event e join alarm a on a.id = e.alarm_id where ${announcedIn(scope, span)} group by 1 order by 1`,
  );
}

/** Announcements by the priority that the alarm has now. */
export async function announcementsByPriority(
  source: Source,
  scope: ScopeFilter,
  span: TimeSpan,
): Promise<{ priority: 1 | 2 | 3 | 4; announced: number }[]> {
  return selectRows(
    source,
    sql`select a.priority::int as priority, count(*)::int as announced
      from alarm_event e join alarm a on a.id = e.alarm_id where ${announcedIn(scope, span)} group by 1`,
  );
}

/** A rule at an object, with how often it was announced. */
export interface AlarmSourceRow {
  rule: string;
  priority: 1 | 2 | 3 | 4;
  announced: number;
  /** Newest alarm of it, for its place and its page. */
  alarmId: number;
  lastMs: number;
  chatter: boolean;
  fleeting: number;
}

/** Sources that announced most, the worst first. */
export async function busiestSources(
  source: Source,
  scope: ScopeFilter,
  span: TimeSpan,
  limit: number,
): Promise<AlarmSourceRow[]> {
  return selectRows<AlarmSourceRow>(
    source,
    sql`select a.rule, min(a.priority)::int as priority, count(*)::int as announced, max(a.id)::float8 as "alarmId",
           max(e.at_ms)::float8 as "lastMs", bool_or(a.chatter) as chatter,
           (count(distinct a.id) filter (where a.fleeting))::int as fleeting
      from alarm_event e join alarm a on a.id = e.alarm_id where ${announcedIn(scope, span)}
     group by a.rule, a.subject_type, a.subject_id order by announced desc, "lastMs" desc limit ${limit}`,
  );
}

/** Alarms that are a nuisance: chattered or gone at once in the span, and standing for long now. */
export async function nuisanceCounts(
  source: Source,
  scope: ScopeFilter,
  span: TimeSpan,
  staleBeforeMs: number,
): Promise<{ chattering: number; fleeting: number; stale: number }> {
  const [row] = await selectRows<{ chattering: number; fleeting: number; stale: number }>(
    source,
    sql`select
        (select (count(distinct a.id) filter (where a.chatter))::int from alarm_event e join alarm a on a.id = e.alarm_id
          where ${announcedIn(scope, span)}) as chattering,
        (select (count(distinct a.id) filter (where a.fleeting))::int from alarm_event e join alarm a on a.id = e.alarm_id
          where ${announcedIn(scope, span)}) as fleeting,
        (select count(*)::int from alarm a where a.ended_ms is null and a.active and a.suppressed_by is null
            and a.out_of_service_ticket is null and a.shelved_until_ms is null
            and coalesce((a.activations -> -1)::float8, a.raised_ms) < ${staleBeforeMs}::bigint
            and ${alarmWithin(scope)}) as stale`,
  );
  return row!;
}

/** Median time from an announcement to the acknowledgement that answered it, ms; null: none was answered. */
export async function medianAcknowledgement(
  source: Source,
  scope: ScopeFilter,
  { fromMs, toMs }: TimeSpan,
): Promise<number | null> {
  const [row] = await selectRows<{ ms: number | null }>(
    source,
    sql`select percentile_cont(0.5) within group (order by k.at_ms - told.at_ms)::float8 as ms
      from alarm_event k join alarm a on a.id = k.alarm_id
      cross join lateral (select max(e.at_ms) as at_ms from alarm_event e
         where e.alarm_id = k.alarm_id and e.announced and e.id < k.id) told
     where k.event = 'ACKNOWLEDGE' and k.at_ms >= ${fromMs}::bigint and k.at_ms < ${toMs}::bigint
       and told.at_ms is not null and ${alarmWithin(scope)}`,
  );
  return row?.ms ?? null;
}

/** Shifts that touch the span at the places of the scope. */
export async function shiftsWithin(
  source: Source,
  scope: ScopeFilter,
  { fromMs, toMs }: TimeSpan,
): Promise<DutyShift[]> {
  const here = scope.campusWide
    ? sql`true`
    : sql`(d.space_id is null or exists (select 1 from space s where s.id = d.space_id
            and (s.path && ${`{${scope.spaceIds.join(',')}}`}::int[])))`;
  return selectRows<DutyShift>(
    source,
    sql`select d.user_id as "userId", d.level::text as level, d.space_id as "spaceId", d.from_ms::float8 as "from",
           d.to_ms::float8 as "to"
      from duty_shift d where d.campus_id = ${scope.campusId} and d.to_ms > ${fromMs}::bigint
       and d.from_ms < ${toMs}::bigint and ${here}`,
  );
}
