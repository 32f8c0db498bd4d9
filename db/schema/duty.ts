import { sql } from 'drizzle-orm';
import { check, index, integer, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { campus } from './campus';
import { atMs } from './columns';
import { appUser } from './person';

export const dutyLevel = pgEnum('duty_level', ['ON_DUTY', 'SHIFT_LEAD', 'DUTY_MANAGER']);

/** Who answers alarms when and where, [from, to): a space subtree, or (null) the campus. */
export const dutyShift = pgTable(
  'duty_shift',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    userId: integer('user_id')
      .notNull()
      .references(() => appUser.id),
    level: dutyLevel('level').notNull(),
    spaceId: integer('space_id'),
    fromMs: atMs('from_ms').notNull(),
    toMs: atMs('to_ms').notNull(),
    setBy: text('set_by').notNull(),
    setMs: atMs('set_ms').notNull(),
  },
  (t) => [index('duty_shift_campus').on(t.campusId, t.toMs), check('duty_shift_span', sql`to_ms > from_ms`)],
);
