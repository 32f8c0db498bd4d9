import type pg from 'pg';
import type { PaymentChannel } from '../../domain/credit/posting';
import type { OrderState } from '../../domain/payments/orderMachine';

/** An order as acts see it. */
export interface PaymentOrderRow {
  orderNo: string;
  campusId: number;
  accountId: number;
  accountCode: string;
  personId: number | null;
  actor: string;
  channel: PaymentChannel;
  amountMicro: bigint;
  currency: string;
  state: OrderState;
  createdMs: number;
  paidMs: number | null;
  creditedMs: number | null;
  closedMs: number | null;
  providerTxn: string | null;
  providerRef: string | null;
  payUrl: string | null;
  paymentId: string | null;
  lookDueMs: number | null;
  looks: number;
  problem: string | null;
}

const COLUMNS = `o.order_no as "orderNo", o.campus_id as "campusId", o.account_id as "accountId", a.code as "accountCode",
  o.person_id as "personId", o.actor, o.channel, o.amount_micro as "amountMicro", o.currency, o.state::text as state,
  o.created_ms::float8 as "createdMs", o.paid_ms::float8 as "paidMs", o.credited_ms::float8 as "creditedMs",
  o.closed_ms::float8 as "closedMs", o.provider_txn as "providerTxn", o.provider_ref as "providerRef", o.pay_url as "payUrl",
  o.payment_id as "paymentId", o.look_due_ms::float8 as "lookDueMs", o.looks, o.problem`;

/** The order of this number, unlocked; null: none. */
export async function findOrder(
  client: pg.ClientBase | pg.Pool,
  orderNo: string,
): Promise<PaymentOrderRow | null> {
  const { rows } = await client.query<PaymentOrderRow>(
    `select ${COLUMNS} from payment_order o join account a on a.id = o.account_id where o.order_no = $1`,
    [orderNo],
  );
  return rows[0] ?? null;
}

/** The same, locked. Orders are locked after their account. */
export async function lockOrder(client: pg.ClientBase, orderNo: string): Promise<PaymentOrderRow | null> {
  const { rows } = await client.query<PaymentOrderRow>(
    `select ${COLUMNS} from payment_order o join account a on a.id = o.account_id where o.order_no = $1
        for no key update of o`,
    [orderNo],
  );
  return rows[0] ?? null;
}

/** The order that credited a payment, locked; null: it came without one. */
export async function lockOrderOfPayment(
  client: pg.ClientBase,
  paymentId: string,
): Promise<PaymentOrderRow | null> {
  const { rows } = await client.query<PaymentOrderRow>(
    `select ${COLUMNS} from payment_order o join account a on a.id = o.account_id where o.payment_id = $1
        for no key update of o`,
    [paymentId],
  );
  return rows[0] ?? null;
}

export interface NewOrder {
  orderNo: string;
  campusId: number;
  accountId: number;
  personId: number | null;
  actor: string;
  channel: PaymentChannel;
  amountMicro: bigint;
  currency: string;
  clientToken: string;
  createdMs: number;
  lookDueMs: number;
}

/** Stores an order; false where this client token has made one already. */
export async function insertOrder(client: pg.ClientBase, o: NewOrder): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into payment_order (order_no, campus_id, account_id, person_id, actor, channel, amount_micro, currency, client_token,
       created_ms, look_due_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (actor, client_token) do nothing`,
    [
      o.orderNo,
      o.campusId,
      o.accountId,
      o.personId,
      o.actor,
      o.channel,
      o.amountMicro,
      o.currency,
      o.clientToken,
      o.createdMs,
      o.lookDueMs,
    ],
  );
  return rowCount === 1;
}

export async function orderByToken(
  client: pg.ClientBase | pg.Pool,
  actor: string,
  clientToken: string,
): Promise<PaymentOrderRow | null> {
  const { rows } = await client.query<PaymentOrderRow>(
    `select ${COLUMNS} from payment_order o join account a on a.id = o.account_id
      where o.actor = $1 and o.client_token = $2`,
    [actor, clientToken],
  );
  return rows[0] ?? null;
}

/** Stores what of a locked order may change. */
export async function updateOrder(client: pg.ClientBase, o: PaymentOrderRow): Promise<void> {
  await client.query(
    `update payment_order set state = $2, paid_ms = $3, credited_ms = $4, closed_ms = $5, provider_txn = $6, provider_ref = $7,
            pay_url = $8, payment_id = $9, look_due_ms = $10, looks = $11, problem = $12
      where order_no = $1`,
    [
      o.orderNo,
      o.state,
      o.paidMs,
      o.creditedMs,
      o.closedMs,
      o.providerTxn,
      o.providerRef,
      o.payUrl,
      o.paymentId,
      o.lookDueMs,
      o.looks,
      o.problem,
    ],
  );
}

/** Orders that must be looked at, the longest overdue first. */
export async function dueOrders(
  client: pg.ClientBase | pg.Pool,
  nowMs: number,
  limit: number,
): Promise<PaymentOrderRow[]> {
  const { rows } = await client.query<PaymentOrderRow>(
    `select ${COLUMNS} from payment_order o join account a on a.id = o.account_id
      where o.look_due_ms <= $1 order by o.look_due_ms limit $2`,
    [nowMs, limit],
  );
  return rows;
}

/** Number of the payer's campus card, which is the person's code; null: ordered by nobody in particular. */
export async function payerNoOf(client: pg.Pool, orderNo: string): Promise<string | null> {
  const { rows } = await client.query<{ code: string }>(
    'select p.code from payment_order o join person p on p.id = o.person_id where o.order_no = $1',
    [orderNo],
  );
  return rows[0]?.code ?? null;
}
