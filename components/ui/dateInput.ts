import type { CampusZone } from '../../domain/time/campusTime';
import { wallClock } from './formatTime';

/** What date fields of browsers take and give, in campus time. */

const two = (n: number): string => String(n).padStart(2, '0');

/** `YYYY-MM-DD` of the campus day of an instant. @param iana name of the campus's zone */
export function dateText(atMs: number, iana: string): string {
  const { year, month, day } = wallClock(atMs, iana);
  return `${year}-${two(month)}-${two(day)}`;
}

/** `YYYY-MM-DDTHH:MM` of an instant on the campus. @param iana name of the campus's zone */
export function dateTimeText(atMs: number, iana: string): string {
  const { hour, minute } = wallClock(atMs, iana);
  return `${dateText(atMs, iana)}T${two(hour)}:${two(minute)}`;
}

/** First instant of a date, or of one some days after it; null while the text is no date. */
export function dateStartMs(text: string, zone: CampusZone, daysAfter = 0): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match && zone.utcOf(Number(match[1]), Number(match[2]), Number(match[3]) + daysAfter);
}

/** The instant of a wall time to the minute; null while the text is none. */
export function dateTimeMs(text: string, zone: CampusZone): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})$/.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return zone.utcOf(year, month, day, hour * 60 + minute);
}
