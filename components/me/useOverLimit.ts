'use client';

import { useMeasured } from '../live/measured';
import { useNow } from '../ui/now';
import { isOverLimit } from './isOverLimit';
import type { MyPoint } from './meData';

/** Whether a point's newest report is over its limit, with what it measured, W. */
export function useOverLimit(point: MyPoint): { readonly over: boolean; readonly powerW: number | null } {
  const now = useNow();
  const { powerW, rxAt, position } = useMeasured(point);
  const ageMs = rxAt === null ? null : now - rxAt;
  const over = isOverLimit({ powerW, limitW: point.limitW }, position, ageMs, point.intervalMs);
  return { over, powerW };
}
