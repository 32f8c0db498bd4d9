import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { account } from './account';
import { campus } from './campus';
import { atMs, micro } from './columns';
import { payment } from './ledger';

/**
 * Money that a payer's bank took back from us by way of the provider. The account stays flagged until finance has looked at it;
 * where the bank gives the money back after all, it returns to the account.
 */
export const chargeback = pgTable(
  'chargeback',
  {
    /** ULID. */
    id: text('id').primaryKey(),
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
    /** The provider's number of it, or of its letter. */
    reference: text('reference').notNull(),
    amountMicro: micro('amount_micro').notNull(),
    /** As the provider or the person of finance gives it. */
    reason: text('reason').notNull(),
    actor: text('actor').notNull(),
    bookedMs: atMs('booked_ms').notNull(),
    txId: bigint('tx_id', { mode: 'bigint' }).notNull(),
    returnedMs: atMs('returned_ms'),
    returnedTxId: bigint('returned_tx_id', { mode: 'bigint' }),
    /** Who took the flag off the account, and why. */
    clearedBy: text('cleared_by'),
    clearedMs: atMs('cleared_ms'),
    note: text('note'),
  },
  (t) => [
    unique('chargeback_reference').on(t.campusId, t.channel, t.reference),
    index('chargeback_payment').on(t.paymentId),
    index('chargeback_flag').on(t.accountId).where(sql`cleared_ms is null`),
  ],
);
