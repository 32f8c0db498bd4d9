import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { PaymentChannel } from '../../domain/credit/posting';
import { brokenConstraint } from '../client';

/** How it came: by itself, as the answer to our question, as a row of a list, by the payer's browser, or a campus took what had none. */
export type EventSource = 'HOOK' | 'QUERY' | 'SHEET' | 'RETURN' | 'CLAIM';

/**
 * What became of a telling. WAITING: believed, but not credited yet. UNASSIGNED: believed, and no campus to book it at. IGNORED:
 * authentic and about no payment.
 */
export type EventVerdict =
  | 'CREDITED'
  | 'REPEAT'
  | 'SUSPENSE'
  | 'CONFLICT'
  | 'CHARGED_BACK'
  | 'CHARGEBACK_RETURNED'
  | 'WAITING'
  | 'UNASSIGNED'
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

/** What a row's hash is taken over, from the row `v`: `insertPspEvent` writes the same text. */
export const PSP_EVENT_HASH = `sha256(convert_to(concat_ws('|', coalesce(v.campus_id::text, ''), v.channel, v.source,
  coalesce(v.event_id, ''), v.first::text, v.verdict, v.received_ms::text, coalesce(v.order_no, ''), coalesce(v.provider_txn, ''),
  coalesce(v.amount_micro::text, ''), coalesce(v.currency, ''), coalesce(v.detail, ''), coalesce(encode(v.body_hash, 'hex'), ''),
  coalesce(v.address, '')), 'UTF8'))`;

export async function insertPspEvent(client: pg.ClientBase | pg.Pool, e: NewPspEvent): Promise<void> {
  const told = [
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
  ];
  const text = told.map((value) => (Buffer.isBuffer(value) ? value.toString('hex') : (value ?? '')));
  await client.query(
    `insert into psp_event (campus_id, channel, source, event_id, first, verdict, received_ms, order_no, provider_txn, amount_micro,
       currency, detail, body_hash, address, row_hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [...told, createHash('sha256').update(text.join('|')).digest()],
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
