import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { campus } from './campus';
import { at, atMs, micro, pico } from './columns';
import { meterPoint, utility } from './meter';
import { department, space } from './space';
import { tariff } from './tariff';

export const accountKind = pgEnum('account_kind', ['ROOM', 'PERSON', 'DEPT', 'PUBLIC']);
export const accountStatus = pgEnum('account_status', ['ACTIVE', 'CLOSED']);
/** PREPAID: cut at the limit; SPECIAL: a longer rope, in days or down to a debt; POSTPAID: never cut for credit. */
export const accountClass = pgEnum('account_class', ['PREPAID', 'SPECIAL', 'POSTPAID']);
export const emergencyCredit = pgEnum('emergency_credit', ['OFF', 'OFFERED', 'ACTIVE', 'EXHAUSTED']);

/**
 * A prepaid account. Its row is the lock under which money moves (order: accounts by id, then meters, points, commands).
 * Its balance lives in the ledger, never here.
 */
export const account = pgTable(
  'account',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    code: text('code').notNull(),
    name: text('name'),
    kind: accountKind('kind').notNull(),
    status: accountStatus('status').notNull().default('ACTIVE'),
    spaceId: integer('space_id').references(() => space.id),
    departmentId: integer('department_id').references(() => department.id),
    policyCode: text('policy_code').notNull(),
    ecState: emergencyCredit('ec_state').notNull().default('OFF'),
    ecLimitMicro: micro('ec_limit_micro').notNull().default(sql`0`),
    /** When the newest emergency credit was taken; one a calendar month. */
    ecGrantedMs: atMs('ec_granted_ms'),
    class: accountClass('class').notNull().default('PREPAID'),
    /** KWH or M3: it holds units in place of money; null: money. */
    unit: text('unit'),
    /** The tariff by whose prices its units are sold; its own tariff charges one unit for one. */
    soldById: integer('sold_by_id').references(() => tariff.id),
    /** SPECIAL: no cut for so many days after credit ran out. */
    graceDays: integer('grace_days'),
    /** SPECIAL: no cut down to a debt of this size. */
    graceLimitMicro: micro('grace_limit_micro'),
    /** Agreed plan for arrears: percent of each top-up that pays them back (below 100), the instalment of a month, since when, and what was paid back since. */
    recoveryPercent: integer('recovery_percent'),
    instalmentMicro: micro('instalment_micro'),
    recoverySinceMs: atMs('recovery_since_ms'),
    recoveredMicro: micro('recovered_micro').notNull().default(sql`0`),
    /** Two-stage trip: TRIPPED at the alarm level, CONTINUED by the resident; null: not in this descent. */
    tripStage: text('trip_stage'),
    /** Since when available ≤ 0; null: not eligible for a cut. */
    eligibleMs: atMs('eligible_ms'),
    /** When the final notice before a cut went out. */
    finalNoticeMs: atMs('final_notice_ms'),
    /** Codes of the low-balance levels already told in this descent. */
    toldLevels: text('told_levels').array().notNull().default(sql`'{}'`),
    /** When the policy must look at this account again. */
    policyDueMs: atMs('policy_due_ms'),
  },
  (t) => [
    unique('account_code').on(t.campusId, t.code),
    index('account_space').on(t.spaceId),
    index('account_policy_due').on(t.policyDueMs).where(sql`policy_due_ms is not null`),
    check(
      'account_unit',
      sql`(unit is null) = (sold_by_id is null) and (unit is null or unit in ('KWH', 'M3'))`,
    ),
  ],
);

/** Which account pays for a point; at most one at any instant. */
export const accountPoint = pgTable(
  'account_point',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    pointId: integer('point_id')
      .notNull()
      .references(() => meterPoint.id),
    validFrom: at('valid_from').notNull(),
    validTo: at('valid_to'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.pointId, t.validFrom] }),
    index('account_point_point').on(t.pointId),
    uniqueIndex('account_point_open').on(t.pointId).where(sql`valid_to is null`),
  ],
);

/** The tariff of an account for one utility, effective-dated. */
export const accountTariff = pgTable(
  'account_tariff',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    utility: utility('utility').notNull(),
    tariffId: integer('tariff_id')
      .notNull()
      .references(() => tariff.id),
    validFrom: at('valid_from').notNull(),
    validTo: at('valid_to'),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.utility, t.validFrom] })],
);

/** Exact money of one (account, point, register): N in pCNY, what of it was posted, and the window that is still open. */
export const stream = pgTable(
  'stream',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    pointId: integer('point_id')
      .notNull()
      .references(() => meterPoint.id),
    register: text('register').notNull(),
    numeratorPico: pico('numerator_pico').notNull().default('0'),
    postedMicro: micro('posted_micro').notNull().default(sql`0`),
    /** Open window, not yet a charge; null: none. Shape: engine/openWindow.ts. */
    open: jsonb('open').$type<unknown>(),
    /** End of the newest interval in the open window, for the job that posts the tail of silent meters. */
    openUptoMs: atMs('open_upto_ms'),
    /**
     * Exact sums beside the customer's own: of funds, percentages and taxes, by key; null: none. Shape:
     * domain/tariffs/sideStreams.ts.
     */
    extra: jsonb('extra').$type<unknown>(),
    /** What of `extra` the customer owes and nobody posted yet. */
    extraUnpostedMicro: micro('extra_unposted_micro').notNull().default(sql`0`),
  },
  (t) => [unique('stream_key').on(t.accountId, t.pointId, t.register), index('stream_point').on(t.pointId)],
);

/** Quantity used in the running accrual period, per account and utility: where in the tiers it stands. */
export const accrual = pgTable(
  'accrual',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    utility: utility('utility').notNull(),
    periodMs: atMs('period_ms').notNull(),
    quantityMicro: micro('quantity_micro').notNull(),
    /** End of the newest piece counted: an older one means the tiers must be replayed. */
    uptoMs: atMs('upto_ms').notNull(),
    /** End of the piece with which a tier limit was last crossed in this period; 0: none. Data older than this moves tiers. */
    crossedMs: atMs('crossed_ms').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.utility, t.periodMs] })],
);

/** Time left, refreshed at most every 15 min and on a top-up or crossing. A forecast, not money. */
export const timeLeft = pgTable('time_left', {
  accountId: integer('account_id')
    .primaryKey()
    .references(() => account.id),
  /** Null while learning or without use to forecast. */
  hours: doublePrecision('hours'),
  band: text('band').notNull(),
  /** Days of data it rests on. */
  learnedDays: doublePrecision('learned_days').notNull(),
  range: jsonb('range').$type<{ p10: number; p90: number } | null>(),
  computedAt: at('computed_at').notNull(),
  lowBalance: boolean('low_balance').notNull().default(false),
});
