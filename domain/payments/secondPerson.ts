/** What one person may refund to one account, or credit to it by hand, within a day, µ; more needs a second person's consent. */
export const REFUND_ALONE_MICRO = 500_000_000n;
/** The stretch of time over which refunds of one account are added up, so that parts don't slip under the limit. */
export const REFUND_DAY_MS = 86_400_000;

/** Whether a refund needs a second person, after what went back to the same account within the day before. */
export function refundNeedsSecond(amountMicro: bigint, dayBeforeMicro: bigint): boolean {
  return amountMicro + dayBeforeMicro > REFUND_ALONE_MICRO;
}
