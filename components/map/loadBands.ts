import { EN_DASH } from '../ui/format';

/** Lower edges of the load ramp's steps in percent of capacity. */
export const LOAD_EDGES = [0, 20, 35, 50, 65, 80] as const;

/** Words of the steps of the load ramp. */
export const LOAD_LABELS: readonly string[] = LOAD_EDGES.map((edge, index) => {
  const next = LOAD_EDGES[index + 1];
  if (index === 0) return `< ${next}`;
  return next === undefined ? `≥ ${edge}` : `${edge}${EN_DASH}${next}`;
});

/** Step 1..6 of a load in percent of capacity; null without data. */
export function loadStep(percent: number | null): number | null {
  if (percent === null || !Number.isFinite(percent)) return null;
  return Math.max(1, LOAD_EDGES.findLastIndex((edge) => percent >= edge) + 1);
}
