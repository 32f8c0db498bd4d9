import { sql } from 'drizzle-orm';
import type { DeclaredPeriod } from '../../domain/supply/noCutPeriods';
import { notOfRoommates, withinOwnTime } from './accountViews';
import { declaredFor } from './noCutDeclarations';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** One step of the path from the campus to a place. */
export interface PlaceStep {
  code: string;
  kind: 'CAMPUS' | 'BUILDING' | 'FLOOR' | 'ROOM' | 'ZONE';
  name: string;
  nameEn: string | null;
}

/** A room (or a zone that is occupied like one) with its place in the tree. */
export interface RoomRow {
  id: number;
  code: string;
  kind: PlaceStep['kind'];
  headCapacity: number | null;
  /** From the campus down to the room itself. */
  path: PlaceStep[];
  /** People who live there now. */
  residents: number;
}

/** The place of this code within the scope, or null. */
export async function findRoom(source: Source, scope: ScopeFilter, code: string): Promise<RoomRow | null> {
  const within = withinScope(scope, { campusId: sql`s.campus_id`, spaceId: sql`s.id` });
  const [row] = await selectRows<RoomRow>(
    source,
    sql`select s.id, s.code, s.kind::text as kind, s.head_capacity as "headCapacity",
           (select jsonb_agg(jsonb_build_object('code', x.code, 'kind', x.kind, 'name', x.name, 'nameEn', x.name_en)
                     order by array_position(s.path, x.id)) from space x where x.id = any(s.path)) as path,
           (select count(distinct o.person_id)::int from account a join occupancy o on o.account_id = a.id
             where a.space_id = s.id and o.valid_from <= ${scope.at}
               and (o.valid_to is null or o.valid_to > ${scope.at})) as residents
      from space s where s.code = ${code} and ${within}`,
  );
  return row ?? null;
}

/** Whether a space lies within a scope. */
export async function isSpaceWithin(source: Source, scope: ScopeFilter, spaceId: number): Promise<boolean> {
  if (scope.campusWide) return true;
  const within = withinScope(scope, { campusId: sql`s.campus_id`, spaceId: sql`s.id` });
  const rows = await selectRows<{ id: number }>(
    source,
    sql`select s.id from space s where s.id = ${spaceId} and ${within}`,
  );
  return rows.length > 0;
}

/**
 * Since when a viewer's view of a place reaches back, ms UTC: to the start of the own occupancy for whoever sees it as its
 * resident alone; null: to its beginning.
 */
export async function seenSince(source: Source, scope: ScopeFilter, spaceId: number): Promise<number | null> {
  if (scope.personId === null || (await isSpaceWithin(source, { ...scope, personId: null }, spaceId)))
    return null;
  const [row] = await selectRows<{ sinceMs: number | null }>(
    source,
    sql`select (extract(epoch from min(o.valid_from)) * 1000)::float8 as "sinceMs"
      from occupancy o join account a on a.id = o.account_id
     where o.person_id = ${scope.personId} and a.space_id = ${spaceId}
       and o.valid_from <= ${scope.at} and (o.valid_to is null or o.valid_to > ${scope.at})`,
  );
  return row?.sinceMs ?? scope.at.getTime();
}

/** A point of a room with what its page asks besides `PointView`. */
export interface RoomPointRow {
  code: string;
  meterCode: string | null;
  intervalMs: number;
  hasRelay: boolean;
  /** False: the meter or its gateway says that it is offline; null: never said. */
  online: boolean | null;
  /** Point of the feeder that supplies it. */
  feeder: string | null;
  leaseUserId: number | null;
  leaseUntilMs: number | null;
  /** When the relay last changed, by telemetry. */
  changedMs: number | null;
  /** When an exchange put the meter here and nobody confirmed it since. */
  mappedMs: number | null;
  /** Why the last automatic switching was refused; null: it was not. */
  refusedFor: string | null;
  /** The last outage of its meter that has ended. */
  outage: { from: number; to: number } | null;
}

/** The points of a room, electricity first, then by code. */
export async function listRoomPoints(
  source: Source,
  spaceId: number,
  nowMs: number,
): Promise<RoomPointRow[]> {
  return selectRows<RoomPointRow>(
    source,
    sql`select p.code, m.code as "meterCode", coalesce(m.interval_s, 60) * 1000 as "intervalMs",
           coalesce(m.has_relay, false) as "hasRelay",
           case when g.online = false or m.online = false then false else coalesce(g.online, m.online) end as online,
           (select fp.code from feeder_link f join meter_point fp on fp.id = f.parent_point_id
             where f.child_point_id = p.id and f.sign > 0 and f.valid_to is null limit 1) as feeder,
           l.user_id as "leaseUserId", l.until_ms::float8 as "leaseUntilMs", ss.changed_ms::float8 as "changedMs",
           i.mapped_ms::float8 as "mappedMs", ss.refusal ->> 'reason' as "refusedFor", st.detection->'outage' as outage
      from meter_point p
      left join meter_install i on i.point_id = p.id and i.valid_to is null
      left join meter m on m.id = i.meter_id
      left join gateway g on g.id = m.gateway_id
      left join meter_state st on st.meter_id = m.id
      left join supply_state ss on ss.point_id = p.id
      left join control_lease l on l.point_id = p.id and l.until_ms > ${nowMs}::bigint
     where p.space_id = ${spaceId}
     order by p.utility, p.code`,
  );
}

/** The account that a room is known by: its own, else the one that pays for its first point. */
export async function findRoomAccountCode(source: Source, spaceId: number, at: Date): Promise<string | null> {
  const [row] = await selectRows<{ code: string }>(
    source,
    sql`select a.code, 0 as rank, a.id from account a where a.space_id = ${spaceId} and a.kind = 'ROOM' and a.status = 'ACTIVE'
     union all
    select a.code, 1 as rank, a.id from account a join account_point ap on ap.account_id = a.id
      join meter_point p on p.id = ap.point_id
     where p.space_id = ${spaceId} and ap.valid_from <= ${at} and (ap.valid_to is null or ap.valid_to > ${at})
     order by rank, id limit 1`,
  );
  return row?.code ?? null;
}

/** The policy of an account as stored, with the calendar that its body names. */
export interface AccountPolicyRow {
  code: string;
  name: string;
  nameEn: string | null;
  body: Record<string, unknown>;
  days: Record<string, string> | null;
  /** No-cut times that were declared for it, as far as they have not ended. */
  declared: DeclaredPeriod[];
  class: 'PREPAID' | 'SPECIAL' | 'POSTPAID';
  graceDays: number | null;
  graceLimitMicro: bigint | null;
  eligibleMs: number | null;
  finalNoticeMs: number | null;
}

export async function findAccountPolicy(source: Source, accountId: number): Promise<AccountPolicyRow | null> {
  const [row] = await selectRows<AccountPolicyRow>(
    source,
    sql`select y.code, y.name, y.name_en as "nameEn", y.body, c.days, ${declaredFor(sql`y.campus_id`, sql`y.code`)} as declared,
           a.class::text as class, a.grace_days as "graceDays", a.grace_limit_micro as "graceLimitMicro", a.eligible_ms::float8 as "eligibleMs",
           a.final_notice_ms::float8 as "finalNoticeMs"
      from account a
      join policy y on y.campus_id = a.campus_id and y.code = a.policy_code and y.current
      left join calendar c on c.campus_id = a.campus_id and c.code = y.body ->> 'calendar'
     where a.id = ${accountId}`,
  );
  return row ?? null;
}

/** Something that happened at a place: an alarm episode or a notice. */
export interface RoomAlarmRow {
  id: number;
  rule: string;
  priority: 1 | 2 | 3 | 4;
  active: boolean;
  acknowledged: boolean;
  latched: boolean;
  shelvedUntilMs: number | null;
  suppressedBy: string | null;
  outOfServiceTicket: string | null;
  raisedMs: number;
  returnedMs: number | null;
  endedMs: number | null;
  acknowledgedBy: string | null;
  evidence: Record<string, unknown>;
}

/** Alarms at a place within the scope that were raised after `sinceMs`, newest first. */
export async function listPlaceAlarms(
  source: Source,
  scope: ScopeFilter,
  spaceId: number,
  sinceMs: number,
  limit: number,
): Promise<RoomAlarmRow[]> {
  const within = withinScope(scope, { campusId: sql`a.campus_id`, spaceId: sql`a.space_id` });
  return selectRows<RoomAlarmRow>(
    source,
    sql`select a.id::float8 as id, a.rule, a.priority::int as priority, a.active, a.acknowledged, a.latched,
           a.shelved_until_ms::float8 as "shelvedUntilMs", a.suppressed_by as "suppressedBy",
           a.out_of_service_ticket as "outOfServiceTicket", a.raised_ms::float8 as "raisedMs",
           a.returned_ms::float8 as "returnedMs", a.ended_ms::float8 as "endedMs",
           coalesce(u.display_name, a.acknowledged_by) as "acknowledgedBy", a.evidence
      from alarm a left join app_user u on a.acknowledged_by = 'user:' || u.code
     where a.space_id = ${spaceId} and a.raised_ms >= ${sinceMs}::bigint and ${within}
     order by a.raised_ms desc, a.id desc limit ${limit}`,
  );
}

export interface RoomNoticeRow {
  id: number;
  kind: string;
  atMs: number;
  body: Record<string, string | number | boolean>;
}

/** The last of a page: older ones follow. */
export interface NoticeCursor {
  readonly atMs: number;
  readonly id: number;
}

/** Notices to an account after `sinceMs`, newest first; with `before` those older than it. */
export async function listAccountNotices(
  source: Source,
  accountId: number,
  sinceMs: number,
  limit: number,
  before: NoticeCursor | null = null,
): Promise<RoomNoticeRow[]> {
  const older = before ? sql`and (at_ms, id) < (${before.atMs}::bigint, ${before.id}::bigint)` : sql``;
  return selectRows<RoomNoticeRow>(
    source,
    sql`select id::float8 as id, kind, at_ms::float8 as "atMs", body from notice
     where account_id = ${accountId} and at_ms >= ${sinceMs}::bigint ${older} order by at_ms desc, id desc limit ${limit}`,
  );
}

/** Mean power of the hours of one meter that begin at these instants (ms UTC); hours without data are left out. */
export async function hourlyMeans(
  source: Source,
  meterId: number,
  hoursMs: readonly number[],
): Promise<{ hourMs: number; powerW: number }[]> {
  if (hoursMs.length === 0) return [];
  return selectRows<{ hourMs: number; powerW: number }>(
    source,
    sql`select (extract(epoch from hour) * 1000)::float8 as "hourMs", quantity_micro::float8 / 1000 as "powerW"
      from reading_hourly
     where meter_id = ${meterId}
       and hour = any(select to_timestamp(x / 1000.0) from unnest(${sql.param([...hoursMs])}::float8[]) x)
     order by hour`,
  );
}

/** Money received for an account, with what it set in motion. */
export interface AccountPaymentRow {
  id: string;
  channel: string;
  reference: string;
  amountMicro: bigint;
  txId: bigint;
  actor: string;
  reason: string | null;
  acceptedMs: number;
  commandIds: string[];
  /** Hash of the ledger transaction, hex. */
  txHash: string;
}

/** Payments of an account after `sinceMs`, newest first. */
export async function listAccountPayments(
  source: Source,
  scope: ScopeFilter,
  accountId: number,
  sinceMs: number,
  limit: number,
): Promise<AccountPaymentRow[]> {
  return selectRows<AccountPaymentRow>(
    source,
    sql`select p.id, p.channel, p.reference, p.amount_micro as "amountMicro", t.id as "txId",
           coalesce(u.display_name, p.actor) as actor, p.reason,
           (extract(epoch from p.accepted_at) * 1000)::float8 as "acceptedMs", p.command_ids as "commandIds",
           encode(t.tx_hash, 'hex') as "txHash"
      from payment p
      join account a on a.id = p.account_id
      join ledger_tx t on t.id = case when p.units_tx_id is null then p.tx_id else p.units_tx_id end
      left join app_user u on p.actor = 'user:' || u.code
     where p.account_id = ${accountId} and p.accepted_at >= ${new Date(sinceMs)}
       and ${withinOwnTime(scope, sql`p.accepted_at`)} and ${notOfRoommates(scope)}
     order by p.accepted_at desc, p.id desc limit ${limit}`,
  );
}
