import { RATE_CHANNELS } from './reading';
import type { RateShare } from './splitInterval';

/**
 * What each rate register counted between two readings, µ.
 * @param periods the price periods of t1 to t4
 * @param before values by channel, µ, or their decimal text; absent: the reading had none
 * @returns null where one of the readings lacks a register that is asked for
 */
export function rateSharesBetween(
  periods: readonly string[],
  before: Readonly<Record<string, bigint | string>> | null | undefined,
  after: Readonly<Record<string, bigint | string>> | null | undefined,
): RateShare[] | null {
  if (!before || !after || periods.length === 0) return null;
  const shares: RateShare[] = [];
  for (const [i, period] of periods.entries()) {
    const channel = RATE_CHANNELS[i]!;
    const from = before[channel];
    const to = after[channel];
    if (from === undefined || to === undefined) return null;
    shares.push({ period, quantityMicro: BigInt(to) - BigInt(from) });
  }
  return shares;
}
