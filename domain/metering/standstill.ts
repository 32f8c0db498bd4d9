import type { Utility } from './reading';

/** A register that stands still for so long is taken for missing data where nothing else is known of the meter, hours. */
export const STANDSTILL_HOURS = 12;

/** What is known of a meter beside its register. */
export interface StandstillFacts {
  readonly utility: Utility;
  /** The point feeds in: at rest every night. */
  readonly feedsIn: boolean;
  /** It also reports a voltage or a switch position, so that "no use" is a measurement of its own. */
  readonly reportsState: boolean;
}

/**
 * Whether a long standstill of this meter is missing data rather than no use. Water and gas rest by themselves; an
 * electricity meter that tells nothing but its register and stands still for half a day was not read, it was not unused.
 * Money is not touched by this: the register settles everything when it moves again.
 */
export function standstillIsMissing({ utility, feedsIn, reportsState }: StandstillFacts): boolean {
  return utility === 'ELECTRICITY' && !feedsIn && !reportsState;
}
