import type pg from 'pg';
import { BinaryRows, copyBinary } from './binaryCopy';
import { arrayLiteral, textArrayLiteral } from './bulk';

/** Account row as ingestion, top-up and policy hold it under lock. */
export interface LockedAccount {
  id: number;
  campusId: number;
  code: string;
  kind: 'ROOM' | 'PERSON' | 'DEPT' | 'PUBLIC';
  status: 'ACTIVE' | 'CLOSED';
  policyCode: string;
  ecState: 'OFF' | 'OFFERED' | 'ACTIVE' | 'EXHAUSTED';
  ecLimitMicro: bigint;
  eligibleMs: number | null;
  finalNoticeMs: number | null;
  toldLevels: string[];
  policyDueMs: number | null;
}

const numberOrNull = (value: bigint | number | null): number | null =>
  value === null ? null : Number(value);

/** Locks accounts in id order: the first lock of every act that moves money or supply. */
export async function lockAccounts(
  client: pg.ClientBase,
  accountIds: readonly number[],
): Promise<Map<number, LockedAccount>> {
  const { rows } = await client.query<LockedAccount>(
    `select id, campus_id as "campusId", code, kind, status, policy_code as "policyCode", ec_state as "ecState",
            ec_limit_micro as "ecLimitMicro", eligible_ms as "eligibleMs", final_notice_ms as "finalNoticeMs",
            told_levels as "toldLevels", policy_due_ms as "policyDueMs"
       from account where id = any($1::int[]) order by id for no key update`,
    [arrayLiteral(accountIds)],
  );
  return new Map(
    rows.map((r) => [
      r.id,
      {
        ...r,
        eligibleMs: numberOrNull(r.eligibleMs),
        finalNoticeMs: numberOrNull(r.finalNoticeMs),
        policyDueMs: numberOrNull(r.policyDueMs),
      },
    ]),
  );
}

/** Stores the credit-watch fields of accounts. */
export async function updateAccountWatch(
  client: pg.ClientBase,
  accounts: readonly LockedAccount[],
): Promise<void> {
  if (accounts.length === 0) return;
  await client.query(
    `update account a set ec_state = u.ec::emergency_credit, eligible_ms = u.eligible, final_notice_ms = u.notice,
            told_levels = string_to_array(u.level, ','), policy_due_ms = u.due
       from unnest($1::int[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[])
              as u(id, ec, eligible, notice, level, due) where a.id = u.id`,
    [
      accounts.map((a) => a.id),
      accounts.map((a) => a.ecState),
      accounts.map((a) => a.eligibleMs),
      accounts.map((a) => a.finalNoticeMs),
      accounts.map((a) => a.toldLevels.join(',')),
      accounts.map((a) => a.policyDueMs),
    ],
  );
}

/** Where a meter's registers and live values stand. */
export interface MeterStateRow {
  meterId: number;
  epoch: number;
  baseMs: number | null;
  baseMicro: bigint | null;
  firstMs: number | null;
  held: unknown;
  rateBase: Record<string, string> | null;
  lastMs: number | null;
  lastRxMs: number | null;
  boot: number | null;
  seq: number | null;
  drift: unknown;
  powerW: number | null;
  voltageV: number | null;
  currentA: number | null;
  powerFactor: number | null;
  relay: number | null;
  valve: number | null;
  flowM3h: number | null;
  detection: Record<string, unknown> | null;
}

interface RawMeterState
  extends Omit<MeterStateRow, 'baseMs' | 'firstMs' | 'lastMs' | 'lastRxMs' | 'boot' | 'seq'> {
  baseMs: bigint | null;
  firstMs: bigint | null;
  lastMs: bigint | null;
  lastRxMs: bigint | null;
  boot: bigint | null;
  seq: bigint | null;
}

const METER_STATE = `meter_id as "meterId", epoch, base_ms as "baseMs", base_micro as "baseMicro", first_ms as "firstMs", held,
  rate_base as "rateBase", last_ms as "lastMs", last_rx_ms as "lastRxMs", boot, seq, drift, power_w as "powerW",
  voltage_v as "voltageV", current_a as "currentA", power_factor as "powerFactor", relay, valve,
  flow_m3h as "flowM3h", detection`;

function meterStateOf(row: RawMeterState): MeterStateRow {
  return {
    ...row,
    baseMs: numberOrNull(row.baseMs),
    firstMs: numberOrNull(row.firstMs),
    lastMs: numberOrNull(row.lastMs),
    lastRxMs: numberOrNull(row.lastRxMs),
    boot: numberOrNull(row.boot),
    seq: numberOrNull(row.seq),
  };
}

/** Locks meters' state rows in id order, after the accounts; makes rows that do not exist yet. */
export async function lockMeterStates(
  client: pg.ClientBase,
  meterIds: readonly number[],
): Promise<Map<number, MeterStateRow>> {
  const query = `select ${METER_STATE} from meter_state where meter_id = any($1::int[]) order by meter_id for no key update`;
  const ids = arrayLiteral(meterIds);
  let { rows } = await client.query<RawMeterState>(query, [ids]);
  if (rows.length < meterIds.length) {
    await client.query(
      'insert into meter_state (meter_id) select unnest($1::int[]) order by 1 on conflict do nothing',
      [ids],
    );
    ({ rows } = await client.query<RawMeterState>(query, [ids]));
  }
  return new Map(rows.map((r) => [r.meterId, meterStateOf(r)]));
}

const jsonOrNull = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/** Stores meters' state after a batch. */
export async function updateMeterStates(
  client: pg.ClientBase,
  states: readonly MeterStateRow[],
): Promise<void> {
  if (states.length === 0) return;
  const column = (pick: (s: MeterStateRow) => number | bigint | null) => arrayLiteral(states.map(pick));
  const json = (pick: (s: MeterStateRow) => unknown) =>
    textArrayLiteral(states.map((s) => jsonOrNull(pick(s))));
  await client.query({
    name: 'update_meter_states',
    text: `update meter_state m set epoch = u.epoch, base_ms = u.base_ms, base_micro = u.base_micro, first_ms = u.first_ms,
            held = u.held::jsonb, rate_base = u.rate_base::jsonb, last_ms = u.last_ms, last_rx_ms = u.last_rx_ms,
            boot = u.boot, seq = u.seq, drift = u.drift::jsonb, power_w = u.power_w, voltage_v = u.voltage_v,
            current_a = u.current_a, power_factor = u.power_factor, relay = u.relay, valve = u.valve,
            flow_m3h = u.flow_m3h, detection = u.detection::jsonb
       from unnest($1::int[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::bigint[],
                   $9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::float8[], $14::float8[], $15::float8[],
                   $16::float8[], $17::smallint[], $18::smallint[], $19::float8[], $20::text[])
            as u(meter_id, epoch, base_ms, base_micro, first_ms, held, rate_base, last_ms, last_rx_ms, boot, seq, drift,
                 power_w, voltage_v, current_a, power_factor, relay, valve, flow_m3h, detection)
      where m.meter_id = u.meter_id`,
    values: [
      column((s) => s.meterId),
      column((s) => s.epoch),
      column((s) => s.baseMs),
      column((s) => s.baseMicro),
      column((s) => s.firstMs),
      json((s) => s.held),
      json((s) => s.rateBase),
      column((s) => s.lastMs),
      column((s) => s.lastRxMs),
      column((s) => s.boot),
      column((s) => s.seq),
      json((s) => s.drift),
      column((s) => s.powerW),
      column((s) => s.voltageV),
      column((s) => s.currentA),
      column((s) => s.powerFactor),
      column((s) => s.relay),
      column((s) => s.valve),
      column((s) => s.flowM3h),
      json((s) => s.detection),
    ],
  });
}

/** A stream as stored; the account's lock guards it. */
export interface StreamRow {
  id: number;
  accountId: number;
  pointId: number;
  register: string;
  numeratorPico: bigint;
  postedMicro: bigint;
  open: unknown;
  openUptoMs: number | null;
}

interface RawStream extends Omit<StreamRow, 'numeratorPico' | 'openUptoMs'> {
  numeratorPico: string;
  openUptoMs: bigint | null;
}

export async function streamsOf(client: pg.ClientBase, accountIds: readonly number[]): Promise<StreamRow[]> {
  const { rows } = await client.query<RawStream>(
    `select id, account_id as "accountId", point_id as "pointId", register, numerator_pico::text as "numeratorPico",
            posted_micro as "postedMicro", open, open_upto_ms as "openUptoMs"
       from stream where account_id = any($1::int[])`,
    [arrayLiteral(accountIds)],
  );
  return rows.map((r) => ({
    ...r,
    numeratorPico: BigInt(r.numeratorPico),
    openUptoMs: numberOrNull(r.openUptoMs),
  }));
}

/** Makes streams that do not exist yet; the account's lock is held. */
export async function createStreams(
  client: pg.ClientBase,
  keys: readonly { accountId: number; pointId: number; register: string }[],
): Promise<StreamRow[]> {
  if (keys.length === 0) return [];
  const { rows } = await client.query<RawStream>(
    `insert into stream (account_id, point_id, register)
     select * from unnest($1::int[], $2::int[], $3::text[])
     returning id, account_id as "accountId", point_id as "pointId", register, numerator_pico::text as "numeratorPico",
               posted_micro as "postedMicro", open, open_upto_ms as "openUptoMs"`,
    [keys.map((k) => k.accountId), keys.map((k) => k.pointId), keys.map((k) => k.register)],
  );
  return rows.map((r) => ({
    ...r,
    numeratorPico: BigInt(r.numeratorPico),
    openUptoMs: numberOrNull(r.openUptoMs),
  }));
}

export async function updateStreams(client: pg.ClientBase, streams: readonly StreamRow[]): Promise<void> {
  if (streams.length === 0) return;
  await client.query({
    name: 'update_streams',
    text: `update stream s set numerator_pico = u.n, posted_micro = u.posted, open = u.open::jsonb, open_upto_ms = u.upto
       from unnest($1::int[], $2::numeric[], $3::bigint[], $4::text[], $5::bigint[]) as u(id, n, posted, open, upto)
      where s.id = u.id`,
    values: [
      arrayLiteral(streams.map((s) => s.id)),
      arrayLiteral(streams.map((s) => s.numeratorPico)),
      arrayLiteral(streams.map((s) => s.postedMicro)),
      textArrayLiteral(streams.map((s) => jsonOrNull(s.open))),
      arrayLiteral(streams.map((s) => s.openUptoMs)),
    ],
  });
}

/** Tier accrual of an account and utility in one period. */
export interface AccrualRow {
  accountId: number;
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  periodMs: number;
  quantityMicro: bigint;
  uptoMs: number;
  crossedMs: number;
}

export async function accrualsOf(
  client: pg.ClientBase,
  accountIds: readonly number[],
): Promise<AccrualRow[]> {
  const { rows } = await client.query<
    Omit<AccrualRow, 'periodMs' | 'uptoMs' | 'crossedMs'> & {
      periodMs: bigint;
      uptoMs: bigint;
      crossedMs: bigint;
    }
  >(
    `select account_id as "accountId", utility, period_ms as "periodMs", quantity_micro as "quantityMicro",
            upto_ms as "uptoMs", crossed_ms as "crossedMs"
       from accrual where account_id = any($1::int[])`,
    [arrayLiteral(accountIds)],
  );
  return rows.map((r) => ({
    ...r,
    periodMs: Number(r.periodMs),
    uptoMs: Number(r.uptoMs),
    crossedMs: Number(r.crossedMs),
  }));
}

export async function upsertAccruals(client: pg.ClientBase, rows: readonly AccrualRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query({
    name: 'upsert_accruals',
    text: `insert into accrual (account_id, utility, period_ms, quantity_micro, upto_ms, crossed_ms)
     select a, u::utility, p, q, t, c from unnest($1::int[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
       as x(a, u, p, q, t, c)
     on conflict (account_id, utility, period_ms) do update
       set quantity_micro = excluded.quantity_micro, upto_ms = excluded.upto_ms, crossed_ms = excluded.crossed_ms`,
    values: [
      arrayLiteral(rows.map((r) => r.accountId)),
      arrayLiteral(rows.map((r) => r.utility)),
      arrayLiteral(rows.map((r) => r.periodMs)),
      arrayLiteral(rows.map((r) => r.quantityMicro)),
      arrayLiteral(rows.map((r) => r.uptoMs)),
      arrayLiteral(rows.map((r) => r.crossedMs)),
    ],
  });
}

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
     select m, c, to_timestamp(t / 1000.0), v from unnest($1::int[], $2::text[], $3::bigint[], $4::bigint[]) as x(m, c, t, v)
     on conflict do nothing`,
    [
      arrayLiteral(rows.map((r) => r.meterId)),
      arrayLiteral(rows.map((r) => r.channel)),
      arrayLiteral(rows.map((r) => r.tsMs)),
      arrayLiteral(rows.map((r) => r.valueMicro)),
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

/** Adds fields to a stored reading that an earlier message of the same instant did not carry. */
export async function mergeReading(client: pg.ClientBase, row: ReadingRow): Promise<void> {
  await client.query(
    `update reading set value_micro = coalesce(value_micro, $3), power_w = coalesce(power_w, $4), voltage_v = coalesce(voltage_v, $5),
            current_a = coalesce(current_a, $6), power_factor = coalesce(power_factor, $7), relay = coalesce(relay, $8),
            valve = coalesce(valve, $9) where meter_id = $1 and ts = $2`,
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
       from unnest($1::int[], $2::bigint[], $3::bigint[], $4::float8[], $5::float8[], $6::int[], $7::int[], $8::bigint[], $9::bigint[])
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
      arrayLiteral(deltas.map((d) => d.meterId)),
      arrayLiteral(deltas.map((d) => d.hourMs)),
      arrayLiteral(deltas.map((d) => d.quantityMicro)),
      arrayLiteral(deltas.map((d) => d.powerSumW)),
      arrayLiteral(deltas.map((d) => d.powerMaxW)),
      arrayLiteral(deltas.map((d) => d.powerCount)),
      arrayLiteral(deltas.map((d) => d.readings)),
      arrayLiteral(deltas.map((d) => d.firstMs)),
      arrayLiteral(deltas.map((d) => d.lastMs)),
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
export async function holdConfig(client: pg.ClientBase): Promise<Map<number, number>> {
  const { rows } = await client.query<{ id: number; version: bigint }>(
    'select id, config_version as version from campus order by id for share',
  );
  return new Map(rows.map((r) => [r.id, Number(r.version)]));
}
