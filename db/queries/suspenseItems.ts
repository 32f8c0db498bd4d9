import type pg from 'pg';
import type { PaymentChannel } from '../../domain/credit/posting';
import type { SuspenseReason } from '../../domain/payments/judgePayment';

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
  r: {
    resolvedMs: number;
    resolvedBy: string;
    approver: string | null;
    resolution: string;
    note: string;
    txId: bigint;
  },
): Promise<void> {
  await client.query(
    `update suspense_item set resolved_ms = $2, resolved_by = $3, approver = $4, resolution = $5, note = $6, resolution_tx_id = $7
      where id = $1`,
    [id, r.resolvedMs, r.resolvedBy, r.approver, r.resolution, r.note, r.txId],
  );
}

/** Locks what is still open in suspense, in the order of the ids. */
export async function lockOpenSuspense(client: pg.ClientBase, campusId: number): Promise<void> {
  await client.query(
    'select 1 from suspense_item where campus_id = $1 and resolved_ms is null order by id for update',
    [campusId],
  );
}

/** What was credited to an account out of suspense since an instant, µ. */
export async function creditedFromSuspenseSince(
  client: pg.ClientBase,
  accountId: number,
  sinceMs: number,
): Promise<bigint> {
  const { rows } = await client.query<{ sum: bigint }>(
    `select coalesce(sum(s.amount_micro), 0)::bigint as sum
       from suspense_item s
       join payment p on p.campus_id = s.campus_id and p.channel = s.channel and p.reference = s.provider_txn
      where p.account_id = $1 and s.resolved_ms >= $2`,
    [accountId, sinceMs],
  );
  return rows[0]!.sum;
}

/** What a campus gave back out of suspense since an instant, µ of one currency. */
export async function returnedFromSuspenseSince(
  client: pg.ClientBase,
  campusId: number,
  currency: string,
  sinceMs: number,
): Promise<bigint> {
  const { rows } = await client.query<{ sum: bigint }>(
    `select coalesce(sum(amount_micro), 0)::bigint as sum from suspense_item
      where campus_id = $1 and currency = $2 and resolution = 'RETURNED' and resolved_ms >= $3`,
    [campusId, currency, sinceMs],
  );
  return rows[0]!.sum;
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
