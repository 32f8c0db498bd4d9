import { sql } from 'drizzle-orm';
import { bigint, date, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { DeviceCheck } from '../../domain/inspection/deviceCheck';
import { campus } from './campus';
import { atMs } from './columns';
import { meterPoint } from './meter';

/**
 * What a look at a device found: one row for each device and local day, and one for each time that somebody asked. Never changed
 * (trigger); rows past their retention are deleted.
 */
export const deviceInspection = pgTable(
  'device_inspection',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    /** METER or GATEWAY. */
    subjectType: text('subject_type').notNull(),
    subjectId: integer('subject_id').notNull(),
    /** Point that the meter served; null: of a gateway. */
    pointId: integer('point_id').references(() => meterPoint.id),
    /** Local day that was judged, or on which somebody asked. */
    day: date('day').notNull(),
    /** When it was looked at, and the time that was judged: (from, to]. */
    atMs: atMs('at_ms').notNull(),
    fromMs: atMs('from_ms').notNull(),
    toMs: atMs('to_ms').notNull(),
    /** PASS, FAIL or UNKNOWN. */
    result: text('result').notNull(),
    checks: jsonb('checks').$type<readonly DeviceCheck[]>().notNull(),
    /** Checks that the device's alarm stands for since, and sensors that the next inspection expects. */
    standing: jsonb('standing').$type<readonly string[]>().notNull(),
    sensors: jsonb('sensors').$type<Readonly<Record<string, number>>>().notNull(),
    /** Who asked; null: the nightly inspection. */
    askedBy: text('asked_by'),
  },
  (t) => [
    uniqueIndex('device_inspection_night').on(t.subjectType, t.subjectId, t.day).where(sql`asked_by is null`),
    index('device_inspection_at').on(t.subjectType, t.subjectId, t.atMs),
    index('device_inspection_campus').on(t.campusId, t.atMs),
  ],
);
