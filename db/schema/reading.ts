import {
  bigint,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core';
import { at, micro } from './columns';

/**
 * Time series. Created by db/timescale.ts (hypertables, or native daily partitions under the same names), not by the
 * migrations; declared here so that queries stay typed.
 */

/** One wide row per meter and instant. */
export const reading = pgTable(
  'reading',
  {
    meterId: integer('meter_id').notNull(),
    ts: at('ts').notNull(),
    rxTs: at('rx_ts').notNull(),
    boot: bigint('boot', { mode: 'number' }),
    seq: bigint('seq', { mode: 'number' }),
    /** Billing register after ct·pt; null: the message carried none. */
    valueMicro: micro('value_micro'),
    /** 0 valid, 1 suspect (held), 2 discarded, 3 clock in the future, 4 jitter. */
    quality: smallint('quality').notNull().default(0),
    /** 0 device clock, 1 arrival time. */
    tsSource: smallint('ts_source').notNull().default(0),
    epoch: integer('epoch').notNull().default(1),
    /** Quantity of the interval that ends here, once accepted. */
    quantityMicro: micro('quantity_micro'),
    powerW: doublePrecision('power_w'),
    voltageV: doublePrecision('voltage_v'),
    currentA: doublePrecision('current_a'),
    powerFactor: doublePrecision('power_factor'),
    relay: smallint('relay'),
    valve: smallint('valve'),
    extra: jsonb('extra').$type<Record<string, unknown>>(),
  },
  (t) => [primaryKey({ columns: [t.meterId, t.ts] })],
);

/** Further registers of the same instant: EE, ER, ERI, EA_T1..EA_T4. */
export const registerReading = pgTable(
  'register_reading',
  {
    meterId: integer('meter_id').notNull(),
    channel: text('channel').notNull(),
    ts: at('ts').notNull(),
    valueMicro: micro('value_micro').notNull(),
  },
  (t) => [primaryKey({ columns: [t.meterId, t.channel, t.ts] })],
);

/** Per meter and UTC hour: quantity of the intervals that end in (hour, hour + 1 h], and power. */
export const readingHourly = pgTable(
  'reading_hourly',
  {
    meterId: integer('meter_id').notNull(),
    hour: at('hour').notNull(),
    quantityMicro: micro('quantity_micro').notNull(),
    powerMeanW: doublePrecision('power_mean_w'),
    powerMaxW: doublePrecision('power_max_w'),
    readings: integer('readings').notNull(),
    firstTs: at('first_ts').notNull(),
    lastTs: at('last_ts').notNull(),
  },
  (t) => [primaryKey({ columns: [t.meterId, t.hour] })],
);
