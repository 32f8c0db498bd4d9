import type { AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import type { SimulatedMeter } from '../../simulator/fleet/simulatedMeter';

/** Where incidents of a month may be placed, and when. */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const profileOf = ({ load: { traits } }: SimulatedMeter) =>
  traits.load.kind === 'CURVE' ? traits.load.profile : null;
/** Mean use of a day; 0 for a feeder. */
const dayKwh = ({ load: { traits } }: SimulatedMeter) =>
  traits.load.kind === 'CURVE' ? traits.load.dayMicro / 1e6 : 0;
export const electric = ({ load: { traits } }: SimulatedMeter) => traits.utility === 'ELECTRICITY';
export const single = (meter: SimulatedMeter) => electric(meter) && meter.load.traits.phases === 1;
export const room = (meter: SimulatedMeter) => single(meter) && meter.load.traits.limitW !== null;
export const gas = ({ load: { traits } }: SimulatedMeter) => traits.utility === 'GAS';
export const flatWater = (meter: SimulatedMeter) => profileOf(meter) === 'WATER_FLAT';
/** Offices in which more is drawn by day than the incident adds by night: what idles more than it works is no waste of a night. */
export const largeOffice = (meter: SimulatedMeter) => profileOf(meter) === 'OFFICE' && dayKwh(meter) >= 50;
export const feeder = (meter: SimulatedMeter) => meter.load.children.length > 0;

export const DAY: readonly [number, number] = [0, 24];
export const EVENING: readonly [number, number] = [18, 22];
/** Current by day that is well above what an imbalance is judged from: 10 % of a rating of 100 A. */
const LOADED_A = 15;
export const loaded = (meter: SimulatedMeter) => (1_000 * dayKwh(meter)) / 24 / (3 * 230) >= LOADED_A;
/** Feeders with a rating of their own, and feeders that are told of by the meters below them. */
export const rated = (meter: SimulatedMeter) => feeder(meter) && meter.load.traits.capacityW !== null;
export const manyBelow = (meter: SimulatedMeter) =>
  feeder(meter) && electric(meter) && meter.load.infeeds.length === 0 && meter.load.children.length >= 5;
/** A meter that stands for its gateway. */
export const gatewayHead = (meter: SimulatedMeter) => meter.load.traits.gateway !== null;
const LEAST_ROOM_KWH = 1;
/** A room in which more is used than a standby lamp draws. */
export const livedIn = (meter: SimulatedMeter) => room(meter) && dayKwh(meter) >= LEAST_ROOM_KWH;
/** Any larger load may stand out from the usual use as well, and fill the feeder above it. */
export const USE: readonly AlarmRuleCode[] = [
  'CONSUMPTION_ANOMALY',
  'IDLE_WASTE',
  'FEEDER_80',
  'FEEDER_OVERLOAD',
];
