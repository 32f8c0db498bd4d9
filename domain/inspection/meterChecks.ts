import { DRIFT_ALARM_MS } from '../metering/quality';
import { checkOf, checkOfFaults, type DeviceCheck, type Finding, found } from './deviceCheck';
import { type SwitchFacts, switchCheck } from './switchCheck';

/** What a day of a meter is judged by. Times in ms UTC; the day is (fromMs, toMs], from its fitting on. */
export interface MeterFacts {
  readonly fromMs: number;
  /** From when on reports were due of it: it could be heard; not before `fromMs`. */
  readonly dueFromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly intervalMs: number;
  readonly electric: boolean;
  /** Arrival of the newest report; null: never heard. */
  readonly lastRxMs: number | null;
  /** Readings measured in the day since they were due, whenever they came. */
  readonly readings: number;
  /** Messages of the day that never came, and restarts in it, by its own count; null: it tells no count. */
  readonly lost: number | null;
  readonly restarts: number | null;
  /** Share of the reports that should have come which did, of the meter in the middle of the campus; null: too few meters. */
  readonly campusShare: number | null;
  /** A feeder above was off at some time of the day, or is. */
  readonly darkAbove: boolean;
  readonly clock: {
    /** Median of arrival − own time over its last live messages; null: fewer than five. */
    readonly driftMs: number | null;
    /** Every message was within the noise of delivery. */
    readonly settled: boolean;
    /** Timed by arrival all day though its clock is not refused: it has none. */
    readonly none: boolean;
  };
  readonly switch: SwitchFacts;
  readonly register: RegisterFacts;
  readonly sensors: SensorFacts;
}

export interface RegisterFacts {
  /** Counted in the day, kWh or m³. */
  readonly quantity: number;
  /** What its own power came to in the day, kWh; null: it measures none. */
  readonly byPowerKwh: number | null;
  /** Smallest step of the register, kWh or m³. */
  readonly step: number;
  /** Times at which it began anew from a lower value. */
  readonly falls: number;
  /** A reading is held as a jump or a fall. */
  readonly held: boolean;
  /** Readings of the meter that were refused as contradicting what it had said. */
  readonly refused: number;
}

/** Fields of a reading that sensors fill: gas in air, its detector, current to earth, temperature. */
export const SENSOR_FIELDS = ['ch4', 'detfault', 'ires', 'temp'] as const;
export type SensorField = (typeof SENSOR_FIELDS)[number];

export interface SensorFacts {
  /** Hours of the day of which a reading was looked at. */
  readonly hours: number;
  /** Those that it reported in one of them. */
  readonly seen: readonly SensorField[];
  /** Those that were expected by the inspection before, with the number of days since they were last seen. */
  readonly expected: Readonly<Partial<Record<SensorField, number>>>;
  /** The detector said that it is out of order. */
  readonly detectorFault: boolean;
}

const HOUR_MS = 3_600_000;
/** Below this share of its reports a meter's day is of no use to the balance of its feeder (domain.md 7: 98 % of the children). */
export const LEAST_SHARE = 0.98;
/** Of a meter in the middle of the campus: below it most are not heard, and that is not the fault of each. */
const CAMPUS_LEAST_SHARE = 0.9;
/** More restarts in a day than power that fails now and then explains. */
const MOST_RESTARTS = 3;
/** A meter that was fitted later in the day has not shown yet how it reports. */
const LEAST_SPAN_MS = 6 * HOUR_MS;
/** Of fewer reports one that is late would already be more than may be missing. */
const LEAST_REPORTS = 50;
/** Below what a register of any resolution must have moved for, and of noise in a measured power. */
const LEAST_KWH = 0.1;
const LEAST_STEPS = 3;
/** Hours that have to be looked at before a sensor counts as gone. */
const SENSOR_HOURS = 12;
/** After so many days without a word it counts as taken off. */
export const SENSOR_DAYS = 30;

/** A meter's day, check by check. Total: whatever the facts, each check has a result and says why. */
export function inspectMeter(facts: MeterFacts): readonly DeviceCheck[] {
  return [
    clockCheck(facts),
    commsCheck(facts),
    switchCheck(facts.switch, facts),
    registerCheck(facts),
    sensorCheck(facts),
  ];
}

/** Not a word in the day itself: of what it does there is nothing to judge. */
const isMute = ({ readings, sensors }: MeterFacts): boolean => readings === 0 && sensors.hours === 0;

/**
 * CLOCK: the median of arrival − own time over the last 20 live messages within ±60 s (domain.md 2.3). A median, for one slow
 * delivery is not a drifting clock; of fewer than five messages none is taken.
 */
function clockCheck(facts: MeterFacts): DeviceCheck {
  const { driftMs, settled, none } = facts.clock;
  if (isMute(facts)) return checkOf('CLOCK', found('CLOCK_NOT_PROVEN'));
  if (none) return checkOf('CLOCK', found('NO_CLOCK'));
  if (driftMs === null) return checkOf('CLOCK', found(settled ? 'CLOCK_SETTLED' : 'CLOCK_NOT_PROVEN'));
  const figures = { seconds: Math.round(Math.abs(driftMs) / 100) / 10, limit: DRIFT_ALARM_MS / 1_000 };
  return checkOf(
    'CLOCK',
    found(Math.abs(driftMs) > DRIFT_ALARM_MS ? 'CLOCK_DRIFTS' : 'CLOCK_WITHIN', figures),
  );
}

/**
 * COMMS: received ÷ (day ÷ interval), since it could be heard, at least 98 %; messages missing by the meter's own count at most 2 % of those; at most three
 * restarts; heard within an hour, or three intervals, of the inspection. Where the middle meter of the campus is below 90 %, or a
 * feeder above was off, missing reports say nothing about the device.
 */
function commsCheck(facts: MeterFacts): DeviceCheck {
  const { lastRxMs, nowMs, intervalMs, readings, lost, restarts, campusShare } = facts;
  if (lastRxMs === null) return checkOf('COMMS', found('NEVER_HEARD'));
  const expected = Math.floor((facts.toMs - facts.dueFromMs) / intervalMs);
  const figures = { received: readings, expected, percent: percentOf(readings, expected) };
  const faults: Finding[] = [];
  const silentMs = nowMs - lastRxMs;
  const isShort = facts.dueFromMs > facts.fromMs && expected < LEAST_REPORTS;
  const young = facts.toMs - facts.fromMs < LEAST_SPAN_MS || isShort || expected === 0;
  if (silentMs > Math.max(HOUR_MS, 3 * intervalMs))
    faults.push(found('SILENT', { hours: Math.floor(silentMs / HOUR_MS) }));
  if (!young && readings < LEAST_SHARE * expected) faults.push(found('REPORTS_MISSING', figures));
  const excuse = faults.length > 0 ? excuseOf(campusShare, facts.darkAbove) : null;
  if (excuse) faults.length = 0;
  if (!excuse && !young && lost !== null && lost > (1 - LEAST_SHARE) * expected)
    faults.push(found('MESSAGES_LOST', { lost, expected, percent: percentOf(lost, expected) }));
  if (restarts !== null && restarts > MOST_RESTARTS)
    faults.push(found('RESTARTS', { restarts, limit: MOST_RESTARTS }));
  return checkOfFaults(
    'COMMS',
    faults,
    excuse ?? (young ? found('JUST_FITTED') : found('REPORTS_CAME', figures)),
  );
}

function excuseOf(campusShare: number | null, darkAbove: boolean): Finding | null {
  if (darkAbove) return found('DARK_ABOVE');
  return campusShare !== null && campusShare < CAMPUS_LEAST_SHARE
    ? found('CAMPUS_UNHEARD', { percent: percentOf(campusShare, 1) })
    : null;
}

const percentOf = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.min(100, Math.floor((1_000 * part) / whole) / 10);

/**
 * REGISTER: it moves when its own power says that it should: standing still while that came to at least 0.1 kWh, and three of its
 * steps, is a fault. It did not begin anew from a lower value, nothing that it said is held as a jump or fall, and nothing was
 * refused as contradicting itself. Water and gas measure no power: a register that stood still all day proves nothing.
 */
function registerCheck(facts: MeterFacts): DeviceCheck {
  const { quantity, byPowerKwh, step, falls, held, refused } = facts.register;
  const faults: Finding[] = [];
  if (falls > 0) faults.push(found('REGISTER_FELL', { falls }));
  if (held) faults.push(found('READING_HELD'));
  if (refused > 0) faults.push(found('READINGS_REFUSED', { refused }));
  const unit = facts.electric ? 'kWh' : 'm³';
  const due = byPowerKwh !== null && byPowerKwh >= Math.max(LEAST_KWH, LEAST_STEPS * step);
  if (facts.readings > 0 && quantity <= 0 && due)
    faults.push(found('REGISTER_STILL', { byPower: rounded(byPowerKwh) }));
  // A meter that began to report within the hour was read before: what that showed is no silence.
  if (isMute(facts)) return checkOfFaults('REGISTER', faults, found('NOT_READ'));
  if (quantity > 0)
    return checkOfFaults('REGISTER', faults, found('REGISTER_MOVES', { quantity: rounded(quantity), unit }));
  const rest = byPowerKwh === null ? found('NOTHING_COUNTED') : found('REGISTER_AT_REST');
  return checkOfFaults('REGISTER', faults, rest);
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

/**
 * SENSORS: what the meter has reported of a detector, of current to earth or of temperature it still reports, and the detector
 * does not say that it is out of order. A sensor that was not heard for 30 days counts as taken off.
 */
function sensorCheck({ sensors }: MeterFacts): DeviceCheck {
  const { hours, seen, detectorFault } = sensors;
  const due = SENSOR_FIELDS.filter((field) => sensors.expected[field] !== undefined);
  if (seen.length === 0 && due.length === 0) return checkOf('SENSORS', found('NO_SENSORS'));
  const faults: Finding[] = [];
  if (detectorFault) faults.push(found('DETECTOR_FAULT'));
  const gone = due.filter((field) => !seen.includes(field));
  if (gone.length > 0 && hours >= SENSOR_HOURS)
    faults.push(found('SENSORS_GONE', { sensors: gone.join(' ') }));
  const rest =
    gone.length > 0 ? found('SENSORS_UNHEARD') : found('SENSORS_REPORT', { sensors: seen.join(' ') });
  return checkOfFaults('SENSORS', faults, rest);
}

/** What the next inspection expects: sensors that were seen now, and those that were not for less than 30 days, a day older. */
export function expectedNext({ seen, expected }: SensorFacts): SensorFacts['expected'] {
  const next: Partial<Record<SensorField, number>> = {};
  for (const field of SENSOR_FIELDS) {
    const days = seen.includes(field) ? 0 : (expected[field] ?? SENSOR_DAYS) + 1;
    if (days < SENSOR_DAYS) next[field] = days;
  }
  return next;
}
