import { sql } from 'drizzle-orm';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** What the server's live memory knows of a campus; changes only when its configuration does. */

export interface LiveCampusRow {
  id: number;
  code: string;
  timeZone: string;
  configVersion: number;
}

export async function listLiveCampuses(source: Source): Promise<LiveCampusRow[]> {
  return selectRows<LiveCampusRow>(
    source,
    sql`select id, code, time_zone as "timeZone", config_version::float8 as "configVersion" from campus order by id`,
  );
}

/** A meter that is fitted somewhere, with its point's place. */
export interface LiveMeterRow {
  id: number;
  code: string;
  intervalS: number;
  pointCode: string;
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  role: 'CUSTOMER' | 'PUBLIC' | 'FEEDER' | 'CHECK' | 'PV' | 'TENANT';
  capacityW: number | null;
  spaceId: number;
  /** True where another point feeds this one: an incomer has none above it. */
  isFed: boolean;
}

export async function listLiveMeters(source: Source, campusId: number, at: Date): Promise<LiveMeterRow[]> {
  return selectRows<LiveMeterRow>(
    source,
    sql`select m.id, m.code, m.interval_s as "intervalS", p.code as "pointCode", p.utility::text as utility,
           p.role::text as role, p.capacity_w as "capacityW", p.space_id as "spaceId",
           exists (select 1 from feeder_link f where f.child_point_id = p.id and f.sign > 0
                    and f.valid_from <= ${at} and (f.valid_to is null or f.valid_to > ${at})) as "isFed"
      from meter m
      join meter_install i on i.meter_id = m.id and i.valid_to is null
      join meter_point p on p.id = i.point_id
     where m.campus_id = ${campusId} and m.retired_at is null`,
  );
}

export interface LiveSpaceRow {
  id: number;
  code: string;
  kind: 'CAMPUS' | 'BUILDING' | 'FLOOR' | 'ROOM' | 'ZONE';
  path: number[];
}

export async function listLiveSpaces(source: Source, campusId: number): Promise<LiveSpaceRow[]> {
  return selectRows<LiveSpaceRow>(
    source,
    sql`select id, code, kind::text as kind, path from space where campus_id = ${campusId}`,
  );
}

/** Newest value of a meter as stored. */
export interface LiveValueRow {
  code: string;
  lastMs: number;
  lastRxMs: number;
  powerW: number | null;
  relay: number | null;
  valve: number | null;
  voltageV: number | null;
  currentA: number | null;
  registerMicro: bigint | null;
}

export async function listLiveValues(source: Source, campusId: number): Promise<LiveValueRow[]> {
  return selectRows<LiveValueRow>(
    source,
    sql`select m.code, s.last_ms::float8 as "lastMs", s.last_rx_ms::float8 as "lastRxMs", s.power_w as "powerW",
           s.relay::int as relay, s.valve::int as valve, s.voltage_v as "voltageV", s.current_a as "currentA",
           s.base_micro as "registerMicro"
      from meter_state s join meter m on m.id = s.meter_id
     where m.campus_id = ${campusId} and s.last_ms is not null and s.last_rx_ms is not null`,
  );
}

/** Money, forecast and place of an account. Amounts in µ-currency. */
export interface LiveAccountRow {
  id: number;
  code: string;
  kind: 'ROOM' | 'PERSON' | 'DEPT' | 'PUBLIC';
  spaceId: number | null;
  availableMicro: bigint;
  ledgerMicro: bigint;
  unpostedMicro: bigint;
  hours: number | null;
  band: string | null;
  computedMs: number | null;
  /** Whether supply is wanted off for credit, at any of its points. */
  cut: boolean;
}

/** Accounts of a campus in use, or only those of `ids`. */
export async function listLiveAccounts(
  source: Source,
  campusId: number,
  ids: readonly number[] | null,
): Promise<LiveAccountRow[]> {
  const only = ids === null ? sql`` : sql`and a.id = any(${sql.param([...ids])}::int[])`;
  return selectRows<LiveAccountRow>(
    source,
    sql`select a.id, a.code, a.kind::text as kind, a.space_id as "spaceId", b.available_micro as "availableMicro",
           b.ledger_micro as "ledgerMicro", b.unposted_micro as "unpostedMicro", t.hours, t.band,
           (extract(epoch from t.computed_at) * 1000)::float8 as "computedMs",
           exists (select 1 from account_point ap join supply_state s on s.point_id = ap.point_id
                    where ap.account_id = a.id and ap.valid_to is null and s.reasons ? 'ARREARS') as cut
      from account a
      join account_balance b on b.account_id = a.id
      left join time_left t on t.account_id = a.id
     where a.campus_id = ${campusId} and a.status = 'ACTIVE' ${only}`,
  );
}

/** Forecasts and cuts that may have changed since `sinceMs`, cheap enough to ask often: no money is read. */
export async function listForecastChanges(
  source: Source,
  campusId: number,
  sinceMs: number,
): Promise<{ id: number }[]> {
  return selectRows<{ id: number }>(
    source,
    sql`select t.account_id as id from time_left t join account a on a.id = t.account_id
         where a.campus_id = ${campusId} and t.computed_at >= ${new Date(sinceMs)}
        union
        select ap.account_id as id from command c join account_point ap on ap.point_id = c.point_id and ap.valid_to is null
         where c.campus_id = ${campusId} and c.created_ms >= ${sinceMs}::bigint`,
  );
}

/**
 * Electricity of a campus since `since`, µkWh: what came in through incomers and PV where it has metered incomers, else the
 * sum over the meters of consumers.
 */
export async function energySince(source: Source, campusId: number, since: Date, at: Date): Promise<bigint> {
  const [row] = await selectRows<{ supply: bigint | null; use: bigint | null }>(
    source,
    sql`with point as (
        select p.id, p.role, p.role = 'FEEDER' and not exists (
                 select 1 from feeder_link f where f.child_point_id = p.id and f.sign > 0
                    and f.valid_from <= ${at} and (f.valid_to is null or f.valid_to > ${at})) as incomer
          from meter_point p where p.campus_id = ${campusId} and p.utility = 'ELECTRICITY'
      ), metered as (select exists (select 1 from point where incomer) as yes),
      counted as (
        select point.id, metered.yes as supply from point, metered
         where case when metered.yes then point.incomer or point.role = 'PV'
                    else point.role in ('CUSTOMER', 'PUBLIC', 'TENANT') end
      )
      select sum(h.quantity_micro) filter (where c.supply)::bigint as supply,
             sum(h.quantity_micro) filter (where not c.supply)::bigint as use
        from counted c
        join meter_install i on i.point_id = c.id and i.valid_to is null
        join reading_hourly h on h.meter_id = i.meter_id and h.hour >= ${since}`,
  );
  return row?.supply ?? row?.use ?? 0n;
}

/** Ids of all spaces that a scope covers. */
export async function spaceIdsWithin(source: Source, scope: ScopeFilter): Promise<number[]> {
  const rows = await selectRows<{ id: number }>(
    source,
    sql`select s.id from space s where ${withinScope(scope, { campusId: sql`s.campus_id`, spaceId: sql`s.id` })}`,
  );
  return rows.map((r) => r.id);
}
