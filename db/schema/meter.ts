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
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { campus } from './campus';
import { at, atMs, micro } from './columns';
import { space } from './space';

export const utility = pgEnum('utility', ['ELECTRICITY', 'WATER', 'GAS']);
export const pointRole = pgEnum('point_role', ['CUSTOMER', 'PUBLIC', 'FEEDER', 'CHECK', 'PV', 'TENANT']);
/** CREDIT: no cut for credit. LIFE_SAFETY: no rule and no person cuts it. */
export const protection = pgEnum('protection', ['NONE', 'CREDIT', 'LIFE_SAFETY']);
export const overloadAction = pgEnum('overload_action', ['TRIP', 'ALARM']);

/** A concentrator that carries many meters. */
export const gateway = pgTable(
  'gateway',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    code: text('code').notNull(),
    serial: text('serial'),
    spaceId: integer('space_id').references(() => space.id),
    boot: bigint('boot', { mode: 'number' }),
    firmware: text('firmware'),
    /** Null: never heard. */
    online: boolean('online'),
    statusMs: atMs('status_ms'),
    lastSeenMs: atMs('last_seen_ms'),
  },
  (t) => [unique('gateway_code').on(t.campusId, t.code)],
);

/** A meter as an asset. Where it is fitted is `meter_install`. */
export const meter = pgTable(
  'meter',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    code: text('code').notNull(),
    serial: text('serial').notNull(),
    utility: utility('utility').notNull(),
    phases: smallint('phases').notNull().default(1),
    /** ct·pt ratio in millionths: 1 000 000 is direct connection. Applied once, before the delta. */
    ratioMicro: micro('ratio_micro').notNull().default(sql`1000000`),
    /** Register modulus on the display, before the ratio; null: does not roll over. */
    modulusMicro: micro('modulus_micro'),
    registerDecimals: smallint('register_decimals').notNull().default(2),
    imaxA: doublePrecision('imax_a').notNull().default(60),
    /** Largest flow of a water or gas meter, m³/h. */
    qmaxM3h: doublePrecision('qmax_m3h'),
    intervalS: integer('interval_s').notNull().default(60),
    hasRelay: boolean('has_relay').notNull().default(true),
    gatewayId: integer('gateway_id').references(() => gateway.id),
    /** Payload dialect and its options, a file of mqtt-bridge/profiles. */
    profile: text('profile').notNull().default('native'),
    profileOptions: jsonb('profile_options').$type<Record<string, string | number | boolean>>(),
    online: boolean('online'),
    statusMs: atMs('status_ms'),
    retiredAt: at('retired_at'),
  },
  (t) => [
    unique('meter_code').on(t.campusId, t.code),
    unique('meter_serial').on(t.campusId, t.serial),
    index('meter_gateway').on(t.gatewayId),
  ],
);

/** Where supply is delivered and measured; outlives any meter fitted there. */
export const meterPoint = pgTable(
  'meter_point',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    spaceId: integer('space_id')
      .notNull()
      .references(() => space.id),
    code: text('code').notNull(),
    name: text('name'),
    /** Name in English where `name` is Chinese; null: same. */
    nameEn: text('name_en'),
    utility: utility('utility').notNull(),
    role: pointRole('role').notNull(),
    /** Rating of the feeder or contract, W. */
    capacityW: integer('capacity_w'),
    /** Overload limit, W; null: none. */
    limitW: integer('limit_w'),
    overloadAction: overloadAction('overload_action').notNull().default('TRIP'),
    protection: protection('protection').notNull().default('NONE'),
    /** Who answers for a protected point and on which number; shown beside the lock. */
    protectionOwner: text('protection_owner'),
    protectionPhone: text('protection_phone'),
  },
  (t) => [unique('meter_point_code').on(t.campusId, t.code), index('meter_point_space').on(t.spaceId)],
);

/** Which meter serves a point, from when to when; overlaps are refused by an exclusion constraint (migration). */
export const meterInstall = pgTable(
  'meter_install',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    pointId: integer('point_id')
      .notNull()
      .references(() => meterPoint.id),
    meterId: integer('meter_id')
      .notNull()
      .references(() => meter.id),
    validFrom: at('valid_from').notNull(),
    validTo: at('valid_to'),
    startMicro: micro('start_micro'),
    endMicro: micro('end_micro'),
    /** When an exchange put the meter here, ms UTC; null: it came with an import, or somebody confirmed since that it is this one. */
    mappedMs: atMs('mapped_ms'),
  },
  (t) => [
    index('meter_install_meter').on(t.meterId),
    index('meter_install_point').on(t.pointId),
    uniqueIndex('meter_install_open_point').on(t.pointId).where(sql`valid_to is null`),
    uniqueIndex('meter_install_open_meter').on(t.meterId).where(sql`valid_to is null`),
  ],
);

/** A branch of the network: parent feeds child. `sign` −1 for export. */
export const feederLink = pgTable(
  'feeder_link',
  {
    parentPointId: integer('parent_point_id')
      .notNull()
      .references(() => meterPoint.id),
    childPointId: integer('child_point_id')
      .notNull()
      .references(() => meterPoint.id),
    sign: smallint('sign').notNull().default(1),
    validFrom: at('valid_from').notNull(),
    validTo: at('valid_to'),
  },
  (t) => [
    primaryKey({ columns: [t.parentPointId, t.childPointId, t.validFrom] }),
    index('feeder_link_child').on(t.childPointId),
  ],
);

/** Counts up on replacement, reset or a proven new register; deltas never cross an epoch. */
export const registerEpoch = pgTable(
  'register_epoch',
  {
    meterId: integer('meter_id')
      .notNull()
      .references(() => meter.id),
    epoch: integer('epoch').notNull(),
    openedMs: atMs('opened_ms').notNull(),
    reason: text('reason').notNull(),
    startMicro: micro('start_micro'),
    /** Quantity lost at the jump, proposed for manual approval; never charged by itself. */
    proposedLostMicro: micro('proposed_lost_micro'),
  },
  (t) => [primaryKey({ columns: [t.meterId, t.epoch] })],
);

/**
 * Hot row per meter: where its register stands and what it last said. Updated in every batch that names the meter;
 * therefore no index but the key, and room on the page for in-place updates.
 */
export const meterState = pgTable('meter_state', {
  meterId: integer('meter_id').primaryKey(),
  epoch: integer('epoch').notNull().default(0),
  /** Last accepted reading of the billing register: the baseline of the next delta. */
  baseMs: atMs('base_ms'),
  baseMicro: micro('base_micro'),
  /** First accepted reading of the epoch. */
  firstMs: atMs('first_ms'),
  /** Readings held as spike or reset candidate, not charged. */
  held: jsonb('held').$type<unknown>(),
  /** Rate registers T1..T4 at `base_ms`, where the meter reports them. */
  rateBase: jsonb('rate_base').$type<Record<string, string>>(),
  lastMs: atMs('last_ms'),
  lastRxMs: atMs('last_rx_ms'),
  boot: bigint('boot', { mode: 'number' }),
  seq: bigint('seq', { mode: 'number' }),
  drift: jsonb('drift').$type<unknown>(),
  powerW: doublePrecision('power_w'),
  voltageV: doublePrecision('voltage_v'),
  currentA: doublePrecision('current_a'),
  powerFactor: doublePrecision('power_factor'),
  /** 1 closed (supply on), 0 open; null: not reported. */
  relay: smallint('relay'),
  valve: smallint('valve'),
  /** When relay or valve was last reported: a reading may leave both out. */
  positionMs: atMs('position_ms'),
  flowM3h: doublePrecision('flow_m3h'),
  /** State of streaming rules on this meter, by rule code. */
  detection: jsonb('detection').$type<Record<string, unknown>>(),
});
