import type { SurchargeKind } from '../../domain/tariffs/surcharge';
import type { AccrualPeriod, TariffCalendar, TariffVersion, TouSpan } from '../../domain/tariffs/tariff';

/** Spans that hold for every day type of the calendar that the version does not name. */
export const ANY_DAY = '*';

/** `tariff_version.body`: bigints as decimal text. */
export interface TariffBody {
  readonly periods: Readonly<Record<string, readonly TouSpan[]>>;
  readonly tierLimitsMicro: readonly (string | null)[];
  readonly pricesMicro: readonly Readonly<Record<string, string>>[];
  /** Absent: what is exported earns nothing. */
  readonly exportPricesMicro?: Readonly<Record<string, string>>;
  /** Absent: none. */
  readonly surcharges?: readonly { code: string; kind: SurchargeKind; valueMicro: string }[];
}

const WEEKDAY_TYPES = ['WORKDAY', 'WORKDAY', 'WORKDAY', 'WORKDAY', 'WORKDAY', 'WEEKEND', 'WEEKEND'] as const;

/** A stored calendar as the tariffs see it: WORKDAY and WEEKEND by weekday, the stored days as exceptions. */
export function calendarOf(code: string, days: Readonly<Record<string, string>>): TariffCalendar {
  return { code, weekdayTypes: WEEKDAY_TYPES, exceptions: days };
}

/** The calendar of a tariff that names none. */
export const PLAIN_CALENDAR = calendarOf('', {});

export function tariffBodyOf(version: TariffVersion): TariffBody {
  return {
    periods: version.periods,
    tierLimitsMicro: version.tierLimitsMicro.map((limit) => limit?.toString() ?? null),
    pricesMicro: version.pricesMicro.map((prices) =>
      Object.fromEntries(Object.entries(prices).map(([period, price]) => [period, price.toString()])),
    ),
    ...(version.exportPricesMicro
      ? {
          exportPricesMicro: Object.fromEntries(
            Object.entries(version.exportPricesMicro).map(([period, price]) => [period, price.toString()]),
          ),
        }
      : {}),
    ...(version.surcharges?.length
      ? {
          surcharges: version.surcharges.map(({ valueMicro, ...surcharge }) => ({
            ...surcharge,
            valueMicro: valueMicro.toString(),
          })),
        }
      : {}),
  };
}

/**
 * A stored version as the rating rules want it: one entry for each day type that it names or the calendar knows. A day type
 * that neither it nor its spans for any day describe stays out, which the domain's validation reports.
 */
export function tariffVersionOf(
  row: { code: string; validFromMs: number; accrual: AccrualPeriod; body: TariffBody },
  calendar: TariffCalendar,
): TariffVersion {
  return {
    code: row.code,
    validFromMs: row.validFromMs,
    accrual: row.accrual,
    periods: forDayTypes(row.body.periods, calendar),
    tierLimitsMicro: row.body.tierLimitsMicro.map((limit) => (limit === null ? null : BigInt(limit))),
    pricesMicro: row.body.pricesMicro.map((prices) =>
      Object.fromEntries(Object.entries(prices).map(([period, price]) => [period, BigInt(price)])),
    ),
    ...(row.body.exportPricesMicro
      ? {
          exportPricesMicro: Object.fromEntries(
            Object.entries(row.body.exportPricesMicro).map(([period, price]) => [period, BigInt(price)]),
          ),
        }
      : {}),
    ...(row.body.surcharges?.length
      ? {
          surcharges: row.body.surcharges.map(({ valueMicro, ...surcharge }) => ({
            ...surcharge,
            valueMicro: BigInt(valueMicro),
          })),
        }
      : {}),
  };
}

/** Spreads the spans for any day over the calendar's day types that have no spans of their own. */
export function forDayTypes(
  periods: Readonly<Record<string, readonly TouSpan[]>>,
  calendar: TariffCalendar,
): Record<string, readonly TouSpan[]> {
  const { [ANY_DAY]: anyDay, ...rest } = periods;
  const named: Record<string, readonly TouSpan[]> = rest;
  if (anyDay)
    for (const dayType of [...calendar.weekdayTypes, ...Object.values(calendar.exceptions)])
      named[dayType] ??= anyDay;
  return named;
}
