import { freshnessOf } from '../ui/freshness';

/** Whether a load that was heard of lately is over the limit of its point, by the watt. @param ageMs since its report; null: never */
export function isOverLimit(
  { powerW, limitW }: { readonly powerW: number | null; readonly limitW: number | null },
  position: string,
  ageMs: number | null,
  intervalMs: number,
): boolean {
  if (powerW === null || limitW === null || position === 'OPEN') return false;
  const freshness = freshnessOf(ageMs, intervalMs);
  return powerW > limitW && (freshness === 'fresh' || freshness === 'late');
}

/** Whether a load over the limit is cut by itself there; else staff are told of it, and may cut. */
export function isCutOverLimit(point: {
  readonly hasRelay: boolean;
  readonly limit: { readonly trips: boolean } | null;
}): boolean {
  return point.hasRelay && point.limit?.trips === true;
}
