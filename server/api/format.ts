import { campusZone } from '../../domain/time/campusTime';

/** An instant in RFC 3339 with the campus's offset at that instant and milliseconds. */
export function campusInstant(ms: number, timeZone: string): string {
  const offsetMs = campusZone(timeZone).offsetMsAt(ms);
  const local = new Date(ms + offsetMs).toISOString().slice(0, -1);
  const minutes = Math.abs(Math.round(offsetMs / 60_000));
  const hour = String(Math.floor(minutes / 60)).padStart(2, '0');
  const minute = String(minutes % 60).padStart(2, '0');
  return `${local}${offsetMs < 0 ? '-' : '+'}${hour}:${minute}`;
}

/** `campusInstant`, or null. */
export function campusInstantOrNull(ms: number | null, timeZone: string): string | null {
  return ms === null ? null : campusInstant(ms, timeZone);
}
