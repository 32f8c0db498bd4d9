import { type SQL, sql } from 'drizzle-orm';
import type { AccountPointRow } from './accountViews';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** A meter point with everything that a person or a program asks before switching it. */
export interface PointView {
  id: number;
  code: string;
  name: string | null;
  nameEn: string | null;
  spaceId: number;
  spaceCode: string;
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  role: 'CUSTOMER' | 'PUBLIC' | 'FEEDER' | 'CHECK' | 'PV' | 'TENANT';
  limitW: number | null;
  capacityW: number | null;
  protection: 'NONE' | 'CREDIT' | 'LIFE_SAFETY';
  protectionOwner: string | null;
  protectionPhone: string | null;
  accountCode: string | null;
  meterCode: string | null;
  gatewayCode: string | null;
  intervalS: number | null;
  reasons: AccountPointRow['reasons'];
  tags: { by: string; sinceMs: number; note: string }[];
  observed: 'CLOSED' | 'OPEN' | 'UNKNOWN';
  observedMs: number | null;
  /** The command that lives now. */
  commandId: string | null;
  commandState: string | null;
  /** Who has the control panel open. */
  armedBy: string | null;
  lastMs: number | null;
  lastRxMs: number | null;
  registerMicro: bigint | null;
  powerW: number | null;
  voltageV: number | null;
  currentA: number | null;
  powerFactor: number | null;
  flowM3h: number | null;
  /** When relay or valve was last reported. */
  positionMs: number | null;
  relay: number | null;
  valve: number | null;
}

/** The condition for a table `meter_point` under the alias `p`. */
export function pointWithin(scope: ScopeFilter): SQL {
  return withinScope(scope, {
    campusId: sql`p.campus_id`,
    spaceId: sql`p.space_id`,
    pointId: sql`p.id`,
  });
}

/** The point of this code within the scope, as it stands at `nowMs`, or null. */
export async function findPointView(
  source: Source,
  scope: ScopeFilter,
  code: string,
  nowMs: number,
): Promise<PointView | null> {
  const now = new Date(nowMs);
  const [row] = await selectRows<PointView>(
    source,
    sql`select p.id, p.code, p.name, p.name_en as "nameEn", p.space_id as "spaceId", s.code as "spaceCode", p.utility::text as utility,
           p.role::text as role, p.limit_w as "limitW", p.capacity_w as "capacityW", p.protection::text as protection,
           p.protection_owner as "protectionOwner", p.protection_phone as "protectionPhone",
           a.code as "accountCode", m.code as "meterCode", g.code as "gatewayCode", m.interval_s as "intervalS",
           coalesce(ss.reasons, '{}'::jsonb) as reasons, coalesce(ss.tags, '[]'::jsonb) as tags,
           coalesce(ss.observed::text, 'UNKNOWN') as observed, ss.observed_ms::float8 as "observedMs",
           c.id as "commandId", c.state as "commandState", l.user_name as "armedBy",
           st.last_ms::float8 as "lastMs", st.last_rx_ms::float8 as "lastRxMs", st.base_micro as "registerMicro",
           st.power_w as "powerW", st.voltage_v as "voltageV", st.current_a as "currentA",
           st.power_factor as "powerFactor", st.flow_m3h as "flowM3h", st.position_ms::float8 as "positionMs", st.relay::int as relay, st.valve::int as valve
      from meter_point p
      join space s on s.id = p.space_id
      left join meter_install i on i.point_id = p.id and i.valid_to is null
      left join meter m on m.id = i.meter_id
      left join gateway g on g.id = m.gateway_id
      left join meter_state st on st.meter_id = m.id
      left join supply_state ss on ss.point_id = p.id
      left join account_point ap on ap.point_id = p.id and ap.valid_from <= ${now}
            and (ap.valid_to is null or ap.valid_to > ${now})
      left join account a on a.id = ap.account_id
      left join control_lease l on l.point_id = p.id and l.until_ms > ${nowMs}::bigint
      left join lateral (select id, state::text as state from command
                          where point_id = p.id and finished_ms is null
                          order by created_ms desc, id desc limit 1) c on true
     where p.code = ${code} and ${pointWithin(scope)}`,
  );
  return row ?? null;
}

/** Where a point is, for deciding whether a caller may act on it; null outside the scope. */
export async function findPointPlace(
  source: Source,
  scope: ScopeFilter,
  code: string,
): Promise<{
  id: number;
  spaceId: number;
  role: PointView['role'];
  utility: PointView['utility'];
  tags: PointView['tags'];
} | null> {
  const [row] = await selectRows<{
    id: number;
    spaceId: number;
    role: PointView['role'];
    utility: PointView['utility'];
    tags: PointView['tags'];
  }>(
    source,
    sql`select p.id, p.space_id as "spaceId", p.role::text as role, p.utility::text as utility,
           coalesce(ss.tags, '[]'::jsonb) as tags
      from meter_point p left join supply_state ss on ss.point_id = p.id
     where p.code = ${code} and ${pointWithin(scope)}`,
  );
  return row ?? null;
}
