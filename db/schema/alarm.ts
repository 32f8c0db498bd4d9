import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { campus } from './campus';
import { at, atMs } from './columns';

/** One episode of one condition at one object. A new episode is a new row. */
export const alarm = pgTable(
  'alarm',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    rule: text('rule').notNull(),
    /** POINT, METER, GATEWAY, ACCOUNT, CAMPUS. */
    subjectType: text('subject_type').notNull(),
    subjectId: integer('subject_id').notNull(),
    /** Space for zone scopes and the map; null: campus-wide. */
    spaceId: integer('space_id'),
    priority: smallint('priority').notNull(),
    active: boolean('active').notNull(),
    acknowledged: boolean('acknowledged').notNull().default(false),
    latched: boolean('latched').notNull().default(false),
    shelvedUntilMs: atMs('shelved_until_ms'),
    shelvedBy: text('shelved_by'),
    shelveReason: text('shelve_reason'),
    /** What makes it expected, e.g. `gateway:G12`. */
    suppressedBy: text('suppressed_by'),
    outOfServiceTicket: text('out_of_service_ticket'),
    outOfServiceBy: text('out_of_service_by'),
    outOfServiceMs: atMs('out_of_service_ms'),
    /** Effective time of the reading that decided it. */
    sinceMs: atMs('since_ms').notNull(),
    raisedMs: atMs('raised_ms').notNull(),
    lastMs: atMs('last_ms').notNull(),
    count: integer('count').notNull().default(1),
    /** Deadlines run from here: the reading that satisfied the on-delay, or the newest re-activation. */
    activeSinceMs: atMs('active_since_ms').notNull(),
    /** Newest activations, ms, to see chattering. */
    activations: jsonb('activations').$type<number[]>().notNull(),
    chatter: boolean('chatter').notNull().default(false),
    fleeting: boolean('fleeting').notNull().default(false),
    /** What chattering added to the rule's off-delay. */
    offDelayMs: integer('off_delay_ms').notNull().default(0),
    /** While an added off-delay runs: when the return takes effect. */
    returnDueMs: atMs('return_due_ms'),
    /** When people were last told; null: never, it came under an overlay. */
    announcedMs: atMs('announced_ms'),
    acknowledgedBy: text('acknowledged_by'),
    acknowledgedMs: atMs('acknowledged_ms'),
    returnedMs: atMs('returned_ms'),
    /** Back to NORMAL: out of the list. */
    endedMs: atMs('ended_ms'),
    /** Value, limit, trace and whatever else lets a person check the verdict. */
    evidence: jsonb('evidence').$type<Record<string, unknown>>().notNull(),
    escalateDueMs: atMs('escalate_due_ms'),
    escalation: smallint('escalation').notNull().default(0),
  },
  (t) => [
    uniqueIndex('alarm_open').on(t.rule, t.subjectType, t.subjectId).where(sql`ended_ms is null`),
    index('alarm_campus_raised').on(t.campusId, t.raisedMs),
    index('alarm_campus_ended').on(t.campusId, t.endedMs),
    index('alarm_space').on(t.spaceId, t.raisedMs),
    index('alarm_subject').on(t.subjectType, t.subjectId),
    index('alarm_overlay')
      .on(t.campusId)
      .where(sql`shelved_until_ms is not null or out_of_service_ticket is not null`),
  ],
);

/** What happened to an alarm and who did it. Insert-only. */
export const alarmEvent = pgTable(
  'alarm_event',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    alarmId: bigint('alarm_id', { mode: 'number' })
      .notNull()
      .references(() => alarm.id),
    atMs: atMs('at_ms').notNull(),
    event: text('event').notNull(),
    actor: text('actor').notNull(),
    detail: jsonb('detail').$type<Record<string, unknown>>(),
    /** People were told: what the load on operators is counted by. */
    announced: boolean('announced').notNull().default(false),
  },
  (t) => [
    index('alarm_event_alarm').on(t.alarmId),
    index('alarm_event_at').on(t.atMs),
    index('alarm_event_verdict').on(t.atMs).where(sql`event = 'VERDICT'`),
  ],
);

/** Thresholds and delays of a rule for a scope; a change is a new version, the newest rules. */
export const ruleSetting = pgTable(
  'rule_setting',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    rule: text('rule').notNull(),
    /** Space that it holds for; null: the campus. */
    spaceId: integer('space_id'),
    version: integer('version').notNull(),
    body: jsonb('body').$type<Record<string, number | string | boolean>>().notNull(),
    setBy: text('set_by').notNull(),
    setAt: at('set_at').notNull(),
  },
  (t) => [unique('rule_setting_version').on(t.campusId, t.rule, t.spaceId, t.version).nullsNotDistinct()],
);

/** A notice: something a person should know that is no alarm (low balance, quota, final notice). */
export const notice = pgTable(
  'notice',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    kind: text('kind').notNull(),
    accountId: integer('account_id'),
    departmentId: integer('department_id'),
    /** The incident that it tells of, the same for whoever lives there and for staff; null: none. */
    alarmId: bigint('alarm_id', { mode: 'number' }),
    atMs: atMs('at_ms').notNull(),
    /** Same subject, kind and descent: once. */
    dedupeKey: text('dedupe_key').notNull().unique(),
    body: jsonb('body').$type<Record<string, string | number | boolean>>().notNull(),
  },
  (t) => [index('notice_account').on(t.accountId, t.atMs), index('notice_campus').on(t.campusId, t.atMs)],
);
