import { type SQL, sql } from 'drizzle-orm';
import type { DeclaredPeriod } from '../../domain/supply/noCutPeriods';
import type { Protection } from '../../domain/supply/supplyState';
import { accountWithin } from './accountViews';
import { declaredFor } from './noCutDeclarations';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';
import type { PolicyBody } from './storedPolicy';

/** A prepaid room and what its band is made of. Money is read elsewhere: most who see bands may not see it. */
export interface BalanceRoom {
  readonly account: string;
  readonly space: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly building: string;
  readonly buildingName: string;
  readonly buildingNameEn: string | null;
  /** Floor, or the building itself where it has none. */
  readonly floor: string;
  readonly floorName: string;
  readonly floorNameEn: string | null;
  readonly floorPosition: number;
  /** Corridor order of the import. */
  readonly position: number;
  /** Forecast hours left when it was made; null while learning. */
  readonly hours: number | null;
  readonly learnedDays: number;
  readonly computedMs: number | null;
  /** Electricity meters of the account. */
  readonly meters: readonly string[];
  /** Arrival of the newest report, of the meter that is behind where there are several; null: one never reported. */
  readonly rxMs: number | null;
  readonly intervalMs: number;
  /** All electricity points are open by telemetry. */
  readonly measuredOpen: boolean;
  /** When the newest of them opened, ms UTC; null: closed or not known. */
  readonly openedMs: number | null;
  /** Strongest protection among the points. */
  readonly protection: Protection;
  readonly protectionOwner: string | null;
  readonly policy: string;
  /** Since when credit has been used up; null while it is not. */
  readonly class: 'PREPAID' | 'SPECIAL' | 'POSTPAID';
  readonly graceDays: number | null;
  readonly graceLimitMicro: bigint | null;
  readonly eligibleMs: number | null;
  /** The notice that stands as the last before a cut: a low-balance or the final notice of this descent. */
  readonly finalNoticeMs: number | null;
  /** The newest notice of any kind. */
  readonly lastNoticeMs: number | null;
  /** Time of the newest reading, of the meter that is behind where there are several. */
  readonly lastReadingMs: number | null;
  /** A maintenance tag hangs at each of the points. */
  readonly lockedOut: boolean;
  /** The newest outage of a meter that has ended. */
  readonly outage: { readonly from: number; readonly to: number } | null;
}

const BUILDING = sql`coalesce(b.code, s.code)`;

function roomQuery(condition: SQL): SQL {
  return sql`select a.code as account, s.code as space, s.name, s.name_en as "nameEn",
         ${BUILDING} as building, coalesce(b.name, s.name) as "buildingName",
         case when b.id is null then s.name_en else b.name_en end as "buildingNameEn",
         coalesce(f.code, b.code, s.code) as floor, coalesce(f.name, b.name, s.name) as "floorName",
         case when f.id is null then b.name_en else f.name_en end as "floorNameEn",
         coalesce(f.position, 0) as "floorPosition", s.position,
         t.hours, coalesce(t.learned_days, 0) as "learnedDays",
         (extract(epoch from t.computed_at) * 1000)::float8 as "computedMs",
         coalesce(e.meters, '{}'::text[]) as meters,
         case when e.silent = 0 then e.rx_ms::float8 end as "rxMs",
         coalesce(e.interval_s, 60) * 1000 as "intervalMs",
         coalesce(e.open, false) as "measuredOpen",
         case when e.open then e.changed_ms::float8 end as "openedMs",
         coalesce(e.protection, 'NONE') as protection, e.owner as "protectionOwner",
         a.policy_code as policy, a.class::text as class, a.grace_days as "graceDays",
         a.grace_limit_micro as "graceLimitMicro", a.eligible_ms::float8 as "eligibleMs",
         a.final_notice_ms::float8 as "finalNoticeMs", e.last_ms::float8 as "lastReadingMs",
         coalesce(e.locked_out, false) as "lockedOut", e.outage,
         (select max(n.at_ms) from notice n where n.account_id = a.id and n.kind not like 'ALARM%')::float8 as "lastNoticeMs"
    from account a
    join space s on s.id = a.space_id
    left join space f on f.id = any(s.path) and f.kind = 'FLOOR'
    left join space b on b.id = any(s.path) and b.kind = 'BUILDING'
    left join time_left t on t.account_id = a.id
    left join lateral (
      select array_agg(m.code order by m.code) filter (where m.code is not null) as meters,
             min(st.last_rx_ms) as rx_ms, count(*) filter (where st.last_rx_ms is null) as silent,
             max(m.interval_s) as interval_s, bool_and(ss.observed is not distinct from 'OPEN') as open,
             max(ss.changed_ms) as changed_ms, max(p.protection)::text as protection,
             max(p.protection_owner) as owner, min(st.last_ms) as last_ms,
             bool_and(coalesce(ss.tags, '[]') <> '[]') as locked_out,
             (array_agg(st.detection->'outage' order by st.detection->'outage'->'to' desc nulls last))[1] as outage
        from account_point ap
        join meter_point p on p.id = ap.point_id and p.utility = 'ELECTRICITY'
        left join supply_state ss on ss.point_id = p.id
        left join meter_install i on i.point_id = p.id and i.valid_to is null
        left join meter m on m.id = i.meter_id
        left join meter_state st on st.meter_id = m.id
       where ap.account_id = a.id and ap.valid_to is null
      having count(*) > 0) e on true
   where a.kind = 'ROOM' and a.status = 'ACTIVE' and ${condition}`;
}

/** Prepaid rooms within the scope, by building, floor from the top, and corridor order. */
export async function listBalanceRooms(source: Source, scope: ScopeFilter): Promise<BalanceRoom[]> {
  return selectRows<BalanceRoom>(
    source,
    sql`${roomQuery(accountWithin(scope))}
       order by b.position, b.code, coalesce(f.position, 0) desc, s.position, s.code`,
  );
}

/** The prepaid room of this space code within the scope, or null. */
export async function findBalanceRoom(
  source: Source,
  scope: ScopeFilter,
  space: string,
): Promise<BalanceRoom | null> {
  const [row] = await selectRows<BalanceRoom>(
    source,
    sql`${roomQuery(sql`s.code = ${space} and ${accountWithin(scope)}`)} limit 1`,
  );
  return row ?? null;
}

/** Money of an account, µ-currency. */
export interface BalanceMoney {
  readonly availableMicro: bigint;
  readonly balanceMicro: bigint;
  /** What it holds in place of money; null: money. */
  readonly unit: string | null;
}

/** Balance of an account within the scope (that of VIEW_MONEY), or null. */
export async function findBalanceMoney(
  source: Source,
  scope: ScopeFilter,
  account: string,
): Promise<BalanceMoney | null> {
  const [row] = await selectRows<BalanceMoney>(
    source,
    sql`select b.available_micro as "availableMicro", b.balance_micro as "balanceMicro", a.unit
      from account a join account_balance b on b.account_id = a.id
     where a.code = ${account} and ${accountWithin(scope)}`,
  );
  return row ?? null;
}

/** The version of a policy that rules now, with the dates of the calendar that it names. */
export interface RulingPolicy {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly body: PolicyBody;
  readonly days: Readonly<Record<string, string>>;
  /** No-cut times that were declared for it. */
  readonly declared: readonly DeclaredPeriod[];
}

export async function listRulingPolicies(source: Source, campusId: number): Promise<RulingPolicy[]> {
  return selectRows<RulingPolicy>(
    source,
    sql`select p.code, p.name, p.name_en as "nameEn", p.body, coalesce(c.days, '{}'::jsonb) as days,
           ${declaredFor(sql`p.campus_id`, sql`p.code`)} as declared
      from policy p left join calendar c on c.campus_id = p.campus_id and c.code = p.body->>'calendar'
     where p.campus_id = ${campusId} and p.current`,
  );
}

/** Buildings of a campus, with or without prepaid rooms. */
export async function countBuildings(source: Source, scope: ScopeFilter): Promise<number> {
  const [row] = await selectRows<{ count: number }>(
    source,
    sql`select count(*)::int as count from space s where s.kind = 'BUILDING'
       and ${withinScope(scope, { campusId: sql`s.campus_id`, spaceId: sql`s.id` })}`,
  );
  return row?.count ?? 0;
}

/** Low-balance notices since an instant about accounts within the scope, by the level that they name. */
export async function countLowBalanceNotices(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
): Promise<{ kind: string; level: string | null; count: number }[]> {
  return selectRows<{ kind: string; level: string | null; count: number }>(
    source,
    sql`select n.kind, n.body->>'level' as level, count(*)::int as count
      from notice n join account a on a.id = n.account_id
     where n.at_ms >= ${sinceMs}::bigint and ${accountWithin(scope)}
     group by 1, 2`,
  );
}
