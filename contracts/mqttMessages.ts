import type { CommandBody } from '../domain/supply/commandSignature';
import {
  codeText,
  counter,
  decodeObject,
  type FieldProblem,
  flag,
  freeText,
  isObject,
  isProblem,
  type JsonObject,
  numberIn,
  problem,
  storableProblem,
  timestamp,
  versionProblem,
} from './payloadFields';

/**
 * Payloads of the native dialect other than readings (those are in `mqttPayloads.ts`): presence, events and command
 * acknowledgements from meters, commands and time hints to them. Parsers never throw; a refusal names its field.
 */

/** Presence as a gateway or direct meter states it; its last will has the same form with `online` false. */
export interface ParsedStatus {
  online: boolean;
  /** Sender's clock; null when absent. A last will carries the time at which the connection began, not ended. */
  tsMs: number | null;
  boot: number | null;
  firmware: string | null;
  rssiDbm: number | null;
}

/** Something that happened at a meter or gateway. */
export interface ParsedMeterEvent {
  /** Meter it concerns; null when it concerns the sender itself. */
  meterCode: string | null;
  tsMs: number;
  boot: number | null;
  seq: number | null;
  /** UPPER_SNAKE name, e.g. COVER_OPEN. */
  name: string;
  /** True when the condition begins, false when it ends. */
  on: boolean;
  data: JsonObject | null;
}

export const ACK_STATES = ['accepted', 'done', 'failed', 'rejected', 'expired', 'dup'] as const;
export type AckState = (typeof ACK_STATES)[number];

/** A meter's answer to a command. */
export interface ParsedAck {
  commandId: string;
  /** Null when the sender left it out. */
  meterCode: string | null;
  state: AckState;
  /** Cause in the meter's words; empty when there is none. */
  code: string;
  tsMs: number | null;
  observed: { relay: 0 | 1 | null; valve: 0 | 1 | 2 | 3 | null; powerW: number | null };
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const EVENT_NAME = /^[A-Z][A-Z0-9_]{0,63}$/;

function decodeVersioned(payload: Uint8Array): JsonObject | FieldProblem {
  const decoded = decodeObject(payload);
  if (isProblem(decoded)) return decoded;
  return versionProblem(decoded.value) ?? decoded.value;
}

const optionalTimestamp = (value: unknown, field: string): number | null | FieldProblem =>
  value === undefined || value === null ? null : timestamp(value, field);

/** `{"v":1,"online":true,"ts":ms,"boot":n,"fw":"","rssi":-70}`; only `online` is required beside `v`. */
export function parseStatusPayload(payload: Uint8Array): ParsedStatus | FieldProblem {
  const value = decodeVersioned(payload);
  if (isProblem(value)) return value;
  if (typeof value.online !== 'boolean') {
    return problem(
      '/online',
      value.online === undefined ? 'MISSING' : 'NOT_ALLOWED',
      'must be true or false',
    );
  }
  const tsMs = optionalTimestamp(value.ts, '/ts');
  if (isProblem(tsMs)) return tsMs;
  const boot = counter(value.boot, '/boot');
  if (isProblem(boot)) return boot;
  const firmware = freeText(value.fw, '/fw', 64);
  if (isProblem(firmware)) return firmware;
  const rssiDbm =
    value.rssi === undefined || value.rssi === null ? null : numberIn(value.rssi, '/rssi', -300, 100);
  if (isProblem(rssiDbm)) return rssiDbm;
  return { online: value.online, tsMs, boot, firmware, rssiDbm };
}

/** `{"v":1,"id","ts","boot","seq","ev":"COVER_OPEN","on":true,"data":{}}`; `on` may be left out and then is true. */
export function parseEventPayload(payload: Uint8Array): ParsedMeterEvent | FieldProblem {
  const value = decodeVersioned(payload);
  if (isProblem(value)) return value;
  const meterCode = value.id === undefined || value.id === null ? null : codeText(value.id, '/id');
  if (isProblem(meterCode)) return meterCode;
  const tsMs = timestamp(value.ts, '/ts');
  if (isProblem(tsMs)) return tsMs;
  const boot = counter(value.boot, '/boot');
  if (isProblem(boot)) return boot;
  const seq = counter(value.seq, '/seq');
  if (isProblem(seq)) return seq;
  if (typeof value.ev !== 'string') {
    return problem('/ev', value.ev === undefined ? 'MISSING' : 'NOT_TEXT', 'must be the name of the event');
  }
  if (!EVENT_NAME.test(value.ev)) return problem('/ev', 'NOT_ALLOWED', 'must match [A-Z][A-Z0-9_]{0,63}');
  const on = value.on ?? true;
  if (typeof on !== 'boolean') return problem('/on', 'NOT_ALLOWED', 'must be true or false');
  const data = value.data ?? null;
  if (data !== null && !isObject(data)) return problem('/data', 'NOT_AN_OBJECT', 'must be an object');
  const stored = data === null ? null : storableProblem(data, '/data');
  if (stored) return stored;
  return { meterCode, tsMs, boot, seq, name: value.ev, on, data };
}

/** `{"v":1,"cmd":ULID,"id":"…","st":"done","code":"","ts":ms,"obs":{"relay":0,"p":0}}`. */
export function parseAckPayload(payload: Uint8Array): ParsedAck | FieldProblem {
  const value = decodeVersioned(payload);
  if (isProblem(value)) return value;
  if (typeof value.cmd !== 'string') {
    return problem('/cmd', value.cmd === undefined ? 'MISSING' : 'NOT_TEXT', 'must be the id of the command');
  }
  if (!ULID.test(value.cmd)) return problem('/cmd', 'NOT_ALLOWED', 'is not a ULID');
  const meterCode = value.id === undefined || value.id === null ? null : codeText(value.id, '/id');
  if (isProblem(meterCode)) return meterCode;
  const state = ACK_STATES.find((known) => known === value.st);
  if (state === undefined) {
    return problem(
      '/st',
      value.st === undefined ? 'MISSING' : 'NOT_ALLOWED',
      `must be one of ${ACK_STATES.join(', ')}`,
    );
  }
  const code = freeText(value.code, '/code', 64);
  if (isProblem(code)) return code;
  const tsMs = optionalTimestamp(value.ts, '/ts');
  if (isProblem(tsMs)) return tsMs;
  const observed = readObserved(value.obs);
  if (isProblem(observed)) return observed;
  return { commandId: value.cmd, meterCode, state, code: code ?? '', tsMs, observed };
}

function readObserved(value: unknown): ParsedAck['observed'] | FieldProblem {
  if (value === undefined || value === null) return { relay: null, valve: null, powerW: null };
  if (!isObject(value)) return problem('/obs', 'NOT_AN_OBJECT', 'must be an object');
  const relay = value.relay === undefined || value.relay === null ? null : flag(value.relay, '/obs/relay');
  if (isProblem(relay)) return relay;
  const powerW = value.p === undefined || value.p === null ? null : numberIn(value.p, '/obs/p', -1e9, 1e9);
  if (isProblem(powerW)) return powerW;
  const valve = value.valve ?? null;
  if (valve !== null && valve !== 0 && valve !== 1 && valve !== 2 && valve !== 3) {
    return problem('/obs/valve', 'NOT_ALLOWED', 'must be 0, 1, 2 or 3');
  }
  return { relay, valve, powerW };
}

/** What a meter can be asked to do, in the words of the wire. */
export const COMMAND_OPS = [
  'disconnect',
  'connect',
  'arm',
  'keep_power_on',
  'keep_power_off',
  'set_limit',
  'read',
  'read_log',
  'time_sync',
  'buzz',
  'valve_open',
  'valve_close',
  'display',
] as const;
export type CommandOp = (typeof COMMAND_OPS)[number];

/** A command as it travels. */
export type CommandWire = CommandBody & { readonly sig: string };

/** The body to sign; `iatMs` and `expMs` are those of the command row, so that a resend is the same text. */
export function buildCommandBody(command: {
  commandId: string;
  meterCode: string;
  op: CommandOp;
  args: CommandBody['args'];
  iatMs: number;
  expMs: number;
  why: string;
}): CommandBody {
  return {
    v: 1,
    cmd: command.commandId,
    id: command.meterCode,
    op: command.op,
    args: command.args,
    iat: command.iatMs,
    exp: command.expMs,
    why: command.why.toLowerCase(),
  };
}

/** Payload of `dn/cmd`. */
export function buildCommandPayload(command: CommandWire): string {
  return JSON.stringify(command);
}

/** Payload of `dn/time`: what the clock of the meter should say now. */
export function buildTimePayload(nowMs: number): string {
  return JSON.stringify({ ts: nowMs });
}

/** Expiry of a command as it travels, for a broker that must not hand out what has expired; null when unreadable. */
export function expiryOfCommandPayload(payload: Uint8Array): number | null {
  const decoded = decodeObject(payload);
  if (isProblem(decoded)) return null;
  return typeof decoded.value.exp === 'number' ? decoded.value.exp : null;
}
