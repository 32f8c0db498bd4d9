/**
 * Splits a quantity used in (fromMs, toMs] at the given instants in proportion to time, exactly:
 * cum_j = ⌊Q·(b_j − t0)/(t1 − t0)⌋ in integer ms, segment_j = cum_j − cum_(j−1), the last takes the remainder, so that the
 * segments always sum to Q (domain rule 3.2). `edgesMs` ascend and lie strictly inside; Q ≥ 0.
 * Returns one more quantity than there are edges.
 */
export function splitLinear(
  quantityMicro: bigint,
  fromMs: number,
  toMs: number,
  edgesMs: readonly number[],
): bigint[] {
  return splitByWeight(
    quantityMicro,
    [...edgesMs, toMs].map((edgeMs, i) => edgeMs - (i === 0 ? fromMs : edgesMs[i - 1]!)),
  );
}

/** The same rule for stretches of the given lengths that need not touch. Weights ≥ 0, at least one above 0. */
export function splitByWeight(quantityMicro: bigint, weightsMs: readonly number[]): bigint[] {
  const totalMs = weightsMs.reduce((sum, weightMs) => sum + weightMs, 0);
  const total = BigInt(totalMs);
  const parts: bigint[] = [];
  let elapsedMs = 0;
  let cumulative = 0n;
  for (const weightMs of weightsMs) {
    elapsedMs += weightMs;
    const reached = (quantityMicro * BigInt(elapsedMs)) / total;
    parts.push(reached - cumulative);
    cumulative = reached;
  }
  return parts;
}

/** What the meter's own rate registers say about an interval, in the order t1 to t4, each with its period's code. */
export interface RateShare {
  period: string;
  quantityMicro: bigint;
}

/**
 * The measured split if it can be trusted: the shares sum to Q within one LSB each. The difference falls to the last
 * register (or, should that go below 0, to the one before it). Null: use the linear split.
 */
export function reconcileRateShares(
  quantityMicro: bigint,
  shares: readonly RateShare[],
  lsbMicro: bigint,
): RateShare[] | null {
  if (shares.length === 0 || shares.some((share) => share.quantityMicro < 0n)) return null;
  let difference = quantityMicro - shares.reduce((sum, share) => sum + share.quantityMicro, 0n);
  const size = difference < 0n ? -difference : difference;
  if (size > lsbMicro * BigInt(shares.length)) return null;
  const settled = shares.map((share) => ({ ...share }));
  for (let i = settled.length - 1; i >= 0 && difference !== 0n; i--) {
    const share = settled[i]!;
    const taken = share.quantityMicro + difference < 0n ? -share.quantityMicro : difference;
    share.quantityMicro += taken;
    difference -= taken;
  }
  return settled;
}
