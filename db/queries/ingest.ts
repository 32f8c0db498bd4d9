import type pg from 'pg';
import { float8Array, int4Array, int8Array, textArray } from './binaryArrays';
import { BinaryRows, copyBinary } from './binaryCopy';

/** A reading as stored. `quality`: 0 valid, 1 held, 2 discarded, 3 clock in the future, 4 jitter. */
export interface ReadingRow {
  meterId: number;
  tsMs: number;
  rxMs: number;
  boot: number | null;
  seq: number | null;
  valueMicro: bigint | null;
  quality: number;
  tsSource: number;
  epoch: number;
  quantityMicro: bigint | null;
  powerW: number | null;
  voltageV: number | null;
  currentA: number | null;
  powerFactor: number | null;
  relay: number | null;
  valve: number | null;
  extra: object | null;
}

const READING_COLUMNS =
  '(meter_id, ts, rx_ts, boot, seq, value_micro, quality, ts_source, epoch, quantity_micro, power_w, voltage_v, current_a, power_factor, relay, valve, extra)';

/** Adds readings that are known to be new (the meter's lock is held and their instants lie after its last). */
export async function insertReadings(client: pg.PoolClient, rows: readonly ReadingRow[]): Promise<void> {
  if (rows.length === 0) return;
  const copy = new BinaryRows(17);
  for (const r of rows) {
    copy.row();
    copy.int4(r.meterId);
    copy.instant(r.tsMs);
    copy.instant(r.rxMs);
    copy.int8(r.boot);
    copy.int8(r.seq);
    copy.int8(r.valueMicro);
    copy.int2(r.quality);
    copy.int2(r.tsSource);
    copy.int4(r.epoch);
    copy.int8(r.quantityMicro);
    copy.float8(r.powerW);
    copy.float8(r.voltageV);
    copy.float8(r.currentA);
    copy.float8(r.powerFactor);
    copy.int2(r.relay);
    copy.int2(r.valve);
    copy.json(r.extra);
  }
  await copyBinary(client, `reading ${READING_COLUMNS}`, copy);
}

export async function insertRegisterReadings(
  client: pg.PoolClient,
  rows: readonly { meterId: number; channel: string; tsMs: number; valueMicro: bigint }[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into register_reading (meter_id, channel, ts, value_micro)
     select m, c, to_timestamp(t / 1000.0), v from unnest($1::int4[], $2::text[], $3::int8[], $4::int8[]) as x(m, c, t, v)
     on conflict do nothing`,
    [
      int4Array(rows, (r) => r.meterId),
      textArray(rows, (r) => r.channel),
      int8Array(rows, (r) => r.tsMs),
      int8Array(rows, (r) => r.valueMicro),
    ],
  );
}

const MS = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`;

/** A reading already stored under (meter, instant). */
export interface KnownReading {
  meterId: number;
  tsMs: number;
  valueMicro: bigint | null;
  quality: number;
  hasPower: boolean;
}

/** Which of these (meter, instant) pairs are stored, and with which register value. */
export async function knownReadings(
  client: pg.ClientBase,
  keys: readonly { meterId: number; tsMs: number }[],
): Promise<KnownReading[]> {
  if (keys.length === 0) return [];
  const { rows } = await client.query<{
    meterId: number;
    tsMs: bigint;
    valueMicro: bigint | null;
    quality: number;
    hasPower: boolean;
  }>(
    `select r.meter_id as "meterId", ${MS('r.ts')} as "tsMs", r.value_micro as "valueMicro", r.quality,
            r.power_w is not null as "hasPower"
       from unnest($1::int[], $2::timestamptz[]) as k(m, t) join reading r on r.meter_id = k.m and r.ts = k.t`,
    [keys.map((k) => k.meterId), keys.map((k) => new Date(k.tsMs).toISOString())],
  );
  return rows.map((r) => ({ ...r, tsMs: Number(r.tsMs) }));
}

/**
 * Adds fields to a stored reading that an earlier message of the same instant did not carry; with its register it gets what the
 * register was found to say.
 */
export async function mergeReading(client: pg.ClientBase, row: ReadingRow): Promise<void> {
  await client.query(
    `update reading set value_micro = coalesce(value_micro, $3), power_w = coalesce(power_w, $4), voltage_v = coalesce(voltage_v, $5),
            current_a = coalesce(current_a, $6), power_factor = coalesce(power_factor, $7), relay = coalesce(relay, $8),
            valve = coalesce(valve, $9),
            quantity_micro = case when value_micro is null then $10 else quantity_micro end,
            epoch = case when value_micro is null and $3::int8 is not null then $11 else epoch end,
            quality = case when value_micro is null and $3::int8 is not null then $12 else quality end
      where meter_id = $1 and ts = $2`,
    [
      row.meterId,
      new Date(row.tsMs),
      row.valueMicro,
      row.powerW,
      row.voltageV,
      row.currentA,
      row.powerFactor,
      row.relay,
      row.valve,
      row.quantityMicro,
      row.epoch,
      row.quality,
    ],
  );
}

/** A point of a meter's register history that counts: accepted, with the quantity of the interval that ends there. */
export interface AcceptedReading {
  tsMs: number;
  valueMicro: bigint;
  epoch: number;
  /** Null at the baseline of an epoch. */
  quantityMicro: bigint | null;
}

/**
 * Accepted readings of a meter from the last one at or before `fromMs` to the first one at or after `toMs`, in time order.
 */
export async function acceptedReadings(
  client: pg.ClientBase,
  meterId: number,
  fromMs: number,
  toMs: number,
): Promise<AcceptedReading[]> {
  const { rows } = await client.query<{
    tsMs: bigint;
    valueMicro: bigint;
    epoch: number;
    quantityMicro: bigint | null;
  }>(
    `select ${MS('ts')} as "tsMs", value_micro as "valueMicro", epoch, quantity_micro as "quantityMicro"
       from reading
      where meter_id = $1 and quality in (0, 3) and value_micro is not null
        and ts >= coalesce((select max(ts) from reading where meter_id = $1 and ts <= $2 and quality in (0, 3) and value_micro is not null), $2)
        and ts <= coalesce((select min(ts) from reading where meter_id = $1 and ts >= $3 and quality in (0, 3) and value_micro is not null), $3)
      order by ts`,
    [meterId, new Date(fromMs), new Date(toMs)],
  );
  return rows.map((r) => ({ ...r, tsMs: Number(r.tsMs) }));
}

/** Rate registers of a meter between two instants (both included), by instant. */
export async function rateRegisters(
  client: pg.ClientBase,
  meterId: number,
  fromMs: number,
  toMs: number,
): Promise<Map<number, Record<string, bigint>>> {
  const { rows } = await client.query<{ tsMs: bigint; channel: string; valueMicro: bigint }>(
    `select ${MS('ts')} as "tsMs", channel, value_micro as "valueMicro" from register_reading
      where meter_id = $1 and ts >= $2 and ts <= $3 and channel in ('EA_T1', 'EA_T2', 'EA_T3', 'EA_T4')`,
    [meterId, new Date(fromMs), new Date(toMs)],
  );
  const byInstant = new Map<number, Record<string, bigint>>();
  for (const row of rows) {
    const ts = Number(row.tsMs);
    const at = byInstant.get(ts) ?? {};
    at[row.channel] = row.valueMicro;
    byInstant.set(ts, at);
  }
  return byInstant;
}

/** Sets quantity, epoch and quality of stored readings (a neighbour arrived late, a held one was confirmed or discarded). */
export async function amendReadings(
  client: pg.ClientBase,
  rows: readonly {
    meterId: number;
    tsMs: number;
    quantityMicro: bigint | null;
    epoch: number;
    quality: number;
  }[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `update reading r set quantity_micro = u.q, epoch = u.e, quality = u.k
       from unnest($1::int[], $2::timestamptz[], $3::bigint[], $4::int[], $5::smallint[]) as u(m, t, q, e, k)
      where r.meter_id = u.m and r.ts = u.t`,
    [
      rows.map((r) => r.meterId),
      rows.map((r) => new Date(r.tsMs).toISOString()),
      rows.map((r) => r.quantityMicro),
      rows.map((r) => r.epoch),
      rows.map((r) => r.quality),
    ],
  );
}

/** What a batch adds to the hourly roll-up of a meter. */
export interface HourlyDelta {
  meterId: number;
  hourMs: number;
  quantityMicro: bigint;
  powerSumW: number;
  powerMaxW: number | null;
  powerCount: number;
  readings: number;
  firstMs: number;
  lastMs: number;
}

/** Adds to the hourly roll-up (plain Postgres; with TimescaleDB a continuous aggregate does it). */
export async function addHourly(client: pg.ClientBase, deltas: readonly HourlyDelta[]): Promise<void> {
  if (deltas.length === 0) return;
  await client.query({
    name: 'add_hourly',
    text: `insert into reading_hourly as h (meter_id, hour, quantity_micro, power_mean_w, power_max_w, readings, first_ts, last_ts)
     select m, to_timestamp(t / 1000), q, case when c > 0 then s / c end, x, n, to_timestamp(f / 1000.0), to_timestamp(l / 1000.0)
       from unnest($1::int4[], $2::int8[], $3::int8[], $4::float8[], $5::float8[], $6::int4[], $7::int4[], $8::int8[], $9::int8[])
            as d(m, t, q, s, x, c, n, f, l)
     on conflict (meter_id, hour) do update
       set quantity_micro = h.quantity_micro + excluded.quantity_micro,
           power_mean_w = case when excluded.power_mean_w is null then h.power_mean_w
                               when h.power_mean_w is null then excluded.power_mean_w
                               else (h.power_mean_w * h.readings + excluded.power_mean_w * excluded.readings) / (h.readings + excluded.readings) end,
           power_max_w = greatest(h.power_max_w, excluded.power_max_w),
           readings = h.readings + excluded.readings,
           first_ts = least(h.first_ts, excluded.first_ts),
           last_ts = greatest(h.last_ts, excluded.last_ts)`,
    values: [
      int4Array(deltas, (d) => d.meterId),
      int8Array(deltas, (d) => d.hourMs),
      int8Array(deltas, (d) => d.quantityMicro),
      float8Array(deltas, (d) => d.powerSumW),
      float8Array(deltas, (d) => d.powerMaxW),
      int4Array(deltas, (d) => d.powerCount),
      int4Array(deltas, (d) => d.readings),
      int8Array(deltas, (d) => d.firstMs),
      int8Array(deltas, (d) => d.lastMs),
    ],
  });
}

/** Opens register epochs. */
export async function insertEpochs(
  client: pg.ClientBase,
  rows: readonly {
    meterId: number;
    epoch: number;
    openedMs: number;
    reason: string;
    startMicro: bigint | null;
    proposedLostMicro: bigint | null;
  }[],
): Promise<void> {
  for (const r of rows)
    await client.query(
      `insert into register_epoch (meter_id, epoch, opened_ms, reason, start_micro, proposed_lost_micro)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [r.meterId, r.epoch, r.openedMs, r.reason, r.startMicro, r.proposedLostMicro],
    );
}

/** Holds the configuration of campuses still for the rest of the transaction and tells its version. */
export const HOLD_CONFIG = 'select id, config_version as version from campus order by id for share';

/** The version of each campus's configuration, as `HOLD_CONFIG` answers. */
export function configVersions(rows: readonly unknown[]): Map<number, number> {
  return new Map((rows as { id: number; version: bigint }[]).map((r) => [r.id, Number(r.version)]));
}
