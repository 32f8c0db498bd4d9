import { bigint, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { at, atMs } from './columns';

/** One campus: the tenant boundary. Codes of everything below are unique per campus. */
export const campus = pgTable('campus', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  code: text('code').notNull().unique(),
  name: text('name').notNull(),
  /** Name in English where `name` is Chinese; null: same. */
  nameEn: text('name_en'),
  /** IANA zone; every local day, tariff edge and screen time is built in it. */
  timeZone: text('time_zone').notNull(),
  currency: text('currency').notNull().default('CNY'),
  /** Readings older than this many days go to quarantine instead of re-rating. */
  lateLimitDays: smallint('late_limit_days').notNull().default(7),
  /** Raised by every change of meters, tariffs, accounts or policies; ingestion holds it FOR SHARE and reloads its registry when it moved. */
  configVersion: bigint('config_version', { mode: 'number' }).notNull().default(1),
  createdAt: at('created_at').notNull(),
});

/** Counts of a campus once an hour that nothing else keeps; figures of now are read against the same hour of past weeks. */
export const campusHour = pgTable(
  'campus_hour',
  {
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    /** Start of the UTC hour. */
    hourMs: atMs('hour_ms').notNull(),
    /** Prepaid rooms, and those of them with less than 24 h left. */
    rooms: integer('rooms').notNull(),
    roomsUnder24h: integer('rooms_under_24h').notNull(),
  },
  (t) => [primaryKey({ columns: [t.campusId, t.hourMs] })],
);
