import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { BulkTargetState } from '../../domain/supply/bulkJob';
import type { CommandState } from '../../domain/supply/commandMachine';
import type { SwitchPosition } from '../../domain/supply/supplyState';
import type { OffWindow, ScheduleState } from '../../domain/supply/switchSchedule';
import { actorName } from './actorName';
import type { BulkChoice } from './bulkCandidates';
import { namesAbove } from './placeSearch';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';
import type { StoredReasons } from './supply';

/** A switching schedule as stored, with the dates of its calendar. Times in ms UTC. */
export interface ScheduleRow {
  id: string;
  campusId: number;
  timeZone: string;
  name: string;
  state: ScheduleState;
  choice: BulkChoice;
  windows: OffWindow[];
  /** Code of the calendar; null: weekdays alone. */
  calendar: string | null;
  dates: Record<string, string>;
  reason: string;
  requesterId: number;
  requestedBy: string;
  requestedMs: number;
  approvalDueMs: number;
  approvedBy: string | null;
  approvedMs: number | null;
  handledMs: number | null;
  missedMs: number | null;
  endedBy: string | null;
  endCause: string | null;
  endedMs: number | null;
}

const COLUMNS = `s.id, s.campus_id as "campusId", c.time_zone as "timeZone", s.name, s.state::text as state, s.choice, s.windows,
  k.code as calendar, coalesce(k.days, '{}'::jsonb) as dates, s.reason, s.requester_id as "requesterId",
  s.requested_by as "requestedBy", s.requested_ms::float8 as "requestedMs", s.approval_due_ms::float8 as "approvalDueMs",
  s.approved_by as "approvedBy", s.approved_ms::float8 as "approvedMs", s.handled_ms::float8 as "handledMs",
  s.missed_ms::float8 as "missedMs", s.ended_by as "endedBy", s.end_cause as "endCause", s.ended_ms::float8 as "endedMs"`;
const TABLES = `switch_schedule s join campus c on c.id = s.campus_id left join calendar k on k.id = s.calendar_id`;

/** How a point says which schedule holds it. */
export const scheduleActor = (id: string): string => `schedule:${id}`;

/** The schedule that holds a point; null: none does. */
export function heldBySchedule(reasons: StoredReasons): string | null {
  const by = reasons.SCHEDULE?.by;
  return by?.startsWith(scheduleActor('')) ? by.slice(scheduleActor('').length) : null;
}

/** A schedule that is asked for. */
export interface NewSchedule
  extends Pick<
    ScheduleRow,
    | 'id'
    | 'campusId'
    | 'name'
    | 'choice'
    | 'windows'
    | 'reason'
    | 'requesterId'
    | 'requestedBy'
    | 'requestedMs'
    | 'approvalDueMs'
  > {
  readonly spaceId: number | null;
  readonly calendarId: number | null;
  readonly requestKey: string;
}

/** Adds a schedule that waits for consent. @returns its id, or that of the same person's under this key */
export async function insertSchedule(client: pg.ClientBase, one: NewSchedule): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `with added as (
       insert into switch_schedule (id, campus_id, name, state, choice, space_id, windows, calendar_id, reason, requester_id,
         requested_by, requested_ms, request_key, approval_due_ms)
       values ($1, $2, $3, 'PENDING_APPROVAL', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
       on conflict (requester_id, request_key) do nothing returning id)
     select id from added union all select id from switch_schedule where requester_id = $9 and request_key = $12 limit 1`,
    [
      one.id,
      one.campusId,
      one.name,
      JSON.stringify(one.choice),
      one.spaceId,
      JSON.stringify(one.windows),
      one.calendarId,
      one.reason,
      one.requesterId,
      one.requestedBy,
      one.requestedMs,
      one.requestKey,
      one.approvalDueMs,
    ],
  );
  return rows[0]!.id;
}

/**
 * Requests of one campus wait for each other from here on: two at once must not take the same points. Readings wait as well, for
 * they hold the configuration, so that nothing slow may follow.
 */
export async function lockScheduling(client: pg.ClientBase, campusId: number): Promise<void> {
  await client.query('select id from campus where id = $1 for no key update', [campusId]);
}

/** The schedule that a person asked for under a key, or null. */
export async function scheduleByKey(
  client: pg.ClientBase | pg.Pool,
  requesterId: number,
  requestKey: string,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    'select id from switch_schedule where requester_id = $1 and request_key = $2',
    [requesterId, requestKey],
  );
  return rows[0]?.id ?? null;
}

/** One schedule, locked against every other change of it; null if there is none. */
export async function lockSchedule(client: pg.ClientBase, id: string): Promise<ScheduleRow | null> {
  const { rows } = await client.query<ScheduleRow>(
    `select ${COLUMNS} from ${TABLES} where s.id = $1 for no key update of s`,
    [id],
  );
  return rows[0] ?? null;
}

/** One schedule as it stands; null if there is none. */
export async function scheduleById(client: pg.ClientBase | pg.Pool, id: string): Promise<ScheduleRow | null> {
  const { rows } = await client.query<ScheduleRow>(`select ${COLUMNS} from ${TABLES} where s.id = $1`, [id]);
  return rows[0] ?? null;
}

/** Stores what may change of a schedule. */
export async function updateSchedule(client: pg.ClientBase, row: ScheduleRow): Promise<void> {
  await client.query(
    `update switch_schedule set state = $2, approved_by = $3, approved_ms = $4, handled_ms = $5, missed_ms = $6, ended_by = $7,
       end_cause = $8, ended_ms = $9 where id = $1`,
    [
      row.id,
      row.state,
      row.approvedBy,
      row.approvedMs,
      row.handledMs,
      row.missedMs,
      row.endedBy,
      row.endCause,
      row.endedMs,
    ],
  );
}

/** Schedules whose clock is to be looked at: those that live, and those that are over and still hold or cut points. */
export async function schedulesToRun(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select s.id from switch_schedule s where s.state in ('PENDING_APPROVAL', 'ACTIVE')
     union
     select j.schedule_id from bulk_job j where j.schedule_id is not null and j.direction = 'CUT' and j.finished_ms is null
     union
     select substr(x.reasons -> 'SCHEDULE' ->> 'by', 10) from supply_state x
      where x.reasons ? 'SCHEDULE' and x.reasons -> 'SCHEDULE' ->> 'by' like 'schedule:%'
     order by 1`,
  );
  return rows.map(({ id }) => id);
}

/** A point that a firing is about, with the line that its command takes. */
export interface ScheduledPoint {
  readonly pointId: number;
  readonly line: string;
  readonly sinceMs: number;
}

/** Points that a schedule holds off, and since when. */
export async function pointsHeldBy(
  client: pg.ClientBase | pg.Pool,
  scheduleId: string,
): Promise<ScheduledPoint[]> {
  const { rows } = await client.query<ScheduledPoint>(
    `select x.point_id as "pointId", coalesce('g:' || m.gateway_id, 'm:' || coalesce(m.id, 0)) as line,
            (x.reasons -> 'SCHEDULE' ->> 'sinceMs')::float8 as "sinceMs"
       from supply_state x join meter_point p on p.id = x.point_id join space s on s.id = p.space_id
       left join meter_install i on i.point_id = p.id and i.valid_to is null left join meter m on m.id = i.meter_id
      where x.reasons -> 'SCHEDULE' ->> 'by' = $1 order by s.path, s.position, s.code, p.code`,
    [scheduleActor(scheduleId)],
  );
  return rows;
}

/** Ids of a schedule's jobs in this direction that are under way. */
export async function firingsUnderWay(
  client: pg.ClientBase | pg.Pool,
  scheduleId: string,
  direction: 'CUT' | 'RESTORE',
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from bulk_job where schedule_id = $1 and direction = $2 and finished_ms is null`,
    [scheduleId, direction],
  );
  return rows.map(({ id }) => id);
}

/** Id of a schedule's newest firing in either direction; null: none yet. */
export async function newestFiring(client: pg.ClientBase, scheduleId: string): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    'select id from bulk_job where schedule_id = $1 order by requested_ms desc, id desc limit 1',
    [scheduleId],
  );
  return rows[0]?.id ?? null;
}

/** A point of a firing with its command's state and what the schedule wants of it still. */
export interface FiredPoint {
  readonly pointId: number;
  readonly line: string;
  readonly state: BulkTargetState;
  readonly commandState: CommandState | null;
  /** The schedule holds it off. */
  readonly held: boolean;
  /** Nothing holds it off. */
  readonly free: boolean;
  readonly observed: SwitchPosition | null;
}

/** The points of a firing, in the order of sending. */
export async function firedPoints(
  client: pg.ClientBase,
  scheduleId: string,
  jobId: string,
): Promise<FiredPoint[]> {
  const { rows } = await client.query<FiredPoint>(
    `select t.point_id as "pointId", t.line, t.state::text as state, c.state::text as "commandState",
            coalesce(x.reasons -> 'SCHEDULE' ->> 'by' = $2, false) as held, coalesce(x.reasons = '{}'::jsonb, true) as free,
            x.observed::text as observed
       from bulk_target t left join command c on c.id = t.command_id left join supply_state x on x.point_id = t.point_id
      where t.job_id = $1 order by t.seq`,
    [jobId, scheduleActor(scheduleId)],
  );
  return rows;
}

/** When a person (no program) stopped the newest restore of a schedule, ms UTC; null: none did. */
export async function restoreStoppedMs(client: pg.ClientBase, scheduleId: string): Promise<number | null> {
  const { rows } = await client.query<{ ms: number | null }>(
    `select case when end_cause = 'STOPPED' and ended_by like 'user:%' then finished_ms::float8 end as ms from bulk_job
      where schedule_id = $1 and direction = 'RESTORE' order by requested_ms desc, id desc limit 1`,
    [scheduleId],
  );
  return rows[0]?.ms ?? null;
}

/** Whether the end of a schedule has asked for a point's supply since an instant. */
export async function releasedBySchedule(
  client: pg.ClientBase,
  pointId: number,
  sinceMs: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from bulk_job j join bulk_target t on t.job_id = j.id and t.point_id = $1
      where j.schedule_id is not null and j.direction = 'RESTORE' and j.requested_ms >= $2 and t.state in ('HANDED', 'BLOCKED')
      limit 1`,
    [pointId, sinceMs],
  );
  return (rowCount ?? 0) > 0;
}

/** What a schedule that lives switches. */
export interface LiveChoice {
  readonly id: string;
  readonly name: string;
  readonly choice: BulkChoice;
}

/** Choices of a campus's schedules that live, in the order in which they were asked for. */
export async function liveChoices(client: pg.ClientBase | pg.Pool, campusId: number): Promise<LiveChoice[]> {
  const { rows } = await client.query<LiveChoice>(
    `select id, name, choice from switch_schedule where campus_id = $1 and state in ('PENDING_APPROVAL', 'ACTIVE', 'PAUSED')
      order by requested_ms, id`,
    [campusId],
  );
  return rows;
}

/** Where a schedule switches, in names. */
export interface SchedulePlace {
  /** Names of its place from the building down; null: chosen by a list or a feeder. */
  place: { name: string; nameEn: string | null }[] | null;
  /** Rooms of the first four points of its list; null: chosen otherwise. */
  rooms: string[] | null;
}

/** Columns of `SchedulePlace` for a schedule `w`, whose place is `s`. */
export const schedulePlaceColumns = sql`case when s.id is not null then ${namesAbove(true)} end as place,
  case when w.choice ->> 'kind' = 'POINTS' then (select jsonb_agg(r.code order by c.n)
      from jsonb_array_elements_text(w.choice -> 'codes') with ordinality as c(code, n)
      join meter_point p on p.campus_id = w.campus_id and p.code = c.code join space r on r.id = p.space_id where c.n <= 4) end as rooms`;

/** A schedule as people see it. */
export interface ScheduleView extends Omit<ScheduleRow, 'campusId' | 'timeZone'>, SchedulePlace {
  /** Points that it holds off now. */
  held: number;
  /** Its newest firing; null: none yet. */
  lastJob: { id: string; direction: 'CUT' | 'RESTORE'; atMs: number } | null;
}

/** Schedules within the scope that live, or ended after `sinceMs`; those that wait for consent first. @param id this one alone */
export function listSchedules(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
  id?: string,
): Promise<ScheduleView[]> {
  const within = withinScope(scope, { campusId: sql`w.campus_id`, spaceId: sql`w.space_id` });
  const named = (actor: string) => actorName(sql`w.campus_id`, sql.raw(actor));
  return selectRows<ScheduleView>(
    source,
    sql`select w.id, w.name, w.state::text as state, w.choice, w.windows, k.code as calendar, coalesce(k.days, '{}'::jsonb) as dates,
           w.reason, w.requester_id as "requesterId", ${named('w.requested_by')} as "requestedBy",
           w.requested_ms::float8 as "requestedMs", w.approval_due_ms::float8 as "approvalDueMs",
           ${named('w.approved_by')} as "approvedBy", w.approved_ms::float8 as "approvedMs", w.handled_ms::float8 as "handledMs",
           w.missed_ms::float8 as "missedMs", ${named('w.ended_by')} as "endedBy", w.end_cause as "endCause",
           w.ended_ms::float8 as "endedMs",
           (select count(*)::int from supply_state x where x.reasons -> 'SCHEDULE' ->> 'by' = 'schedule:' || w.id) as held,
           (select jsonb_build_object('id', j.id, 'direction', j.direction, 'atMs', j.requested_ms) from bulk_job j
             where j.schedule_id = w.id order by j.requested_ms desc, j.id desc limit 1) as "lastJob",
           ${schedulePlaceColumns}
      from switch_schedule w left join space s on s.id = w.space_id left join calendar k on k.id = w.calendar_id
     where ${within} and ${id === undefined ? sql`true` : sql`w.id = ${id}`} and (w.state in ('PENDING_APPROVAL', 'ACTIVE', 'PAUSED') or w.ended_ms >= ${sinceMs}::bigint)
     order by w.state = 'PENDING_APPROVAL' desc, w.name, w.id limit 200`,
  );
}

/** Calendars of a campus, by code. */
export function listCalendars(
  source: Source,
  campusId: number,
): Promise<{ id: number; code: string; name: string; days: Record<string, string> }[]> {
  return selectRows<{ id: number; code: string; name: string; days: Record<string, string> }>(
    source,
    sql`select id, code, name, days from calendar where campus_id = ${campusId} order by code`,
  );
}

/** How many people live under the accounts that pay for points. */
export async function residentsAt(source: Source, pointIds: readonly number[], at: Date): Promise<number> {
  if (pointIds.length === 0) return 0;
  const [row] = await selectRows<{ n: number }>(
    source,
    sql`select count(distinct o.person_id)::int as n from account_point ap
      join occupancy o on o.account_id = ap.account_id and o.valid_from <= ${at} and (o.valid_to is null or o.valid_to > ${at})
     where ap.point_id = any(${sql.param([...pointIds])}::int[]) and ap.valid_from <= ${at}
       and (ap.valid_to is null or ap.valid_to > ${at})`,
  );
  return row?.n ?? 0;
}
