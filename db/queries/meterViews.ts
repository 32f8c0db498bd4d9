import { sql } from 'drizzle-orm';
import { pointWithin } from './pointViews';
import type { PlaceStep } from './rooms';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** A meter as an asset, the point that it serves (or served last), and what it said last. Times in ms UTC. */
export interface MeterView {
  id: number;
  code: string;
  serial: string;
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  phases: number;
  ratioMicro: bigint;
  registerDecimals: number;
  intervalS: number;
  hasRelay: boolean;
  profile: string;
  /** `billingChannel` of the profile's options; null: not named. */
  billingOption: string | null;
  /** What itself or its gateway says of its presence; null: neither has said anything. */
  online: boolean | null;
  gateway: { code: string; online: boolean | null; statusMs: number | null; firmware: string | null } | null;
  pointId: number;
  pointCode: string;
  pointName: string | null;
  pointNameEn: string | null;
  role: 'CUSTOMER' | 'PUBLIC' | 'FEEDER' | 'CHECK' | 'PV' | 'TENANT';
  limitW: number | null;
  spaceId: number;
  /** From the campus down to the place of the point. */
  path: PlaceStep[];
  /** When it was fitted there, and taken off again; null: it still is. */
  fittedMs: number;
  removedMs: number | null;
  /** Register of the newest accepted reading, in µ after the ratio, and its time. */
  epoch: number;
  baseMs: number | null;
  baseMicro: bigint | null;
  /** A reading is held back: it may be a spike or a reset. */
  held: boolean;
  lastMs: number | null;
  lastRxMs: number | null;
  boot: number | null;
  seq: number | null;
  /** `ClockState` of domain/metering/quality.ts; null: the clock is within its noise. */
  drift: unknown;
  powerW: number | null;
  voltageV: number | null;
  currentA: number | null;
  powerFactor: number | null;
  flowM3h: number | null;
  relay: number | null;
  valve: number | null;
  positionMs: number | null;
}

/** The meter of this code, if the point that it serves (or served last) lies within the scope; else null. */
export async function findMeterView(
  source: Source,
  scope: ScopeFilter,
  code: string,
): Promise<MeterView | null> {
  const [row] = await selectRows<MeterView>(
    source,
    sql`select m.id, m.code, m.serial, m.utility::text as utility, m.phases::int as phases, m.ratio_micro as "ratioMicro",
           m.register_decimals::int as "registerDecimals", m.interval_s as "intervalS", m.has_relay as "hasRelay", m.profile,
           m.profile_options ->> 'billingChannel' as "billingOption",
           case when g.online = false or m.online = false then false else coalesce(g.online, m.online) end as online,
           case when g.id is null then null else jsonb_build_object('code', g.code, 'online', g.online,
             'statusMs', g.status_ms, 'firmware', g.firmware) end as gateway,
           p.id as "pointId", p.code as "pointCode", p.name as "pointName", p.name_en as "pointNameEn", p.role::text as role,
           p.limit_w as "limitW", s.id as "spaceId",
           (select jsonb_agg(jsonb_build_object('code', x.code, 'kind', x.kind, 'name', x.name, 'nameEn', x.name_en)
                     order by array_position(s.path, x.id)) from space x where x.id = any(s.path)) as path,
           (extract(epoch from i.valid_from) * 1000)::float8 as "fittedMs",
           (extract(epoch from i.valid_to) * 1000)::float8 as "removedMs",
           coalesce(st.epoch, 0) as epoch, st.base_ms::float8 as "baseMs", st.base_micro as "baseMicro",
           coalesce(jsonb_typeof(st.held) = 'object', false) as held, st.last_ms::float8 as "lastMs",
           st.last_rx_ms::float8 as "lastRxMs", st.boot::float8 as boot, st.seq::float8 as seq, st.drift,
           st.power_w as "powerW", st.voltage_v as "voltageV", st.current_a as "currentA", st.power_factor as "powerFactor",
           st.flow_m3h as "flowM3h", st.relay::int as relay, st.valve::int as valve, st.position_ms::float8 as "positionMs"
      from meter m
      join lateral (select point_id, valid_from, valid_to from meter_install where meter_id = m.id
                     order by valid_from desc limit 1) i on true
      join meter_point p on p.id = i.point_id
      join space s on s.id = p.space_id
      left join gateway g on g.id = m.gateway_id
      left join meter_state st on st.meter_id = m.id
     where m.code = ${code} and ${pointWithin(scope)}`,
  );
  return row ?? null;
}

/** One meter's time at a point. */
export interface InstallView {
  meterCode: string;
  serial: string;
  fromMs: number;
  toMs: number | null;
  /** Registers after the ratio; null: not noted. */
  startMicro: bigint | null;
  endMicro: bigint | null;
  /** The register began anew in this time: its ends don't tell what was used. */
  broken: boolean;
}

/** The meters that served a point, newest first. */
export async function listInstalls(source: Source, pointId: number): Promise<InstallView[]> {
  return selectRows<InstallView>(
    source,
    sql`select m.code as "meterCode", m.serial, (extract(epoch from i.valid_from) * 1000)::float8 as "fromMs",
           (extract(epoch from i.valid_to) * 1000)::float8 as "toMs", i.start_micro as "startMicro",
           coalesce(i.end_micro, case when i.valid_to is null then st.base_micro end) as "endMicro",
           exists (select from register_epoch e where e.meter_id = m.id and e.opened_ms > extract(epoch from i.valid_from) * 1000
                      and (i.valid_to is null or e.opened_ms < extract(epoch from i.valid_to) * 1000)) as broken
      from meter_install i
      join meter m on m.id = i.meter_id
      left join meter_state st on st.meter_id = m.id
     where i.point_id = ${pointId}
     order by i.valid_from desc`,
  );
}

/** A span in which a register counts on without a break. */
export interface EpochView {
  epoch: number;
  openedMs: number;
  reason: string;
  startMicro: bigint | null;
  proposedLostMicro: bigint | null;
}

/** Epochs of a meter's register opened since `sinceMs`, newest first. */
export async function listEpochs(source: Source, meterId: number, sinceMs: number): Promise<EpochView[]> {
  return selectRows<EpochView>(
    source,
    sql`select epoch, opened_ms::float8 as "openedMs", reason, start_micro as "startMicro",
           proposed_lost_micro as "proposedLostMicro"
      from register_epoch where meter_id = ${meterId} and opened_ms >= ${sinceMs}::bigint
     order by epoch desc limit 50`,
  );
}

/** Newest value of each further register of a meter, of those read in the hour up to its newest reading. */
export async function listRegisters(
  source: Source,
  meterId: number,
  lastMs: number,
): Promise<{ channel: string; tsMs: number; valueMicro: bigint }[]> {
  return selectRows<{ channel: string; tsMs: number; valueMicro: bigint }>(
    source,
    sql`select distinct on (channel) channel, (extract(epoch from ts) * 1000)::float8 as "tsMs", value_micro as "valueMicro"
      from register_reading
     where meter_id = ${meterId} and ts > ${new Date(lastMs - 3_600_000)} and ts <= ${new Date(lastMs)}
     order by channel, ts desc`,
  );
}
