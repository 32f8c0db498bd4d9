import type { AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import type { SimulatedMeter } from '../../simulator/fleet/simulatedMeter';
import type { IncidentKind } from './incidentKind';

/** What is done to meters of a seeded month, so that the rules can be scored on it. */

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const profileOf = ({ load: { traits } }: SimulatedMeter) =>
  traits.load.kind === 'CURVE' ? traits.load.profile : null;
/** Mean use of a day; 0 for a feeder. */
const dayKwh = ({ load: { traits } }: SimulatedMeter) =>
  traits.load.kind === 'CURVE' ? traits.load.dayMicro / 1e6 : 0;
const electric = ({ load: { traits } }: SimulatedMeter) => traits.utility === 'ELECTRICITY';
const single = (meter: SimulatedMeter) => electric(meter) && meter.load.traits.phases === 1;
const room = (meter: SimulatedMeter) => single(meter) && meter.load.traits.limitW !== null;
const gas = ({ load: { traits } }: SimulatedMeter) => traits.utility === 'GAS';
const flatWater = (meter: SimulatedMeter) => profileOf(meter) === 'WATER_FLAT';
/** Offices in which more is drawn by day than the incident adds by night: what idles more than it works is no waste of a night. */
const largeOffice = (meter: SimulatedMeter) => profileOf(meter) === 'OFFICE' && dayKwh(meter) >= 50;
const feeder = (meter: SimulatedMeter) => meter.load.children.length > 0;

const DAY: readonly [number, number] = [0, 24];
const EVENING: readonly [number, number] = [18, 22];
/** Current by day that is well above what an imbalance is judged from: 10 % of a rating of 100 A. */
const LOADED_A = 15;
const loaded = (meter: SimulatedMeter) => (1_000 * dayKwh(meter)) / 24 / (3 * 230) >= LOADED_A;
/** Any larger load may stand out from the usual use as well, and fill the feeder above it. */
const USE: readonly AlarmRuleCode[] = ['CONSUMPTION_ANOMALY', 'IDLE_WASTE', 'FEEDER_80', 'FEEDER_OVERLOAD'];

/** 300 incidents, and as many false twins as fit beside them. */
export const INCIDENT_KINDS: readonly IncidentKind[] = [
  {
    name: 'a room over its limit',
    count: 35,
    rule: 'OVERLOAD',
    also: [...USE, 'FORBIDDEN_LOAD'],
    fault: 'overload',
    params: { factor: 1.4 },
    forMs: [2 * MINUTE_MS, 30 * MINUTE_MS],
    hours: DAY,
    at: room,
  },
  {
    name: 'a heater in a room',
    count: 35,
    rule: 'FORBIDDEN_LOAD',
    also: [...USE, 'OVERLOAD'],
    fault: 'forbiddenHeater',
    params: { powerW: 1_200 },
    forMs: [10 * MINUTE_MS, 40 * MINUTE_MS],
    hours: EVENING,
    at: room,
  },
  {
    name: 'a phase over its rating',
    count: 15,
    rule: 'OVER_CURRENT',
    also: [...USE, 'OVERLOAD', 'FORBIDDEN_LOAD'],
    fault: 'overload',
    params: { powerW: 16_000 },
    forMs: [5 * MINUTE_MS, 20 * MINUTE_MS],
    hours: DAY,
    at: (meter) => single(meter) && !feeder(meter),
  },
  {
    name: 'voltage too low',
    count: 20,
    rule: 'VOLTAGE_RANGE',
    also: [],
    fault: 'voltage',
    params: { factor: 0.86 },
    forMs: [3 * MINUTE_MS, HOUR_MS],
    hours: DAY,
    at: electric,
  },
  {
    name: 'current to earth',
    count: 20,
    rule: 'LEAKAGE',
    also: [],
    fault: 'leakage',
    forMs: [2 * MINUTE_MS, HOUR_MS],
    hours: DAY,
    at: electric,
  },
  {
    name: 'a cover opened',
    count: 15,
    rule: 'TAMPER',
    also: [],
    fault: 'coverOpen',
    forMs: [MINUTE_MS, 20 * MINUTE_MS],
    hours: DAY,
    at: () => true,
  },
  {
    name: 'neutral led past the meter',
    count: 15,
    rule: 'NEUTRAL_CURRENT',
    also: [],
    fault: 'neutralBypass',
    forMs: [HOUR_MS, DAY_MS],
    hours: EVENING,
    at: room,
  },
  {
    name: 'a meter turned round',
    count: 15,
    rule: 'REVERSE_ENERGY',
    also: [...USE, 'NON_TECHNICAL_LOSS'],
    fault: 'reversed',
    forMs: [DAY_MS, 2 * DAY_MS],
    hours: EVENING,
    at: room,
  },
  {
    name: 'phases out of balance',
    count: 15,
    rule: 'PHASE_IMBALANCE',
    also: [],
    fault: 'imbalance',
    forMs: [2 * HOUR_MS, 6 * HOUR_MS],
    hours: [9, 15],
    at: (meter) => electric(meter) && meter.load.traits.phases === 3 && loaded(meter),
  },
  {
    name: 'a frozen meter',
    count: 20,
    rule: 'FROZEN_REGISTER',
    also: [...USE, 'NON_TECHNICAL_LOSS'],
    fault: 'frozen',
    forMs: [6 * HOUR_MS, 12 * HOUR_MS],
    hours: EVENING,
    at: room,
  },
  {
    name: 'messages that never came',
    count: 10,
    rule: 'SEQUENCE_GAPS',
    also: [],
    fault: null,
    trouble: { lostShare: 0.2 },
    forMs: [12 * HOUR_MS, DAY_MS],
    hours: DAY,
    at: room,
  },
  {
    name: 'a sender that restarts again and again',
    count: 10,
    rule: 'REBOOT_LOOP',
    also: [],
    fault: null,
    trouble: { restartEveryMs: 5 * MINUTE_MS },
    forMs: [HOUR_MS, 2 * HOUR_MS],
    hours: DAY,
    at: room,
  },
  {
    name: 'gas in the air',
    count: 10,
    rule: 'GAS_LEAK',
    also: [],
    fault: 'gasLeak',
    forMs: [MINUTE_MS, 20 * MINUTE_MS],
    hours: DAY,
    at: gas,
  },
  {
    name: 'gas that trickles',
    count: 5,
    rule: 'GAS_LEAK',
    also: [],
    fault: 'leak',
    params: { flowM3h: 0.02 },
    forMs: [4 * HOUR_MS, 6 * HOUR_MS],
    hours: [0, 2],
    at: (meter) => profileOf(meter) === 'GAS_FLAT',
  },
  {
    name: 'a pipe that burst',
    count: 10,
    rule: 'WATER_BURST',
    also: ['WATER_LEAK'],
    fault: 'leak',
    params: { flowM3h: 1.5 },
    forMs: [10 * MINUTE_MS, HOUR_MS],
    hours: DAY,
    at: flatWater,
  },
  {
    name: 'a cistern that runs',
    count: 15,
    rule: 'WATER_LEAK',
    also: [],
    fault: 'leak',
    params: { flowM3h: 0.04 },
    forMs: [3 * DAY_MS, 5 * DAY_MS],
    hours: DAY,
    untilDay: 24,
    at: flatWater,
  },
  {
    name: 'use far above the usual',
    count: 20,
    rule: 'CONSUMPTION_ANOMALY',
    also: [...USE, 'OVERLOAD', 'OVER_CURRENT'],
    fault: 'extraLoad',
    params: { factor: 2.5 },
    forMs: [5 * HOUR_MS, 10 * HOUR_MS],
    hours: [8, 16],
    at: (meter) =>
      !feeder(meter) && ['LABORATORY', 'OFFICE', 'READING_HALL'].includes(profileOf(meter) ?? ''),
  },
  {
    name: 'an office that runs by night',
    count: 8,
    rule: 'IDLE_WASTE',
    also: [...USE, 'OVERLOAD'],
    fault: 'forbiddenHeater',
    params: { powerW: 3_500, powerFactor: 0.9 },
    forMs: [5 * DAY_MS, 7 * DAY_MS],
    hours: [16, 20],
    untilDay: 22,
    at: largeOffice,
  },
  {
    name: 'energy that leaves a feeder unmetered',
    count: 7,
    rule: 'NON_TECHNICAL_LOSS',
    also: [...USE],
    fault: null,
    unmeteredW: 2_000,
    forMs: [6 * DAY_MS, 8 * DAY_MS],
    hours: DAY,
    untilDay: 20,
    at: (meter) => feeder(meter) && meter.load.infeeds.length === 0,
  },
  {
    name: 'a vacuum cleaner',
    count: 100,
    rule: null,
    also: [],
    fault: 'forbiddenHeater',
    params: { powerW: 900, powerFactor: 0.96 },
    forMs: [2 * MINUTE_MS, 20 * MINUTE_MS],
    hours: [9, 21],
    at: (meter) => room(meter) && (meter.load.traits.limitW ?? 0) >= 2_000,
  },
  {
    name: 'a sender that restarts once',
    count: 60,
    rule: null,
    also: [],
    fault: null,
    trouble: { restartEveryMs: DAY_MS },
    forMs: [MINUTE_MS, MINUTE_MS],
    hours: DAY,
    at: room,
  },
  {
    name: 'an ice maker by night',
    count: 30,
    rule: null,
    also: [],
    fault: 'leak',
    params: { flowM3h: 0.02 },
    forMs: [30 * MINUTE_MS, 90 * MINUTE_MS],
    hours: [1, 4],
    at: flatWater,
  },
  {
    name: 'an hour without messages',
    count: 60,
    rule: null,
    also: [],
    fault: 'silent',
    forMs: [20 * MINUTE_MS, HOUR_MS],
    hours: DAY,
    at: electric,
  },
];
