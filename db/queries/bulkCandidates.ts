import { type SQL, sql } from 'drizzle-orm';
import type { PointView } from './pointViews';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';
import type { StoredReasons } from './supply';

/** How the points of a bulk job are chosen; utilities besides the asked one are left out. */
export type BulkChoice =
  | { readonly kind: 'POINTS'; readonly codes: readonly string[] }
  /** Room codes; one that ends in `*` stands for all that begin so. */
  | { readonly kind: 'ROOMS'; readonly codes: readonly string[] }
  | { readonly kind: 'SPACE'; readonly code: string }
  /** Everything that hangs below a feeder, at any depth. */
  | { readonly kind: 'FEEDER'; readonly code: string };

/** A point with all that its verdict needs. */
export interface BulkCandidate {
  pointId: number;
  code: string;
  space: string;
  floor: string | null;
  role: PointView['role'];
  utility: PointView['utility'];
  protection: PointView['protection'];
  protectionOwner: string | null;
  protectionPhone: string | null;
  reasons: StoredReasons;
  tags: { by: string; sinceMs: number; note: string }[];
  observed: 'CLOSED' | 'OPEN' | 'UNKNOWN';
  changedMs: number | null;
  operationsMs: number[];
  meterId: number | null;
  hasRelay: boolean;
  gatewayId: number | null;
  online: boolean | null;
  lastMs: number | null;
  intervalMs: number;
  powerW: number | null;
  gasAlarmOpen: boolean;
  /** When an exchange put its meter here and nobody confirmed it since. */
  mappedMs: number | null;
  /** A life-safety point hangs below this feeder. */
  lifeSafetyBelow: boolean;
  leaseBy: string | null;
  leaseUntilMs: number | null;
  live: { id: string; op: string; cause: string; issuedMs: number | null } | null;
}

/** The line that a point's command takes: its gateway, or the meter itself. */
export const lineOf = ({ gatewayId, meterId }: Pick<BulkCandidate, 'gatewayId' | 'meterId'>): string =>
  gatewayId === null ? `m:${meterId ?? 0}` : `g:${gatewayId}`;

/** Points below a feeder at any depth. */
function below(feeder: SQL): SQL {
  return sql`with recursive down(id) as (
      select lk.child_point_id from feeder_link lk where lk.parent_point_id = ${feeder} and lk.valid_to is null
      union select lk.child_point_id from feeder_link lk join down d on lk.parent_point_id = d.id where lk.valid_to is null)
    select id from down`;
}

function chosen(choice: BulkChoice, campusId: number): SQL {
  const switched = sql`p.role in ('CUSTOMER', 'TENANT', 'PUBLIC')`;
  switch (choice.kind) {
    case 'POINTS':
      return sql`p.code = any(${sql.param([...choice.codes])}::text[])`;
    case 'ROOMS':
      return sql`${switched} and exists (select 1 from unnest(${sql.param([...choice.codes])}::text[]) as w(code)
        where s.code = w.code or (right(w.code, 1) = '*' and starts_with(s.code, left(w.code, -1))))`;
    case 'SPACE':
      return sql`${switched} and s.path && array(select id from space where campus_id = ${campusId} and code = ${choice.code})`;
    case 'FEEDER':
      return sql`${switched} and p.id in (${below(
        sql`(select id from meter_point where campus_id = ${campusId} and code = ${choice.code} and role = 'FEEDER')`,
      )})`;
  }
}

/** The chosen points of one utility within the scope, in the order of building, floor and room; at most `limit`. */
export async function bulkCandidates(
  source: Source,
  scope: ScopeFilter,
  choice: BulkChoice,
  utility: PointView['utility'],
  nowMs: number,
  limit: number,
): Promise<BulkCandidate[]> {
  return selectRows<BulkCandidate>(
    source,
    sql`select p.id as "pointId", p.code, s.code as space, fl.code as floor, p.role::text as role, p.utility::text as utility,
           p.protection::text as protection, p.protection_owner as "protectionOwner", p.protection_phone as "protectionPhone",
           coalesce(ss.reasons, '{}'::jsonb) as reasons, coalesce(ss.tags, '[]'::jsonb) as tags,
           case when st.relay = 1 or st.valve = 1 then 'CLOSED' when st.relay = 0 or st.valve = 0 then 'OPEN'
                else coalesce(ss.observed::text, 'UNKNOWN') end as observed,
           ss.changed_ms::float8 as "changedMs", coalesce(ss.operations_ms, '[]'::jsonb) as "operationsMs", m.id as "meterId",
           coalesce(m.has_relay, false) as "hasRelay", m.gateway_id as "gatewayId",
           case when (g.online = false and coalesce(g.status_ms, 0) >= coalesce(st.last_rx_ms, 0))
                  or (m.online = false and coalesce(m.status_ms, 0) >= coalesce(st.last_rx_ms, 0)) then false
                when coalesce(g.online, m.online) is not null then true end as online,
           st.last_ms::float8 as "lastMs", coalesce(m.interval_s, 60) * 1000 as "intervalMs", st.power_w as "powerW",
           exists (select 1 from alarm a where a.rule = 'GAS_LEAK' and a.space_id = p.space_id and a.ended_ms is null and a.active)
             as "gasAlarmOpen",
           (p.role = 'FEEDER' and exists (select 1 from meter_point z where z.protection = 'LIFE_SAFETY'
              and z.id in (${below(sql`p.id`)}))) as "lifeSafetyBelow",
           i.mapped_ms::float8 as "mappedMs", l.user_id::text as "leaseBy", l.until_ms::float8 as "leaseUntilMs",
           (select jsonb_build_object('id', c.id, 'op', c.op, 'cause', c.cause, 'issuedMs', c.issued_ms) from command c
             where c.point_id = p.id and c.finished_ms is null
               and c.op in ('disconnect', 'connect', 'arm', 'valve_close', 'valve_open')
             order by c.created_ms limit 1) as live
      from meter_point p
      join space s on s.id = p.space_id
      left join space fl on fl.id = any(s.path) and fl.kind = 'FLOOR'
      left join meter_install i on i.point_id = p.id and i.valid_to is null
      left join meter m on m.id = i.meter_id
      left join gateway g on g.id = m.gateway_id
      left join meter_state st on st.meter_id = m.id
      left join supply_state ss on ss.point_id = p.id
      left join control_lease l on l.point_id = p.id and l.until_ms > ${nowMs}::bigint
     where p.utility = ${utility} and ${pointWithin(scope)} and ${chosen(choice, scope.campusId)}
     order by s.path, s.position, s.code, p.code limit ${limit}`,
  );
}

/** A place within the scope by its code, or null. */
export async function chosenSpace(
  source: Source,
  scope: ScopeFilter,
  code: string,
): Promise<{
  id: number;
  kind: 'CAMPUS' | 'BUILDING' | 'FLOOR' | 'ROOM' | 'ZONE';
  name: string;
  nameEn: string | null;
} | null> {
  const within = withinScope(scope, { campusId: sql`s.campus_id`, spaceId: sql`s.id` });
  const [row] = await selectRows<{
    id: number;
    kind: 'CAMPUS' | 'BUILDING' | 'FLOOR' | 'ROOM' | 'ZONE';
    name: string;
    nameEn: string | null;
  }>(
    source,
    sql`select s.id, s.kind::text as kind, s.name, s.name_en as "nameEn" from space s where s.code = ${code} and ${within}`,
  );
  return row ?? null;
}

/** How many points of one utility hang below a feeder in all, in or out of anybody's scope; null: no such feeder. */
export async function pointsBelow(
  source: Source,
  campusId: number,
  code: string,
  utility: PointView['utility'],
): Promise<number | null> {
  const [row] = await selectRows<{ id: number; n: number }>(
    source,
    sql`select f.id, (select count(*)::int from meter_point p where p.utility = ${utility}
           and p.role in ('CUSTOMER', 'TENANT', 'PUBLIC') and p.id in (${below(sql`f.id`)})) as n
      from meter_point f where f.campus_id = ${campusId} and f.code = ${code} and f.role = 'FEEDER'`,
  );
  return row?.n ?? null;
}
