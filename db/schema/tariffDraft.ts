import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { account } from './account';
import { campus } from './campus';
import { at, atMs, micro } from './columns';
import { utility } from './meter';
import { tariff } from './tariff';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

export const draftState = pgEnum('tariff_draft_state', ['DRAFT', 'SUBMITTED', 'APPROVED', 'REJECTED']);

/** A tariff version in the making: written by one person, submitted, and put in force when another approves it. */
export const tariffDraft = pgTable(
  'tariff_draft',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    tariffId: integer('tariff_id')
      .notNull()
      .references(() => tariff.id),
    /** Raised with each change, so that what is approved is what was seen. */
    revision: integer('revision').notNull().default(1),
    state: draftState('state').notNull().default('DRAFT'),
    validFrom: at('valid_from').notNull(),
    accrual: text('accrual').notNull(),
    /** In the shape of `tariff_version.body`. */
    body: jsonb('body').$type<Record<string, unknown>>().notNull(),
    note: text('note').notNull(),
    draftedBy: text('drafted_by').notNull(),
    draftedAt: at('drafted_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: at('decided_at'),
    decisionNote: text('decision_note'),
    /** The version that it became. */
    versionId: integer('version_id'),
  },
  (t) => [
    index('tariff_draft_tariff').on(t.tariffId),
    check(
      'tariff_draft_second_person',
      sql`decided_by is null or state <> 'APPROVED' or decided_by <> drafted_by`,
    ),
  ],
);

/** Local months of a campus whose charges stand for good. Each lock covers everything before its end. */
export const monthLock = pgTable(
  'month_lock',
  {
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    /** `YYYY-MM`. */
    month: text('month').notNull(),
    endMs: atMs('end_ms').notNull(),
    lockedBy: text('locked_by').notNull(),
    lockedAt: at('locked_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.campusId, t.month] })],
);

/** Accounts that a corrected version asks to be rated again: done one by one, each in a transaction of its own. */
export const rerateTask = pgTable(
  'rerate_task',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    utility: utility('utility').notNull(),
    fromMs: atMs('from_ms').notNull(),
    /** Of the draft that asks for it. */
    draftId: integer('draft_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.utility, t.draftId] })],
);

/** What a correction changed in locked months, booked in the open one. One row for each month that it refers to. */
export const lockedAdjustment = pgTable(
  'locked_adjustment',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id').notNull(),
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    utility: utility('utility').notNull(),
    /** First instant of the locked month. */
    monthMs: atMs('month_ms').notNull(),
    draftId: integer('draft_id').notNull(),
    /** µ that the account pays more; negative: gets back. */
    amountMicro: micro('amount_micro').notNull(),
    txId: bigint('tx_id', { mode: 'bigint' }).notNull(),
    bookedMs: atMs('booked_ms').notNull(),
    /** SHA-256 over all of the above, by which the verifier of the ledger finds a row that was changed. */
    rowHash: bytes('row_hash').notNull(),
  },
  (t) => [index('locked_adjustment_account').on(t.accountId, t.monthMs)],
);
