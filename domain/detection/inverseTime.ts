/** How far an overload has come on the inverse-time curve. */
export interface InverseTimeState {
  /** ∫(r² − 1) dt in ms, between 0 and K. */
  readonly heatMs: number;
  /** Since when r has been over 1 without a break, ms UTC; null: it is not. */
  readonly overSince: number | null;
  readonly lastAt: number | null;
  readonly lastRatio: number;
}

export interface InverseTimeParams {
  readonly limit: number;
  /** K: heat at which it trips, ms. */
  readonly heatLimitMs: number;
  /** It never trips before this, however high the load: inrush is over by then. */
  readonly minTimeMs: number;
  /** Two samples further apart enclose missing data: no heat is made up for it. */
  readonly gapMs: number;
}

/** Three seconds at least: an inrush is shorter. K = 10 s: r 1.05 trips after 97.6 s, 1.2 after 22.7 s, 1.5 after 8 s, 2 after 3.33 s. */
export const INVERSE_TIME_DEFAULTS = { heatLimitMs: 10_000, minTimeMs: 3_000 } as const;

export const INVERSE_TIME_INITIAL: InverseTimeState = {
  heatMs: 0,
  overSince: null,
  lastAt: null,
  lastRatio: 0,
};

/**
 * Inverse-time overload: trips when ∫(r² − 1) dt ≥ K for r = value / limit; below the limit the same integral falls back to 0
 * (decay −(1 − r²)), so that short peaks do not add up for ever. Between two samples r counts as the lower of both, so a peak
 * that one sample alone saw heats nothing; with samples a second apart times round up.
 * Source: domain.md 5, decision 84.
 */
export function inverseTimeStep(
  state: InverseTimeState,
  at: number,
  value: number,
  { limit, heatLimitMs, minTimeMs, gapMs }: InverseTimeParams,
): { readonly state: InverseTimeState; readonly trips: boolean } {
  if (state.lastAt !== null && at <= state.lastAt) return { state, trips: false };
  const ratio = value / limit;
  const elapsedMs = state.lastAt === null || at - state.lastAt > gapMs ? 0 : at - state.lastAt;
  const held = Math.min(ratio, state.lastRatio);
  const heatMs = Math.min(heatLimitMs, Math.max(0, state.heatMs + elapsedMs * (held * held - 1)));
  const overSince = ratio > 1 ? (state.overSince ?? at) : null;
  const trips = overSince !== null && heatMs >= heatLimitMs && at - overSince >= minTimeMs;
  return { state: { heatMs, overSince, lastAt: at, lastRatio: ratio }, trips };
}
