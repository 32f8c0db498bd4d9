import type { CampusZone, LocalDay } from '../domain/time/campusTime';

/** The last local days that were over at `nowMs`, oldest first. */
export function daysBefore(zone: CampusZone, nowMs: number, count: number): LocalDay[] {
  const days: LocalDay[] = [];
  for (let endMs = zone.localDayStart(nowMs); days.length < count; endMs = days[0]!.startMs)
    days.unshift(zone.dayAt(endMs - 1));
  return days;
}
