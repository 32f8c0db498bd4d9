import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { at, atMs } from './columns';

/** What was not charged, and why. Nothing that a meter sent is ever lost without a row here. */
export const quarantine = pgTable(
  'quarantine',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id'),
    meterId: integer('meter_id'),
    /** Code as it arrived, also when it names no meter of ours. */
    meterCode: text('meter_code'),
    gatewayCode: text('gateway_code'),
    topic: text('topic'),
    tsMs: atMs('ts_ms'),
    rxAt: at('rx_at').notNull(),
    /** UPPER_SNAKE reason, e.g. CONFLICT, SPIKE, FOREIGN_METER, MALFORMED. */
    reason: text('reason').notNull(),
    /** JSON pointer into the payload, where one field is to blame. */
    field: text('field'),
    detail: text('detail'),
    /** What arrived, at most 8 KiB of it. */
    payload: text('payload'),
    /** Same content arriving again only counts up. */
    fingerprint: text('fingerprint').unique(),
    count: integer('count').notNull().default(1),
  },
  (t) => [index('quarantine_rx').on(t.rxAt), index('quarantine_meter').on(t.meterId)],
);
