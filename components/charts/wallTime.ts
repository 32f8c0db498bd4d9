import { wallClock } from '../ui/formatTime';

/**
 * An instant as the campus wall clock showed it, expressed as if that were UTC. Charts draw these with `useUTC`, so days
 * begin at campus midnight wherever the viewer sits.
 *
 * @param at ms UTC
 */
export function toWallMs(at: number, zone: string): number {
  return at + wallClock(at, zone).offsetMinutes * 60_000;
}

/** Points of a series shifted to the campus wall clock. */
export function shiftPoints(points: readonly Point[], zone: string): [number, number | null][] {
  return points.map(([at, value]) => [toWallMs(at, zone), value]);
}

/** Instant in ms UTC and its value; null is a gap and is never bridged. */
export type Point = readonly [at: number, value: number | null];

/** `04:00` of a shifted instant; the end of the day reads 24:00. */
export function wallHourLabel(wallMs: number, dayStartWallMs: number): string {
  const minutes = Math.round((wallMs - dayStartWallMs) / 60_000);
  const hour = Math.floor(minutes / 60)
    .toString()
    .padStart(2, '0');
  return `${hour}:${(minutes % 60).toString().padStart(2, '0')}`;
}

/** `04:00` of a shifted instant by its own clock. */
export function wallClockLabel(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(11, 16);
}
