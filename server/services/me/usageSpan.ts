import type { CampusZone } from '../../../domain/time/campusTime';

/** A calendar span of the campus: a day by hours, a week or a month by days. */
export type UsageStep = 'DAY' | 'WEEK' | 'MONTH';

/** [startMs, endMs), ms UTC, with its parts in order. */
export interface UsageSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly parts: readonly { readonly startMs: number; readonly endMs: number }[];
}

const HOUR_MS = 3_600_000;

/** The span that holds `atMs`. Weeks begin on Monday; hours are of the campus clock, so a day has 23 to 25 of them. */
export function usageSpan(zone: CampusZone, step: UsageStep, atMs: number): UsageSpan {
  if (step === 'DAY') {
    const { startMs, endMs } = zone.dayAt(atMs);
    const parts: { startMs: number; endMs: number }[] = [];
    for (let hour = startMs; hour < endMs; hour += HOUR_MS)
      parts.push({ startMs: hour, endMs: Math.min(hour + HOUR_MS, endMs) });
    return { startMs, endMs, parts };
  }
  let day = zone.dayAt(step === 'MONTH' ? zone.monthStart(atMs) : atMs);
  if (step === 'WEEK')
    for (let back = zone.wallAt(atMs).weekday - 1; back > 0; back--) day = zone.dayAt(day.startMs - 1);
  const endMs = step === 'MONTH' ? zone.nextMonthStart(atMs) : Number.POSITIVE_INFINITY;
  const parts: { startMs: number; endMs: number }[] = [];
  while (day.startMs < endMs && (step === 'MONTH' || parts.length < 7)) {
    parts.push({ startMs: day.startMs, endMs: day.endMs });
    day = zone.dayAt(day.endMs);
  }
  return { startMs: parts[0]!.startMs, endMs: parts.at(-1)!.endMs, parts };
}

/** The span before. */
export function spanBefore(zone: CampusZone, step: UsageStep, span: UsageSpan): UsageSpan {
  return usageSpan(zone, step, span.startMs - 1);
}

/**
 * The instant at which the span before stood where this one stands at `atMs`: as many days in, at the same time of day. Its end
 * where this span is over, or where the month before had no such day.
 */
export function sameClockIn(
  zone: CampusZone,
  step: UsageStep,
  { span, before }: { readonly span: UsageSpan; readonly before: UsageSpan },
  atMs: number,
): number {
  if (atMs >= span.endMs) return before.endMs;
  const daysIn = step === 'DAY' ? 0 : span.parts.findIndex(({ endMs }) => atMs < endMs);
  const startMs = before.parts[daysIn]?.startMs;
  if (startMs === undefined) return before.endMs;
  const { year, month, day } = zone.dayAt(startMs);
  const { hour, minute, second } = zone.wallAt(atMs);
  return Math.min(before.endMs, zone.utcOf(year, month, day, hour * 60 + minute) + second * 1_000);
}
