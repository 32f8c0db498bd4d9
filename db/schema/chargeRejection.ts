import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { atMs, micro } from './columns';
import { meter, meterPoint } from './meter';

/**
 * What a meter counted and a person decided never to charge: (from, to] of the epoch before the one that it opened. Insert-only
 * (trigger).
 */
export const chargeRejection = pgTable(
  'charge_rejection',
  {
    meterId: integer('meter_id')
      .notNull()
      .references(() => meter.id),
    /** The epoch that begins with the newest rejected reading. */
    epoch: integer('epoch').notNull(),
    pointId: integer('point_id')
      .notNull()
      .references(() => meterPoint.id),
    fromMs: atMs('from_ms').notNull(),
    toMs: atMs('to_ms').notNull(),
    fromMicro: micro('from_micro').notNull(),
    toMicro: micro('to_micro').notNull(),
    quantityMicro: micro('quantity_micro').notNull(),
    /** What it would have cost its payers when it was rejected, µ-currency. */
    worthMicro: micro('worth_micro').notNull(),
    reason: text('reason').notNull(),
    actor: text('actor').notNull(),
    /** Who consented beside; null: nobody had to. */
    approver: text('approver'),
    atMs: atMs('at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.meterId, t.epoch] }),
    index('charge_rejection_point').on(t.pointId, t.atMs),
  ],
);
