import { type DayType, weekdayType } from './forecast';

/** Working hours of a working day, local: [8, 20). The rest, and free days whole, are after hours. */
export const WORK_FROM_HOUR = 8;
export const WORK_TO_HOUR = 20;

/** Local dates `YYYY-MM-DD` that differ from what their weekday says. */
export interface WorkCalendar {
  /** Days off on a weekday, such as public holidays. */
  readonly freeDates: ReadonlySet<string>;
  /** Weekend days that are worked. */
  readonly workedDates: ReadonlySet<string>;
}

/** The calendar of a site that has entered none: Saturday and Sunday are free. */
export const PLAIN_WEEK: WorkCalendar = { freeDates: new Set(), workedDates: new Set() };

/** From the stored form: local date to a day type; HOLIDAY is free, WORKDAY is worked, others go by weekday. */
export function workCalendarOf(days: Readonly<Record<string, string>>): WorkCalendar {
  const dates = (type: string) => new Set(Object.keys(days).filter((date) => days[date] === type));
  return { freeDates: dates('HOLIDAY'), workedDates: dates('WORKDAY') };
}

/** Whether a local date is worked. */
export function dayTypeIn(calendar: WorkCalendar): (date: string) => DayType {
  return (date) => {
    if (calendar.workedDates.has(date)) return 'WORKDAY';
    return calendar.freeDates.has(date) ? 'FREE_DAY' : weekdayType(date);
  };
}
