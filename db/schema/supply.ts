import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  text,
} from 'drizzle-orm/pg-core';
import { COMMAND_STATES } from '../../domain/supply/commandMachine';
import { campus } from './campus';
import { at, atMs } from './columns';
import { meter, meterPoint } from './meter';

export const observedSupply = pgEnum('observed_supply', ['CLOSED', 'OPEN', 'UNKNOWN']);
export const commandState = pgEnum('command_state', COMMAND_STATES);

/** Wanted and observed supply of a point. Wanted is a pure function of `reasons`; observed comes from telemetry alone. */
export const supplyState = pgTable('supply_state', {
  pointId: integer('point_id')
    .primaryKey()
    .references(() => meterPoint.id),
  /** Why supply must be off: reason code to {sinceMs, by, note, cause}. Empty: on. */
  reasons: jsonb('reasons')
    .$type<
      Record<string, { sinceMs: number; by: string; cause?: string; note?: string; accountId?: number }>
    >()
    .notNull(),
  /** Maintenance tags: who, since, note. They block connect and are no reason to disconnect. */
  tags: jsonb('tags').$type<{ by: string; sinceMs: number; note: string }[]>().notNull(),
  observed: observedSupply('observed').notNull().default('UNKNOWN'),
  observedMs: atMs('observed_ms'),
  /** When the relay last changed, by telemetry. */
  changedMs: atMs('changed_ms'),
  /** Relay operations of the last hour, ms, for the contact-life cap. */
  operationsMs: jsonb('operations_ms').$type<number[]>().notNull(),
  /** When the reconciler may try again; null: nothing pending. */
  retryDueMs: atMs('retry_due_ms'),
  attempts: integer('attempts').notNull().default(0),
  /** What kept the reconciler from closing the difference when it last tried; null: nothing did. */
  refusal: jsonb('refusal').$type<{ reason: string; atMs: number }>(),
});

/** One request to a meter: the outbox and its state machine in one row. */
export const command = pgTable(
  'command',
  {
    /** ULID, also the id on the wire. */
    id: text('id').primaryKey(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    pointId: integer('point_id')
      .notNull()
      .references(() => meterPoint.id),
    meterId: integer('meter_id')
      .notNull()
      .references(() => meter.id),
    op: text('op').notNull(),
    args: jsonb('args').$type<Record<string, unknown>>().notNull(),
    state: commandState('state').notNull(),
    /** Reason code that asked for it: ARREARS, SAFETY, MANUAL, RESTORE, READ, LIMIT. */
    cause: text('cause').notNull(),
    why: text('why').notNull(),
    /** `user:…`, `rule:…`, `key:…`, `engine`. */
    actor: text('actor').notNull(),
    automatic: boolean('automatic').notNull(),
    createdMs: atMs('created_ms').notNull(),
    notBeforeMs: atMs('not_before_ms').notNull(),
    expiresMs: atMs('expires_ms').notNull(),
    /** Issue time on the wire, set at the first send; a resend repeats the same signed body. */
    issuedMs: atMs('issued_ms'),
    sentMs: atMs('sent_ms'),
    sends: integer('sends').notNull().default(0),
    acceptedMs: atMs('accepted_ms'),
    executedMs: atMs('executed_ms'),
    finishedMs: atMs('finished_ms'),
    /** When something must happen next: resend, timeout, proof window. */
    dueMs: atMs('due_ms'),
    resultCode: text('result_code'),
    observed: jsonb('observed').$type<Record<string, unknown>>(),
    /** Payment or alarm that caused it. */
    originId: text('origin_id'),
  },
  (t) => [
    index('command_point').on(t.pointId, t.createdMs),
    index('command_finished').on(t.finishedMs),
    index('command_live').on(t.state, t.dueMs).where(sql`finished_ms is null`),
  ],
);

/** Each step of a command, for the track and the audit. Insert-only. */
export const commandEvent = pgTable(
  'command_event',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    commandId: text('command_id')
      .notNull()
      .references(() => command.id),
    atMs: atMs('at_ms').notNull(),
    event: text('event').notNull(),
    fromState: text('from_state'),
    toState: text('to_state').notNull(),
    actor: text('actor').notNull(),
    detail: jsonb('detail').$type<Record<string, unknown>>(),
  },
  (t) => [index('command_event_command').on(t.commandId)],
);

/** "Armed": a person has the panel of this point open; others see the name. */
export const controlLease = pgTable('control_lease', {
  pointId: integer('point_id')
    .primaryKey()
    .references(() => meterPoint.id),
  userId: integer('user_id').notNull(),
  userName: text('user_name').notNull(),
  untilMs: atMs('until_ms').notNull(),
});

/** MQTT password and signing key per gateway or directly connected meter; made, shown once, rotated, revoked. */
export const credential = pgTable(
  'credential',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    /** Code of the gateway or meter: MQTT user name and client id. */
    code: text('code').notNull(),
    passwordHash: text('password_hash').notNull(),
    /** HMAC key of commands. Needed in clear to sign; readable by the bridge's role alone. */
    signingKey: text('signing_key').notNull(),
    createdAt: at('created_at').notNull(),
    revokedAt: at('revoked_at'),
  },
  (t) => [index('credential_code').on(t.campusId, t.code)],
);

/** Observed power when supply was last proven, for top-up to power charts. */
export const topUpLatency = pgTable('top_up_latency', {
  paymentId: text('payment_id').primaryKey(),
  acceptedMs: atMs('accepted_ms').notNull(),
  acknowledgedMs: atMs('acknowledged_ms'),
  provenMs: atMs('proven_ms'),
  /** Accepted payment to the relay's acknowledgement, ms. */
  toAckMs: doublePrecision('to_ack_ms'),
});
