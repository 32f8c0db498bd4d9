import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { campus } from './campus';
import { atMs } from './columns';

/** A rule that was wrong too often in a building: it only tells there, until a person lifts it. One row each time. */
export const ruleDowngrade = pgTable(
  'rule_downgrade',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    rule: text('rule').notNull(),
    /** Null: what stands in no building. */
    buildingId: integer('building_id'),
    sinceMs: atMs('since_ms').notNull(),
    /** Verdicts by which it was decided: right ones, and all that counted. */
    right: integer('right_count').notNull(),
    counted: integer('counted').notNull(),
    liftedMs: atMs('lifted_ms'),
    liftedBy: text('lifted_by'),
    liftNote: text('lift_note'),
  },
  (t) => [
    uniqueIndex('rule_downgrade_open')
      .on(t.campusId, t.rule, sql`coalesce(building_id, 0)`)
      .where(sql`lifted_ms is null`),
    index('rule_downgrade_rule').on(t.campusId, t.rule),
  ],
);
