const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Ages (ms) at which an unpaid order is asked about, in case its notification was lost. */
export const POLL_AT_MS: readonly number[] = [30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS];
/** Age (ms) at which an unpaid order is closed, after a last question. */
export const CLOSE_AT_MS = 120 * MINUTE_MS;
/** Pause (ms) between attempts to credit what is paid and not credited. */
export const RECREDIT_EVERY_MS = 30 * SECOND_MS;
/** A paid order that is not credited by then (ms after the payment) has a person working on it. */
export const CREDIT_DEADLINE_MS = 10 * MINUTE_MS;

/**
 * When an unpaid order is looked at next (ms UTC), after a look at `nowMs`: the first of its ages that is still to come,
 * the last being its closing. Looks that a stop of the server missed are not made up for: one look tells as much. An order that
 * could not be closed, since its provider does not answer, is looked at ever more seldom, and never forgotten.
 */
export function nextPollMs(createdMs: number, nowMs: number): number {
  const next = POLL_AT_MS.find((age) => createdMs + age > nowMs);
  if (next !== undefined) return createdMs + next;
  if (nowMs < createdMs + CLOSE_AT_MS) return createdMs + CLOSE_AT_MS;
  return nowMs + Math.floor((nowMs - createdMs) / 10);
}

/** Whether an unpaid order is to be closed. */
export function isOverdue(createdMs: number, nowMs: number): boolean {
  return nowMs >= createdMs + CLOSE_AT_MS;
}
