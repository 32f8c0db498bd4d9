import { bigint, boolean, index, integer, jsonb, pgEnum, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { account } from './account';
import { campus } from './campus';
import { at, atMs } from './columns';

export const role = pgEnum('role', [
  'STUDENT',
  'DEPARTMENT_HEAD',
  'WARDEN',
  'SECURITY',
  'MAINTAINER',
  'ENERGY_MANAGER',
  'FINANCE',
  'AUDITOR',
  'ADMIN',
]);

/** A human being. The only table that knows a name; where somebody is reached stands in `notice_contact`. */
export const person = pgTable(
  'person',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    code: text('code').notNull(),
    name: text('name').notNull(),
    contact: text('contact'),
  },
  (t) => [unique('person_code').on(t.campusId, t.code)],
);

/** Who lives under an account, [from, to). Shares sum to 1 000 000 ppm or are all null (equal). */
export const occupancy = pgTable(
  'occupancy',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    personId: integer('person_id')
      .notNull()
      .references(() => person.id),
    validFrom: at('valid_from').notNull(),
    validTo: at('valid_to'),
    sharePpm: integer('share_ppm'),
  },
  (t) => [index('occupancy_account').on(t.accountId), index('occupancy_person').on(t.personId)],
);

/** A sign-in. */
export const appUser = pgTable(
  'app_user',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    code: text('code').notNull(),
    personId: integer('person_id').references(() => person.id),
    displayName: text('display_name').notNull(),
    passwordHash: text('password_hash').notNull(),
    disabled: boolean('disabled').notNull().default(false),
    /** Raised when roles change or the user is disabled: older sessions end. */
    sessionVersion: integer('session_version').notNull().default(1),
    /** In which messages to them are written. */
    language: text('language').notNull().default('zh-CN'),
  },
  (t) => [unique('app_user_code').on(t.code)],
);

/** A role of a user within a scope: a space subtree, a department subtree, or (both null) the campus. */
export const roleBinding = pgTable(
  'role_binding',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    userId: integer('user_id')
      .notNull()
      .references(() => appUser.id),
    role: role('role').notNull(),
    spaceId: integer('space_id'),
    departmentId: integer('department_id'),
    validFrom: at('valid_from').notNull(),
    validTo: at('valid_to'),
  },
  (t) => [index('role_binding_user').on(t.userId)],
);

/** A key of the REST interface; only its hash is kept. */
export const apiKey = pgTable('api_key', {
  id: text('id').primaryKey(),
  campusId: integer('campus_id')
    .notNull()
    .references(() => campus.id),
  name: text('name').notNull(),
  hash: text('hash').notNull().unique(),
  scopes: text('scopes').array().notNull(),
  /** Space subtree that it may see; null: the campus. */
  spaceId: integer('space_id'),
  /** Actor who made it and answers for what it does; null: whoever installed. */
  madeBy: text('made_by'),
  createdAt: at('created_at').notNull(),
  revokedAt: at('revoked_at'),
});

/** A wall display: paired by code, holds a read-only token (hash kept, previous one valid 7 days). */
export const display = pgTable('display', {
  id: text('id').primaryKey(),
  campusId: integer('campus_id')
    .notNull()
    .references(() => campus.id),
  name: text('name').notNull(),
  tokenHash: text('token_hash').notNull().unique(),
  previousTokenHash: text('previous_token_hash'),
  rotatedAt: at('rotated_at').notNull(),
  pairedAt: at('paired_at').notNull(),
  pairedBy: text('paired_by').notNull(),
  revokedAt: at('revoked_at'),
  lastHeartbeatMs: atMs('last_heartbeat_ms'),
  lastFrameMs: atMs('last_frame_ms'),
  build: text('build'),
  playlist: jsonb('playlist').$type<string[]>().notNull(),
});

/** A screen that shows a code and waits to be approved. */
export const displayPairing = pgTable('display_pairing', {
  code: text('code').primaryKey(),
  secretHash: text('secret_hash').notNull(),
  createdAt: at('created_at').notNull(),
  expiresAt: at('expires_at').notNull(),
  displayId: text('display_id'),
  /** Handed to the waiting screen once, then cleared. */
  token: text('token'),
});

/** Who did what to which target. Append-only and hash-chained. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id'),
    atMs: atMs('at_ms').notNull(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    target: text('target').notNull(),
    ip: text('ip'),
    before: jsonb('before').$type<unknown>(),
    after: jsonb('after').$type<unknown>(),
    hash: text('hash').notNull(),
  },
  (t) => [index('audit_log_target').on(t.target), index('audit_log_at').on(t.atMs)],
);

/** Last run of each scheduled job, for the health page. */
export const jobRun = pgTable('job_run', {
  job: text('job').primaryKey(),
  startedMs: atMs('started_ms').notNull(),
  finishedMs: atMs('finished_ms'),
  error: text('error'),
});

/** Small facts of the installation: keys made on first start, simulator address. */
export const setting = pgTable('setting', {
  key: text('key').primaryKey(),
  value: jsonb('value').$type<unknown>().notNull(),
});
