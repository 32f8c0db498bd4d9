import { integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { campus } from './campus';

/**
 * What a rule over closed hours keeps between two windows, by the object that it judges. The row of a campus (SITE) says
 * through which window the rule has judged it. State of streaming rules stands with the meter instead.
 */
export const ruleState = pgTable(
  'rule_state',
  {
    rule: text('rule').notNull(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    /** POINT or SITE. */
    subjectType: text('subject_type').notNull(),
    subjectId: integer('subject_id').notNull(),
    state: jsonb('state').$type<unknown>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.rule, t.subjectType, t.subjectId] })],
);
