import * as z from 'zod/mini';
import { COMMAND_STATES } from '../domain/supply/commandMachine';
import { BALANCE_BANDS } from '../domain/tariffs/balanceBand';

/**
 * What the server pushes to browsers over Socket.IO and what browsers may ask for.
 *
 * Rules both sides keep:
 * - A session joins rooms; the server sends a `snapshot` at once and then deltas. Everything after the snapshot carries
 *   the room's next sequence number. The scope of a sequence is (bootId, room): a server start begins again at 1.
 * - A receiver that sees a gap, or another bootId, throws nothing away but asks for a new snapshot of that room.
 * - `delta` and `balance` are coalesced (at most 2 a second to a socket); `alarm` and `command` are sent at once, one by one.
 * - Times are ms UTC. Money and quantities are integer µ as text, so that they survive JSON. Power is W, a whole or decimal number.
 * - Money (`availableMicro` …) is null for a session whose role may not see it.
 *
 * Written with zod's functions, since a phone fetches and runs what parses these: methods would bring all of zod along.
 */

const count = z.int().check(z.nonnegative());
const ms = count;
const word = z.string().check(z.minLength(1));
const code = z.string().check(z.minLength(1), z.maxLength(64));
const microText = z.string().check(z.regex(/^-?\d{1,38}$/));

export type LiveRoom =
  | 'campus'
  | 'alarms'
  | 'commands'
  | 'wall'
  | 'payments'
  | `building:${string}`
  | `room:${string}`
  | `account:${string}`;

const ROOM = /^(campus|alarms|commands|wall|payments|(building|room|account):[A-Za-z0-9_-]{1,64})$/;

/** `campus`, `alarms`, `commands`, `wall`, `payments` (accounts whose money or orders moved), or `building:`, `room:`, `account:` followed by a code. */
export const liveRoomSchema = z.custom<LiveRoom>((value) => typeof value === 'string' && ROOM.test(value), {
  error: 'not a room',
});

/**
 * Newest reading of a meter: code, `ts` the meter's time, `rxTs` when it reached us (ages are counted from it), power in W,
 * contact (1 closed, 0 open, null unknown), voltage in V, current in A, billing register in µkWh or µm³ as text.
 */
export const meterRowSchema = z.tuple([
  code,
  ms,
  ms,
  z.nullable(z.number()),
  z.union([z.literal(0), z.literal(1), z.null()]),
  z.nullable(z.number()),
  z.nullable(z.number()),
  z.nullable(microText),
]);
export type MeterRow = z.infer<typeof meterRowSchema>;

/**
 * Sum of a building: code, ms UTC of the newest value in it, power in W of the meters that are not stale (null when none is),
 * meters counted in the sum, meters installed, ms UTC of the oldest value among those counted.
 */
export const buildingRowSchema = z.tuple([code, ms, z.nullable(z.number()), count, count, z.nullable(ms)]);
export type BuildingRow = z.infer<typeof buildingRowSchema>;

/** One way into the campus: an incomer (transformer) or an infeed of its own (PV). Power null: it does not count now. */
export const campusFeedSchema = z.object({
  point: code,
  pv: z.boolean(),
  powerW: z.nullable(z.number()),
  capacityW: z.nullable(z.number()),
});
export type CampusFeedRow = z.infer<typeof campusFeedSchema>;

/** Figures of the whole campus; a field that can't be said now is null. */
export const campusFiguresSchema = z.object({
  asOf: ms,
  /** Use: the sum of the consumers' meters that are not stale, W. */
  powerW: z.nullable(z.number()),
  /** How many of the consumers' meters that sum holds, and how many there are. */
  useCounted: count,
  useInstalled: count,
  /** What all incomers and PV bring in together, W; null unless every one of them counts, and for a part of the campus. */
  supplyW: z.nullable(z.number()),
  /** The ways into the campus; empty where none is metered, and for a part of the campus. */
  feeds: z.array(campusFeedSchema),
  /** Arrival of the oldest report in the campus load (supply, else use), and of the newest of all meters. */
  loadAsOf: z.nullable(ms),
  dataAsOf: z.nullable(ms),
  /** When the newest forecast of a room's time left was made. */
  roomsAsOf: z.nullable(ms),
  /** Energy of the campus day so far, µkWh: what came in where incomers are metered, else what was used. */
  energyTodayMicro: z.nullable(microText),
  metersReporting: count,
  metersTotal: count,
  /** Highest load of a transformer or incomer as a share of its rating, 0..1 and above. */
  transformerShare: z.nullable(z.number()),
  transformerCode: z.nullable(z.string()),
  /** Supply minus all measured use, as a share of supply. */
  unexplainedShare: z.nullable(z.number()),
  unexplainedW: z.nullable(z.number()),
  roomsUnder24h: z.nullable(count),
  roomsTotal: z.nullable(count),
});
export type CampusFigures = z.infer<typeof campusFiguresSchema>;

export const balanceBandSchema = z.enum(BALANCE_BANDS);

export const balanceRowSchema = z.object({
  account: code,
  /** Code of the space that the account stands for, when it is a room's. */
  space: z.nullable(code),
  asOf: ms,
  band: balanceBandSchema,
  /** Forecast time left in ms; null when not forecast (learning, no data, cut). */
  timeLeftMs: z.nullable(z.number().check(z.nonnegative())),
  /** Balance with everything used so far taken off, µ-currency. */
  availableMicro: z.nullable(microText),
  /** Posted in the ledger, µ-currency. */
  ledgerMicro: z.nullable(microText),
  /** Rated but not yet posted, µ-currency. */
  unpostedMicro: z.nullable(microText),
});
export type BalanceRow = z.infer<typeof balanceRowSchema>;

export const alarmBaseStateSchema = z.enum([
  'NORMAL',
  'UNACK',
  'ACKED',
  'RTN_UNACK',
  'LATCHED_UNACK',
  'LATCHED_ACK',
]);
export type AlarmBaseState = z.infer<typeof alarmBaseStateSchema>;

/** Where an alarm is: codes for links, names as the campus gave them, from the largest place to the smallest. */
export const alarmPlaceSchema = z.object({
  building: z.nullable(code),
  space: z.nullable(code),
  point: z.nullable(code),
  meter: z.nullable(code),
  gateway: z.nullable(code),
  /** e.g. `['7 号楼', '4F', '412']`; user data, never translated. */
  path: z.array(z.string()),
});
export type AlarmPlace = z.infer<typeof alarmPlaceSchema>;

export const liveAlarmSchema = z.object({
  id: word,
  /** UPPER_SNAKE code of the rule, e.g. OVERLOAD; screens have its words. */
  rule: word,
  priority: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  state: alarmBaseStateSchema,
  latching: z.boolean(),
  shelvedUntil: z.nullable(ms),
  shelvedBy: z.nullable(z.string()),
  shelvedReason: z.nullable(z.string()),
  /** Id or code of what suppresses it by design. */
  suppressedBy: z.nullable(z.string()),
  outOfServiceTicket: z.nullable(z.string()),
  place: alarmPlaceSchema,
  /** It stands in a room, or at something within one. */
  inRoom: z.boolean(),
  /** What it may share with others as a cause: the gateway that carries its meter and the feeder that supplies it, or itself. */
  causes: z.object({ gateway: z.nullable(code), feeder: z.nullable(code) }),
  /** Measured value and limit as decimal text in `unit`; all null where the rule compares nothing. */
  value: z.nullable(z.string()),
  limit: z.nullable(z.string()),
  unit: z.nullable(z.enum(['W', 'V', 'A', 'C', 'PERCENT', 'S', 'COUNT', 'KWH', 'M3', 'M3_H'])),
  raisedAt: ms,
  /** When it entered its state, and when the overlay was laid on it that is shown; null: it was raised under it. */
  stateSince: ms,
  coveredSince: z.nullable(ms),
  /** Instant of the last change; a receiver keeps the row with the newest `changedAt`. */
  changedAt: ms,
  returnedAt: z.nullable(ms),
  acknowledgedAt: z.nullable(ms),
  acknowledgedBy: z.nullable(z.string()),
  owner: z.nullable(z.string()),
  escalatesAt: z.nullable(ms),
  count: z.int().check(z.positive()),
  /** When the condition became true last; standing for more than a day makes it stale. */
  activatedAt: ms,
  /** Marks of a nuisance that only the server knows. */
  tags: z.array(z.enum(['CHATTER', 'FLEETING'])),
});
export type LiveAlarm = z.infer<typeof liveAlarmSchema>;

/** Counts for the alarm bar, within the session's scope. Index 0 is P1. */
export const alarmSummarySchema = z.object({
  asOf: ms,
  active: z.tuple([z.int(), z.int(), z.int(), z.int()]),
  unacknowledged: z.tuple([z.int(), z.int(), z.int(), z.int()]),
  shelved: count,
  announcedLast10Min: count,
  /** Whether that is a flood, or one has not ended yet. */
  flood: z.boolean(),
});
export type AlarmSummary = z.infer<typeof alarmSummarySchema>;

export const commandStateSchema = z.enum(COMMAND_STATES);

/** What an alarm measured that led to a cut. W; null where its rule measures no power, or compares it with no limit. */
export const tripSchema = z.object({
  rule: word,
  powerW: z.nullable(z.number()),
  limitW: z.nullable(z.number()),
});
export type LiveTrip = z.infer<typeof tripSchema>;

export const liveCommandSchema = z.object({
  id: word,
  point: code,
  space: z.nullable(code),
  building: z.nullable(code),
  action: z.enum([
    'DISCONNECT',
    'CONNECT',
    'ARM',
    'SET_LIMIT',
    'READ',
    'CLOSE_VALVE',
    'OPEN_VALVE',
    'DISPLAY',
  ]),
  state: commandStateSchema,
  /** UPPER_SNAKE reason of supply (ARREARS, SAFETY, MANUAL …). */
  reason: z.string(),
  /** UPPER_SNAKE cause of failure or refusal, when there is one. */
  cause: z.nullable(z.string()),
  /** Person's or rule's name as shown. */
  requestedBy: z.nullable(z.string()),
  /** Name of the second person who consented; null where none was needed. */
  approvedBy: z.nullable(z.string()),
  /** What a person gave as the reason: a code of the control panel or an alarm's rule, then `: ` and their own words. */
  why: z.nullable(z.string()),
  /** Of a cut for safety ordered out of an alarm: its rule, and what it measured, W; null for every other. */
  trip: z.nullable(tripSchema),
  createdAt: ms,
  changedAt: ms,
  /** A QUEUED command is held until then, so that it can be undone. */
  notBefore: z.nullable(ms),
  expiresAt: ms,
  /** End of the window in which telemetry must prove it. */
  proofBy: z.nullable(ms),
  /** Every state it entered, oldest first. */
  steps: z.array(z.object({ state: commandStateSchema, at: ms, note: z.nullable(z.string()) })),
});
export type LiveCommand = z.infer<typeof liveCommandSchema>;

export const helloSchema = z.object({
  bootId: word,
  serverTime: ms,
  campusZone: word,
  buildId: word,
});
export type Hello = z.infer<typeof helloSchema>;

/** Every 5 s. `rooms` names the newest sequence of each room that this socket is in, so that a loss in a quiet room shows. */
export const heartbeatSchema = z.object({
  bootId: word,
  serverTime: ms,
  /** When the newest reading of the campus reached us; null before the first. */
  dataAsOf: z.nullable(ms),
  rooms: z.record(z.string(), count),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

const numbered = { bootId: word, room: liveRoomSchema, seq: count };

/** All that a room shows, as one state; lists that a room does not have are empty. */
export const snapshotSchema = z.object({
  ...numbered,
  asOf: ms,
  rows: z.array(meterRowSchema),
  buildings: z.array(buildingRowSchema),
  campus: z.nullable(campusFiguresSchema),
  balances: z.array(balanceRowSchema),
  alarms: z.array(liveAlarmSchema),
  alarmSummary: z.nullable(alarmSummarySchema),
  commands: z.array(liveCommandSchema),
});
export type LiveSnapshot = z.infer<typeof snapshotSchema>;

/** Coalesced newest values since the last delta of the room. */
export const deltaSchema = z.object({
  ...numbered,
  asOf: ms,
  rows: z.array(meterRowSchema),
  buildings: z.array(buildingRowSchema),
  campus: z.nullable(campusFiguresSchema),
});
export type LiveDelta = z.infer<typeof deltaSchema>;

export const alarmEventSchema = z.object({
  ...numbered,
  alarm: liveAlarmSchema,
  summary: z.nullable(alarmSummarySchema),
});
export type AlarmEvent = z.infer<typeof alarmEventSchema>;

export const commandEventSchema = z.object({ ...numbered, command: liveCommandSchema });
export type CommandEvent = z.infer<typeof commandEventSchema>;

export const balanceEventSchema = z.object({ ...numbered, balances: z.array(balanceRowSchema) });
export type BalanceEvent = z.infer<typeof balanceEventSchema>;

export const roomRequestSchema = z.object({ room: liveRoomSchema });
export type RoomRequest = z.infer<typeof roomRequestSchema>;

/** Answer to `join`: refused rooms are named, not silent. */
export const joinAnswerSchema = z.union([
  z.object({ ok: z.literal(true), bootId: z.string(), seq: count }),
  z.object({ ok: z.literal(false), reason: z.enum(['FORBIDDEN', 'UNKNOWN_ROOM']) }),
]);
export type JoinAnswer = z.infer<typeof joinAnswerSchema>;

/** Socket.IO event map, server to browser. */
export interface ServerToClientEvents {
  hello: (event: Hello) => void;
  heartbeat: (event: Heartbeat) => void;
  snapshot: (event: LiveSnapshot) => void;
  delta: (event: LiveDelta) => void;
  alarm: (event: AlarmEvent) => void;
  command: (event: CommandEvent) => void;
  balance: (event: BalanceEvent) => void;
}

/** Socket.IO event map, browser to server. `snapshot` asks for a fresh snapshot of a joined room. */
export interface ClientToServerEvents {
  join: (request: RoomRequest, answer: (answer: JoinAnswer) => void) => void;
  leave: (request: RoomRequest) => void;
  snapshot: (request: RoomRequest) => void;
}
