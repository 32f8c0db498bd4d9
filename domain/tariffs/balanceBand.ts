import { bandOf, TIME_LEFT_BANDS } from './timeLeft';

/** How a prepaid room stands on the balance map: a step of the ramp, or one of three states beside it. */
export const BALANCE_BANDS = [...TIME_LEFT_BANDS, 'CUT', 'NO_DATA', 'LEARNING'] as const;
export type BalanceBand = (typeof BALANCE_BANDS)[number];

/** The bands that count as "under 24 h" in shares and lists. */
export const BANDS_UNDER_24_H: readonly BalanceBand[] = ['H6_TO_24', 'UNDER_6_H'];

/** The forecast is renewed this often, so a shorter silence of a meter says nothing about it. */
const RENEWAL_MS = 15 * 60_000;
const STALE_INTERVALS = 4;

/** What is known of a room. Times in ms. */
export interface BandFacts {
  /** Arrival of the newest report of its electricity meters; the oldest where it has several. Null: none ever. */
  readonly reportAgeMs: number | null;
  /** Longest reporting interval of those meters. */
  readonly intervalMs: number;
  /** Telemetry says that its supply is open. What was merely commanded does not count. */
  readonly measuredOpen: boolean;
  /** Forecast time left; null while less than seven days of data exist. */
  readonly hoursLeft: number | null;
}

/**
 * The band of a room: no data before anything else, since an old report proves nothing; then cut as measured; then learning;
 * then its time left.
 */
export function balanceBandOf(facts: BandFacts): BalanceBand {
  const limitMs = Math.max(STALE_INTERVALS * facts.intervalMs, RENEWAL_MS);
  if (facts.reportAgeMs === null || facts.reportAgeMs > limitMs) return 'NO_DATA';
  if (facts.measuredOpen) return 'CUT';
  return facts.hoursLeft === null ? 'LEARNING' : bandOf(facts.hoursLeft);
}
