import type { LiveAlarm } from '../../contracts/liveEvents';
import type { Locale } from '../i18n/locale';
import type { MarkState } from '../ui/AlarmMark';
import { formatNumber, formatPercent, formatPower, NNBSP, withUnit } from '../ui/format';

/** State shown: the overlays first, in the order out of service, suppressed, shelved; then the alarm's own state. */
export type ShownAlarmState = LiveAlarm['state'] | 'SHELVED' | 'SUPPRESSED_BY_DESIGN' | 'OUT_OF_SERVICE';

/** The one state that a row prints. @param now campus time, ms UTC; a shelf that has run out no longer counts */
export function shownState(alarm: LiveAlarm, now: number): ShownAlarmState {
  if (alarm.outOfServiceTicket !== null) return 'OUT_OF_SERVICE';
  if (alarm.suppressedBy !== null) return 'SUPPRESSED_BY_DESIGN';
  if (alarm.shelvedUntil !== null && alarm.shelvedUntil > now) return 'SHELVED';
  return alarm.state;
}

/** Since when it is in the state that is shown, ms UTC. */
export function shownSince(alarm: LiveAlarm, state: ShownAlarmState): number {
  return isCovered(state) ? (alarm.coveredSince ?? alarm.raisedAt) : alarm.stateSince;
}

/** Whether an overlay covers the alarm, so that the list leaves it out unless it is asked for. */
export function isCovered(state: ShownAlarmState): boolean {
  return state === 'SHELVED' || state === 'SUPPRESSED_BY_DESIGN' || state === 'OUT_OF_SERVICE';
}

const MARKS: Record<ShownAlarmState, MarkState> = {
  NORMAL: 'returned',
  UNACK: 'unacked',
  ACKED: 'acked',
  RTN_UNACK: 'returned',
  LATCHED_UNACK: 'latched',
  LATCHED_ACK: 'latched',
  SHELVED: 'shelved',
  SUPPRESSED_BY_DESIGN: 'suppressed',
  OUT_OF_SERVICE: 'outOfService',
};

/** Mark of a shown state. */
export function markOf(state: ShownAlarmState): MarkState {
  return MARKS[state];
}

/** Value of `data-state` on an alarm row. */
export function dataStateOf(state: ShownAlarmState): string {
  const mark = MARKS[state];
  return mark === 'outOfService' ? 'out-of-service' : mark;
}

const UNIT_SIGNS: Record<NonNullable<LiveAlarm['unit']>, string> = {
  W: 'W',
  V: 'V',
  A: 'A',
  C: '°C',
  PERCENT: '%',
  S: 's',
  COUNT: '',
  KWH: 'kWh',
  M3: 'm³',
  M3_H: 'm³/h',
};

/** What is to be known of an alarm to print one of its figures: what a leakage rule measures is told in thousandths of its unit. */
type Measured = Pick<LiveAlarm, 'rule' | 'unit'>;

/** One of the alarm's figures with its unit: rooms in W, feeders in kW, a residual current in mA. */
export function formatAlarmFigure(
  text: string | null,
  { rule, unit }: Measured,
  scope: 'room' | 'campus',
): string | null {
  if (text === null || unit === null) return null;
  const value = Number(text);
  if (unit === 'A' && rule === 'LEAKAGE') return withUnit(formatNumber(value * 1_000), 'mA');
  if (unit === 'W') return formatPower(value, scope);
  if (unit === 'PERCENT') return formatPercent(value);
  // A leak is a few hundredths of a cubic metre an hour.
  const decimals = Number.isInteger(value) ? 0 : unit === 'M3_H' && Math.abs(value) < 1 ? 3 : 1;
  return `${formatNumber(value, decimals)}${UNIT_SIGNS[unit] ? NNBSP + UNIT_SIGNS[unit] : ''}`;
}

/**
 * The figure that stands beside the rule's name: percent of the limit for a feeder, the measured value for a room, null
 * where nothing is compared.
 */
export function headlineFigure(alarm: LiveAlarm): string | null {
  // A silence has a length, which its age says; and "at 80 %" carries its figure in its name.
  if (alarm.value === null || alarm.unit === null || alarm.unit === 'S' || alarm.rule === 'FEEDER_80')
    return null;
  if (isOfReadings(alarm)) return null;
  if (alarm.unit === 'W' && alarm.limit !== null && isFeeder(alarm)) {
    const limit = Number(alarm.limit);
    if (limit > 0) return formatPercent((Number(alarm.value) / limit) * 100);
  }
  return formatAlarmFigure(alarm.value, alarm, isFeeder(alarm) ? 'campus' : 'room');
}

/** The same where nothing besides tells when it was so: null once the alarm has returned, whose figures are those of its raise. */
export function standingFigure(alarm: LiveAlarm): string | null {
  return alarm.returnedAt === null ? headlineFigure(alarm) : null;
}

/** Whether its figures count readings that are alike: a number that needs words. */
export function isOfReadings({ rule, unit }: Measured): boolean {
  return rule === 'FROZEN_REGISTER' && unit === 'COUNT';
}

/** Whether its figures are a step of the load, judged by the rule's own threshold: no load that a limit of the room bounds. */
export function isStep({ rule }: Pick<LiveAlarm, 'rule'>): boolean {
  return rule === 'FORBIDDEN_LOAD';
}

/** What the load behind an alarm is compared with, W; null where it compares none: the feeder's warning compares with 80 % of its rating. */
export function ratingW(alarm: LiveAlarm): number | null {
  if (alarm.unit !== 'W' || alarm.limit === null || isStep(alarm)) return null;
  const limitW = Number(alarm.limit);
  return alarm.rule === 'FEEDER_80' ? limitW / 0.8 : limitW;
}

/** Rules that a limit of the load stands behind, also where the alarm itself does not name it. */
const LOAD_RULES: ReadonlySet<string> = new Set(['OVERLOAD', 'FEEDER_OVERLOAD', 'FEEDER_80']);

/** The limit that belongs to a chart of the load, W: what the alarm compared, else for an overload the point's; no other rule's. */
export function loadLimitW(alarm: LiveAlarm, pointLimitW: number | null): number | null {
  return ratingW(alarm) ?? (LOAD_RULES.has(alarm.rule) ? pointLimitW : null);
}

/** Whether the alarm is about a feeder, transformer or building rather than a room. */
export function isFeeder(alarm: Pick<LiveAlarm, 'rule'>): boolean {
  return alarm.rule.startsWith('FEEDER') || alarm.rule.startsWith('TRANSFORMER');
}

/** Whether it stands at the meter of a feeder, whatever its rule is about: nothing else is a cause of its own alarms. */
export function standsAtFeeder({ place, causes }: Pick<LiveAlarm, 'place' | 'causes'>): boolean {
  return place.point !== null && causes.feeder === place.point;
}

/** Title of an alarm in lists and the bar: capitals in English, where they set it apart; Chinese as it is. */
export function alarmTitle(ruleWords: string, locale: Locale): string {
  return locale === 'en' ? ruleWords.toUpperCase() : ruleWords;
}

/** The one name by which people on the campus know where it is: a feeder by its point, a room or gateway by its code. */
export function shortPlace(alarm: Pick<LiveAlarm, 'rule' | 'place' | 'causes'>): string {
  const { place } = alarm;
  if ((isFeeder(alarm) || standsAtFeeder(alarm)) && place.point) return place.point;
  return place.gateway ?? place.space ?? place.meter ?? place.point ?? '';
}
