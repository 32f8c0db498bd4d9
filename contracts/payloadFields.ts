import { parse as parseLossless } from 'lossless-json';

/**
 * Reading JSON payloads of meters: what the parsers of `mqttPayloads.ts`, `mqttMessages.ts` and the foreign profiles are made of.
 * A bad payload is data, not an exception: the functions return a named problem and never throw.
 */

/** Why a payload or one item of it is not accepted. */
export type PayloadErrorCode =
  | 'PAYLOAD_TOO_LARGE'
  | 'NOT_UTF8'
  | 'NOT_JSON'
  | 'NOT_AN_OBJECT'
  | 'NOT_AN_ARRAY'
  | 'UNSUPPORTED_VERSION'
  | 'EMPTY_BATCH'
  | 'BATCH_TOO_LARGE'
  | 'MISSING'
  | 'NOT_A_CODE'
  | 'NOT_A_NUMBER'
  | 'NOT_AN_INTEGER'
  | 'NOT_A_FLAG'
  | 'NOT_TEXT'
  | 'NOT_ALLOWED'
  | 'OUT_OF_RANGE'
  | 'TIMESTAMP_ABSURD'
  | 'REGISTER_NOT_DECIMAL'
  | 'REGISTER_NEGATIVE'
  | 'REGISTER_TOO_LARGE'
  | 'REGISTER_NOT_EXACT'
  | 'EMPTY_READING'
  | 'SENDER_MISMATCH'
  | 'TEXT_TOO_LONG'
  | 'TEXT_NOT_STORABLE'
  | 'TOO_DEEP'
  | 'TOO_MANY_FIELDS';

export interface PayloadError {
  /** Position in the batch; 0 for a single reading; null when the whole message is refused. */
  index: number | null;
  /** Meter of the item as far as it could be read. */
  meterCode: string | null;
  /** JSON pointer of the offending field; empty: the message itself. */
  field: string;
  code: PayloadErrorCode;
  /** One sentence for people. */
  message: string;
}

/**
 * Problem of one field, before it is known in which item it stands. A class, so that a payload with the same keys can't
 * pass for one.
 */
export class FieldProblem {
  constructor(
    readonly field: string,
    readonly code: PayloadErrorCode,
    readonly message: string,
  ) {}
}

export type JsonObject = Record<string, unknown>;

export const MAX_PAYLOAD_BYTES = 128 * 1024;
const UINT32_MAX = 0xffff_ffff;
/** 2000-01-01 and 2100-01-01 UTC: no meter of this system reported before or will after. */
const TS_MIN_MS = 946_684_800_000;
const TS_MAX_MS = 4_102_444_800_000;
const MAX_TEXT = 1_024;
const MAX_DEPTH = 8;
const MAX_FIELDS = 128;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** One step of a JSON pointer, escaped as RFC 6901 asks. */
export function pointer(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function problem(field: string, code: PayloadErrorCode, message: string): FieldProblem {
  return new FieldProblem(field, code, message);
}

/** Bytes to a JSON object and the text it was read from, or the reason why not. */
export function decodeObject(payload: Uint8Array): { text: string; value: JsonObject } | FieldProblem {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    return problem(
      '',
      'PAYLOAD_TOO_LARGE',
      `payload of ${payload.length} bytes exceeds ${MAX_PAYLOAD_BYTES}`,
    );
  }
  let text: string;
  try {
    text = decoder.decode(payload);
  } catch {
    return problem('', 'NOT_UTF8', 'payload is not valid UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return problem('', 'NOT_JSON', 'payload is not valid JSON');
  }
  if (!isObject(value)) return problem('', 'NOT_AN_OBJECT', 'payload is not a JSON object');
  return { text, value };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `v` must be 1: an unknown version is refused, not guessed. */
export function versionProblem(value: JsonObject): FieldProblem | null {
  if (value.v === 1) return null;
  return problem('/v', value.v === undefined ? 'MISSING' : 'UNSUPPORTED_VERSION', 'v must be 1');
}

export function isProblem(value: unknown): value is FieldProblem {
  return value instanceof FieldProblem;
}

/** A finite number in [min, max]. `number | problem`, told apart by typeof. */
export function numberIn(value: unknown, field: string, min: number, max: number): number | FieldProblem {
  if (typeof value !== 'number') return problem(field, 'NOT_A_NUMBER', 'must be a number');
  if (!(value >= min && value <= max)) {
    return problem(field, 'OUT_OF_RANGE', `must be from ${min} to ${max}`);
  }
  return value;
}

/** 0 or 1. */
export function flag(value: unknown, field: string): 0 | 1 | FieldProblem {
  return value === 0 || value === 1 ? value : problem(field, 'NOT_A_FLAG', 'must be 0 or 1');
}

/** ms UTC between 2000 and 2100. */
export function timestamp(value: unknown, field: string): number | FieldProblem {
  if (value === undefined || value === null) return problem(field, 'MISSING', 'is missing');
  if (typeof value !== 'number') return problem(field, 'NOT_A_NUMBER', 'must be ms since 1970 as a number');
  if (!Number.isInteger(value)) return problem(field, 'NOT_AN_INTEGER', 'must be whole milliseconds');
  if (value < TS_MIN_MS || value >= TS_MAX_MS) {
    return problem(field, 'TIMESTAMP_ABSURD', 'must lie between the years 2000 and 2100 (ms, not s)');
  }
  return value;
}

/** uint32, or null when absent. */
export function counter(value: unknown, field: string): number | null | FieldProblem {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number') return problem(field, 'NOT_A_NUMBER', 'must be a number');
  if (!Number.isInteger(value)) return problem(field, 'NOT_AN_INTEGER', 'must be an integer');
  if (value < 0 || value > UINT32_MAX)
    return problem(field, 'OUT_OF_RANGE', 'must fit 32 bits without a sign');
  return value;
}

const CODE_TEXT = /^[A-Za-z0-9_-]{1,32}$/;

/** Site-visible code of a meter or gateway. */
export function codeText(value: unknown, field: string): string | FieldProblem {
  if (value === undefined || value === null) return problem(field, 'MISSING', 'is missing');
  if (typeof value !== 'string') return problem(field, 'NOT_TEXT', 'must be text');
  return CODE_TEXT.test(value) ? value : problem(field, 'NOT_A_CODE', 'must match [A-Za-z0-9_-]{1,32}');
}

/** Text that PostgreSQL can hold: no NUL, no half surrogate pair. */
function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

/** Short free text, or null when absent. */
export function freeText(value: unknown, field: string, maxLength: number): string | null | FieldProblem {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') return problem(field, 'NOT_TEXT', 'must be text');
  if (value.length > maxLength) return problem(field, 'TEXT_TOO_LONG', `longer than ${maxLength} characters`);
  return isStorable(value)
    ? value
    : problem(field, 'TEXT_NOT_STORABLE', 'holds NUL or half a surrogate pair');
}

/** Whether an unknown value can be kept as it is: bounded in depth and size, storable as JSON. */
export function storableProblem(value: unknown, field: string, depth = 0): FieldProblem | null {
  if (typeof value === 'string') {
    const checked = freeText(value, field, MAX_TEXT);
    return isProblem(checked) ? checked : null;
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? null : problem(field, 'OUT_OF_RANGE', 'number is too large');
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= MAX_DEPTH) return problem(field, 'TOO_DEEP', `nested deeper than ${MAX_DEPTH}`);
  const entries = Object.entries(value);
  if (entries.length > MAX_FIELDS) return problem(field, 'TOO_MANY_FIELDS', `more than ${MAX_FIELDS} fields`);
  for (const [key, inner] of entries) {
    const found = keyProblem(key, field) ?? storableProblem(inner, field + pointer(key), depth + 1);
    if (found) return found;
  }
  return null;
}

/** Whether a field's name can be stored; reported at its parent, as the name itself is unusable. */
export function keyProblem(key: string, parent: string): FieldProblem | null {
  if (key.length > 64) return problem(parent, 'TEXT_TOO_LONG', 'a field name is longer than 64 characters');
  return isStorable(key) ? null : problem(parent, 'TEXT_NOT_STORABLE', 'a field name can not be stored');
}

/** What is in the ordinary range needs no closer look: at most 12 digits before the point. */
const PLAIN_REGISTER = /^\d{1,12}(?:\.\d{0,24})?$/;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const MAX_REGISTER_TEXT = 64;
/** µ values above 2^63 − 1 do not fit the column; as whole units that is 9.2e12. */
const MAX_REGISTER_DIGITS = 12;

/**
 * Checks the text of a register (kWh, kvarh or m³, an exponent allowed) without turning it into a number.
 * Returns null when it is a non-negative decimal below 1e12 units.
 */
export function registerProblem(text: string, field: string): FieldProblem | null {
  if (PLAIN_REGISTER.test(text)) return null;
  if (text.length > MAX_REGISTER_TEXT) {
    return problem(field, 'TEXT_TOO_LONG', `register text is longer than ${MAX_REGISTER_TEXT} characters`);
  }
  const match = DECIMAL.exec(text);
  const whole = match?.[2] ?? '';
  const digits = whole + (match?.[3] ?? '');
  if (!match || digits === '')
    return problem(field, 'REGISTER_NOT_DECIMAL', 'register is not a decimal number');
  const leadingZeros = /^0*/.exec(digits)![0].length;
  if (leadingZeros === digits.length) return null;
  if (match[1] === '-') return problem(field, 'REGISTER_NEGATIVE', 'register is negative');
  const wholeDigits = whole.length + Number(match[4] ?? 0) - leadingZeros;
  if (wholeDigits > MAX_REGISTER_DIGITS) {
    return problem(field, 'REGISTER_TOO_LARGE', `register has more than ${MAX_REGISTER_DIGITS} whole digits`);
  }
  return null;
}

/**
 * The same JSON with every number as the text in which it was written; null when it can't be read that way.
 * Slower than JSON.parse, so only used for messages whose registers are numbers.
 */
export function parseNumbersAsText(text: string): JsonObject | null {
  try {
    const value = parseLossless(text, null, {
      parseNumber: (numberText) => numberText,
      onDuplicateKey: ({ newValue }) => newValue,
    });
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
