import type pg from 'pg';
import { float8Array, idArray, int2Array, int4Array, int8Array, textArray } from './binaryArrays';
import { readStamps } from './rowStamps';
import { numberOrNull } from './rows';

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
  /** When relay or valve was last reported, ms UTC. */
  positionMs: number | null;
  flowM3h: number | null;
  detection: Record<string, unknown> | null;
}

interface RawMeterState
  extends Omit<MeterStateRow, 'baseMs' | 'firstMs' | 'lastMs' | 'lastRxMs' | 'boot' | 'seq' | 'positionMs'> {
  baseMs: bigint | null;
  firstMs: bigint | null;
  lastMs: bigint | null;
  lastRxMs: bigint | null;
  boot: bigint | null;
  seq: bigint | null;
  positionMs: bigint | null;
}

const METER_STATE = `meter_id as "meterId", epoch, base_ms as "baseMs", base_micro as "baseMicro", first_ms as "firstMs", held,
  rate_base as "rateBase", last_ms as "lastMs", last_rx_ms as "lastRxMs", boot, seq, drift, power_w as "powerW",
  voltage_v as "voltageV", current_a as "currentA", power_factor as "powerFactor", relay, valve,
  position_ms as "positionMs", flow_m3h as "flowM3h", detection`;

function meterStateOf(row: RawMeterState): MeterStateRow {
  return {
    ...row,
    baseMs: numberOrNull(row.baseMs),
    firstMs: numberOrNull(row.firstMs),
    lastMs: numberOrNull(row.lastMs),
    lastRxMs: numberOrNull(row.lastRxMs),
    boot: numberOrNull(row.boot),
    seq: numberOrNull(row.seq),
    positionMs: numberOrNull(row.positionMs),
  };
}

/** Locks meters' state rows in id order, after the accounts; makes rows that do not exist yet. */
export async function lockMeterStates(
  client: pg.ClientBase,
  meterIds: readonly number[],
): Promise<Map<number, MeterStateRow>> {
  if (meterIds.length === 0) return new Map();
  const query = `select ${METER_STATE} from meter_state where meter_id = any($1::int4[]) order by meter_id for no key update`;
  const ids = idArray(meterIds);
  let { rows } = await client.query<RawMeterState>(query, [ids]);
  if (rows.length < meterIds.length) {
    await makeMeterStates(client, ids);
    ({ rows } = await client.query<RawMeterState>(query, [ids]));
  }
  return new Map(rows.map((r) => [r.meterId, meterStateOf(r)]));
}

/**
 * Locks as `lockMeterStates` does and tells only the stamp of each row: the transaction that wrote its newest version.
 */
export async function lockMeterStamps(
  client: pg.ClientBase,
  meterIds: readonly number[],
): Promise<{ stamps: Map<number, string>; own: string }> {
  const lock = {
    text: `select pg_current_xact_id()::xid::text as own, string_agg(l.meter_id || ' ' || l.xmin, ',') as stamps
             from (select meter_id, xmin from meter_state where meter_id = any($1::int4[])
                    order by meter_id for no key update) l`,
    values: [idArray(meterIds)],
  };
  const locked = async () => {
    const { rows } = await client.query<{ own: string; stamps: string | null }>(lock);
    return { own: rows[0]!.own, stamps: readStamps(rows[0]!.stamps) };
  };
  const first = await locked();
  if (first.stamps.size === meterIds.length) return first;
  await makeMeterStates(client, lock.values[0]!);
  return locked();
}

async function makeMeterStates(client: pg.ClientBase, ids: Buffer): Promise<void> {
  await client.query(
    'insert into meter_state (meter_id) select unnest($1::int4[]) order by 1 on conflict do nothing',
    [ids],
  );
}

/** Of a meter's state `s`: a charge is held. */
const IS_HELD = `s.detection #> '{BALANCE_ANOMALY,heldSinceMs}' is not null`;

/** Whether a charge of a campus is held of use before an instant. */
export async function isChargeHeldBefore(
  client: pg.ClientBase,
  campusId: number,
  beforeMs: number,
): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(
    `select exists (select 1 from meter_state s join meter m on m.id = s.meter_id
       where m.campus_id = $1 and s.base_ms < $2 and ${IS_HELD}) as held`,
    [campusId, beforeMs],
  );
  return rows[0]!.held;
}

/** Whether a charge is held of use that an account pays for; nobody holds one while the account's lock is held. */
export async function isChargeHeldOf(client: pg.ClientBase, accountId: number): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(
    `select exists (select 1 from account_point a join meter_install i on i.point_id = a.point_id join meter_state s using (meter_id)
       where a.account_id = $1 and (a.valid_to is null or a.valid_to > to_timestamp(s.base_ms / 1000.0)) and ${IS_HELD}) as held`,
    [accountId],
  );
  return rows[0]!.held;
}

const jsonOrNull = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/** Stores meters' state after a batch. */
export async function updateMeterStates(
  client: pg.ClientBase,
  states: readonly MeterStateRow[],
): Promise<void> {
  if (states.length === 0) return;
  await client.query({
    name: 'update_meter_states',
    text: `update meter_state m set epoch = u.epoch, base_ms = u.base_ms, base_micro = u.base_micro, first_ms = u.first_ms,
            held = u.held::jsonb, rate_base = u.rate_base::jsonb, last_ms = u.last_ms, last_rx_ms = u.last_rx_ms,
            boot = u.boot, seq = u.seq, drift = u.drift::jsonb, power_w = u.power_w, voltage_v = u.voltage_v,
            current_a = u.current_a, power_factor = u.power_factor, relay = u.relay, valve = u.valve,
            flow_m3h = u.flow_m3h, detection = u.detection::jsonb, position_ms = u.position_ms
       from unnest($1::int4[], $2::int4[], $3::int8[], $4::int8[], $5::int8[], $6::text[], $7::text[], $8::int8[],
                   $9::int8[], $10::int8[], $11::int8[], $12::text[], $13::float8[], $14::float8[], $15::float8[],
                   $16::float8[], $17::int2[], $18::int2[], $19::float8[], $20::text[], $21::int8[])
            as u(meter_id, epoch, base_ms, base_micro, first_ms, held, rate_base, last_ms, last_rx_ms, boot, seq, drift,
                 power_w, voltage_v, current_a, power_factor, relay, valve, flow_m3h, detection, position_ms)
      where m.meter_id = u.meter_id`,
    values: [
      int4Array(states, (s) => s.meterId),
      int4Array(states, (s) => s.epoch),
      int8Array(states, (s) => s.baseMs),
      int8Array(states, (s) => s.baseMicro),
      int8Array(states, (s) => s.firstMs),
      textArray(states, (s) => jsonOrNull(s.held)),
      textArray(states, (s) => jsonOrNull(s.rateBase)),
      int8Array(states, (s) => s.lastMs),
      int8Array(states, (s) => s.lastRxMs),
      int8Array(states, (s) => s.boot),
      int8Array(states, (s) => s.seq),
      textArray(states, (s) => jsonOrNull(s.drift)),
      float8Array(states, (s) => s.powerW),
      float8Array(states, (s) => s.voltageV),
      float8Array(states, (s) => s.currentA),
      float8Array(states, (s) => s.powerFactor),
      int2Array(states, (s) => s.relay),
      int2Array(states, (s) => s.valve),
      float8Array(states, (s) => s.flowM3h),
      textArray(states, (s) => jsonOrNull(s.detection)),
      int8Array(states, (s) => s.positionMs),
    ],
  });
}

/** What nearly every reading moves: where the register stands and what was last said. */
export type MeterProgress = Pick<
  MeterStateRow,
  | 'meterId'
  | 'baseMs'
  | 'baseMicro'
  | 'lastMs'
  | 'lastRxMs'
  | 'boot'
  | 'seq'
  | 'powerW'
  | 'voltageV'
  | 'currentA'
  | 'powerFactor'
  | 'relay'
  | 'valve'
  | 'positionMs'
  | 'flowM3h'
>;

/** Stores the state of meters of which only that much changed. */
export async function updateMeterProgress(
  client: pg.ClientBase,
  states: readonly MeterProgress[],
): Promise<void> {
  if (states.length === 0) return;
  await client.query({
    name: 'update_meter_progress',
    text: `update meter_state m set base_ms = u.base_ms, base_micro = u.base_micro, last_ms = u.last_ms,
            last_rx_ms = u.last_rx_ms, boot = u.boot, seq = u.seq, power_w = u.power_w, voltage_v = u.voltage_v,
            current_a = u.current_a, power_factor = u.power_factor, relay = u.relay, valve = u.valve,
            flow_m3h = u.flow_m3h, position_ms = u.position_ms
       from unnest($1::int4[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::float8[],
                   $9::float8[], $10::float8[], $11::float8[], $12::int2[], $13::int2[], $14::float8[], $15::int8[])
            as u(meter_id, base_ms, base_micro, last_ms, last_rx_ms, boot, seq, power_w, voltage_v, current_a,
                 power_factor, relay, valve, flow_m3h, position_ms)
      where m.meter_id = u.meter_id`,
    values: [
      int4Array(states, (s) => s.meterId),
      int8Array(states, (s) => s.baseMs),
      int8Array(states, (s) => s.baseMicro),
      int8Array(states, (s) => s.lastMs),
      int8Array(states, (s) => s.lastRxMs),
      int8Array(states, (s) => s.boot),
      int8Array(states, (s) => s.seq),
      float8Array(states, (s) => s.powerW),
      float8Array(states, (s) => s.voltageV),
      float8Array(states, (s) => s.currentA),
      float8Array(states, (s) => s.powerFactor),
      int2Array(states, (s) => s.relay),
      int2Array(states, (s) => s.valve),
      float8Array(states, (s) => s.flowM3h),
      int8Array(states, (s) => s.positionMs),
    ],
  });
}
