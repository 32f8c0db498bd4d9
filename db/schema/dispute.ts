import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgEnum, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { account } from './account';
import { campus } from './campus';
import { atMs, micro } from './columns';

export const disputeState = pgEnum('dispute_state', [
  'OPENED',
  'UNDER_REVIEW',
  'UPHELD',
  'REJECTED',
  'CLOSED',
]);

/**
 * A payer's objection to one charge. What stood when it was opened is frozen with it; while it is open its amount counts
 * toward no cut. At most one is open per account.
 */
export const dispute = pgTable(
  'dispute',
  {
    /** ULID. */
    id: text('id').primaryKey(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    chargeId: bigint('charge_id', { mode: 'bigint' }).notNull(),
    state: disputeState('state').notNull(),
    /** What the payer says is wrong. */
    reason: text('reason').notNull(),
    /** Amount of the charge as it was contested, µ. */
    disputedMicro: micro('disputed_micro').notNull(),
    openedBy: text('opened_by').notNull(),
    openedMs: atMs('opened_ms').notNull(),
    /** End of the fifth working day after it was opened. */
    dueMs: atMs('due_ms').notNull(),
    /** Readings, lines, tariff version and hashes as they stood, as canonical JSON text, and its SHA-256. */
    evidence: text('evidence').notNull(),
    evidenceHash: text('evidence_hash').notNull(),
    reviewer: text('reviewer'),
    reviewedMs: atMs('reviewed_ms'),
    /** UPHELD or REJECTED; kept when the dispute is closed. */
    verdict: disputeState('verdict'),
    decidedBy: text('decided_by'),
    decidedMs: atMs('decided_ms'),
    /** Why it was decided so; the payer reads it. */
    decisionReason: text('decision_reason'),
    /** What came of it: charge in force and the change of the amount. */
    outcome: jsonb('outcome').$type<{
      chargeId: string | null;
      amountMicro: string;
      goodwillTxId: string | null;
      goodwillMicro: string;
    }>(),
    closedMs: atMs('closed_ms'),
  },
  (t) => [
    index('dispute_account').on(t.accountId),
    index('dispute_charge').on(t.chargeId),
    uniqueIndex('dispute_one_open').on(t.accountId).where(sql`state in ('OPENED', 'UNDER_REVIEW')`),
  ],
);
