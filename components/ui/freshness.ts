/** How old a datum looks: see `freshnessOf`. Lower case, since it is printed in `data-fresh`. */
export type Freshness = 'fresh' | 'late' | 'stale' | 'lost';

const LOST_MS = 86_400_000;

/**
 * Freshness of a datum by its meter's own interval: up to 2 intervals fresh, up to 4 late, then stale, and lost after 24 h
 * or when nothing ever arrived. Stale and lost values leave the totals.
 *
 * @param ageMs since arrival of the report, null when there was none
 */
export function freshnessOf(ageMs: number | null, intervalMs: number): Freshness {
  if (ageMs === null || ageMs > LOST_MS) return 'lost';
  if (ageMs <= 2 * intervalMs) return 'fresh';
  return ageMs <= 4 * intervalMs ? 'late' : 'stale';
}
