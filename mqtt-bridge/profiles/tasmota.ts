import { type TasmotaPrefix, tasmotaBase } from '../../contracts/foreignTopics';
import { type ParsedData, type ParsedReading, readReading } from '../../contracts/mqttPayloads';
import {
  decodeObject,
  type FieldProblem,
  isObject,
  isProblem,
  type JsonObject,
  parseNumbersAsText,
  problem,
} from '../../contracts/payloadFields';
import { microFromText, textFromMicro } from '../../domain/units';
import type { OutgoingCommand } from '../../engine/dispatchCommand';
import type { ForeignMeter } from '../enginePort';
import type { Publication } from '../sources/source';
import type { MeterMessage, MeterProfile, ProfileInput, ProfileRefusal } from './profile';
import { tasmotaTime } from './tasmotaTime';

/**
 * Plugs and relays with the Tasmota firmware. Options of the meter: `topic` (default the meter's code), `fullTopic`
 * (default `%prefix%/%topic%/`), both as contracts/foreignTopics.ts allows, `timeZone` (IANA; without it readings are dated by
 * their arrival), `relay` (number of the relay on a multi-channel meter, default the only one).
 *
 * The firmware knows neither signature nor expiry and repeats a retained POWER at every start, over its own PowerOnState:
 * so POWER goes out with QoS 0, once, never retained.
 */
const baseOf = ({ meterCode, options }: ForeignMeter, prefix: TasmotaPrefix): string =>
  tasmotaBase(meterCode, options, prefix);

function textOption(meter: ForeignMeter, key: string): string | null {
  const value = meter.options[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

const powerLeaf = (meter: ForeignMeter): string =>
  typeof meter.options.relay === 'number' ? `POWER${meter.options.relay}` : 'POWER';

export const tasmotaProfile: MeterProfile<ForeignMeter> = {
  name: 'tasmota',
  checksExpiry: false,

  read(message: ProfileInput, meter: ForeignMeter): MeterMessage[] {
    const leaf = message.topic.slice(message.topic.lastIndexOf('/') + 1);
    const isTele = message.topic.startsWith(baseOf(meter, 'tele'));
    if (isTele && leaf === 'LWT') return [readPresence(message.payload)];
    if (isTele && leaf === 'SENSOR') return readSensor(message, meter, (value) => value, '');
    if (isTele && leaf === 'STATE') return readState(message, meter);
    if (!isTele && leaf === 'STATUS10') {
      return readSensor(message, meter, (value) => value.StatusSNS, '/StatusSNS');
    }
    if (!isTele && leaf === powerLeaf(meter)) return readPower(message.payload, meter);
    return [];
  },

  command(command: OutgoingCommand, meter: ForeignMeter): Publication[] | ProfileRefusal {
    const power = `${baseOf(meter, 'cmnd')}${powerLeaf(meter)}`;
    switch (command.op) {
      case 'connect':
        return [{ topic: power, payload: 'ON', qos: 0, expiresMs: command.expiresMs }];
      case 'disconnect':
        return [{ topic: power, payload: 'OFF', qos: 0, expiresMs: command.expiresMs }];
      case 'read':
        return [readRequest(meter)];
      default:
        return { refused: 'NOT_SUPPORTED' };
    }
  },

  askReading(_command: OutgoingCommand, meter: ForeignMeter): Publication[] {
    return [readRequest(meter)];
  },
};

function readRequest(meter: ForeignMeter): Publication {
  return { topic: `${baseOf(meter, 'cmnd')}Status`, payload: '10', qos: 0, expiresMs: null };
}

function readPresence(payload: Uint8Array): MeterMessage {
  const text = Buffer.from(payload).toString('latin1');
  if (text !== 'Online' && text !== 'Offline') {
    return refused(problem('', 'NOT_ALLOWED', 'LWT must be Online or Offline'));
  }
  return {
    kind: 'STATUS',
    status: { online: text === 'Online', tsMs: null, boot: null, firmware: null, rssiDbm: null },
  };
}

function relayOf(value: unknown): 0 | 1 | null {
  return value === 'ON' ? 1 : value === 'OFF' ? 0 : null;
}

function readPower(payload: Uint8Array, meter: ForeignMeter): MeterMessage[] {
  const relay = relayOf(Buffer.from(payload).toString('latin1'));
  if (relay === null) return [refused(problem('', 'NOT_ALLOWED', 'POWER must be ON or OFF'))];
  return [{ kind: 'RELAY', relay }, dataOf({ relay }, meter, null, null)];
}

function readState({ payload, rxMs }: ProfileInput, meter: ForeignMeter): MeterMessage[] {
  const decoded = decodeObject(payload);
  if (isProblem(decoded)) return [refused(decoded)];
  const relay = relayOf(decoded.value[powerLeaf(meter)] ?? decoded.value.POWER);
  if (relay === null) return [];
  const tsMs = tasmotaTime(decoded.value.Time, textOption(meter, 'timeZone'), rxMs);
  const wifi = decoded.value.Wifi;
  const signal = isObject(wifi) && typeof wifi.Signal === 'number' ? { rssi: wifi.Signal } : {};
  return [dataOf({ relay, ...signal }, meter, tsMs, null)];
}

function readSensor(
  { payload, rxMs }: ProfileInput,
  meter: ForeignMeter,
  inner: (value: JsonObject) => unknown,
  base: string,
): MeterMessage[] {
  const decoded = decodeObject(payload);
  if (isProblem(decoded)) return [refused(decoded)];
  const sensor = inner(decoded.value);
  const exact = parseNumbersAsText(decoded.text);
  const exactSensor = exact === null ? null : inner(exact);
  if (!isObject(sensor)) return [refused(problem(base, 'NOT_AN_OBJECT', 'must be an object'))];
  // A sensor without energy (temperature only) is no concern of ours.
  if (sensor.ENERGY === undefined) return [];
  const texts = isObject(exactSensor) ? exactSensor.ENERGY : null;
  if (!isObject(sensor.ENERGY) || !isObject(texts)) {
    return [refused(problem(`${base}/ENERGY`, 'NOT_AN_OBJECT', 'must be an object'))];
  }
  const item = energyItem(sensor.ENERGY, texts);
  const mark = typeof sensor.ENERGY.TotalStartTime === 'string' ? sensor.ENERGY.TotalStartTime : null;
  const tsMs = tasmotaTime(sensor.Time, textOption(meter, 'timeZone'), rxMs);
  return [dataOf(item, meter, tsMs, mark, `${base}/ENERGY`)];
}

const PHASES = ['a', 'b', 'c'] as const;
/** Native field to the firmware's name, also used to name the field of a refusal. */
const NAMES: Readonly<Record<string, string>> = {
  ea: 'Total',
  ee: 'ExportActive',
  p: 'Power',
  s: 'ApparentPower',
  q: 'ReactivePower',
  pf: 'Factor',
  u: 'Voltage',
  i: 'Current',
};

/** An ENERGY object in native words. Three-phase builds send arrays: registers and powers are summed, the rest kept per phase. */
function energyItem(energy: JsonObject, texts: JsonObject): JsonObject {
  const item: JsonObject = {};
  for (const key of ['ea', 'ee']) {
    const text = texts[NAMES[key]];
    item[key] = Array.isArray(text) ? sumOfTexts(text) : text;
  }
  for (const key of ['p', 's', 'q']) {
    const value = energy[NAMES[key]];
    item[key] = Array.isArray(value) ? sumOfNumbers(value) : value;
  }
  if (Array.isArray(energy.Power) && energy.Power.length === 3) spread(item, 'p', energy.Power);
  for (const key of ['u', 'i']) {
    const value = energy[NAMES[key]];
    if (Array.isArray(value)) spread(item, key, value);
    else item[key] = value;
  }
  if (Array.isArray(energy.Factor)) item.pf_phases = energy.Factor;
  else item.pf = energy.Factor;
  if (Array.isArray(texts.TotalTariff)) {
    texts.TotalTariff.slice(0, 4).forEach((text: unknown, at) => {
      item[`ea_t${at + 1}`] = text;
    });
  }
  for (const key of Object.keys(item)) if (item[key] === undefined) delete item[key];
  return item;
}

function spread(item: JsonObject, key: string, values: unknown[]): void {
  for (const [at, phase] of PHASES.entries()) {
    if (values[at] !== undefined) item[key + phase] = values[at];
  }
}

/** Sum of register texts; anything unreadable is passed on as it is, so that the reader refuses it by name. */
function sumOfTexts(texts: unknown[]): unknown {
  let sum = 0n;
  for (const text of texts) {
    const micro = typeof text === 'string' ? microFromText(text) : null;
    if (micro === null || micro < 0n) return text;
    sum += micro;
  }
  return textFromMicro(sum);
}

function sumOfNumbers(values: unknown[]): unknown {
  let sum = 0;
  for (const value of values) {
    if (typeof value !== 'number') return value;
    sum += value;
  }
  return sum;
}

function dataOf(
  item: JsonObject,
  meter: ForeignMeter,
  tsMs: number | null,
  epochMark: string | null,
  base = '',
): MeterMessage {
  const defaults = { tsMs, boot: null, meterCode: meter.meterCode, clockless: true };
  const read = readReading(item, defaults, () => null);
  const data: ParsedData = { gatewayCode: null, boot: null, seq: null, readings: [], errors: [] };
  if (isProblem(read)) {
    const native = read.field.slice(1);
    const field = `${base}/${NAMES[native] ?? native}`;
    data.errors.push({
      index: 0,
      meterCode: meter.meterCode,
      field,
      code: read.code,
      message: read.message,
    });
  } else {
    data.readings.push({ ...read, epochMark } satisfies ParsedReading);
  }
  return { kind: 'DATA', data };
}

function refused(found: FieldProblem): MeterMessage {
  return { kind: 'REFUSED', reason: found.code, field: found.field, detail: found.message };
}
