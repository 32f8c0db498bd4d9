import type pg from 'pg';
import type { PaymentChannel } from '../../domain/credit/posting';
import type { SuspenseReason } from '../../domain/payments/judgePayment';
import { brokenConstraint } from '../client';

/** How it came: by itself, as the answer to our question, as a row of a list, or the payer's browser came back. */
export type EventSource = 'HOOK' | 'QUERY' | 'SHEET' | 'RETURN';

/** What became of a telling. WAITING: believed, but not credited yet. IGNORED: authentic and about no payment. */
export type EventVerdict =
  | 'CREDITED'
  | 'REPEAT'
  | 'SUSPENSE'
  | 'CONFLICT'
  | 'CHARGED_BACK'
  | 'CHARGEBACK_RETURNED'
  | 'WAITING'
  | 'IGNORED'
  | 'REFUSED';

export interface NewPspEvent {
  campusId: number | null;
  channel: PaymentChannel;
  source: EventSource;
  eventId: string | null;
  first: boolean;
  verdict: EventVerdict;
  receivedMs: number;
  orderNo: string | null;
  providerTxn: string | null;
  amountMicro: bigint | null;
  currency: string | null;
  detail: string | null;
  bodyHash: Buffer | null;
  address: string | null;
}

/** An event about no payment, to be filled in. */
export const NOTHING_SAID: Omit<NewPspEvent, 'channel' | 'verdict' | 'receivedMs'> = {
  campusId: null,
  source: 'HOOK',
  eventId: null,
  first: false,
  orderNo: null,
  providerTxn: null,
  amountMicro: null,
  currency: null,
  detail: null,
  bodyHash: null,
  address: null,
};

/** Constraint that a second first telling of one event breaks. */
export const EVENT_ONCE = 'psp_event_once';

/** Whether a write failed since the same event was told at this very moment. */
export const brokenEventOnce = (error: unknown): boolean => brokenConstraint(error) === EVENT_ONCE;

export async function insertPspEvent(client: pg.ClientBase | pg.Pool, e: NewPspEvent): Promise<void> {
  await client.query(
    `insert into psp_event (campus_id, channel, source, event_id, first, verdict, received_ms, order_no, provider_txn, amount_micro,
       currency, detail, body_hash, address)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      e.campusId,
      e.channel,
      e.source,
      e.eventId,
      e.first,
      e.verdict,
      e.receivedMs,
      e.orderNo,
      e.providerTxn,
      e.amountMicro,
      e.currency,
      e.detail,
      e.bodyHash,
      e.address,
    ],
  );
}

/** Whether an authentic event of this number was told before. */
export async function isEventKnown(
  client: pg.ClientBase,
  channel: string,
  eventId: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'select 1 from psp_event where channel = $1 and event_id = $2 and first',
    [channel, eventId],
  );
  return rowCount === 1;
}

export interface SuspenseItemRow {
  id: string;
  campusId: number;
  channel: PaymentChannel;
  providerTxn: string;
  orderNo: string | null;
  amountMicro: bigint;
  currency: string;
  reason: SuspenseReason;
  txId: bigint;
  receivedMs: number;
  dueMs: number;
  resolvedMs: number | null;
}

const SUSPENSE = `id, campus_id as "campusId", channel, provider_txn as "providerTxn", order_no as "orderNo",
  amount_micro as "amountMicro", currency, reason, tx_id as "txId", received_ms::float8 as "receivedMs",
  due_ms::float8 as "dueMs", resolved_ms::float8 as "resolvedMs"`;

/** The money in suspense, or once in it, under a provider's number. */
export async function suspenseByTxn(
  client: pg.ClientBase,
  campusId: number,
  channel: string,
  providerTxn: string,
): Promise<SuspenseItemRow | null> {
  const { rows } = await client.query<SuspenseItemRow>(
    `select ${SUSPENSE} from suspense_item where campus_id = $1 and channel = $2 and provider_txn = $3`,
    [campusId, channel, providerTxn],
  );
  return rows[0] ?? null;
}

export async function lockSuspense(
  client: pg.ClientBase,
  campusId: number,
  id: string,
): Promise<SuspenseItemRow | null> {
  const { rows } = await client.query<SuspenseItemRow>(
    `select ${SUSPENSE} from suspense_item where campus_id = $1 and id = $2 for update`,
    [campusId, id],
  );
  return rows[0] ?? null;
}

export async function insertSuspense(
  client: pg.ClientBase,
  s: Omit<SuspenseItemRow, 'resolvedMs'>,
): Promise<void> {
  await client.query(
    `insert into suspense_item (id, campus_id, channel, provider_txn, order_no, amount_micro, currency, reason, tx_id, received_ms, due_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      s.id,
      s.campusId,
      s.channel,
      s.providerTxn,
      s.orderNo,
      s.amountMicro,
      s.currency,
      s.reason,
      s.txId,
      s.receivedMs,
      s.dueMs,
    ],
  );
}

export async function resolveSuspenseRow(
  client: pg.ClientBase,
  id: string,
  r: { resolvedMs: number; resolvedBy: string; resolution: string; note: string; txId: bigint },
): Promise<void> {
  await client.query(
    `update suspense_item set resolved_ms = $2, resolved_by = $3, resolution = $4, note = $5, resolution_tx_id = $6 where id = $1`,
    [id, r.resolvedMs, r.resolvedBy, r.resolution, r.note, r.txId],
  );
}

/** How much of a campus's payments waits for a person: open suspense items, and orders that are paid and not credited. */
export async function paymentsWaiting(
  client: pg.ClientBase,
  campusId: number,
): Promise<{ suspense: number; held: number }> {
  const { rows } = await client.query<{ suspense: number; held: number }>(
    `select (select count(*)::int from suspense_item where campus_id = $1 and resolved_ms is null) as suspense,
            (select count(*)::int from payment_order where campus_id = $1 and state = 'PAID') as held`,
    [campusId],
  );
  return rows[0]!;
}
