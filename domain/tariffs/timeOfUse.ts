import { invalid } from '../errors';
import type { CampusZone, LocalDay } from '../time/campusTime';
import type { TariffCalendar, TariffVersion } from './tariff';

/** A stretch [fromMs, toMs) of one local day with one period in force. */
export interface TouStretch {
  fromMs: number;
  toMs: number;
  period: string;
}

/** The day type of a local day: the calendar's exception for the date, else the weekday's. */
export function dayTypeOf(calendar: TariffCalendar, day: LocalDay): string {
  return calendar.exceptions[day.dateKey] ?? calendar.weekdayTypes[day.weekday - 1]!;
}

/**
 * The periods of one local day as instants, neighbours of one code merged, tiling the day exactly. Edges are wall time: a
 * span that a skipped hour swallows whole disappears, one in a repeated hour begins at its first occurrence.
 */
export function dayStretches(
  version: TariffVersion,
  calendar: TariffCalendar,
  zone: CampusZone,
  day: LocalDay,
): TouStretch[] {
  const dayType = dayTypeOf(calendar, day);
  const spans = version.periods[dayType];
  if (!spans)
    throw invalid(
      '/calendar',
      'UNKNOWN_DAY_TYPE',
      `Tariff version ${version.code} has no day type ${dayType}.`,
    );
  const stretches: TouStretch[] = [];
  for (const span of [...spans].sort((a, b) => a.startMinute - b.startMinute)) {
    const fromMs = zone.utcOf(day.year, day.month, day.day, span.startMinute);
    const toMs = zone.utcOf(day.year, day.month, day.day, span.endMinute);
    if (toMs <= fromMs) continue;
    const before = stretches[stretches.length - 1];
    if (before && before.period === span.period) before.toMs = toMs;
    else stretches.push({ fromMs, toMs, period: span.period });
  }
  return stretches;
}
