import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { campus } from './campus';
import { at } from './columns';
import { utility } from './meter';

/** Day types and holidays of a campus; tariffs and policies refer to it. */
export const calendar = pgTable(
  'calendar',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    code: text('code').notNull(),
    name: text('name').notNull(),
    /** Local dates `YYYY-MM-DD` mapped to a day type such as HOLIDAY; other days are WORKDAY or WEEKEND. */
    days: jsonb('days').$type<Record<string, string>>().notNull(),
  },
  (t) => [unique('calendar_code').on(t.campusId, t.code)],
);

export const tariff = pgTable(
  'tariff',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    code: text('code').notNull(),
    name: text('name').notNull(),
    /** Name in English where `name` is Chinese; null: same. */
    nameEn: text('name_en'),
    utility: utility('utility').notNull(),
    calendarId: integer('calendar_id').references(() => calendar.id),
  },
  (t) => [unique('tariff_code').on(t.campusId, t.code)],
);

/** Immutable once a charge used it. Periods, tiers and prices in the shape of domain/tariffs/tariff.ts, bigints as decimal strings. */
export const tariffVersion = pgTable(
  'tariff_version',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    tariffId: integer('tariff_id')
      .notNull()
      .references(() => tariff.id),
    number: integer('number').notNull(),
    validFrom: at('valid_from').notNull(),
    accrual: text('accrual').notNull().default('MONTH'),
    body: jsonb('body').$type<Record<string, unknown>>().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: at('created_at').notNull(),
    /** The corrected version that took its place; null: in force. Charges that it made still name it. */
    supersededBy: integer('superseded_by'),
  },
  (t) => [
    unique('tariff_version_number').on(t.tariffId, t.number),
    uniqueIndex('tariff_version_from').on(t.tariffId, t.validFrom).where(sql`superseded_by is null`),
  ],
);

/** Disconnect and reconnect policy; a change is a new version. */
export const policy = pgTable(
  'policy',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    code: text('code').notNull(),
    name: text('name').notNull(),
    /** Name in English where `name` is Chinese; null: same. */
    nameEn: text('name_en'),
    version: integer('version').notNull(),
    current: boolean('current').notNull(),
    body: jsonb('body').$type<Record<string, unknown>>().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: at('created_at').notNull(),
  },
  (t) => [
    unique('policy_version').on(t.campusId, t.code, t.version),
    index('policy_current').on(t.campusId, t.current),
  ],
);
