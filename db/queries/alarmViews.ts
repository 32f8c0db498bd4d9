import { type SQL, sql } from 'drizzle-orm';
import { MONEY_RULES } from '../../domain/alarms/alarmCatalogue';
import { FINDING_RULES } from '../../domain/alarms/findings';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** An alarm with the place that it stands at. Axes as stored; the state is derived by `domain/alarms`. */
export interface AlarmView {
  id: number;
  campusId: number;
  rule: string;
  priority: 1 | 2 | 3 | 4;
  active: boolean;
  acknowledged: boolean;
  latched: boolean;
  shelvedUntilMs: number | null;
  shelvedBy: string | null;
  shelveReason: string | null;
  suppressedBy: string | null;
  outOfServiceTicket: string | null;
  outOfServiceBy: string | null;
  outOfServiceMs: number | null;
  subjectType: string;
  /** Code of the point, meter, gateway or account; null for the campus itself. */
  subjectCode: string | null;
  pointCode: string | null;
  meterCode: string | null;
  gatewayCode: string | null;
  /** The gateway itself, or the one that carries the meter there now. */
  carrierCode: string | null;
  /** The feeder itself, or the one that supplies the point there now. */
  feederCode: string | null;
  spaceId: number | null;
  spaceCode: string | null;
  buildingCode: string | null;
  /** It stands in a room, or at something within one. */
  inRoom: boolean;
  /** Ids from the root to the space; null without a place. */
  spacePath: number[] | null;
  /** Names from the building down to the space. */
  placePath: string[];
  sinceMs: number;
  raisedMs: number;
  lastMs: number;
  returnedMs: number | null;
  endedMs: number | null;
  count: number;
  chatter: boolean;
  fleeting: boolean;
  /** When the condition became true last. */
  activatedMs: number;
  /** When the newest activation or announcement began that its deadlines run from. */
  activeSinceMs: number;
  /** When the overlay was laid on it that is shown; null: none, or the episode began under it. */
  coveredMs: number | null;
  /** When people were told last; null: never. */
  announcedMs: number | null;
  /** Shown name where a person acknowledged, else the opaque actor. */
  acknowledgedBy: string | null;
  acknowledgedMs: number | null;
  /** Shown name of whom it was given to last; null: nobody. */
  owner: string | null;
  escalateDueMs: number | null;
  evidence: Record<string, unknown>;
  /** Newest entry of its history. */
  changedMs: number;
}

function alarmQuery(condition: SQL, limit: number): SQL {
  return sql`select a.id::float8 as id, a.campus_id as "campusId", a.rule, a.priority::int as priority, a.active,
         a.acknowledged, a.latched, a.shelved_until_ms::float8 as "shelvedUntilMs",
         coalesce(su.display_name, a.shelved_by) as "shelvedBy", a.shelve_reason as "shelveReason",
         a.suppressed_by::text as "suppressedBy", a.out_of_service_ticket as "outOfServiceTicket",
         coalesce(ou.display_name, a.out_of_service_by) as "outOfServiceBy",
         a.out_of_service_ms::float8 as "outOfServiceMs",
         a.subject_type as "subjectType", coalesce(p.code, m.code, g.code, ac.code) as "subjectCode",
         coalesce(p.code, mp.code) as "pointCode", m.code as "meterCode", g.code as "gatewayCode",
         coalesce(g.code, (select xg.code from meter_install x join meter xm on xm.id = x.meter_id
                             join gateway xg on xg.id = xm.gateway_id
                            where x.point_id = coalesce(p.id, mp.id) and x.valid_to is null limit 1)) as "carrierCode",
         case when coalesce(p.role, mp.role) = 'FEEDER' then coalesce(p.code, mp.code)
              else (select fp.code from feeder_link f join meter_point fp on fp.id = f.parent_point_id
                     where f.child_point_id = coalesce(p.id, mp.id) and f.sign > 0 and f.valid_to is null limit 1)
         end as "feederCode",
         a.space_id as "spaceId", s.code as "spaceCode", b.code as "buildingCode", s.path as "spacePath",
         exists (select from space r where r.id = any(s.path) and r.kind = 'ROOM') as "inRoom",
         coalesce((select array_agg(x.name order by array_position(s.path, x.id)) from space x
                    where x.id = any(s.path) and x.kind <> 'CAMPUS'), '{}'::text[]) as "placePath",
         a.since_ms::float8 as "sinceMs", a.raised_ms::float8 as "raisedMs", a.last_ms::float8 as "lastMs",
         a.returned_ms::float8 as "returnedMs", a.ended_ms::float8 as "endedMs", a.count,
         a.chatter, a.fleeting, coalesce((a.activations -> -1)::float8, a.raised_ms) as "activatedMs",
         a.active_since_ms::float8 as "activeSinceMs",
         case when a.out_of_service_ticket is not null then a.out_of_service_ms
              when a.suppressed_by is not null or a.shelved_until_ms is not null
              then (select max(oe.at_ms) from alarm_event oe where oe.alarm_id = a.id
                     and oe.event = case when a.suppressed_by is not null then 'SUPPRESS' else 'SHELVE' end)
         end::float8 as "coveredMs",
         a.announced_ms::float8 as "announcedMs",
         coalesce(au.display_name, a.acknowledged_by) as "acknowledgedBy",
         (select coalesce(ow.display_name, oe.detail ->> 'to') from alarm_event oe
            left join app_user ow on ow.campus_id = a.campus_id and ow.code = oe.detail ->> 'to'
           where oe.alarm_id = a.id and oe.event = 'ASSIGN' order by oe.id desc limit 1) as owner,
         a.acknowledged_ms::float8 as "acknowledgedMs", a.escalate_due_ms::float8 as "escalateDueMs", a.evidence,
         greatest(a.raised_ms, a.last_ms, (select max(e.at_ms) from alarm_event e where e.alarm_id = a.id))::float8
           as "changedMs"
    from alarm a
    left join meter_point p on a.subject_type = 'POINT' and p.id = a.subject_id
    left join meter m on a.subject_type = 'METER' and m.id = a.subject_id
    left join meter_install mi on mi.meter_id = m.id and mi.valid_to is null
    left join meter_point mp on mp.id = mi.point_id
    left join gateway g on a.subject_type = 'GATEWAY' and g.id = a.subject_id
    left join account ac on a.subject_type = 'ACCOUNT' and ac.id = a.subject_id
    left join space s on s.id = a.space_id
    left join space b on b.id = any(s.path) and b.kind = 'BUILDING'
    left join app_user au on a.acknowledged_by = 'user:' || au.code
    left join app_user su on a.shelved_by = 'user:' || su.code
    left join app_user ou on a.out_of_service_by = 'user:' || ou.code
   where ${condition}
   order by a.id desc
   limit ${limit}`;
}

/** The condition for a table `alarm` under the alias `a`. */
export function alarmWithin(scope: ScopeFilter): SQL {
  const placed = withinScope(scope, { campusId: sql`a.campus_id`, spaceId: sql`a.space_id` });
  if (!scope.moneyAlarms) return placed;
  return sql`(${placed} or (a.campus_id = ${scope.campusId} and a.rule = any(${sql.param([...MONEY_RULES])}::text[])))`;
}

export interface AlarmFilter {
  /** Only episodes that are not back to normal. */
  open: boolean;
  priority: number | null;
  rule: string | null;
  /** Alarms older than this id. */
  beforeId: number | null;
  limit: number;
}

/** Alarms within the scope, newest first. */
export async function listAlarms(
  source: Source,
  scope: ScopeFilter,
  filter: AlarmFilter,
): Promise<AlarmView[]> {
  const conditions = [alarmWithin(scope)];
  if (filter.open) conditions.push(sql`a.ended_ms is null`);
  if (filter.priority !== null) conditions.push(sql`a.priority = ${filter.priority}`);
  if (filter.rule !== null) conditions.push(sql`a.rule = ${filter.rule}`);
  if (filter.beforeId !== null) conditions.push(sql`a.id < ${filter.beforeId}::bigint`);
  return selectRows<AlarmView>(source, alarmQuery(sql.join(conditions, sql` and `), filter.limit));
}

/** Episodes within the scope that ended after `sinceMs`, newest end first. */
export async function listEndedAlarms(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
  limit: number,
): Promise<AlarmView[]> {
  const rows = await selectRows<AlarmView>(
    source,
    alarmQuery(sql`a.ended_ms >= ${sinceMs}::bigint and ${alarmWithin(scope)}`, limit),
  );
  return rows.sort((a, b) => (b.endedMs ?? 0) - (a.endedMs ?? 0));
}

/** Alarms within the scope that an overlay covers, and those that cover others, newest first. A shelf and a ticket outlast the episode. */
export async function listCoveredAlarms(
  source: Source,
  scope: ScopeFilter,
  nowMs: number,
  limit: number,
): Promise<AlarmView[]> {
  return selectRows<AlarmView>(
    source,
    alarmQuery(
      sql`${alarmWithin(scope)} and (a.shelved_until_ms > ${nowMs}::bigint or a.out_of_service_ticket is not null
          or (a.ended_ms is null and (a.suppressed_by is not null or (a.rule in ('GATEWAY_OFFLINE', 'FEEDER_VOLTAGE', 'FEEDER_OUTAGE') and a.active))))`,
      limit,
    ),
  );
}

/** The alarm of this id within the scope, or null. */
export async function findAlarm(source: Source, scope: ScopeFilter, id: number): Promise<AlarmView | null> {
  const [row] = await selectRows<AlarmView>(
    source,
    alarmQuery(sql`a.id = ${id}::bigint and ${alarmWithin(scope)}`, 1),
  );
  return row ?? null;
}

/** Those of these alarms that lie within the scope. */
export async function alarmsSeen(
  source: Source,
  scope: ScopeFilter,
  ids: readonly number[],
): Promise<AlarmView[]> {
  if (ids.length === 0) return [];
  return selectRows<AlarmView>(
    source,
    alarmQuery(sql`a.id = any(${sql.param([...ids])}::bigint[]) and ${alarmWithin(scope)}`, ids.length),
  );
}

/** These alarms, wherever they are; for the server's own pushing, which scopes them per room. */
export async function alarmsByIds(source: Source, ids: readonly number[]): Promise<AlarmView[]> {
  if (ids.length === 0) return [];
  return selectRows<AlarmView>(
    source,
    alarmQuery(sql`a.id = any(${sql.param([...ids])}::bigint[])`, ids.length),
  );
}

/** All open or shelved alarms of a campus, and those that ended or were raised after `sinceMs`; at most `limit`. */
export async function alarmsOfCampus(
  source: Source,
  campusId: number,
  sinceMs: number,
  limit: number,
): Promise<AlarmView[]> {
  return selectRows<AlarmView>(
    source,
    alarmQuery(
      sql`a.campus_id = ${campusId}
          and (a.ended_ms is null or a.shelved_until_ms is not null or a.ended_ms >= ${sinceMs}::bigint or a.raised_ms >= ${sinceMs}::bigint)`,
      limit,
    ),
  );
}

/** One line of an alarm's history. */
export interface AlarmEventView {
  atMs: number;
  event: string;
  actor: string;
  detail: Record<string, unknown> | null;
  /** Whom an escalation told, by the roster. */
  told: string[] | null;
  /** Whom it would have told, had they a contact that the message reaches. */
  missed: string[] | null;
  /** Shown name of whom it was given to by this line; null: it gave it to nobody. */
  assignee: string | null;
}

/**
 * Who stands behind a line of an alarm's history: a person of staff by name; whoever lives there is no business of those who see
 * the alarm. For a table `alarm_event` under `e` and the user behind its actor under `u`.
 */
export const eventActor: SQL = sql`case when e.event = 'APPEAL' then 'resident' else coalesce(u.display_name, e.actor) end`;

/** Shown name of whom a line of history gave the alarm to; for a table `alarm_event` under `e`. */
export const eventAssignee: SQL = sql`(select coalesce(w.display_name, e.detail ->> 'to')
  from alarm wa left join app_user w on w.campus_id = wa.campus_id and w.code = e.detail ->> 'to'
 where e.event = 'ASSIGN' and wa.id = e.alarm_id)`;

/** Shown names of people whom an escalation speaks of; for a table `alarm_event` under `e`. */
export const eventNames = (
  member: 'told' | 'missed',
): SQL => sql`(select array_agg(t.display_name order by t.id)
  from app_user t where e.event = 'ESCALATE' and t.code in (select jsonb_array_elements_text(e.detail -> ${member})))`;

/**
 * What a line of history says beside its event, for a table `alarm_event` under `e`. What a rule measured of somebody's use is no
 * part of it: the alarm itself tells of that, to those who may see it.
 */
export const eventDetail: SQL = sql`(select case when e.event in ('RAISE', 'RETURN')
    and da.rule = any(${sql.param([...FINDING_RULES])}::text[]) then null else e.detail end
  from alarm da where da.id = e.alarm_id)`;

/** History of an alarm, oldest first. */
export async function listAlarmEvents(source: Source, alarmId: number): Promise<AlarmEventView[]> {
  return selectRows<AlarmEventView>(
    source,
    sql`select e.at_ms::float8 as "atMs", e.event, ${eventActor} as actor, ${eventDetail} as detail,
           ${eventNames('told')} as told, ${eventNames('missed')} as missed,
           ${eventAssignee} as assignee
      from alarm_event e left join app_user u on e.actor = 'user:' || u.code
     where e.alarm_id = ${alarmId}::bigint order by e.id`,
  );
}
