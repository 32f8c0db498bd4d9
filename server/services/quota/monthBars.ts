import type { QuotaVersion } from '../../../db/queries/quotaViews';
import type { PointUse, Span } from './energyDirectory';
import { addMonths, dayStartMs, type QuotaMonth } from './quotaMonth';

/** One month beside the same month a year before. Quantities in µ. */
export interface MonthBar {
  /** `YYYY-MM`. */
  readonly month: string;
  readonly startMs: number;
  readonly usedMicro: bigint;
  /** Null where the year before has no whole month of data. */
  readonly lastYearMicro: bigint | null;
  readonly limitMicro: bigint | null;
  /** Share of its hours that were measured, 0..1. The running month is judged by what has passed. */
  readonly measuredShare: number;
  readonly current: boolean;
}

/** Months with less of their hours measured are shown as part of a month and compared with nothing. */
export const WHOLE_MONTH_SHARE = 0.95;

const MONTHS = 12;

/** The months up to this one that have any data, at most twelve. `pointsOf` tells which points should have reported. */
export function monthBars(
  uses: readonly PointUse[],
  versions: readonly QuotaVersion[],
  month: QuotaMonth,
  pointsOf: (span: Span) => { hours: number }[],
): MonthBar[] {
  const sums = new Map<string, { quantityMicro: bigint; hours: number }>();
  for (const use of uses) {
    const sum = sums.get(use.period) ?? { quantityMicro: 0n, hours: 0 };
    sum.quantityMicro += use.quantityMicro;
    sum.hours += use.hours;
    sums.set(use.period, sum);
  }
  const shareOf = (name: string): number => {
    const endMs = dayStartMs(month.zone, `${addMonths(name, 1)}-01`);
    const span = { fromMs: dayStartMs(month.zone, `${name}-01`), toMs: Math.min(endMs, month.nowMs) };
    const expected = pointsOf(span).reduce((total, { hours }) => total + hours, 0);
    return expected === 0 ? 0 : Math.min(1, (sums.get(name)?.hours ?? 0) / expected);
  };
  return Array.from({ length: MONTHS }, (_, index) => addMonths(month.month, index + 1 - MONTHS)).flatMap(
    (name) => {
      const sum = sums.get(name);
      const current = name === month.month;
      if (!sum && !current) return [];
      const before = addMonths(name, -12);
      const wholeBefore = sums.has(before) && shareOf(before) >= WHOLE_MONTH_SHARE;
      return [
        {
          month: name,
          startMs: dayStartMs(month.zone, `${name}-01`),
          usedMicro: sum?.quantityMicro ?? 0n,
          lastYearMicro: wholeBefore ? sums.get(before)!.quantityMicro : null,
          limitMicro: versions.find((one) => one.month === name)?.limitMicro ?? null,
          measuredShare: shareOf(name),
          current,
        },
      ];
    },
  );
}
