import type { DayType } from '../network/forecast';
import type { CampusZone } from '../time/campusTime';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
/** Baselines look back so far. */
export const BASELINE_WEEKS = 8;
/** A history younger than this is compared by day type and hour, because it has too few hours of the same weekday. */
export const YOUNG_MS = 21 * DAY_MS;
/** Whose day a free weekday and a worked weekend day are like. */
const SUNDAY = 7;
const WEDNESDAY = 3;

/** Whether what is known of a point at `hourMs` began too lately (`historyFromMs`) for hours of the same weekday. */
export function isYoung(hourMs: number, historyFromMs: number): boolean {
  return hourMs - historyFromMs < YOUNG_MS;
}

/**
 * Hours (starts, ms UTC, newest first) whose use says what is usual in the hour that begins at `hourMs`: the same local hour of
 * the same weekday in the last eight weeks, days of another type than their weekday's left out. A holiday is compared with
 * Sundays, a worked weekend day with Wednesdays. While the history is young, all days of the same type in the last three
 * weeks. Hours before a point's history began are the caller's to leave out.
 */
export function comparableHours(
  zone: CampusZone,
  hourMs: number,
  dayTypeOf: (date: string) => DayType,
  young: boolean,
): number[] {
  const day = zone.dayAt(hourMs);
  const type = dayTypeOf(day.dateKey);
  const minuteOfDay = Math.round((hourMs + zone.offsetMsAt(hourMs) - localMidnight(day)) / MINUTE_MS);
  const found: number[] = [];
  const days = young ? YOUNG_MS / DAY_MS : BASELINE_WEEKS * 7;
  const first = young ? 1 : daysSince(likeWeekday(day.weekday, type), day.weekday);
  for (let back = first; back <= days; back += young ? 1 : 7) {
    const atMs = zone.utcOf(day.year, day.month, day.day - back, minuteOfDay);
    if (dayTypeOf(zone.dateKey(atMs)) === type) found.push(atMs);
  }
  return found;
}

/** Local midnight written as if it were UTC. */
function localMidnight(day: { year: number; month: number; day: number }): number {
  return Date.UTC(day.year, day.month - 1, day.day);
}

function likeWeekday(weekday: number, type: DayType): number {
  const weekend = weekday >= 6;
  if (type === 'FREE_DAY') return weekend ? weekday : SUNDAY;
  return weekend ? WEDNESDAY : weekday;
}

/** Days from the last such weekday to this one, 1 to 7. */
function daysSince(earlier: number, weekday: number): number {
  return ((weekday - earlier + 6) % 7) + 1;
}
