import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { campus } from './campus';
import { atMs } from './columns';
import { meterPoint } from './meter';
import { command } from './supply';

/** A load limit that was asked of a meter, and from when to when it was in force there: one version each. */
export const limitChange = pgTable(
  'limit_change',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    pointId: integer('point_id')
      .notNull()
      .references(() => meterPoint.id),
    /** The command that carries it to the meter: it holds once that is verified. */
    commandId: text('command_id')
      .notNull()
      .references(() => command.id),
    /** Set by a resident for the own room; false: by staff or a program. */
    byResident: boolean('by_resident').notNull(),
    actor: text('actor').notNull(),
    /** In the asker's words; null: none was given. */
    reason: text('reason'),
    /** The limit of this kind that was in force when it was asked for, W; null: the cap alone. */
    fromW: integer('from_w'),
    /** W; null: back to the cap. */
    toW: integer('to_w'),
    /** The staff's cap when it was asked for, W; null: the point has none. */
    capW: integer('cap_w'),
    askedMs: atMs('asked_ms').notNull(),
    /** When its command was verified; null: it waits, or was never carried out. */
    inForceMs: atMs('in_force_ms'),
    /** When another came in force, or its command ended without proof; null: it waits or holds. */
    endedMs: atMs('ended_ms'),
  },
  (t) => [
    uniqueIndex('limit_change_command').on(t.commandId),
    index('limit_change_point').on(t.pointId, t.askedMs),
    index('limit_change_waiting').on(t.campusId).where(sql`in_force_ms is null and ended_ms is null`),
    uniqueIndex('limit_change_now').on(t.pointId).where(sql`in_force_ms is not null and ended_ms is null`),
  ],
);
