import { invalid } from '../errors';

/** One who bears a share, by an integer weight (heads, area in cm², µ of quantity). */
export interface ShareWeight {
  readonly accountCode: string;
  readonly weight: bigint;
}

export interface Share {
  readonly accountCode: string;
  readonly amountMicro: bigint;
}

/**
 * Shares a pool (µ, ≥ 0) by weights: the floor of pool · w / W each, then one µ more by the largest remainder, ties to the
 * lowest account code in byte order. The shares sum to the pool exactly and come in the order of `weights`. Throws `invalid`
 * for a negative weight, or if nobody has any.
 */
export function apportion(poolMicro: bigint, weights: readonly ShareWeight[]): Share[] {
  if (poolMicro < 0n) throw invalid('/pool', 'NEGATIVE_POOL', 'A pool to share is never negative.');
  if (weights.some(({ weight }) => weight < 0n))
    throw invalid('/weights', 'NEGATIVE_WEIGHT', 'A weight is never negative.');
  const totalWeight = weights.reduce((sum, { weight }) => sum + weight, 0n);
  if (totalWeight === 0n) throw invalid('/weights', 'NO_WEIGHT', 'At least one weight must be above 0.');
  const parts = weights.map(({ accountCode, weight }) => ({
    accountCode,
    amountMicro: (poolMicro * weight) / totalWeight,
    remainder: (poolMicro * weight) % totalWeight,
  }));
  const floorsMicro = parts.reduce((sum, { amountMicro }) => sum + amountMicro, 0n);
  const favoured = [...parts].sort((left, right) =>
    left.remainder === right.remainder
      ? byteOrder(left.accountCode, right.accountCode)
      : left.remainder > right.remainder
        ? -1
        : 1,
  );
  for (const part of favoured.slice(0, Number(poolMicro - floorsMicro))) part.amountMicro += 1n;
  return parts.map(({ accountCode, amountMicro }) => ({ accountCode, amountMicro }));
}

/** Account codes are ASCII, so code-unit order is byte order. */
function byteOrder(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
