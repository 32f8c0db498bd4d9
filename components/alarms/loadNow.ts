import type { AlarmDetail } from './alarmData';

/** Newest measured load of the point, W. */
export function loadNow(detail: AlarmDetail | null): number | null {
  return detail?.trace?.points.findLast(([, powerW]) => powerW !== null)?.[1] ?? null;
}
