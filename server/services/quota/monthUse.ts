import {
  type DayQuantity,
  type DayType,
  dateOfDayNumber,
  dayNumberOf,
  forecastMonth,
} from '../../../domain/network/forecast';
import { type MonthOutlook, monthOutlook, type UseParts } from '../../../domain/network/quotaOutlook';
import type { PointUse, Span } from './energyDirectory';
import type { QuotaMonth } from './quotaMonth';

/** Days before a month that its forecast learns from. */
const LEARN_DAYS = 84;
/** A year and the four weeks that the forecast compares with it. */
const YEAR_BEFORE_DAYS = 400;
const DAY_MS = 86_400_000;
/** A day with less of its hours measured teaches nothing. */
const WHOLE_DAY_SHARE = 0.9;

/** Use of one local day, in µ, by part of the day. */
export interface DayUse extends UseParts {
  readonly date: string;
  readonly quantityMicro: bigint;
}

/** What a department used in a month and what the month is expected to come to. */
export interface MonthUse {
  readonly used: UseParts;
  readonly usedMicro: bigint;
  /** Days of the month with use, in order, the open one included. */
  readonly days: readonly DayUse[];
  /** Null for a month that is over or has no history before it. */
  readonly outlook: MonthOutlook | null;
  /** What is still expected, by part of the day; null without an outlook. */
  readonly expected: UseParts | null;
  /** What the month would be if each of its days were like those of the weeks before; its ratio divides the quota. */
  readonly typical: UseParts;
}

/** The time that a month's view must read: the weeks before it, the month, and the same a year earlier. */
export function monthSpans({ fromMs, toMs, nowMs, zone }: QuotaMonth): Span[] {
  const endMs = Math.min(toMs, nowMs);
  const recent = { fromMs: zone.localDayStart(fromMs - LEARN_DAYS * DAY_MS), toMs: Math.max(endMs, fromMs) };
  const yearBefore = {
    fromMs: zone.localDayStart(fromMs - YEAR_BEFORE_DAYS * DAY_MS),
    toMs: Math.min(toMs - 363 * DAY_MS, recent.fromMs),
  };
  return [yearBefore, recent];
}

/** Takes a department's uses by day together for one month. `uses` must cover `monthSpans`. */
export function monthUse(
  uses: readonly PointUse[],
  month: QuotaMonth,
  dayTypeOf: (date: string) => DayType,
): MonthUse {
  const all = daysOf(uses);
  const days = all.filter(({ date }) => date.startsWith(month.month));
  const used = sumParts(days);
  const usedMicro = used.workingMicro + used.afterMicro;
  const whole = wholeDays(all, uses, month.today);
  const typical = typicalParts(whole, month, dayTypeOf);
  const outlook = outlookOf(whole, days, usedMicro, month, dayTypeOf);
  return {
    used,
    usedMicro,
    days,
    outlook,
    expected: outlook && expectedParts(whole, month, dayTypeOf),
    typical,
  };
}

function outlookOf(
  whole: readonly DayUse[],
  days: readonly DayUse[],
  usedMicro: bigint,
  month: QuotaMonth,
  dayTypeOf: (date: string) => DayType,
): MonthOutlook | null {
  if (month.state === 'ENDED') return null;
  const today = month.state === 'RUNNING' ? month.today : `${month.month}-01`;
  const todayMicro = days.find(({ date }) => date === today)?.quantityMicro ?? 0n;
  return monthOutlook(whole, { today, usedMicro, todayMicro }, dayTypeOf);
}

/** The ratio in which what is still to come falls into working hours and after them. */
function expectedParts(
  whole: readonly DayUse[],
  month: QuotaMonth,
  dayTypeOf: (date: string) => DayType,
): UseParts {
  const open = month.state === 'RUNNING' ? month.today : `${month.month}-01`;
  const expect = (pick: (day: DayUse) => bigint) => {
    const series = whole.map((day): DayQuantity => ({ date: day.date, quantityMicro: pick(day) }));
    const forecast = forecastMonth(series, open, dayTypeOf);
    return forecast?.days.reduce((sum, { quantityMicro }) => sum + quantityMicro, 0n) ?? 0n;
  };
  return { workingMicro: expect((day) => day.workingMicro), afterMicro: expect((day) => day.afterMicro) };
}

/** Means of working and free days in the weeks before the month, summed over the days that the month has. */
function typicalParts(
  whole: readonly DayUse[],
  month: QuotaMonth,
  dayTypeOf: (date: string) => DayType,
): UseParts {
  const first = dayNumberOf(`${month.month}-01`);
  const end = dayNumberOf(month.zone.dateKey(month.toMs));
  const before = whole.filter(({ date }) => {
    const age = first - dayNumberOf(date);
    return age > 0 && age <= LEARN_DAYS;
  });
  const dates = Array.from({ length: end - first }, (_, index) => dateOfDayNumber(first + index));
  return sumParts(
    (['WORKDAY', 'FREE_DAY'] as const).flatMap((type) => {
      const alike = before.filter(({ date }) => dayTypeOf(date) === type);
      if (alike.length === 0) return [];
      const sum = sumParts(alike);
      const days = BigInt(dates.filter((date) => dayTypeOf(date) === type).length);
      const count = BigInt(alike.length);
      return [
        { workingMicro: (sum.workingMicro * days) / count, afterMicro: (sum.afterMicro * days) / count },
      ];
    }),
  );
}

/** Uses by local day, in order of dates. */
export function daysOf(uses: readonly PointUse[]): DayUse[] {
  const byDate = new Map<string, { workingMicro: bigint; afterMicro: bigint }>();
  for (const use of uses) {
    const day = byDate.get(use.period) ?? { workingMicro: 0n, afterMicro: 0n };
    if (use.afterHours) day.afterMicro += use.quantityMicro;
    else day.workingMicro += use.quantityMicro;
    byDate.set(use.period, day);
  }
  return [...byDate]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([date, parts]) => ({ date, ...parts, quantityMicro: parts.workingMicro + parts.afterMicro }));
}

/** Days before today of which most hours were measured, judged by the points that reported on them at all. */
function wholeDays(days: readonly DayUse[], uses: readonly PointUse[], today: string): DayUse[] {
  const hours = new Map<string, number>();
  const points = new Map<string, Set<number>>();
  for (const use of uses) {
    hours.set(use.period, (hours.get(use.period) ?? 0) + use.hours);
    const seen = points.get(use.period) ?? new Set();
    points.set(use.period, seen.add(use.point.pointId));
  }
  return days.filter(({ date }) => {
    const expected = 24 * (points.get(date)?.size ?? 0);
    return date < today && expected > 0 && (hours.get(date) ?? 0) >= expected * WHOLE_DAY_SHARE;
  });
}

export function sumParts(parts: readonly UseParts[]): UseParts {
  return parts.reduce<UseParts>(
    (sum, part) => ({
      workingMicro: sum.workingMicro + part.workingMicro,
      afterMicro: sum.afterMicro + part.afterMicro,
    }),
    { workingMicro: 0n, afterMicro: 0n },
  );
}

/** Measured and expected hourly values of a month so far, per point. */
export interface Completeness {
  readonly measured: number;
  readonly expected: number;
}

/** The closed part of a month: its whole hours before now. */
export function closedSpan(month: QuotaMonth): Span {
  return { fromMs: month.fromMs, toMs: Math.max(month.fromMs, Math.min(month.toMs, month.nowMs)) };
}

/** The days of a month that are over, as dates from first to last; empty on its first day. */
export function closedDates({ month, state, today, toMs, zone }: QuotaMonth): string[] {
  if (state === 'AHEAD') return [];
  const first = dayNumberOf(`${month}-01`);
  const end = state === 'ENDED' ? dayNumberOf(zone.dateKey(toMs)) : dayNumberOf(today);
  return Array.from({ length: end - first }, (_, index) => dateOfDayNumber(first + index));
}
