import { sql } from 'drizzle-orm';
import { alarmWithin } from './alarmViews';
import type { PlaceStep } from './rooms';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** What an alarm list knows of the point at which an alarm stands, beyond the alarm itself. */
export interface AlarmPointRow {
  id: number;
  code: string;
  role: 'CUSTOMER' | 'PUBLIC' | 'FEEDER' | 'CHECK' | 'PV' | 'TENANT';
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  name: string | null;
  nameEn: string | null;
  spaceCode: string;
  spaceKind: PlaceStep['kind'];
  /** Point of the feeder that supplies it. */
  feeder: string | null;
  gateway: string | null;
  meterId: number | null;
  meterCode: string | null;
  intervalMs: number;
  hasRelay: boolean;
  limitW: number | null;
  capacityW: number | null;
  protection: 'NONE' | 'CREDIT' | 'LIFE_SAFETY';
  leaseBy: string | null;
  leaseUserId: number | null;
  /** Contact of its meter as last reported: 1 closed, 0 open; null: none, or unknown. */
  relay: number | null;
  /** Newest switching command of the point, if it was made after the given instant or is a cut that was proven. */
  commandId: string | null;
}

/** Points of a campus by code. @param commandsSinceMs older commands are of no interest, except a proven cut that nothing has ended */
export async function alarmPoints(
  source: Source,
  campusId: number,
  codes: readonly string[],
  nowMs: number,
  commandsSinceMs: number,
): Promise<AlarmPointRow[]> {
  if (codes.length === 0) return [];
  return selectRows<AlarmPointRow>(
    source,
    sql`select p.id, p.code, p.role::text as role, p.utility::text as utility, p.name,
           p.name_en as "nameEn", s.code as "spaceCode",
           s.kind::text as "spaceKind",
           (select fp.code from feeder_link f join meter_point fp on fp.id = f.parent_point_id
             where f.child_point_id = p.id and f.sign > 0 and f.valid_to is null limit 1) as feeder,
           g.code as gateway, m.id as "meterId", m.code as "meterCode",
           coalesce(m.interval_s, 60) * 1000 as "intervalMs", coalesce(m.has_relay, false) as "hasRelay",
           p.limit_w as "limitW", p.capacity_w as "capacityW", p.protection::text as protection,
           l.user_name as "leaseBy", l.user_id as "leaseUserId",
           st.relay::int as relay,
           (select c.id from (select x.id, x.op, x.state, x.created_ms from command x where x.point_id = p.id
               and x.op in ('disconnect', 'connect', 'arm', 'valve_close', 'valve_open')
             order by x.created_ms desc, x.id desc limit 1) c
            where c.created_ms >= ${commandsSinceMs}::bigint
               or (c.op in ('disconnect', 'valve_close') and c.state = 'VERIFIED')) as "commandId"
      from meter_point p
      join space s on s.id = p.space_id
      left join meter_install i on i.point_id = p.id and i.valid_to is null
      left join meter m on m.id = i.meter_id
      left join gateway g on g.id = m.gateway_id
      left join meter_state st on st.meter_id = m.id
      left join control_lease l on l.point_id = p.id and l.until_ms > ${nowMs}::bigint
     where p.campus_id = ${campusId} and p.code = any(${sql.param([...codes])}::text[])`,
  );
}

/** Path of places by the code of their last one, from the campus down. */
export async function placePaths(
  source: Source,
  campusId: number,
  codes: readonly string[],
): Promise<ReadonlyMap<string, PlaceStep[]>> {
  if (codes.length === 0) return new Map();
  const rows = await selectRows<{ code: string; path: PlaceStep[] }>(
    source,
    sql`select s.code,
           (select jsonb_agg(jsonb_build_object('code', x.code, 'kind', x.kind, 'name', x.name, 'nameEn', x.name_en)
                     order by array_position(s.path, x.id)) from space x where x.id = any(s.path)) as path
      from space s where s.campus_id = ${campusId} and s.code = any(${sql.param([...new Set(codes)])}::text[])`,
  );
  return new Map(rows.map(({ code, path }) => [code, path]));
}

/** A point below a feeder, with what it draws. */
export interface FeederChildRow {
  code: string;
  role: AlarmPointRow['role'];
  spaceCode: string;
  spaceKind: PlaceStep['kind'];
  /** Ids from the root to the space. */
  spacePath: number[];
  /** Floor that it stands on; null for what stands in the building as a whole. */
  floorName: string | null;
  floorNameEn: string | null;
  powerW: number | null;
  limitW: number | null;
  lastRxMs: number | null;
  intervalMs: number;
  protection: AlarmPointRow['protection'];
  hasRelay: boolean;
}

export async function feederChildren(
  source: Source,
  campusId: number,
  feederCode: string,
): Promise<FeederChildRow[]> {
  return selectRows<FeederChildRow>(
    source,
    sql`select p.code, p.role::text as role, s.code as "spaceCode", s.kind::text as "spaceKind", s.path as "spacePath", fl.name as "floorName",
           fl.name_en as "floorNameEn", st.power_w as "powerW", p.limit_w as "limitW",
           st.last_rx_ms::float8 as "lastRxMs", coalesce(m.interval_s, 60) * 1000 as "intervalMs",
           p.protection::text as protection, coalesce(m.has_relay, false) as "hasRelay"
      from meter_point fp
      join feeder_link f on f.parent_point_id = fp.id and f.sign > 0 and f.valid_to is null
      join meter_point p on p.id = f.child_point_id
      join space s on s.id = p.space_id
      left join space fl on fl.id = any(s.path) and fl.kind = 'FLOOR'
      left join meter_install i on i.point_id = p.id and i.valid_to is null
      left join meter m on m.id = i.meter_id
      left join meter_state st on st.meter_id = m.id
     where fp.campus_id = ${campusId} and fp.code = ${feederCode}
     order by fl.position desc nulls last, p.code`,
  );
}

/** Newest power of points, W. */
export async function pointPowers(
  source: Source,
  campusId: number,
  codes: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (codes.length === 0) return new Map();
  const rows = await selectRows<{ code: string; powerW: number }>(
    source,
    sql`select p.code, st.power_w as "powerW" from meter_point p
      join meter_install i on i.point_id = p.id and i.valid_to is null
      join meter_state st on st.meter_id = i.meter_id
     where p.campus_id = ${campusId} and p.code = any(${sql.param([...codes])}::text[]) and st.power_w is not null`,
  );
  return new Map(rows.map(({ code, powerW }) => [code, powerW]));
}

/** Earlier episodes at the object of an alarm, of any rule, within the scope. */
export interface SameObjectRow {
  id: number;
  rule: string;
  priority: 1 | 2 | 3 | 4;
  raisedMs: number;
  returnedMs: number | null;
}

export async function sameObjectAlarms(
  source: Source,
  scope: ScopeFilter,
  alarmId: number,
  sinceMs: number,
): Promise<SameObjectRow[]> {
  return selectRows<SameObjectRow>(
    source,
    sql`select a.id::float8 as id, a.rule, a.priority::int as priority, a.raised_ms::float8 as "raisedMs",
           a.returned_ms::float8 as "returnedMs"
      from alarm shown join alarm a on a.subject_type = shown.subject_type and a.subject_id = shown.subject_id
     where shown.id = ${alarmId}::bigint and a.raised_ms >= ${sinceMs}::bigint and ${alarmWithin(scope)}
     order by a.raised_ms`,
  );
}

/** Staff whose scope is one of these places: whom to call about a building. */
export async function responsibleStaff(
  source: Source,
  spaceIds: readonly number[],
  at: Date,
): Promise<{ name: string; role: string; contact: string | null }[]> {
  if (spaceIds.length === 0) return [];
  return selectRows(
    source,
    sql`select u.display_name as name, b.role::text as role, p.contact
      from role_binding b join app_user u on u.id = b.user_id left join person p on p.id = u.person_id
     where b.role = 'WARDEN' and b.space_id = any(${sql.param([...spaceIds])}::int[]) and not u.disabled
       and b.valid_from <= ${at} and (b.valid_to is null or b.valid_to > ${at})
     order by u.id limit 3`,
  );
}
