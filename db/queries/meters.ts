import type pg from 'pg';
import type { Utility } from '../../domain/metering/reading';
import { instantOf, jsonRows, msOf } from './jsonRows';
import type { MeterEntry, PointEntry } from './registryEntries';

export interface GatewayRow {
  readonly code: string;
  readonly serial: string | null;
  readonly space: string | null;
}

export async function gatewaysOf(client: pg.ClientBase, campusId: number): Promise<GatewayRow[]> {
  const { rows } = await client.query<GatewayRow>(
    `select g.code, g.serial, s.code as space from gateway g left join space s on s.id = g.space_id
      where g.campus_id = $1 order by g.id`,
    [campusId],
  );
  return rows;
}

export async function upsertGateways(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly GatewayRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into gateway (campus_id, code, serial, space_id)
     select $1, x.code, x.serial, s.id
       from json_to_recordset($2::json) as x(code text, serial text, space text)
       left join space s on s.campus_id = $1 and s.code = x.space
     on conflict (campus_id, code) do update set serial = excluded.serial, space_id = excluded.space_id`,
    [campusId, jsonRows(rows)],
  );
}

/** A meter point with the feeder above it, all by code. */
export interface PointRow {
  readonly code: string;
  readonly name: string | null;
  /** In English where `name` is Chinese; null: same. */
  readonly nameEn: string | null;
  readonly space: string;
  readonly utility: Utility;
  readonly role: PointEntry['role'];
  readonly capacityW: number | null;
  readonly limitW: number | null;
  readonly overloadAction: 'TRIP' | 'ALARM';
  readonly protection: 'NONE' | 'CREDIT' | 'LIFE_SAFETY';
  readonly protectionOwner: string | null;
  readonly protectionPhone: string | null;
}

/** What stands on a point already. Instants in ms UTC. */
export interface PointUse {
  /** Feeder in force and since when. */
  readonly feeder: string | null;
  readonly feederFromMs: number | null;
  /** Ends of the newest closed feeder link, payer link and install. */
  readonly feederUntilMs: number | null;
  readonly paidUntilMs: number | null;
  readonly installedUntilMs: number | null;
  /** A meter is or was fitted: the utility stands. */
  readonly fitted: boolean;
  /** Time of the last accepted reading here: no link that ingestion used may begin or end before. */
  readonly ratedUptoMs: number | null;
}

export async function pointsOf(client: pg.ClientBase, campusId: number): Promise<(PointRow & PointUse)[]> {
  const { rows } = await client.query<PointRow & PointUse>(
    `select p.code, p.name, p.name_en as "nameEn", s.code as space, p.utility, p.role, p.capacity_w as "capacityW", p.limit_w as "limitW",
            p.overload_action as "overloadAction", p.protection, p.protection_owner as "protectionOwner",
            p.protection_phone as "protectionPhone", f.code as feeder, ${msOf('l.valid_from')} as "feederFromMs",
            ${msOf('(select max(c.valid_to) from feeder_link c where c.child_point_id = p.id)')} as "feederUntilMs",
            ${msOf('(select max(c.valid_to) from account_point c where c.point_id = p.id)')} as "paidUntilMs",
            ${msOf('i.until')} as "installedUntilMs", i.fitted is true as fitted, i.rated as "ratedUptoMs"
       from meter_point p
       join space s on s.id = p.space_id
       left join feeder_link l on l.child_point_id = p.id and l.valid_to is null
       left join meter_point f on f.id = l.parent_point_id
       left join lateral (
         select true as fitted, max(mi.valid_to) as until, max(ms.base_ms)::float8 as rated
           from meter_install mi left join meter_state ms on ms.meter_id = mi.meter_id
          where mi.point_id = p.id having count(*) > 0) i on true
      where p.campus_id = $1 order by p.id`,
    [campusId],
  );
  return rows;
}

/** Adds and changes points; every point gets its row of wanted and observed supply. */
export async function upsertPoints(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly PointRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `with written as (
       insert into meter_point (campus_id, code, name, name_en, space_id, utility, role, capacity_w, limit_w, overload_action,
                                protection, protection_owner, protection_phone)
       select $1, x.code, x.name, x."nameEn", s.id, x.utility, x.role, x."capacityW", x."limitW", x."overloadAction",
              x.protection, x."protectionOwner", x."protectionPhone"
         from json_to_recordset($2::json)
                as x(code text, name text, "nameEn" text, space text, utility utility, role point_role, "capacityW" int, "limitW" int,
                     "overloadAction" overload_action, protection protection, "protectionOwner" text,
                     "protectionPhone" text)
         join space s on s.campus_id = $1 and s.code = x.space
       on conflict (campus_id, code) do update
         set name = excluded.name, name_en = excluded.name_en, space_id = excluded.space_id, utility = excluded.utility, role = excluded.role,
             capacity_w = excluded.capacity_w, limit_w = excluded.limit_w, overload_action = excluded.overload_action,
             protection = excluded.protection, protection_owner = excluded.protection_owner,
             protection_phone = excluded.protection_phone
       returning id)
     insert into supply_state (point_id, reasons, tags, operations_ms)
     select id, '{}', '[]', '[]' from written on conflict do nothing`,
    [campusId, jsonRows(rows)],
  );
}

/** Hangs points under another feeder: ends the link in force at `fromMs` and opens the new one, where there is one. */
export async function changeFeeders(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly { code: string; feeder: string | null; sign: 1 | -1; fromMs: number }[],
): Promise<void> {
  if (rows.length === 0) return;
  const json = jsonRows(rows);
  await client.query(
    `update feeder_link l set valid_to = ${instantOf('x."fromMs"')}
       from json_to_recordset($2::json) as x(code text, "fromMs" float8)
       join meter_point p on p.campus_id = $1 and p.code = x.code
      where l.child_point_id = p.id and l.valid_to is null`,
    [campusId, json],
  );
  await client.query(
    `insert into feeder_link (parent_point_id, child_point_id, sign, valid_from)
     select f.id, p.id, x.sign, ${instantOf('x."fromMs"')}
       from json_to_recordset($2::json) as x(code text, feeder text, sign smallint, "fromMs" float8)
       join meter_point p on p.campus_id = $1 and p.code = x.code
       join meter_point f on f.campus_id = $1 and f.code = x.feeder`,
    [campusId, json],
  );
}

/** A meter as an asset, its gateway by code. */
export interface MeterRow {
  readonly code: string;
  readonly serial: string;
  readonly utility: Utility;
  readonly phases: 1 | 3;
  readonly ratioMicro: bigint;
  readonly modulusMicro: bigint | null;
  readonly registerDecimals: number;
  readonly imaxA: number;
  readonly qmaxM3h: number | null;
  readonly intervalS: number;
  readonly hasRelay: boolean;
  readonly gateway: string | null;
  readonly profile: string;
  readonly profileOptions: MeterEntry['profileOptions'] | null;
}

/** Where a meter is fitted and how far it was read. Registers in primary µ. */
export interface MeterUse {
  /** Point of the install in force. */
  readonly point: string | null;
  readonly installedFromMs: number | null;
  readonly startMicro: bigint | null;
  /** End of its newest closed install. */
  readonly removedMs: number | null;
  readonly retired: boolean;
  /** Last accepted reading; null: never read. */
  readonly ratedUptoMs: number | null;
}

const METER = `m.code, m.serial, m.utility, m.phases, m.ratio_micro as "ratioMicro", m.modulus_micro as "modulusMicro",
  m.register_decimals as "registerDecimals", m.imax_a as "imaxA", m.qmax_m3h as "qmaxM3h", m.interval_s as "intervalS",
  m.has_relay as "hasRelay", g.code as gateway, m.profile, m.profile_options as "profileOptions"`;

export async function metersOf(client: pg.ClientBase, campusId: number): Promise<(MeterRow & MeterUse)[]> {
  const { rows } = await client.query<MeterRow & MeterUse>(
    `select ${METER}, p.code as point, ${msOf('i.valid_from')} as "installedFromMs", i.start_micro as "startMicro",
            ${msOf('(select max(c.valid_to) from meter_install c where c.meter_id = m.id)')} as "removedMs",
            m.retired_at is not null as retired, ms.base_ms::float8 as "ratedUptoMs"
       from meter m
       left join gateway g on g.id = m.gateway_id
       left join meter_install i on i.meter_id = m.id and i.valid_to is null
       left join meter_point p on p.id = i.point_id
       left join meter_state ms on ms.meter_id = m.id
      where m.campus_id = $1 order by m.id`,
    [campusId],
  );
  return rows;
}

/** A meter of another dialect, with what its topics are made of. */
export interface ForeignMeterRow {
  readonly campusId: number;
  readonly code: string;
  readonly profile: string;
  readonly profileOptions: MeterEntry['profileOptions'] | null;
}

/** Meters of other dialects that are fitted, of all campuses: they share one broker. */
export async function foreignMetersFitted(client: pg.ClientBase): Promise<ForeignMeterRow[]> {
  const { rows } = await client.query<ForeignMeterRow>(
    `select m.campus_id as "campusId", m.code, m.profile, m.profile_options as "profileOptions"
       from meter m join meter_install i on i.meter_id = m.id and i.valid_to is null
      where m.profile <> 'native' and m.retired_at is null order by m.id`,
  );
  return rows;
}

const FOREIGN_TOPICS_LOCK = 7_216_011;

/** One at a time gives topics to meters of other dialects, until its transaction ends. Taken after the campus's own lock. */
export async function lockForeignTopics(client: pg.ClientBase): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [FOREIGN_TOPICS_LOCK]);
}

/** Adds and changes meters; every meter gets its hot row. */
export async function upsertMeters(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly MeterRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `with written as (
       insert into meter (campus_id, code, serial, utility, phases, ratio_micro, modulus_micro, register_decimals, imax_a,
                          qmax_m3h, interval_s, has_relay, gateway_id, profile, profile_options)
       select $1, x.code, x.serial, x.utility, x.phases, x."ratioMicro", x."modulusMicro", x."registerDecimals",
              x."imaxA", x."qmaxM3h", x."intervalS", x."hasRelay", g.id, x.profile, x."profileOptions"
         from json_to_recordset($2::json)
                as x(code text, serial text, utility utility, phases smallint, "ratioMicro" bigint, "modulusMicro" bigint,
                     "registerDecimals" smallint, "imaxA" float8, "qmaxM3h" float8, "intervalS" int, "hasRelay" boolean,
                     gateway text, profile text, "profileOptions" jsonb)
         left join gateway g on g.campus_id = $1 and g.code = x.gateway
       on conflict (campus_id, code) do update
         set serial = excluded.serial, utility = excluded.utility, phases = excluded.phases,
             ratio_micro = excluded.ratio_micro, modulus_micro = excluded.modulus_micro,
             register_decimals = excluded.register_decimals, imax_a = excluded.imax_a, qmax_m3h = excluded.qmax_m3h,
             interval_s = excluded.interval_s, has_relay = excluded.has_relay, gateway_id = excluded.gateway_id,
             profile = excluded.profile, profile_options = excluded.profile_options
       returning id)
     insert into meter_state (meter_id) select id from written order by id on conflict do nothing`,
    [campusId, jsonRows(rows)],
  );
}

/** A meter fitted at a point from an instant on; the start register, in primary µ, where it is known. */
export interface NewInstall {
  readonly meter: string;
  readonly point: string;
  readonly fromMs: number;
  readonly startMicro: bigint | null;
  /** When an exchange put it there; switching waits until somebody confirmed it, or an hour. Absent: with an import. */
  readonly mappedMs?: number;
}

/** @throws an exclusion violation if point or meter has another install at the time */
export async function insertInstalls(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly NewInstall[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into meter_install (point_id, meter_id, valid_from, start_micro, mapped_ms)
     select p.id, m.id, ${instantOf('x."fromMs"')}, x."startMicro", x."mappedMs"
       from json_to_recordset($2::json) as x(meter text, point text, "fromMs" float8, "startMicro" bigint, "mappedMs" bigint)
       join meter_point p on p.campus_id = $1 and p.code = x.point
       join meter m on m.campus_id = $1 and m.code = x.meter`,
    [campusId, jsonRows(rows)],
  );
}

/** Somebody looked: the meter that is fitted at a point is the one that feeds it. */
export async function confirmMapping(client: pg.ClientBase, pointId: number): Promise<void> {
  await client.query(
    'update meter_install set mapped_ms = null where point_id = $1 and valid_to is null and mapped_ms is not null',
    [pointId],
  );
}

/** Corrects the start register of meters that were not read yet. */
export async function updateStartRegisters(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly { meter: string; startMicro: bigint }[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `update meter_install i set start_micro = x."startMicro"
       from json_to_recordset($2::json) as x(meter text, "startMicro" bigint)
       join meter m on m.campus_id = $1 and m.code = x.meter
      where i.meter_id = m.id and i.valid_to is null`,
    [campusId, jsonRows(rows)],
  );
}

/** Ends the install in force of a meter at an instant, with the register it stood at (primary µ). */
export async function closeInstall(
  client: pg.ClientBase,
  meterId: number,
  toMs: number,
  endMicro: bigint,
): Promise<void> {
  await client.query(
    `update meter_install set valid_to = ${instantOf('$2::float8')}, end_micro = $3
      where meter_id = $1 and valid_to is null`,
    [meterId, toMs, endMicro],
  );
}

/** The meter of the campus that has a code or a serial; at most two rows. */
export async function metersNamed(
  client: pg.ClientBase,
  campusId: number,
  code: string,
  serial: string,
): Promise<{ id: number; code: string; serial: string }[]> {
  const { rows } = await client.query<{ id: number; code: string; serial: string }>(
    'select id, code, serial from meter where campus_id = $1 and (code = $2 or serial = $3)',
    [campusId, code, serial],
  );
  return rows;
}
