import { invalid } from '../errors';
import { floorDiv } from '../units';
import type { DayQuantity } from './forecast';

const PPM = 1_000_000n;

/** Notices of a quota in percent of its limit. */
export const QUOTA_THRESHOLDS_PERCENT = [80, 90, 100] as const;

/** A quota: a budget of quantity (µ) per period. It never blocks the posting of money. */
export interface Quota {
  readonly limitMicro: bigint;
  /** Ascending, percent. */
  readonly thresholdsPercent: readonly number[];
}

export interface QuotaStatus {
  /** Used share of the limit in millionths, floored. */
  readonly usedPpm: bigint;
  /** Thresholds reached, ascending. */
  readonly reachedPercent: readonly number[];
}

function checkLimit(limitMicro: bigint): void {
  if (limitMicro <= 0n) throw invalid('/limit', 'QUOTA_LIMIT', 'A quota is a quantity above 0.');
}

/** Where a period stands. Throws `invalid` for a limit that is not positive. */
export function quotaStatus(quota: Quota, usedMicro: bigint): QuotaStatus {
  checkLimit(quota.limitMicro);
  return {
    usedPpm: floorDiv(usedMicro * PPM, quota.limitMicro),
    reachedPercent: quota.thresholdsPercent.filter((percent) =>
      reaches(usedMicro, quota.limitMicro, percent),
    ),
  };
}

/** The one threshold to tell now: the highest reached that is above all told in this period; null if none. */
export function quotaNotice(status: QuotaStatus, toldPercent: readonly number[]): number | null {
  const highest = status.reachedPercent.at(-1);
  return highest !== undefined && toldPercent.every((told) => told < highest) ? highest : null;
}

/** When a threshold is reached. `basis` says whether it has happened or is expected. */
export interface QuotaCrossing {
  readonly percent: number;
  /** Local date, `YYYY-MM-DD`; null if the period ends below the threshold. */
  readonly date: string | null;
  readonly basis: 'ACTUAL' | 'FORECAST' | null;
}

/** The date on which each threshold is reached, walking the period's measured days and then the expected ones. */
export function quotaCrossings(
  quota: Quota,
  actualDays: readonly DayQuantity[],
  forecastDays: readonly DayQuantity[],
): QuotaCrossing[] {
  checkLimit(quota.limitMicro);
  const found = new Map<number, QuotaCrossing>();
  let sumMicro = 0n;
  const walk = (days: readonly DayQuantity[], basis: 'ACTUAL' | 'FORECAST'): void => {
    for (const { date, quantityMicro } of days) {
      sumMicro += quantityMicro;
      for (const percent of quota.thresholdsPercent)
        if (!found.has(percent) && reaches(sumMicro, quota.limitMicro, percent))
          found.set(percent, { percent, date, basis });
    }
  };
  walk(actualDays, 'ACTUAL');
  walk(forecastDays, 'FORECAST');
  return quota.thresholdsPercent.map((percent) => found.get(percent) ?? { percent, date: null, basis: null });
}

/** Quantity of a past month (`YYYY-MM`), for the preview. */
export interface MonthQuantity {
  readonly month: string;
  readonly quantityMicro: bigint;
}

export interface QuotaPreview {
  readonly crossings: readonly QuotaCrossing[];
  /** Expected share of the limit at the end of the period, in millionths. */
  readonly expectedPpm: bigint;
  /** Months of last year that would have exceeded this limit. */
  readonly failedMonths: readonly string[];
}

/** What a limit would mean, while it is typed. */
export function quotaPreview(
  quota: Quota,
  actualDays: readonly DayQuantity[],
  forecastDays: readonly DayQuantity[],
  lastYear: readonly MonthQuantity[],
): QuotaPreview {
  const crossings = quotaCrossings(quota, actualDays, forecastDays);
  const totalMicro = [...actualDays, ...forecastDays].reduce((sum, day) => sum + day.quantityMicro, 0n);
  return {
    crossings,
    expectedPpm: floorDiv(totalMicro * PPM, quota.limitMicro),
    failedMonths: lastYear
      .filter(({ quantityMicro }) => quantityMicro > quota.limitMicro)
      .map(({ month }) => month),
  };
}

function reaches(usedMicro: bigint, limitMicro: bigint, percent: number): boolean {
  return usedMicro * 100n >= limitMicro * BigInt(percent);
}
