import type pg from 'pg';
import { BinaryRows, copyBinary } from './binaryCopy';

/** A charge to store. */
export interface NewCharge {
  campusId: number;
  streamId: number;
  accountId: number;
  pointId: number;
  meterId: number;
  register: string;
  epoch: number;
  t0Ms: number;
  t1Ms: number;
  rev: number;
  startMicro: bigint;
  endMicro: bigint;
  quantityMicro: bigint;
  numeratorPico: bigint;
  amountMicro: bigint;
  tariffVersionId: number;
  accruedMicro: bigint;
  carryPico: bigint;
  lines: object;
  /** In the shape of domain/tariffs/sideStreams.ts; null: nothing beside the main sum. */
  extra: object | null;
  txId: bigint | null;
  postedMs: number;
}

/** A charge as stored. */
export interface ChargeRow extends NewCharge {
  id: bigint;
  supersededBy: bigint | null;
}

export async function insertCharges(client: pg.PoolClient, rows: readonly NewCharge[]): Promise<void> {
  if (rows.length === 0) return;
  const copy = new BinaryRows(22);
  for (const c of rows) {
    copy.row();
    copy.int4(c.campusId);
    copy.int4(c.streamId);
    copy.int4(c.accountId);
    copy.int4(c.pointId);
    copy.int4(c.meterId);
    copy.text(c.register);
    copy.int4(c.epoch);
    copy.int8(c.t0Ms);
    copy.int8(c.t1Ms);
    copy.int4(c.rev);
    copy.int8(c.startMicro);
    copy.int8(c.endMicro);
    copy.int8(c.quantityMicro);
    copy.numeric(c.numeratorPico);
    copy.int8(c.amountMicro);
    copy.int4(c.tariffVersionId);
    copy.int8(c.accruedMicro);
    copy.int8(c.carryPico);
    copy.json(c.lines);
    copy.json(c.extra);
    copy.int8(c.txId);
    copy.int8(c.postedMs);
  }
  await copyBinary(
    client,
    'charge (campus_id, stream_id, account_id, point_id, meter_id, register, epoch, t0_ms, t1_ms, rev, start_micro, end_micro, quantity_micro, numerator_pico, amount_micro, tariff_version_id, accrued_micro, carry_pico, lines, extra, tx_id, posted_ms)',
    copy,
  );
}

const COLUMNS = `id, campus_id as "campusId", stream_id as "streamId", account_id as "accountId", point_id as "pointId",
  meter_id as "meterId", register, epoch, t0_ms as "t0Ms", t1_ms as "t1Ms", rev, start_micro as "startMicro",
  end_micro as "endMicro", quantity_micro as "quantityMicro", numerator_pico::text as "numeratorPico",
  amount_micro as "amountMicro", tariff_version_id as "tariffVersionId", accrued_micro as "accruedMicro",
  carry_pico as "carryPico", lines, extra, tx_id as "txId", superseded_by as "supersededBy", posted_ms as "postedMs"`;

interface RawCharge extends Omit<ChargeRow, 't0Ms' | 't1Ms' | 'numeratorPico' | 'postedMs'> {
  t0Ms: bigint;
  t1Ms: bigint;
  numeratorPico: string;
  postedMs: bigint;
}

function chargeOf(row: RawCharge): ChargeRow {
  return {
    ...row,
    t0Ms: Number(row.t0Ms),
    t1Ms: Number(row.t1Ms),
    postedMs: Number(row.postedMs),
    numeratorPico: BigInt(row.numeratorPico),
  };
}

/** Charges in force of a stream that overlap (fromMs, toMs], in time order. */
export async function chargesInForce(
  client: pg.ClientBase,
  streamId: number,
  fromMs: number,
  toMs: number,
): Promise<ChargeRow[]> {
  const { rows } = await client.query<RawCharge>(
    `select ${COLUMNS} from charge where stream_id = $1 and t1_ms > $2 and t0_ms < $3 and superseded_by is null order by t0_ms, t1_ms`,
    [streamId, fromMs, toMs],
  );
  return rows.map(chargeOf);
}

/** Points superseded charges to what replaced them. */
export async function supersedeCharges(
  client: pg.ClientBase,
  pairs: readonly {
    oldId: bigint;
    meterId: number;
    register: string;
    epoch: number;
    t0Ms: number;
    t1Ms: number;
    rev: number;
  }[],
): Promise<void> {
  for (const p of pairs)
    await client.query(
      `update charge set superseded_by = (select id from charge where meter_id = $2 and register = $3 and epoch = $4 and t0_ms = $5 and t1_ms = $6 and rev = $7)
        where id = $1`,
      [p.oldId, p.meterId, p.register, p.epoch, p.t0Ms, p.t1Ms, p.rev],
    );
}
