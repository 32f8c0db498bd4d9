/** The p-th percentile (0–1) by linear interpolation between closest ranks; `sorted` ascending and not empty. */
export function percentileOf(sorted: readonly number[], p: number): number {
  const rank = (sorted.length - 1) * p;
  const below = sorted[Math.floor(rank)]!;
  const above = sorted[Math.ceil(rank)]!;
  return below + (above - below) * (rank - Math.floor(rank));
}
