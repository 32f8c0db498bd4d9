import { type DayQuantity, type DayType, forecastMonth, weekdayType } from './forecast';

/** What a running month is expected to come to. Quantities in µ; the interval covers about 80 %. */
export interface MonthOutlook {
  readonly totalMicro: bigint;
  /** Null while too little history exists to know the method's own error. */
  readonly lowMicro: bigint | null;
  readonly highMicro: bigint | null;
  /** What is still expected: the rest of today, then each day to the end of the month. */
  readonly days: readonly DayQuantity[];
  /** Days of history within the last 84 that it rests on. */
  readonly historyDays: number;
}

/** What has been measured of the month that contains `today`, whole days and the open one. */
export interface MonthSoFar {
  /** Local date of now, `YYYY-MM-DD`. */
  readonly today: string;
  /** All of the month so far, today included. */
  readonly usedMicro: bigint;
  readonly todayMicro: bigint;
}

/**
 * The month's forecast with the open day taken in: today comes to what is expected of such a day, or to what it already
 * used, whichever is more. `history` holds whole days before today. Null without any.
 */
export function monthOutlook(
  history: readonly DayQuantity[],
  soFar: MonthSoFar,
  dayTypeOf: (date: string) => DayType = weekdayType,
): MonthOutlook | null {
  const forecast = forecastMonth(history, soFar.today, dayTypeOf);
  if (!forecast) return null;
  const days = forecast.days.map(({ date, quantityMicro }) => ({
    date,
    quantityMicro: date === soFar.today ? atLeastZero(quantityMicro - soFar.todayMicro) : quantityMicro,
  }));
  const totalMicro = soFar.usedMicro + sumMicro(days);
  const spreadMicro = forecast.highMicro === null ? null : forecast.highMicro - forecast.totalMicro;
  const lowMicro = spreadMicro === null ? null : totalMicro - spreadMicro;
  return {
    totalMicro,
    lowMicro: lowMicro !== null && lowMicro < soFar.usedMicro ? soFar.usedMicro : lowMicro,
    highMicro: spreadMicro === null ? null : totalMicro + spreadMicro,
    days,
    historyDays: forecast.historyDays,
  };
}

/** One day on the way to the end of the month: everything since the month's start, µ, at the end of that day. */
export interface OutlookPoint {
  readonly date: string;
  readonly medianMicro: bigint;
  readonly lowMicro: bigint;
  readonly highMicro: bigint;
}

/** The expected course from now on. The interval opens in step with what is still to come, since the past is certain. */
export function outlookCourse(outlook: MonthOutlook, usedMicro: bigint): OutlookPoint[] {
  const restMicro = outlook.totalMicro - usedMicro;
  const belowMicro = outlook.lowMicro === null ? 0n : outlook.totalMicro - outlook.lowMicro;
  const aboveMicro = outlook.highMicro === null ? 0n : outlook.highMicro - outlook.totalMicro;
  let comeMicro = 0n;
  return outlook.days.map(({ date, quantityMicro }) => {
    comeMicro += quantityMicro;
    const part = (wholeMicro: bigint) => (restMicro > 0n ? (wholeMicro * comeMicro) / restMicro : 0n);
    const medianMicro = usedMicro + comeMicro;
    return {
      date,
      medianMicro,
      lowMicro: medianMicro - part(belowMicro),
      highMicro: medianMicro + part(aboveMicro),
    };
  });
}

/** Dates between which the limit is reached in 8 of 10 cases; a null date is "not in this month". */
export interface CrossingRange {
  readonly earliest: string | null;
  readonly latest: string | null;
}

/** When the limit is reached at the upper and at the lower end of the interval; null without an interval. */
export function crossingRange(
  limitMicro: bigint,
  outlook: MonthOutlook,
  usedMicro: bigint,
): CrossingRange | null {
  if (outlook.lowMicro === null || outlook.highMicro === null) return null;
  const course = outlookCourse(outlook, usedMicro);
  const first = (pick: (point: OutlookPoint) => bigint) =>
    course.find((point) => pick(point) >= limitMicro)?.date ?? null;
  return { earliest: first((point) => point.highMicro), latest: first((point) => point.lowMicro) };
}

/** Share of the interval's half-width that lies between the median and the 20th percentile of a normal error. */
const TO_20TH_PERCENTILE_PER_MILLE = 657n;

/** Whether the month passes the limit with a probability of 80 % and more. */
export function likelyExceeds(limitMicro: bigint, outlook: MonthOutlook): boolean {
  if (outlook.highMicro === null) return false;
  const spreadMicro = outlook.highMicro - outlook.totalMicro;
  return outlook.totalMicro - (spreadMicro * TO_20TH_PERCENTILE_PER_MILLE) / 1_000n > limitMicro;
}

/** Use by part of the day: working hours of working days, and everything else. */
export interface UseParts {
  readonly workingMicro: bigint;
  readonly afterMicro: bigint;
}

/** How the expected excess is made up. All quantities of a pair sum to those of the whole. */
export interface ExcessParts {
  readonly forecast: UseParts;
  /** The quota divided as use typically is in such a month. */
  readonly plan: UseParts;
}

/**
 * Divides forecast and quota between working hours and after hours: what is still expected in the ratio of `expected`, the
 * quota in the ratio of `typical`. Null where either ratio is unknown.
 */
export function excessParts(
  limitMicro: bigint,
  totalMicro: bigint,
  used: UseParts,
  expected: UseParts,
  typical: UseParts,
): ExcessParts | null {
  const restMicro = totalMicro - used.workingMicro - used.afterMicro;
  const rest = divide(restMicro, expected);
  const plan = divide(limitMicro, typical);
  if (!rest || !plan) return null;
  return {
    forecast: {
      workingMicro: used.workingMicro + rest.workingMicro,
      afterMicro: used.afterMicro + rest.afterMicro,
    },
    plan,
  };
}

function divide(wholeMicro: bigint, ratio: UseParts): UseParts | null {
  const baseMicro = ratio.workingMicro + ratio.afterMicro;
  if (baseMicro <= 0n) return null;
  const workingMicro = (wholeMicro * ratio.workingMicro) / baseMicro;
  return { workingMicro, afterMicro: wholeMicro - workingMicro };
}

function sumMicro(days: readonly DayQuantity[]): bigint {
  return days.reduce((sum, { quantityMicro }) => sum + quantityMicro, 0n);
}

function atLeastZero(value: bigint): bigint {
  return value < 0n ? 0n : value;
}
