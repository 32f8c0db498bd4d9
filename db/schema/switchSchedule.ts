import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgEnum, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { type OffWindow, SCHEDULE_STATES } from '../../domain/supply/switchSchedule';
import { campus } from './campus';
import { atMs } from './columns';
import { appUser } from './person';
import { space } from './space';
import { calendar } from './tariff';

export const scheduleState = pgEnum('schedule_state', SCHEDULE_STATES);

/** Points that go off and come back by the clock. Each firing is a bulk job, which tells what became of every point. */
export const switchSchedule = pgTable(
  'switch_schedule',
  {
    /** ULID. */
    id: text('id').primaryKey(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    name: text('name').notNull(),
    state: scheduleState('state').notNull(),
    /** How the points are chosen, anew at each firing: `BulkChoice`. */
    choice: jsonb('choice').$type<{ kind: string; code?: string; codes?: string[] }>().notNull(),
    /** Place that all of them stand in; null: chosen by a list or a feeder. */
    spaceId: integer('space_id').references(() => space.id),
    windows: jsonb('windows').$type<OffWindow[]>().notNull(),
    /** Whose holidays and worked days hold; null: weekdays alone. */
    calendarId: integer('calendar_id').references(() => calendar.id),
    reason: text('reason').notNull(),
    requesterId: integer('requester_id')
      .notNull()
      .references(() => appUser.id),
    requestedBy: text('requested_by').notNull(),
    requestedMs: atMs('requested_ms').notNull(),
    /** Made by the screen for one press of the button. */
    requestKey: text('request_key').notNull(),
    /** Until when a second person may consent. */
    approvalDueMs: atMs('approval_due_ms').notNull(),
    approvedBy: text('approved_by'),
    approvedMs: atMs('approved_ms'),
    /** Up to when its clock was looked at: no cut of before is made any more. */
    handledMs: atMs('handled_ms'),
    /** The newest cut whose time went by without anybody. */
    missedMs: atMs('missed_ms'),
    /** Who or what paused or ended it, and why: PAUSED, ENDED, REJECTED, WITHDRAWN, EXPIRED, RIGHT_GONE. */
    endedBy: text('ended_by'),
    endCause: text('end_cause'),
    endedMs: atMs('ended_ms'),
  },
  (t) => [
    unique('switch_schedule_request').on(t.requesterId, t.requestKey),
    index('switch_schedule_campus').on(t.campusId, t.requestedMs),
    index('switch_schedule_live').on(t.state).where(sql`state in ('PENDING_APPROVAL', 'ACTIVE', 'PAUSED')`),
  ],
);
