import { invalid } from '../errors';
import type { CampusZone } from '../time/campusTime';
import { type Surcharge, validateSurcharges } from './surcharge';

/** Over what a tier counts: the local calendar month or year, or nothing (a tariff without tiers). */
export type AccrualPeriod = 'MONTH' | 'YEAR' | 'NONE';

/** [startMinute, endMinute) of a local day, 0–1440, in which one time-of-use period is in force. */
export interface TouSpan {
  startMinute: number;
  endMinute: number;
  period: string;
}

/** Which day type a local date has. */
export interface TariffCalendar {
  code: string;
  /** Seven day types, Monday first. */
  weekdayTypes: readonly string[];
  /** Holidays and moved working days: `YYYY-MM-DD` to day type. */
  exceptions: Readonly<Record<string, string>>;
}

/** One dated version of a tariff; immutable once used. In force from `validFromMs` until the next version begins. */
export interface TariffVersion {
  code: string;
  validFromMs: number;
  accrual: AccrualPeriod;
  /** Day type to its spans, which cover 00:00–24:00 exactly once. */
  periods: Readonly<Record<string, readonly TouSpan[]>>;
  /** Upper limits of the tiers in µ accrued, inclusive, ascending; the last is null (open). */
  tierLimitsMicro: readonly (bigint | null)[];
  /** Price in µ-currency per whole kWh or m³: by tier, then by period. */
  pricesMicro: readonly Readonly<Record<string, bigint>>[];
  /** Paid to a PV point for each whole kWh that it exports, µ-currency by period; absent: nothing. */
  exportPricesMicro?: Readonly<Record<string, bigint>>;
  /** What is asked beside the prices; absent: nothing. */
  surcharges?: readonly Surcharge[];
}

const DAY_MINUTES = 1_440;

/** @throws DomainError `invalid` naming the field, in words, if a rule of the version is broken. */
export function validateTariffVersion(version: TariffVersion, field = ''): void {
  const dayTypes = Object.entries(version.periods);
  if (dayTypes.length === 0)
    throw invalid(`${field}/periods`, 'NO_DAY_TYPE', 'A tariff needs at least one day type.');
  for (const [dayType, spans] of dayTypes) validateDay(dayType, spans, `${field}/periods/${dayType}`);
  validateTiers(version, field);
  validateSurcharges(version.surcharges ?? [], field);
  for (const [code, priceMicro] of Object.entries(version.exportPricesMicro ?? {}))
    if (priceMicro < 0n)
      throw invalid(
        `${field}/exportPrices/${code}`,
        'PRICE_NEGATIVE',
        `The export price of ${code} is below 0.`,
      );
  const codes = new Set(dayTypes.flatMap(([, spans]) => spans.map((span) => span.period)));
  version.pricesMicro.forEach((prices, tier) => {
    for (const code of codes) {
      const priceMicro = prices[code];
      const at = `${field}/prices/${tier}/${code}`;
      if (priceMicro === undefined)
        throw invalid(at, 'PRICE_MISSING', `Tier ${tier + 1} has no price for ${code}.`);
      if (priceMicro < 0n)
        throw invalid(at, 'PRICE_NEGATIVE', `The price of tier ${tier + 1}, ${code} is below 0.`);
    }
  });
}

function validateDay(dayType: string, spans: readonly TouSpan[], field: string): void {
  const ordered = spans
    .map((span, index) => ({ ...span, index }))
    .sort((a, b) => a.startMinute - b.startMinute);
  let coveredTo = 0;
  for (const span of ordered) {
    const at = `${field}/${span.index}`;
    const whole = Number.isInteger(span.startMinute) && Number.isInteger(span.endMinute);
    if (
      !whole ||
      span.startMinute < 0 ||
      span.endMinute > DAY_MINUTES ||
      span.endMinute <= span.startMinute
    ) {
      const said = `${clockText(span.startMinute)}–${clockText(span.endMinute)}`;
      throw invalid(at, 'PERIOD_BOUNDS', `In day type ${dayType}, ${said} is not a span of a day.`);
    }
    if (span.startMinute > coveredTo) {
      throw invalid(at, 'PERIOD_GAP', gapText(dayType, coveredTo, span.startMinute));
    }
    if (span.startMinute < coveredTo) {
      const said = `${clockText(span.startMinute)}–${clockText(Math.min(coveredTo, span.endMinute))}`;
      throw invalid(at, 'PERIOD_OVERLAP', `In day type ${dayType}, ${said} is covered twice.`);
    }
    coveredTo = span.endMinute;
  }
  if (coveredTo < DAY_MINUTES) throw invalid(field, 'PERIOD_GAP', gapText(dayType, coveredTo, DAY_MINUTES));
}

function gapText(dayType: string, fromMinute: number, toMinute: number): string {
  return `In day type ${dayType}, no period covers ${clockText(fromMinute)}–${clockText(toMinute)}.`;
}

function clockText(minute: number): string {
  const hours = Math.floor(minute / 60);
  return `${String(hours).padStart(2, '0')}:${String(minute - hours * 60).padStart(2, '0')}`;
}

function validateTiers(version: TariffVersion, field: string): void {
  const limits = version.tierLimitsMicro;
  if (limits.length === 0 || limits[limits.length - 1] !== null) {
    throw invalid(`${field}/tiers`, 'LAST_TIER_OPEN', 'The last tier must be open, without a limit.');
  }
  let below = 0n;
  limits.slice(0, -1).forEach((limitMicro, tier) => {
    if (limitMicro === null || limitMicro <= below) {
      throw invalid(`${field}/tiers/${tier}`, 'TIER_ORDER', 'Tier limits must be above 0 and ascend.');
    }
    below = limitMicro;
  });
  if (version.pricesMicro.length !== limits.length) {
    throw invalid(`${field}/prices`, 'PRICE_ROWS', 'There must be one row of prices for each tier.');
  }
  if (version.accrual === 'NONE' && limits.length > 1) {
    throw invalid(
      `${field}/accrual`,
      'ACCRUAL_MISSING',
      'Tiers need a month or a year over which they count.',
    );
  }
}

/** @throws DomainError `invalid` if the calendar names a day type that the version does not describe. */
export function validateCalendar(calendar: TariffCalendar, version: TariffVersion): void {
  if (calendar.weekdayTypes.length !== 7) {
    throw invalid(
      '/calendar/weekdayTypes',
      'SEVEN_DAYS',
      'A calendar needs a day type for each day of the week.',
    );
  }
  calendar.weekdayTypes.forEach((dayType, i) => {
    if (!version.periods[dayType]) throw unknownDayType(`/calendar/weekdayTypes/${i}`, dayType, version);
  });
  for (const [date, dayType] of Object.entries(calendar.exceptions)) {
    if (!version.periods[dayType]) throw unknownDayType(`/calendar/exceptions/${date}`, dayType, version);
  }
}

function unknownDayType(field: string, dayType: string, version: TariffVersion) {
  return invalid(field, 'UNKNOWN_DAY_TYPE', `Tariff version ${version.code} has no day type ${dayType}.`);
}

/**
 * Checks the versions of one tariff together. They tile time by construction (each ends where the next begins), so two must
 * not begin at once; and what a tier counts over may only change where the new count begins at 0 anyway.
 * @returns the versions in order of `validFromMs`. @throws DomainError `invalid`.
 */
export function validateVersions(versions: readonly TariffVersion[], zone: CampusZone): TariffVersion[] {
  if (versions.length === 0) throw invalid('/versions', 'NO_VERSION', 'A tariff needs at least one version.');
  versions.forEach((version, i) => {
    validateTariffVersion(version, `/versions/${i}`);
  });
  const ordered = [...versions].sort((a, b) => a.validFromMs - b.validFromMs);
  ordered.forEach((version, i) => {
    const before = ordered[i - 1];
    if (!before) return;
    const field = `/versions/${versions.indexOf(version)}`;
    if (before.validFromMs === version.validFromMs) {
      throw invalid(`${field}/validFrom`, 'VERSION_OVERLAP', 'Two versions begin at the same instant.');
    }
    if (before.code === version.code) {
      throw invalid(`${field}/code`, 'VERSION_CODE', `Two versions have the code ${version.code}.`);
    }
    const start = accrualStartMs(version.accrual, zone, version.validFromMs);
    if (before.accrual !== version.accrual && start !== null && start !== version.validFromMs) {
      const message = 'Tiers may change what they count over only at the start of the new month or year.';
      throw invalid(`${field}/accrual`, 'ACCRUAL_CHANGE', message);
    }
  });
  return ordered;
}

/** First instant of the accrual period in force just after `tsMs`; null if nothing accrues. */
export function accrualStartMs(accrual: AccrualPeriod, zone: CampusZone, tsMs: number): number | null {
  if (accrual === 'MONTH') return zone.monthStart(tsMs);
  return accrual === 'YEAR' ? zone.yearStart(tsMs) : null;
}
