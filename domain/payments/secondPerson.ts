/** What one person may refund to one account, or credit to it by hand, within a day, µ; more needs a second person's consent. */
export const REFUND_ALONE_MICRO = 500_000_000n;
/** What one person credits alone within a day at the counter and by bank lists, µ, over all accounts; more needs a second one. */
export const DESK_ALONE_MICRO = 20_000_000_000n;
/** What all API keys of a campus together may credit within a day, µ: a key has nobody beside it, and one more is soon made. */
export const KEYS_DAY_MICRO = 50_000_000_000n;
/** The stretch of time over which refunds of one account are added up, so that parts don't slip under the limit. */
export const REFUND_DAY_MS = 86_400_000;

/** Whether a refund needs a second person, after what went back to the same account within the day before. */
export function refundNeedsSecond(amountMicro: bigint, dayBeforeMicro: bigint): boolean {
  return amountMicro + dayBeforeMicro > REFUND_ALONE_MICRO;
}
