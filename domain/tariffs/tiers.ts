/** Part of a quantity that falls into one tier; tiers are numbered from 1, as a bill prints them. */
export interface TierPart {
  tier: number;
  quantityMicro: bigint;
}

/**
 * Cuts a quantity at the tier limits, counting from what the period has accrued already. A limit belongs to the tier
 * below it. A quantity of 0 yields one part of 0 in the tier of the next unit.
 */
export function cutByTier(
  limitsMicro: readonly (bigint | null)[],
  accruedMicro: bigint,
  quantityMicro: bigint,
): TierPart[] {
  const parts: TierPart[] = [];
  let restMicro = quantityMicro;
  let reachedMicro = accruedMicro;
  for (let i = 0; i < limitsMicro.length; i++) {
    const limitMicro = limitsMicro[i];
    const roomMicro = limitMicro == null ? null : limitMicro - reachedMicro;
    if (roomMicro !== null && roomMicro <= 0n) continue;
    if (roomMicro === null || restMicro <= roomMicro) {
      parts.push({ tier: i + 1, quantityMicro: restMicro });
      return parts;
    }
    parts.push({ tier: i + 1, quantityMicro: roomMicro });
    reachedMicro += roomMicro;
    restMicro -= roomMicro;
  }
  return parts;
}
