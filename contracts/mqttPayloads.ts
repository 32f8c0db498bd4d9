import { CHANNELS, type Channel } from '../domain/metering/reading';
import {
  codeText,
  counter,
  decodeObject,
  type FieldProblem,
  flag,
  isObject,
  isProblem,
  type JsonObject,
  keyProblem,
  numberIn,
  type PayloadError,
  parseNumbersAsText,
  pointer,
  problem,
  registerProblem,
  storableProblem,
  timestamp,
  versionProblem,
} from './payloadFields';

/** One reading as a meter reported it. Absent quantities are null: never zero, never guessed. */
export interface ParsedReading {
  meterCode: string;
  /** Time of the sender's clock, ms UTC; null when it has none, so that the arrival time counts. */
  tsMs: number | null;
  /** Restarts of the sender, and its message number since then (uint32). */
  boot: number | null;
  seq: number | null;
  /** Decimal text exactly as sent, in kWh, kvarh or m³; never passed through a float. */
  registers: Partial<Record<Channel, string>>;
  /** Active power in W, negative when feeding in; the sum of pa, pb and pc when only these were sent. */
  powerW: number | null;
  voltageV: number | null;
  currentA: number | null;
  /** Power factor, −1..1. */
  pf: number | null;
  /** 1: contact closed, supply on. */
  relay: 0 | 1 | null;
  /** 0 closed, 1 open, 2 moving, 3 fault. */
  valve: 0 | 1 | 2 | 3 | null;
  /** Every other field under its wire name; null when there is none. */
  extra: JsonObject | null;
  /** Changes when the meter itself says that its registers began anew; null when it does not tell. */
  epochMark: string | null;
}

export interface ParsedData {
  /** Gateway that a batch names, null for a single reading. */
  gatewayCode: string | null;
  /** Message number of the sender, for gap detection; null when absent. */
  boot: number | null;
  seq: number | null;
  readings: ParsedReading[];
  /** Items that can't be accepted; their neighbours stand in `readings`. */
  errors: PayloadError[];
}

export const MAX_BATCH_READINGS = 200;

type Measure = 'powerW' | 'voltageV' | 'currentA' | 'pf';
type Field =
  | { kind: 'HEADER' }
  | { kind: 'REGISTER'; channel: Channel }
  | { kind: 'MEASURE'; target: Measure; min: number; max: number }
  | { kind: 'RELAY' }
  | { kind: 'VALVE' }
  | { kind: 'FLAG' }
  | { kind: 'NUMBER'; min: number; max: number };

const header: Field = { kind: 'HEADER' };
const anyNumber = (min: number, max: number): Field => ({ kind: 'NUMBER', min, max });
const measure = (target: Measure, min: number, max: number): Field => ({
  kind: 'MEASURE',
  target,
  min,
  max,
});

/** Generous physical bounds: beyond them a value is a fault of the sender, not a measurement. */
const POWER_MAX_W = 1e9;
const VOLTAGE_MAX_V = 1e6;
const CURRENT_MAX_A = 1e6;

const FIELDS = new Map<string, Field>([
  ...['v', 'id', 'ts', 'boot', 'seq'].map((key): [string, Field] => [key, header]),
  ...CHANNELS.map((channel): [string, Field] => [channel.toLowerCase(), { kind: 'REGISTER', channel }]),
  ['p', measure('powerW', -POWER_MAX_W, POWER_MAX_W)],
  ['u', measure('voltageV', 0, VOLTAGE_MAX_V)],
  ['i', measure('currentA', -CURRENT_MAX_A, CURRENT_MAX_A)],
  ['pf', measure('pf', -1, 1)],
  ['relay', { kind: 'RELAY' }],
  ['valve', { kind: 'VALVE' }],
  ...['pa', 'pb', 'pc', 'q', 's'].map((key): [string, Field] => [key, anyNumber(-POWER_MAX_W, POWER_MAX_W)]),
  ...['ua', 'ub', 'uc'].map((key): [string, Field] => [key, anyNumber(0, VOLTAGE_MAX_V)]),
  ...['ia', 'ib', 'ic', 'in', 'ires'].map((key): [string, Field] => [
    key,
    anyNumber(-CURRENT_MAX_A, CURRENT_MAX_A),
  ]),
  ['f', anyNumber(0, 1_000)],
  ['flow', anyNumber(-1e6, 1e6)],
  ['ch4', anyNumber(0, 100)],
  ['press', anyNumber(-1e6, 1e6)],
  ['temp', anyNumber(-273.15, 2_000)],
  ['bat', anyNumber(0, 1_000)],
  ['rssi', anyNumber(-300, 100)],
  ...['relay_cmd', 'cover', 'mag', 'rev', 'batlow', 'ilock', 'detfault'].map((key): [string, Field] => [
    key,
    { kind: 'FLAG' },
  ]),
]);

const MAX_ITEM_FIELDS = 96;

/** What an item takes over from its message when it does not say so itself. */
export interface ItemDefaults {
  tsMs: number | null;
  boot: number | null;
  /** Meter that a message without `id` speaks of; null: `id` is required. */
  meterCode: string | null;
  /** The sender has no clock: an item without `ts` is dated by its arrival. */
  clockless?: boolean;
}

/**
 * Reads one reading object of the native dialect; foreign profiles build such an object and read it here, so that the
 * bounds are the same. `registerTexts` yields the text of a register that was written as a JSON number, null when unknown.
 */
export function readReading(
  item: JsonObject,
  defaults: ItemDefaults,
  registerTexts: (key: string) => string | null,
): ParsedReading | FieldProblem {
  const meterCode =
    item.id === undefined && defaults.meterCode !== null ? defaults.meterCode : codeText(item.id, '/id');
  if (typeof meterCode !== 'string') return meterCode;
  const tsMs = timeOf(item, defaults);
  if (isProblem(tsMs)) return tsMs;
  const boot = counter(item.boot, '/boot');
  if (isProblem(boot)) return boot;
  const seq = counter(item.seq, '/seq');
  if (isProblem(seq)) return seq;
  const reading: ParsedReading = {
    meterCode,
    tsMs,
    boot: boot ?? defaults.boot,
    seq,
    registers: {},
    powerW: null,
    voltageV: null,
    currentA: null,
    pf: null,
    relay: null,
    valve: null,
    extra: null,
    epochMark: null,
  };
  const keys = Object.keys(item);
  if (keys.length > MAX_ITEM_FIELDS) {
    return problem('', 'TOO_MANY_FIELDS', `more than ${MAX_ITEM_FIELDS} fields in one reading`);
  }
  let measured = false;
  for (const key of keys) {
    const field = FIELDS.get(key);
    if (field === header) continue;
    const value = item[key];
    if (value === null) continue;
    const found = readField(reading, key, field, value, registerTexts);
    if (found) return found;
    if (field) measured = true;
  }
  if (!measured) return problem('', 'EMPTY_READING', 'reading holds no register and no measured value');
  sumPhases(reading);
  return reading;
}

function timeOf(item: JsonObject, defaults: ItemDefaults): number | null | FieldProblem {
  if (item.ts === undefined && (defaults.tsMs !== null || defaults.clockless)) return defaults.tsMs;
  return timestamp(item.ts, '/ts');
}

function readField(
  reading: ParsedReading,
  key: string,
  field: Field | undefined,
  value: unknown,
  registerTexts: (key: string) => string | null,
): FieldProblem | null {
  if (field === undefined) {
    const found = keyProblem(key, '') ?? storableProblem(value, pointer(key));
    if (found) return found;
    keepExtra(reading, key, value);
    return null;
  }
  const at = `/${key}`;
  switch (field.kind) {
    case 'HEADER':
      return null;
    case 'REGISTER': {
      const text = typeof value === 'number' ? registerTexts(key) : value;
      if (text === null)
        return problem(at, 'REGISTER_NOT_EXACT', 'the digits of this number can not be kept');
      if (typeof text !== 'string') {
        return problem(at, 'REGISTER_NOT_DECIMAL', 'register must be decimal text or a number');
      }
      const found = registerProblem(text, at);
      if (found) return found;
      reading.registers[field.channel] = text;
      return null;
    }
    case 'MEASURE': {
      const read = numberIn(value, at, field.min, field.max);
      if (typeof read !== 'number') return read;
      reading[field.target] = read;
      return null;
    }
    case 'RELAY': {
      const read = flag(value, at);
      if (typeof read !== 'number') return read;
      reading.relay = read;
      return null;
    }
    case 'VALVE':
      if (value !== 0 && value !== 1 && value !== 2 && value !== 3) {
        return problem(at, 'NOT_ALLOWED', 'valve must be 0, 1, 2 or 3');
      }
      reading.valve = value;
      return null;
    case 'FLAG': {
      const read = flag(value, at);
      if (typeof read !== 'number') return read;
      keepExtra(reading, key, read);
      return null;
    }
    case 'NUMBER': {
      const read = numberIn(value, at, field.min, field.max);
      if (typeof read !== 'number') return read;
      keepExtra(reading, key, read);
      return null;
    }
  }
}

function keepExtra(reading: ParsedReading, key: string, value: unknown): void {
  // No prototype, so that a field named __proto__ is a field like any other.
  reading.extra ??= Object.create(null) as JsonObject;
  reading.extra[key] = value;
}

function sumPhases(reading: ParsedReading): void {
  if (reading.powerW !== null || reading.extra === null) return;
  const { pa, pb, pc } = reading.extra;
  if (typeof pa === 'number' && typeof pb === 'number' && typeof pc === 'number') {
    reading.powerW = pa + pb + pc;
  }
}

/** Sender of a data message, from its topic. */
export interface DataSender {
  kind: 'GATEWAY' | 'METER';
  code: string;
}

const refused = (found: FieldProblem): ParsedData => ({
  gatewayCode: null,
  boot: null,
  seq: null,
  readings: [],
  errors: [{ index: null, meterCode: null, field: found.field, code: found.code, message: found.message }],
});

/** Reads the payload of `up/data`, single or batch. Never throws; every refusal names its field. */
export function parseDataPayload(payload: Uint8Array, sender: DataSender): ParsedData {
  const decoded = decodeObject(payload);
  if (isProblem(decoded)) return refused(decoded);
  const { value, text } = decoded;
  const version = versionProblem(value);
  if (version) return refused(version);
  const exact = exactTexts(text);
  return value.r === undefined ? readSingle(value, sender, exact) : readBatch(value, value.r, sender, exact);
}

function readSingle(value: JsonObject, sender: DataSender, exact: () => JsonObject | null): ParsedData {
  const meterCode = sender.kind === 'METER' ? sender.code : null;
  const read = readReading(value, { tsMs: null, boot: null, meterCode }, (key) => textIn(exact(), key));
  const failed = isProblem(read) ? read : senderProblem(read, sender);
  return {
    gatewayCode: null,
    boot: isProblem(read) ? null : read.boot,
    seq: isProblem(read) ? null : read.seq,
    readings: failed || isProblem(read) ? [] : [read],
    errors: failed ? [itemError(failed, 0, value, '')] : [],
  };
}

function readBatch(
  value: JsonObject,
  items: unknown,
  sender: DataSender,
  exact: () => JsonObject | null,
): ParsedData {
  if (!Array.isArray(items)) return refused(problem('/r', 'NOT_AN_ARRAY', 'r must be an array of readings'));
  if (items.length === 0) return refused(problem('/r', 'EMPTY_BATCH', 'batch holds no reading'));
  if (items.length > MAX_BATCH_READINGS) {
    return refused(
      problem('/r', 'BATCH_TOO_LARGE', `${items.length} readings exceed the limit of ${MAX_BATCH_READINGS}`),
    );
  }
  const gatewayCode = value.gw === undefined || value.gw === null ? null : codeText(value.gw, '/gw');
  if (isProblem(gatewayCode)) return refused(gatewayCode);
  if (gatewayCode !== null && (sender.kind !== 'GATEWAY' || gatewayCode !== sender.code)) {
    return refused(problem('/gw', 'SENDER_MISMATCH', 'gw is not the gateway of the topic'));
  }
  const tsMs = value.ts === undefined || value.ts === null ? null : timestamp(value.ts, '/ts');
  if (isProblem(tsMs)) return refused(tsMs);
  const boot = counter(value.boot, '/boot');
  if (isProblem(boot)) return refused(boot);
  const seq = counter(value.seq, '/seq');
  if (isProblem(seq)) return refused(seq);
  const data: ParsedData = { gatewayCode, boot, seq, readings: [], errors: [] };
  const defaults: ItemDefaults = { tsMs, boot, meterCode: sender.kind === 'METER' ? sender.code : null };
  for (let index = 0; index < items.length; index++) {
    const item: unknown = items[index];
    const base = `/r/${index}`;
    if (!isObject(item)) {
      const found = problem('', 'NOT_AN_OBJECT', 'reading is not an object');
      data.errors.push(itemError(found, index, null, base));
      continue;
    }
    const read = readReading(item, defaults, (key) => textIn(itemOf(exact(), index), key));
    const failed = isProblem(read) ? read : senderProblem(read, sender);
    if (failed) data.errors.push(itemError(failed, index, item, base));
    else if (!isProblem(read)) data.readings.push(read);
  }
  return data;
}

/** A direct meter speaks for itself only; which meters a gateway may report is known to the database. */
function senderProblem(reading: ParsedReading, sender: DataSender): FieldProblem | null {
  if (sender.kind === 'GATEWAY' || reading.meterCode === sender.code) return null;
  return problem('/id', 'SENDER_MISMATCH', 'id is not the meter of the topic');
}

function itemError(found: FieldProblem, index: number, item: JsonObject | null, base: string): PayloadError {
  const code = codeText(item?.id, '/id');
  return {
    index,
    meterCode: typeof code === 'string' ? code : null,
    field: base + found.field,
    code: found.code,
    message: found.message,
  };
}

/** The number-preserving form of a message, made at most once and only when a register was sent as a number. */
function exactTexts(text: string): () => JsonObject | null {
  let made: JsonObject | null | undefined;
  return () => {
    if (made === undefined) made = parseNumbersAsText(text);
    return made;
  };
}

function itemOf(message: JsonObject | null, index: number): JsonObject | null {
  const items = message?.r;
  const item: unknown = Array.isArray(items) ? items[index] : null;
  return isObject(item) ? item : null;
}

function textIn(item: JsonObject | null, key: string): string | null {
  const value = item?.[key];
  return typeof value === 'string' ? value : null;
}
