import { percentileOf } from './percentile';

/** Quantity of one local day (µkWh or µm³). `date` is `YYYY-MM-DD` in campus time. */
export interface DayQuantity {
  readonly date: string;
  readonly quantityMicro: bigint;
}

export type DayType = 'WORKDAY' | 'FREE_DAY';

/** A month forecast. Quantities in µ; `lowMicro`–`highMicro` is an 80 % interval, null while too little history exists. */
export interface MonthForecast {
  readonly totalMicro: bigint;
  readonly usedMicro: bigint;
  readonly lowMicro: bigint | null;
  readonly highMicro: bigint | null;
  /** The expected days from the first open day to the end of the month. */
  readonly days: readonly DayQuantity[];
  /** Days of history within the last 84 that the forecast rests on. */
  readonly historyDays: number;
}

const ALPHA = 0.15;
const HISTORY_DAYS = 84;
const RATIO_DAYS = 28;
const RATIO_MIN = 0.5;
const RATIO_MAX = 2;
const SAME_WEEKDAY_LAST_YEAR = 364;
const BACK_TESTS = 12;
const BACK_TESTS_MIN = 4;
const BACK_TEST_PERCENTILE = 0.9;
const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of a local date; calendar arithmetic only, no zone. */
export function dayNumberOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

export function dateOfDayNumber(dayNumber: number): string {
  return new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
}

/** Saturday and Sunday are free days; for sites that pass no calendar of their own. */
export function weekdayType(date: string): DayType {
  const weekday = (dayNumberOf(date) + 4) % 7;
  return weekday === 0 || weekday === 6 ? 'FREE_DAY' : 'WORKDAY';
}

/**
 * Forecast of the month that contains `openDate`, the first day without a full quantity: month to date + ½ · exponentially
 * weighted mean by day type (α 0.15, 84 days) + ½ · same weekday of last year × ratio of the last 28 days (clipped 0.5–2);
 * without last year the mean alone. The interval is the 90th percentile of the method's own relative error in 12 weekly
 * shifted back-tests of the same horizon (daily shifted while there are fewer than four), which covers about 80 %. Null
 * without a single day of history.
 */
export function forecastMonth(
  history: readonly DayQuantity[],
  openDate: string,
  dayTypeOf: (date: string) => DayType = weekdayType,
): MonthForecast | null {
  const series = new Map(history.map(({ date, quantityMicro }) => [dayNumberOf(date), quantityMicro]));
  const open = dayNumberOf(openDate);
  const monthStart = dayNumberOf(`${openDate.slice(0, 7)}-01`);
  const elapsed = open - monthStart;
  const horizon = daysInMonth(openDate) - elapsed;
  const model = modelAt(series, open, dayTypeOf);
  if (!model) return null;
  const usedMicro = sumKnownMicro(series, monthStart, open);
  const days = Array.from({ length: horizon }, (_, index) => ({
    date: dateOfDayNumber(open + index),
    quantityMicro: BigInt(Math.round(model(open + index))),
  }));
  const totalMicro = days.reduce((sum, { quantityMicro }) => sum + quantityMicro, usedMicro);
  const error = backTestError(series, open, elapsed, horizon, dayTypeOf);
  const spread = error === null ? null : BigInt(Math.round(Number(totalMicro) * error));
  return {
    totalMicro,
    usedMicro,
    lowMicro: spread === null ? null : atLeast(totalMicro - spread, usedMicro),
    highMicro: spread === null ? null : totalMicro + spread,
    days,
    historyDays: countDays(series, open - HISTORY_DAYS, open),
  };
}

type Series = ReadonlyMap<number, bigint>;
type Model = (dayNumber: number) => number;

/** The expected quantity of a day (µ, as a number: an estimate), seen from `open` with the days before it. */
function modelAt(series: Series, open: number, dayTypeOf: (date: string) => DayType): Model | null {
  const means = new Map<DayType, number>();
  for (let day = open - HISTORY_DAYS; day < open; day += 1) {
    const quantityMicro = series.get(day);
    if (quantityMicro === undefined) continue;
    const type = dayTypeOf(dateOfDayNumber(day));
    const mean = means.get(type);
    const value = Number(quantityMicro);
    means.set(type, mean === undefined ? value : mean + ALPHA * (value - mean));
  }
  const fallback = [...means.values()][0];
  if (fallback === undefined) return null;
  const ratio = lastYearRatio(series, open);
  return (day) => {
    const mean = means.get(dayTypeOf(dateOfDayNumber(day))) ?? fallback;
    const lastYear = series.get(day - SAME_WEEKDAY_LAST_YEAR);
    return ratio === null || lastYear === undefined ? mean : mean / 2 + (Number(lastYear) * ratio) / 2;
  };
}

/** How the last 28 days compare with the same weekdays a year before; null without them. */
function lastYearRatio(series: Series, open: number): number | null {
  let nowMicro = 0;
  let thenMicro = 0;
  for (let day = open - RATIO_DAYS; day < open; day += 1) {
    const quantityMicro = series.get(day);
    const lastYearMicro = series.get(day - SAME_WEEKDAY_LAST_YEAR);
    if (quantityMicro === undefined || lastYearMicro === undefined) continue;
    nowMicro += Number(quantityMicro);
    thenMicro += Number(lastYearMicro);
  }
  return thenMicro > 0 ? Math.min(Math.max(nowMicro / thenMicro, RATIO_MIN), RATIO_MAX) : null;
}

/**
 * 90th percentile of |forecast − actual| / actual over windows that end a whole number of weeks before `open`; while the
 * history is too short for those, over windows that end a whole number of days before it (they overlap more, yet an
 * interval from weeks is worth more than none).
 */
function backTestError(
  series: Series,
  open: number,
  elapsed: number,
  horizon: number,
  dayTypeOf: (date: string) => DayType,
): number | null {
  const back = (firstShift: number, stepDays: number) =>
    backTestErrors(series, open, elapsed, horizon, dayTypeOf, firstShift, stepDays);
  const weekly = back(Math.ceil(horizon / 7) * 7, 7);
  const errors = weekly.length >= BACK_TESTS_MIN ? weekly : back(horizon, 1);
  if (errors.length < BACK_TESTS_MIN) return null;
  return percentileOf(
    errors.sort((left, right) => left - right),
    BACK_TEST_PERCENTILE,
  );
}

function backTestErrors(
  series: Series,
  open: number,
  elapsed: number,
  horizon: number,
  dayTypeOf: (date: string) => DayType,
  firstShift: number,
  stepDays: number,
): number[] {
  const errors: number[] = [];
  for (let test = 0; test < BACK_TESTS; test += 1) {
    const from = open - firstShift - stepDays * test;
    const knownMicro = sumMicro(series, from - elapsed, from);
    const actualMicro = sumMicro(series, from, from + horizon);
    const model = modelAt(series, from, dayTypeOf);
    if (knownMicro === null || actualMicro === null || !model) continue;
    const total = Number(knownMicro + actualMicro);
    if (total <= 0) continue;
    let forecast = Number(knownMicro);
    for (let day = from; day < from + horizon; day += 1) forecast += model(day);
    errors.push(Math.abs(forecast - total) / total);
  }
  return errors;
}

/** Sum over [from, to) of the days that are known. */
function sumKnownMicro(series: Series, from: number, to: number): bigint {
  let sum = 0n;
  for (let day = from; day < to; day += 1) sum += series.get(day) ?? 0n;
  return sum;
}

/** Sum over [from, to); null if one of its days is missing. */
function sumMicro(series: Series, from: number, to: number): bigint | null {
  let sum = 0n;
  for (let day = from; day < to; day += 1) {
    const quantityMicro = series.get(day);
    if (quantityMicro === undefined) return null;
    sum += quantityMicro;
  }
  return sum;
}

function countDays(series: Series, from: number, to: number): number {
  let count = 0;
  for (let day = from; day < to; day += 1) if (series.has(day)) count += 1;
  return count;
}

function daysInMonth(date: string): number {
  return new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0)).getUTCDate();
}

function atLeast(value: bigint, least: bigint): bigint {
  return value < least ? least : value;
}
