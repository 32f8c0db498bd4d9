import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  pgEnum,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { ORDER_STATES } from '../../domain/payments/orderMachine';
import { account } from './account';
import { campus } from './campus';
import { atMs, micro } from './columns';
import { payment } from './ledger';
import { person } from './person';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

export const orderState = pgEnum('order_state', ORDER_STATES);
export const refundState = pgEnum('refund_state', [
  'QUEUED',
  'SENT',
  'DONE',
  'FAILED',
  'BY_HAND',
  'HANDED_OUT',
]);

/** What somebody set out to pay: amount, currency and account are fixed here before any provider is asked. */
export const paymentOrder = pgTable(
  'payment_order',
  {
    /** ULID; the merchant's order number at every provider. */
    orderNo: text('order_no').primaryKey(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    /** Who pays; nobody else who lives there sees it. Null: ordered by staff. */
    personId: integer('person_id').references(() => person.id),
    actor: text('actor').notNull(),
    channel: text('channel').notNull(),
    amountMicro: micro('amount_micro').notNull(),
    currency: text('currency').notNull(),
    state: orderState('state').notNull().default('CREATED'),
    /** Made by the page for one tap of the button: a second tap with it gets the same order. */
    clientToken: text('client_token').notNull(),
    createdMs: atMs('created_ms').notNull(),
    paidMs: atMs('paid_ms'),
    creditedMs: atMs('credited_ms'),
    closedMs: atMs('closed_ms'),
    /** The provider's number of the payment that paid it. */
    providerTxn: text('provider_txn'),
    /** The provider's own name of the order, where it has one (a session). */
    providerRef: text('provider_ref'),
    /** Where the payer confirms; null: not yet known, or nothing to confirm. */
    payUrl: text('pay_url'),
    /** The credited payment. */
    paymentId: text('payment_id').references(() => payment.id),
    /** When the order must be looked at again; null: never. */
    lookDueMs: atMs('look_due_ms'),
    looks: integer('looks').notNull().default(0),
    /** Why it stands where it stands, as a code; null: all is well. */
    problem: text('problem'),
  },
  (t) => [
    unique('payment_order_token').on(t.actor, t.clientToken),
    index('payment_order_look_due').on(t.lookDueMs).where(sql`look_due_ms is not null`),
    index('payment_order_account').on(t.accountId, t.createdMs),
    index('payment_order_payment').on(t.paymentId),
    index('payment_order_person').on(t.personId, t.createdMs),
    index('payment_order_paid').on(t.campusId, t.paidMs).where(sql`state = 'PAID'`),
  ],
);

/** Everything that a provider told us, asked or unasked, believed or not, with the verdict. Insert-only. */
export const pspEvent = pgTable(
  'psp_event',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    /** Null where it could not be told whose it is. */
    campusId: integer('campus_id').references(() => campus.id),
    channel: text('channel').notNull(),
    /** HOOK: it came by itself; QUERY: the answer to our question; SHEET: a row of a list. */
    source: text('source').notNull(),
    /** The provider's number of the event, as claimed. */
    eventId: text('event_id'),
    /** True for the first telling of an authentic event: (channel, event id) is unique among these. */
    first: boolean('first').notNull(),
    verdict: text('verdict').notNull(),
    receivedMs: atMs('received_ms').notNull(),
    orderNo: text('order_no'),
    providerTxn: text('provider_txn'),
    amountMicro: micro('amount_micro'),
    currency: text('currency'),
    /** Why it was refused or set aside, in words for finance. */
    detail: text('detail'),
    /** SHA-256 of the body as it came. The body itself may name the payer, and is not kept. */
    bodyHash: bytes('body_hash'),
    address: text('address'),
    /** SHA-256 over all of the above, by which the verifier of the ledger finds a row that was changed. */
    rowHash: bytes('row_hash').notNull(),
  },
  (t) => [
    uniqueIndex('psp_event_once').on(t.channel, t.eventId).where(sql`first`),
    index('psp_event_order').on(t.orderNo),
    index('psp_event_received').on(t.receivedMs),
    index('psp_event_unassigned').on(t.channel, t.providerTxn).where(sql`campus_id is null`),
  ],
);

/** Money that came and is not what was ordered; finance finds its place within two working days. */
export const suspenseItem = pgTable(
  'suspense_item',
  {
    id: text('id').primaryKey(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    channel: text('channel').notNull(),
    providerTxn: text('provider_txn').notNull(),
    orderNo: text('order_no').references(() => paymentOrder.orderNo),
    amountMicro: micro('amount_micro').notNull(),
    currency: text('currency').notNull(),
    reason: text('reason').notNull(),
    /** The posting into suspense. */
    txId: bigint('tx_id', { mode: 'bigint' }).notNull(),
    receivedMs: atMs('received_ms').notNull(),
    dueMs: atMs('due_ms').notNull(),
    resolvedMs: atMs('resolved_ms'),
    resolvedBy: text('resolved_by'),
    /** The second person, where one was needed. */
    approver: text('approver'),
    /** CREDITED to an account, or RETURNED to the payer. */
    resolution: text('resolution'),
    note: text('note'),
    /** The posting out of suspense. */
    resolutionTxId: bigint('resolution_tx_id', { mode: 'bigint' }),
  },
  (t) => [
    unique('suspense_item_money').on(t.campusId, t.channel, t.providerTxn),
    index('suspense_item_order').on(t.orderNo),
    index('suspense_item_open').on(t.dueMs).where(sql`resolved_ms is null`),
  ],
);

/** Money on its way back to one payment. Booked in the ledger at once; what the provider does about it follows. */
export const refund = pgTable(
  'refund',
  {
    /** ULID; the merchant's refund number at the provider. */
    refundNo: text('refund_no').primaryKey(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    paymentId: text('payment_id')
      .notNull()
      .references(() => payment.id),
    channel: text('channel').notNull(),
    amountMicro: micro('amount_micro').notNull(),
    state: refundState('state').notNull(),
    txId: bigint('tx_id', { mode: 'bigint' }).notNull(),
    actor: text('actor').notNull(),
    /** The second person, where one was needed. */
    approver: text('approver'),
    reason: text('reason').notNull(),
    createdMs: atMs('created_ms').notNull(),
    attempts: integer('attempts').notNull().default(0),
    dueMs: atMs('due_ms'),
    doneMs: atMs('done_ms'),
    /** The provider's number of the refund, or of the transfer by hand. */
    providerRefund: text('provider_refund'),
    problem: text('problem'),
    /** Booked back to the account after the provider refused for good. */
    reversalTxId: bigint('reversal_tx_id', { mode: 'bigint' }),
  },
  (t) => [
    index('refund_payment').on(t.paymentId),
    index('refund_account').on(t.accountId, t.createdMs),
    index('refund_due').on(t.dueMs).where(sql`due_ms is not null`),
  ],
);
