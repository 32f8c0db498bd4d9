import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { notice } from './alarm';
import { campus } from './campus';
import { atMs } from './columns';
import { appUser } from './person';

export const noticeChannel = pgEnum('notice_channel', [
  'PUSH',
  'SMS',
  'WECOM',
  'WECHAT',
  'EMAIL',
  'DINGTALK',
  'FEISHU',
  'WEBHOOK',
]);

/** SENDING: a server has it until its lease ends. SKIPPED: told already a short while ago. */
export const deliveryState = pgEnum('delivery_state', ['QUEUED', 'SENDING', 'SENT', 'FAILED', 'SKIPPED']);

/** Where a person is reached: an address, a number, a browser's subscription. Used only once it is verified. */
export const noticeContact = pgTable(
  'notice_contact',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    userId: integer('user_id')
      .notNull()
      .references(() => appUser.id, { onDelete: 'cascade' }),
    channel: noticeChannel('channel').notNull(),
    /** E-mail address, number, user id, or the subscription of a browser as JSON. */
    address: text('address').notNull(),
    createdMs: atMs('created_ms').notNull(),
    verifiedMs: atMs('verified_ms'),
    /** The receiver said that it exists no more. */
    goneMs: atMs('gone_ms'),
    /** Of the code that is out: its hash, its end and the tries that were wrong. */
    codeHash: text('code_hash'),
    codeUntilMs: atMs('code_until_ms'),
    codeSentMs: atMs('code_sent_ms'),
    codeTries: smallint('code_tries').notNull().default(0),
  },
  (t) => [
    index('notice_contact_user').on(t.userId),
    // A person has one address per channel, beside it one whose code is out, and as many browsers as they use.
    uniqueIndex('notice_contact_verified')
      .on(t.userId, t.channel)
      .where(sql`channel <> 'PUSH' and verified_ms is not null`),
    uniqueIndex('notice_contact_entered')
      .on(t.userId, t.channel)
      .where(sql`channel <> 'PUSH' and verified_ms is null`),
    uniqueIndex('notice_contact_push').on(t.address).where(sql`channel = 'PUSH'`),
  ],
);

/** Channels that a person chose for a topic; no row: the topic's defaults. */
export const noticePreference = pgTable(
  'notice_preference',
  {
    userId: integer('user_id')
      .notNull()
      .references(() => appUser.id, { onDelete: 'cascade' }),
    topic: text('topic').notNull(),
    channels: noticeChannel('channels').array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.topic] })],
);

/** A group or a program that the campus subscribes. Address and secret stay inside. */
export const noticeGroup = pgTable(
  'notice_group',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    channel: noticeChannel('channel').notNull(),
    name: text('name').notNull(),
    url: text('url').notNull(),
    secret: text('secret').notNull(),
    /** Before the newest rotation; signs beside the new one for a day. */
    previousSecret: text('previous_secret'),
    rotatedMs: atMs('rotated_ms'),
    topics: text('topics').array().notNull(),
    /** Space subtree whose alarms it gets; null: the campus. */
    spaceId: integer('space_id'),
    language: text('language').notNull(),
    createdMs: atMs('created_ms').notNull(),
    createdBy: text('created_by').notNull(),
    endedMs: atMs('ended_ms'),
  },
  (t) => [index('notice_group_campus').on(t.campusId)],
);

/** The outbox: one message to one receiver, written in the transaction of the act that causes it. */
export const delivery = pgTable(
  'delivery',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    noticeId: bigint('notice_id', { mode: 'number' })
      .notNull()
      .references(() => notice.id),
    /** Of the notice, for lists of those who don't see the notice itself. */
    kind: text('kind').notNull(),
    /** Alarm and its place, for the alarm's timeline and for who may see it. */
    alarmId: bigint('alarm_id', { mode: 'number' }),
    spaceId: integer('space_id'),
    channel: noticeChannel('channel').notNull(),
    userId: integer('user_id').references(() => appUser.id, { onDelete: 'cascade' }),
    contactId: integer('contact_id').references(() => noticeContact.id, { onDelete: 'set null' }),
    groupId: integer('group_id').references(() => noticeGroup.id),
    /** Written for whoever lives there, not for staff. */
    toResident: boolean('to_resident').notNull(),
    /** P1 or P2: past quiet hours. */
    urgent: boolean('urgent').notNull(),
    /** What it is about, for the pause between two messages about the same. */
    subject: text('subject').notNull(),
    state: deliveryState('state').notNull().default('QUEUED'),
    /** Why it failed, waits or was skipped: a code, never words of a receiver. */
    reason: text('reason'),
    attempts: smallint('attempts').notNull().default(0),
    createdMs: atMs('created_ms').notNull(),
    dueMs: atMs('due_ms').notNull(),
    leaseUntilMs: atMs('lease_until_ms'),
    /** Of the server that has it now; whoever marks it must hold the same. */
    lease: text('lease'),
    sentMs: atMs('sent_ms'),
  },
  (t) => [
    index('delivery_due').on(t.dueMs).where(sql`state in ('QUEUED', 'SENDING')`),
    index('delivery_alarm').on(t.alarmId).where(sql`alarm_id is not null`),
    index('delivery_campus').on(t.campusId, t.createdMs),
    index('delivery_subject').on(t.subject, t.sentMs).where(sql`state = 'SENT'`),
    index('delivery_notice').on(t.noticeId),
    index('delivery_contact').on(t.contactId).where(sql`contact_id is not null`),
    check('delivery_receiver', sql`(user_id is null) = (group_id is not null)`),
  ],
);

/** What a sandbox took instead of sending it, for demo and trials; holds no production data. */
export const sandboxMessage = pgTable('sandbox_message', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  messageId: text('message_id').notNull(),
  channel: noticeChannel('channel').notNull(),
  address: text('address').notNull(),
  atMs: atMs('at_ms').notNull(),
  content: jsonb('content').$type<{ title: string; text: string; link: string | null }>().notNull(),
});
