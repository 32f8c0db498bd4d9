import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { atMs } from './columns';
import { meter, meterPoint } from './meter';

/**
 * Events that meters told and that were taken, by the meter's own time: what is told again is known by it, and forbidden loads are
 * counted from it. A row is forgotten once its repeat would be refused as too late.
 */
export const meterEvent = pgTable(
  'meter_event',
  {
    meterId: integer('meter_id')
      .notNull()
      .references(() => meter.id),
    /** Point that the meter served then. */
    pointId: integer('point_id')
      .notNull()
      .references(() => meterPoint.id),
    name: text('name').notNull(),
    isOn: boolean('is_on').notNull(),
    /** The sender's time, as it was told. */
    tsMs: atMs('ts_ms').notNull(),
    /** When it was so by our reckoning: a clock that is ahead counts as ours. */
    atMs: atMs('at_ms').notNull(),
    /** Of a forbidden load: L1, L2 or L3. */
    level: text('level'),
    /** The alarm that it raised or hit, and the newest event of that alarm then: verdicts after it are about it too. */
    alarmId: bigint('alarm_id', { mode: 'number' }),
    afterEventId: bigint('after_event_id', { mode: 'number' }),
  },
  (t) => [
    primaryKey({ columns: [t.meterId, t.name, t.isOn, t.tsMs] }),
    index('meter_event_loads').on(t.pointId, t.atMs).where(sql`level is not null`),
  ],
);
