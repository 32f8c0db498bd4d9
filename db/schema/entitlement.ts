import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { account } from './account';
import { campus } from './campus';
import { at, atMs, micro } from './columns';
import { utility } from './meter';

/** Money set aside to pay for others: what its entitlements cost is booked against `fund:{code}`. */
export const fund = pgTable(
  'fund',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    /** Part of the ledger pot's name: letters, digits, `_` and `-`. */
    code: text('code').notNull(),
    name: text('name').notNull(),
    /** Name in English where `name` is Chinese; null: same. */
    nameEn: text('name_en'),
    /** What it may pay in all; null: no limit. */
    budgetMicro: micro('budget_micro'),
    /** What it has paid, as far as `fund_use` was counted. */
    spentMicro: micro('spent_micro').notNull().default(sql`0`),
    createdBy: text('created_by').notNull(),
    createdAt: at('created_at').notNull(),
  },
  (t) => [
    unique('fund_code').on(t.campusId, t.code),
    check('fund_code_form', sql`code ~ '^[A-Za-z0-9_-]{1,32}$'`),
  ],
);

/** Times [from, to) in which a fund pays nothing, because its budget is used up; to null: until it has money again. */
export const fundStop = pgTable(
  'fund_stop',
  {
    fundId: integer('fund_id')
      .notNull()
      .references(() => fund.id),
    fromMs: atMs('from_ms').notNull(),
    toMs: atMs('to_ms'),
  },
  (t) => [primaryKey({ columns: [t.fundId, t.fromMs] })],
);

/** What transactions took from funds and nobody has counted yet: rows are added without a lock and gathered by a job. */
export const fundUse = pgTable('fund_use', {
  campusId: integer('campus_id').notNull(),
  /** Name of the ledger pot. */
  pot: text('pot').notNull(),
  /** Negative where a reversal gave it back. */
  amountMicro: micro('amount_micro').notNull(),
});

export const entitlementKind = pgEnum('entitlement_kind', ['QUANTITY', 'MONEY']);
export const entitlementState = pgEnum('entitlement_state', ['DRAFT', 'APPROVED', 'REJECTED']);

/**
 * A subsidy of one account: free units each local month (QUANTITY), or an amount of money once (MONEY). Drafted by one
 * person, in force when another approved it.
 */
export const entitlement = pgTable(
  'entitlement',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    code: text('code').notNull(),
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    kind: entitlementKind('kind').notNull(),
    /** Null for money: it pays for any utility. */
    utility: utility('utility'),
    fundId: integer('fund_id')
      .notNull()
      .references(() => fund.id),
    /** Free units a month, of each head or of the account. */
    quantityMicro: micro('quantity_micro'),
    perHead: boolean('per_head').notNull().default(false),
    amountMicro: micro('amount_micro'),
    /** Money: granted anew with each local month; false: once. */
    monthly: boolean('monthly').notNull().default(false),
    /** Both local midnights for units. Units are granted for the days in [from, to). */
    validFrom: at('valid_from').notNull(),
    validTo: at('valid_to'),
    /** Until when what was granted may be used; null: units with `validTo`, money without end. */
    expiresAt: at('expires_at'),
    /** Whether free units count towards the tiers. */
    advancesTier: boolean('advances_tier').notNull().default(true),
    /** Whether units left at the end of a month go on to the next. */
    carryOver: boolean('carry_over').notNull().default(false),
    state: entitlementState('state').notNull().default('DRAFT'),
    note: text('note'),
    draftedBy: text('drafted_by').notNull(),
    draftedAt: at('drafted_at').notNull(),
    approvedBy: text('approved_by'),
    approvedAt: at('approved_at'),
  },
  (t) => [
    unique('entitlement_code').on(t.campusId, t.code),
    index('entitlement_account').on(t.accountId),
    check('entitlement_code_form', sql`code ~ '^[A-Za-z0-9_-]{1,64}$'`),
    check(
      'entitlement_of_kind',
      sql`case kind when 'QUANTITY' then utility is not null and quantity_micro > 0 and amount_micro is null
            else amount_micro > 0 and quantity_micro is null end`,
    ),
    check('entitlement_second_person', sql`approved_by is null or approved_by <> drafted_by`),
    check('entitlement_span', sql`valid_to is null or valid_to > valid_from`),
  ],
);

/** Free units of an entitlement in one local month: granted for it, brought along from before, and used of both. */
export const entitlementUse = pgTable(
  'entitlement_use',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    entitlementId: integer('entitlement_id')
      .notNull()
      .references(() => entitlement.id),
    periodMs: atMs('period_ms').notNull(),
    grantedMicro: micro('granted_micro').notNull(),
    carriedMicro: micro('carried_micro').notNull(),
    usedMicro: micro('used_micro').notNull(),
    /** End of the newest use that asked for free units. */
    uptoMs: atMs('upto_ms').notNull(),
    /** End of the use with which it was last used up in this month; 0: never. Data older than this moves who pays. */
    crossedMs: atMs('crossed_ms').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.entitlementId, t.periodMs] })],
);
