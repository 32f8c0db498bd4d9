import { bigint, index, integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { account } from './account';
import { campus } from './campus';
import { atMs } from './columns';
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
    /** PORTAL, KIOSK or METER. */
    means: text('means').notNull(),
    actor: text('actor').notNull(),
  },
  (t) => [index('restore_confirmation_point').on(t.pointId, t.atMs)],
);
