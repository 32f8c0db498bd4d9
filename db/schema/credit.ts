import { sql } from 'drizzle-orm';
import {
  bigint,
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
import { atMs, micro } from './columns';
import { entitlement, entitlementState } from './entitlement';
import { meterPoint } from './meter';

export const noCutDeclarationKind = pgEnum('no_cut_declaration_kind', ['HEAT', 'COLD', 'PAYMENT_OUTAGE']);

/**
 * A time without cuts for credit that an energy manager declared, [from, to). A row is never rewritten but for its early end.
 */
export const noCutDeclaration = pgTable(
  'no_cut_declaration',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    /** Policy that it holds for; null: all of the campus. */
    policyCode: text('policy_code'),
    kind: noCutDeclarationKind('kind').notNull(),
    fromMs: atMs('from_ms').notNull(),
    /** Its end, brought forward where it was ended early. */
    toMs: atMs('to_ms').notNull(),
    reason: text('reason').notNull(),
    declaredBy: text('declared_by').notNull(),
    declaredMs: atMs('declared_ms').notNull(),
    endedBy: text('ended_by'),
    endedMs: atMs('ended_ms'),
  },
  (t) => [index('no_cut_declaration_campus').on(t.campusId, t.toMs)],
);

/** A resident's word that supply may come back: who, by what means, for which reasons. Insert-only. */
export const restoreConfirmation = pgTable(
  'restore_confirmation',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    pointId: integer('point_id')
      .notNull()
      .references(() => meterPoint.id),
    accountId: integer('account_id').references(() => account.id),
    atMs: atMs('at_ms').notNull(),
    /** Reasons that it cleared. */
    reasons: text('reasons').array().notNull(),
    /** Cause of the trip that it answers, such as OVERLOAD; null: none. */
    cause: text('cause'),
    /** The one alarm that tripped it; null: none, or several did. */
    alarmId: bigint('alarm_id', { mode: 'number' }),
    /** PORTAL, KIOSK or METER. */
    means: text('means').notNull(),
    actor: text('actor').notNull(),
  },
  (t) => [index('restore_confirmation_point').on(t.pointId, t.atMs)],
);

/** Money that an approved entitlement brought to its account: one pot `cust:{account}:subsidy:{code}` each. */
export const moneyGrant = pgTable(
  'money_grant',
  {
    entitlementId: integer('entitlement_id')
      .notNull()
      .references(() => entitlement.id),
    /** Local month that it is for; 0: granted once. */
    periodMs: atMs('period_ms').notNull(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    /** Part of the pot's name and of the keys `grant:{code}` and `expire:{code}`. */
    code: text('code').notNull(),
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    amountMicro: micro('amount_micro').notNull(),
    grantedMs: atMs('granted_ms').notNull(),
    /** Null: stays until it is used. */
    expiresMs: atMs('expires_ms'),
    txId: bigint('tx_id', { mode: 'bigint' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.entitlementId, t.periodMs] }),
    unique('money_grant_code').on(t.campusId, t.code),
    index('money_grant_account').on(t.accountId),
  ],
);

/** Money given away: drafted by one person of finance, booked when another approves it. Never refunded. */
export const gift = pgTable(
  'gift',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    amountMicro: micro('amount_micro').notNull(),
    /** Top-up that it goes with; null: goodwill by itself. */
    paymentId: text('payment_id'),
    reason: text('reason').notNull(),
    state: entitlementState('state').notNull().default('DRAFT'),
    draftedBy: text('drafted_by').notNull(),
    draftedMs: atMs('drafted_ms').notNull(),
    decidedBy: text('decided_by'),
    decidedMs: atMs('decided_ms'),
    txId: bigint('tx_id', { mode: 'bigint' }),
  },
  (t) => [
    index('gift_account').on(t.accountId),
    check('gift_amount', sql`amount_micro > 0 and amount_micro % 10000 = 0`),
    check(
      'gift_second_person',
      sql`state <> 'APPROVED' or (decided_by is not null and decided_by <> drafted_by)`,
    ),
  ],
);
