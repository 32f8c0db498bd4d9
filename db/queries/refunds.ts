import type pg from 'pg';
import type { PaymentChannel } from '../../domain/credit/posting';
import type { RefundablePayment } from '../../domain/payments/refundPlan';

/**
 * QUEUED: to be told to the provider. SENT: told, not yet carried out there. DONE. FAILED: refused for good, the money is back on
 * the account. BY_HAND: a person gives it back. HANDED_OUT: and has.
 */
export type RefundState = 'QUEUED' | 'SENT' | 'DONE' | 'FAILED' | 'BY_HAND' | 'HANDED_OUT';

export interface RefundRow {
  refundNo: string;
  campusId: number;
  accountId: number;
  accountCode: string;
  paymentId: string;
  channel: PaymentChannel;
  amountMicro: bigint;
  state: RefundState;
  txId: bigint;
  actor: string;
  approver: string | null;
  reason: string;
  createdMs: number;
  attempts: number;
  dueMs: number | null;
  doneMs: number | null;
  providerRefund: string | null;
  problem: string | null;
  reversalTxId: bigint | null;
  /** Of the payment: what the provider knows it by. */
  providerTxn: string;
  paidMicro: bigint;
  currency: string;
  orderNo: string | null;
}

const COLUMNS = `r.refund_no as "refundNo", r.campus_id as "campusId", r.account_id as "accountId", a.code as "accountCode",
  r.payment_id as "paymentId", r.channel, r.amount_micro as "amountMicro", r.state::text as state, r.tx_id as "txId", r.actor,
  r.approver, r.reason, r.created_ms::float8 as "createdMs", r.attempts, r.due_ms::float8 as "dueMs",
  r.done_ms::float8 as "doneMs", r.provider_refund as "providerRefund", r.problem, r.reversal_tx_id as "reversalTxId",
  p.reference as "providerTxn", p.amount_micro as "paidMicro", c.currency, o.order_no as "orderNo"`;

const FROM = `refund r join account a on a.id = r.account_id join payment p on p.id = r.payment_id
  join campus c on c.id = r.campus_id left join payment_order o on o.payment_id = p.id`;

/** What a refund asks of each payment `p`: what of it has gone back, was taken back or is on its way, and whether its provider knows it. */
export const REFUNDABLE = `p.id, p.channel, p.amount_micro as "amountMicro",
  (extract(epoch from p.accepted_at) * 1000)::float8 as "paidMs",
  coalesce((select sum(r.amount_micro) from refund r where r.payment_id = p.id and r.state <> 'FAILED'), 0)::bigint
    + coalesce((select sum(b.amount_micro) from chargeback b where b.payment_id = p.id and b.returned_ms is null), 0)::bigint
    as "refundedMicro",
  exists (select 1 from payment_order o where o.payment_id = p.id) as ordered`;

/** Top-ups of an account as refunds see them. The account's lock keeps them still. */
export async function refundablePayments(
  client: pg.ClientBase,
  accountId: number,
): Promise<RefundablePayment[]> {
  const { rows } = await client.query<RefundablePayment>(
    `select ${REFUNDABLE} from payment p where p.account_id = $1`,
    [accountId],
  );
  return rows;
}

/** Sum of an account's refunds since an instant, µ; failed ones left out. */
export async function refundedSince(
  client: pg.ClientBase,
  accountId: number,
  sinceMs: number,
): Promise<bigint> {
  const { rows } = await client.query<{ sum: bigint }>(
    `select coalesce(sum(amount_micro), 0)::bigint as sum from refund
      where account_id = $1 and created_ms >= $2 and state <> 'FAILED'`,
    [accountId, sinceMs],
  );
  return rows[0]!.sum;
}

export async function insertRefund(
  client: pg.ClientBase,
  r: Pick<
    RefundRow,
    | 'refundNo'
    | 'campusId'
    | 'accountId'
    | 'paymentId'
    | 'channel'
    | 'amountMicro'
    | 'state'
    | 'txId'
    | 'actor'
    | 'approver'
    | 'reason'
    | 'createdMs'
    | 'dueMs'
  >,
): Promise<void> {
  await client.query(
    `insert into refund (refund_no, campus_id, account_id, payment_id, channel, amount_micro, state, tx_id, actor, approver, reason,
       created_ms, due_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      r.refundNo,
      r.campusId,
      r.accountId,
      r.paymentId,
      r.channel,
      r.amountMicro,
      r.state,
      r.txId,
      r.actor,
      r.approver,
      r.reason,
      r.createdMs,
      r.dueMs,
    ],
  );
}

export async function dueRefunds(client: pg.Pool, nowMs: number, limit: number): Promise<RefundRow[]> {
  const { rows } = await client.query<RefundRow>(
    `select ${COLUMNS} from ${FROM} where r.due_ms <= $1 order by r.due_ms limit $2`,
    [nowMs, limit],
  );
  return rows;
}

export async function findRefund(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  refundNo: string,
): Promise<RefundRow | null> {
  const { rows } = await client.query<RefundRow>(
    `select ${COLUMNS} from ${FROM} where r.campus_id = $1 and r.refund_no = $2`,
    [campusId, refundNo],
  );
  return rows[0] ?? null;
}

/** Locked; refunds are locked after their account. */
export async function lockRefund(
  client: pg.ClientBase,
  campusId: number,
  refundNo: string,
): Promise<RefundRow | null> {
  const { rows } = await client.query<RefundRow>(
    `select ${COLUMNS} from ${FROM} where r.campus_id = $1 and r.refund_no = $2 for update of r`,
    [campusId, refundNo],
  );
  return rows[0] ?? null;
}

/** Stores what of a locked refund may change. */
export async function updateRefund(client: pg.ClientBase, r: RefundRow): Promise<void> {
  await client.query(
    `update refund set state = $2, attempts = $3, due_ms = $4, done_ms = $5, provider_refund = $6, problem = $7, reversal_tx_id = $8
      where refund_no = $1`,
    [r.refundNo, r.state, r.attempts, r.dueMs, r.doneMs, r.providerRefund, r.problem, r.reversalTxId],
  );
}
