import { sql } from 'drizzle-orm';
import { index, integer, pgEnum, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import {
  BULK_DIRECTIONS,
  BULK_JOB_STATES,
  BULK_SCOPES,
  BULK_TARGET_STATES,
} from '../../domain/supply/bulkJob';
import { campus } from './campus';
import { atMs } from './columns';
import { meterPoint, utility } from './meter';
import { appUser } from './person';
import { command } from './supply';
import { switchSchedule } from './switchSchedule';

export const bulkJobState = pgEnum('bulk_job_state', BULK_JOB_STATES);
export const bulkDirection = pgEnum('bulk_direction', BULK_DIRECTIONS);
export const bulkScope = pgEnum('bulk_scope', BULK_SCOPES);
export const bulkTargetState = pgEnum('bulk_target_state', BULK_TARGET_STATES);

/** One decision to switch many points: who asked, who consented, and how far it is. */
export const bulkJob = pgTable(
  'bulk_job',
  {
    /** ULID. */
    id: text('id').primaryKey(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    direction: bulkDirection('direction').notNull(),
    utility: utility('utility').notNull(),
    state: bulkJobState('state').notNull(),
    scope: bulkScope('scope').notNull(),
    /** Code of the place or feeder that the points were chosen by; null for a list. */
    scopeCode: text('scope_code'),
    reason: text('reason').notNull(),
    requesterId: integer('requester_id')
      .notNull()
      .references(() => appUser.id),
    requestedBy: text('requested_by').notNull(),
    requestedMs: atMs('requested_ms').notNull(),
    /** Made by the screen for one press of the button: pressing twice makes one job. */
    requestKey: text('request_key').notNull(),
    /** SHA-256 of what was asked under that key, hex. */
    requestHash: text('request_hash').notNull(),
    /** Until when a second person may consent; null: none is needed. */
    approvalDueMs: atMs('approval_due_ms'),
    approvedBy: text('approved_by'),
    approvedMs: atMs('approved_ms'),
    startedMs: atMs('started_ms'),
    /** What was not sent by then never is. */
    goodUntilMs: atMs('good_until_ms'),
    finishedMs: atMs('finished_ms'),
    /** Who or what ended it, and why: REJECTED, WITHDRAWN, EXPIRED, STOPPED, FINISHED. */
    endedBy: text('ended_by'),
    endCause: text('end_cause'),
    note: text('note'),
    /** The schedule of which it is a firing; null: a person or a program asked. */
    scheduleId: text('schedule_id').references(() => switchSchedule.id),
  },
  (t) => [
    index('bulk_job_schedule').on(t.scheduleId, t.requestedMs).where(sql`schedule_id is not null`),
    unique('bulk_job_request').on(t.requesterId, t.requestKey),
    index('bulk_job_campus').on(t.campusId, t.requestedMs),
    index('bulk_job_live').on(t.state).where(sql`finished_ms is null`),
  ],
);

/** One point of a bulk job. From HANDED on its command tells the rest. */
export const bulkTarget = pgTable(
  'bulk_target',
  {
    jobId: text('job_id')
      .notNull()
      .references(() => bulkJob.id),
    pointId: integer('point_id')
      .notNull()
      .references(() => meterPoint.id),
    /** Place in the order of sending. */
    seq: integer('seq').notNull(),
    state: bulkTargetState('state').notNull(),
    /** UPPER_SNAKE: what stands or stood against it, or what it waits for. */
    reason: text('reason'),
    /** Gateway, or the meter itself, by which its command goes out. */
    line: text('line').notNull(),
    /** Its turn, ms after the start. */
    offsetMs: integer('offset_ms').notNull(),
    /** Its turn; null: the job has not started. */
    dueMs: atMs('due_ms'),
    handedMs: atMs('handed_ms'),
    commandId: text('command_id').references(() => command.id),
  },
  (t) => [
    primaryKey({ columns: [t.jobId, t.pointId] }),
    index('bulk_target_point').on(t.pointId),
    index('bulk_target_command').on(t.commandId),
    index('bulk_target_planned').on(t.jobId, t.dueMs).where(sql`state = 'PLANNED'`),
    index('bulk_target_handed').on(t.line, t.handedMs).where(sql`handed_ms is not null`),
  ],
);
