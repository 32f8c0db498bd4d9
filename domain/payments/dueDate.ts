import { dayTypeIn, PLAIN_WEEK, type WorkCalendar } from '../network/workCalendar';
import type { CampusZone } from '../time/campusTime';

/** Working days within which money in suspense must have found its place. */
export const SUSPENSE_WORKING_DAYS = 2;

/** End of the `days`-th working day after the local day of `fromMs`, ms UTC. */
export function endOfWorkingDay(
  fromMs: number,
  days: number,
  zone: CampusZone,
  calendar: WorkCalendar = PLAIN_WEEK,
): number {
  const typeOf = dayTypeIn(calendar);
  let day = zone.dayAt(fromMs);
  for (let left = days; left > 0; ) {
    day = zone.dayAt(day.endMs);
    if (typeOf(day.dateKey) === 'WORKDAY') left -= 1;
  }
  return day.endMs;
}
