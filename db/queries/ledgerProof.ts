import type pg from 'pg';
import { openCursor, type RowCursor } from './rowCursor';

/** What the verifier of the ledger reads beside the ledger itself: charges, streams and payments, in one snapshot. */

/** A charge that names a transaction, with the codes that stand in that transaction. */
export interface BookedCharge {
  id: bigint;
  txId: bigint;
  campusId: number;
  meterCode: string | null;
  accountCode: string | null;
  register: string;
  epoch: number;
  t0Ms: bigint;
  t1Ms: bigint;
  rev: number;
  accountId: number;
  tariffVersionId: number;
  quantityMicro: bigint;
  numeratorPico: string;
  amountMicro: bigint;
  lines: unknown;
  extra: unknown;
}

/** Charges with a transaction, in the order of the transactions. */
export function bookedCharges(client: pg.ClientBase): Promise<RowCursor<BookedCharge>> {
  return openCursor<BookedCharge>(
    client,
    'booked_charges',
    `select c.id, c.tx_id as "txId", c.campus_id as "campusId", m.code as "meterCode", a.code as "accountCode", c.register,
            c.epoch, c.t0_ms as "t0Ms", c.t1_ms as "t1Ms", c.rev, c.account_id as "accountId",
            c.tariff_version_id as "tariffVersionId", c.quantity_micro as "quantityMicro",
            c.numerator_pico::text as "numeratorPico", c.amount_micro as "amountMicro", c.lines, c.extra
       from charge c
       left join meter m on m.id = c.meter_id and m.campus_id = c.campus_id
       left join account a on a.id = c.account_id and a.campus_id = c.campus_id
      where c.tx_id is not null order by c.tx_id, c.id`,
  );
}

export interface StoredPaymentRow {
  id: string;
  txId: bigint;
  campusId: number;
  accountCode: string | null;
  channel: string;
  reference: string;
  amountMicro: bigint;
  /** It bought units: its money is income at once. */
  soldUnits: boolean;
  /** Key under which its money went into suspense before; null: it never did, or its item is not what was booked for it. */
  suspenseKey: string | null;
}

/** The key under which the money of a payment `p` went into suspense, where its item is proven by that very transaction. */
export const SUSPENSE_KEY = `k.key as "suspenseKey"`;
export const FROM_SUSPENSE = `left join suspense_item s on s.resolution_tx_id = p.tx_id and s.campus_id = p.campus_id
       left join ledger_tx k on k.id = s.tx_id and k.campus_id = s.campus_id
              and k.key = 'topup:' || s.channel || ':' || s.provider_txn`;

/** Payments in the order of their transactions. */
export function paymentsByTx(client: pg.ClientBase): Promise<RowCursor<StoredPaymentRow>> {
  return openCursor<StoredPaymentRow>(
    client,
    'payments_by_tx',
    `select p.id, p.tx_id as "txId", p.campus_id as "campusId", a.code as "accountCode", p.channel, p.reference,
            p.amount_micro as "amountMicro", p.units_tx_id is not null as "soldUnits",
            ${SUSPENSE_KEY}
       from payment p
       left join account a on a.id = p.account_id and a.campus_id = p.campus_id
       ${FROM_SUSPENSE}
      order by p.tx_id, p.id`,
  );
}

/** A charge in the order in which its stream made them, with the revision before and after it. */
export interface StreamCharge {
  id: bigint;
  streamId: number;
  /** Account, point and register are those of its stream. */
  isOwn: boolean | null;
  /** Its meter was installed at its point at some time. */
  isInstalled: boolean;
  rev: number;
  accountId: number;
  tariffVersionId: number;
  t0Ms: bigint;
  /** End register less start register. */
  advancedMicro: bigint;
  /** The value at which the meter's register turns over, in primary µ; null: it does not. */
  modulusMicro: bigint | null;
  quantityMicro: bigint;
  numeratorPico: string;
  amountMicro: bigint;
  carryPico: bigint;
  txId: bigint | null;
  supersededBy: bigint | null;
  /** A reversal of its transaction is booked. */
  reversed: boolean;
  /** A person booked it, and nothing took the charge's place. */
  byHand: boolean;
  /** Where no transaction covers them; null else. */
  lines: unknown;
  register: string;
  extra: unknown;
  oldExtra: unknown;
  /** The revision that this one replaced. */
  oldId: bigint | null;
  oldStreamId: number | null;
  oldNumeratorPico: string | null;
  oldAmountMicro: bigint | null;
  oldSupersededBy: bigint | null;
  /** The next revision, looked up where the row says that it was replaced. */
  newId: bigint | null;
}

export function chargesByStream(client: pg.ClientBase): Promise<RowCursor<StreamCharge>> {
  const sameKey = (other: string) =>
    `${other}.meter_id = c.meter_id and ${other}.register = c.register and ${other}.epoch = c.epoch
       and ${other}.t0_ms = c.t0_ms and ${other}.t1_ms = c.t1_ms`;
  // `offset 0` keeps the few look-ups of replaced charges from becoming joins over all charges.
  return openCursor<StreamCharge>(
    client,
    'charges_by_stream',
    `select c.id, c.stream_id as "streamId",
            s.account_id = c.account_id and s.point_id = c.point_id and s.register = c.register as "isOwn",
            i.meter_id is not null as "isInstalled", c.rev,
            c.account_id as "accountId", c.tariff_version_id as "tariffVersionId", c.t0_ms as "t0Ms",
            c.end_micro - c.start_micro as "advancedMicro", m.modulus_micro * (m.ratio_micro / 1000000) as "modulusMicro",
            c.quantity_micro as "quantityMicro",
            c.numerator_pico::text as "numeratorPico", c.amount_micro as "amountMicro", c.carry_pico as "carryPico",
            c.tx_id as "txId", c.superseded_by as "supersededBy", r.id is not null as reversed,
            r.request_hash is not null as "byHand",
            case when c.tx_id is null then c.lines end as lines, c.register, c.extra, o.extra as "oldExtra",
            o.id as "oldId", o.stream_id as "oldStreamId", o.numerator_pico::text as "oldNumeratorPico",
            o.amount_micro as "oldAmountMicro", o.superseded_by as "oldSupersededBy", n.id as "newId"
       from charge c
       left join stream s on s.id = c.stream_id
       left join meter m on m.id = c.meter_id
       left join (select distinct meter_id, point_id from meter_install) i on i.meter_id = c.meter_id and i.point_id = c.point_id
       left join ledger_tx r on r.reverses = c.tx_id and r.reverses is not null
       left join lateral (select o.id, o.stream_id, o.numerator_pico, o.amount_micro, o.extra, o.superseded_by from charge o
                           where c.rev > 0 and ${sameKey('o')} and o.rev = c.rev - 1 offset 0) o on true
       left join lateral (select n.id from charge n
                           where c.superseded_by is not null and ${sameKey('n')} and n.rev = c.rev + 1 offset 0) n on true
      order by c.stream_id, c.id`,
  );
}

export interface StoredStream {
  id: number;
  accountId: number;
  /** Of the meter of the open window. */
  modulusMicro: bigint | null;
  numeratorPico: string;
  postedMicro: bigint;
  open: unknown;
  extra: unknown;
}

export function streamsInOrder(client: pg.ClientBase): Promise<RowCursor<StoredStream>> {
  return openCursor<StoredStream>(
    client,
    'streams_in_order',
    `select s.id, s.account_id as "accountId", m.modulus_micro * (m.ratio_micro / 1000000) as "modulusMicro",
            s.numerator_pico::text as "numeratorPico", s.posted_micro as "postedMicro", s.open, s.extra
       from stream s left join meter m on m.id = (s.open ->> 'm')::int4 order by s.id`,
  );
}

/** A charge in force, or an open window, that does not begin where the charge before it in its stream ended. */
export interface BrokenTile {
  /** Null for an open window. */
  id: bigint | null;
  streamId: number;
  t0Ms: bigint;
  t1Ms: bigint;
  startMicro: bigint;
  prevId: bigint | null;
  prevT1Ms: bigint | null;
  prevEndMicro: bigint | null;
}

/**
 * The first charge in force (then open window) that overlaps the one before it, leaves time between them for which its
 * account paid, or does not go on from its register. Between meters and epochs a gap is nobody's use.
 */
export async function firstBrokenTile(client: pg.ClientBase): Promise<BrokenTile | null> {
  const { rows } = await client.query<BrokenTile>(
    `select id, stream_id as "streamId", t0_ms as "t0Ms", t1_ms as "t1Ms", start_micro as "startMicro", prev_id as "prevId",
            prev_t1 as "prevT1Ms", prev_end as "prevEndMicro"
       from (select *, lag(id) over tiles as prev_id, lag(t1_ms) over tiles as prev_t1, lag(end_micro) over tiles as prev_end,
                    lag(meter_id) over tiles as prev_meter, lag(epoch) over tiles as prev_epoch
               from (select id, stream_id, account_id, point_id, t0_ms, t1_ms, start_micro, end_micro, meter_id, epoch
                       from charge where superseded_by is null
                     union all
                     select null, id, account_id, point_id, (open ->> 'f')::int8, (open ->> 't')::int8,
                            (open ->> 's')::int8, (open ->> 'r')::int8, (open ->> 'm')::int4, (open ->> 'e')::int4
                       from stream where jsonb_typeof(open) = 'object') tile
             window tiles as (partition by stream_id order by t1_ms, t0_ms)) c
      where t1_ms <= t0_ms or t0_ms < prev_t1
         or (meter_id = prev_meter and epoch = prev_epoch
             and case when t0_ms = prev_t1 then start_micro <> prev_end
                      else exists (select 1 from account_point p
                                    where p.account_id = c.account_id and p.point_id = c.point_id
                                      and p.valid_from < to_timestamp(c.t0_ms / 1000.0)
                                      and (p.valid_to is null or p.valid_to > to_timestamp(c.prev_t1 / 1000.0))) end)
      order by id nulls last, stream_id limit 1`,
  );
  return rows[0] ?? null;
}
