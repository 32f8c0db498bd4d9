/** Least and most of one top-up by a resident, µ-currency. What is above is a slip of the finger, and the cash desk's to take. */
export const TOP_UP_MIN_MICRO = 1_000_000n;
export const TOP_UP_MAX_MICRO = 5_000_000_000n;
