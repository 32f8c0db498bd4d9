import type { DetectionSignal } from './detectionRule';

/** A measured value in effective time; null = not measured or not GOOD, which freezes all timers. */
export interface ValueSample {
  readonly at: number;
  readonly value: number | null;
}

export interface DefiniteTimeParams {
  /** The condition is value > limit, or value ≥ limit where `inclusive`. */
  readonly limit: number;
  readonly inclusive?: boolean;
  readonly onDelayMs: number;
  /** Returned to normal below limit × this share. */
  readonly returnRatio: number;
  readonly offDelayMs: number;
  /** Two samples further apart than this enclose missing data: their distance counts on no timer. */
  readonly gapMs: number;
}

/**
 * Streaming state. `overSince` and `underSince` are the instants from which the running delay counts, moved forward by the
 * length of every gap; null while the side is not taken.
 */
export interface DefiniteTimeState {
  readonly active: boolean;
  readonly overSince: number | null;
  readonly underSince: number | null;
  readonly lastAt: number | null;
}

export const DEFINITE_TIME_INITIAL: DefiniteTimeState = {
  active: false,
  overSince: null,
  underSince: null,
  lastAt: null,
};

/** True where a value meets the condition of a rule. */
export function isOver(value: number, { limit, inclusive }: DefiniteTimeParams): boolean {
  return inclusive ? value >= limit : value > limit;
}

/** True where the state says no more than that nothing is going on. */
export function isAtRest({ active, overSince }: DefiniteTimeState): boolean {
  return !active && overSince === null;
}

/** A gap is anything longer than two and a half intervals. */
export function gapMsFor(intervalMs: number): number {
  return intervalMs * 2.5;
}

/**
 * Definite-time rule in one pass: raised at the first sample at which the value has been over the limit for the on-delay,
 * i.e. sample time − overSince ≥ onDelayMs. With samples as far apart as the delay or further, the second sample over the
 * limit in a row decides, because one sample alone spans no time. Between limit and return level a raised alarm stays
 * raised and its off-delay starts over.
 */
export function definiteTimeStep(
  state: DefiniteTimeState,
  sample: ValueSample,
  params: DefiniteTimeParams,
): { readonly state: DefiniteTimeState; readonly signal: DetectionSignal | null } {
  const { at, value } = sample;
  if (value === null || (state.lastAt !== null && at <= state.lastAt)) return { state, signal: null };
  const frozenMs = state.lastAt !== null && at - state.lastAt > params.gapMs ? at - state.lastAt : 0;
  return state.active
    ? whileActive(state, at, value, frozenMs, params)
    : whileNormal(state, at, value, frozenMs, params);
}

type Step = { readonly state: DefiniteTimeState; readonly signal: DetectionSignal | null };

function whileNormal(
  state: DefiniteTimeState,
  at: number,
  value: number,
  frozenMs: number,
  params: DefiniteTimeParams,
): Step {
  if (!isOver(value, params))
    return { state: { active: false, overSince: null, underSince: null, lastAt: at }, signal: null };
  const overSince = state.overSince === null ? at : state.overSince + frozenMs;
  if (at - overSince < params.onDelayMs)
    return { state: { active: false, overSince, underSince: null, lastAt: at }, signal: null };
  return {
    state: { active: true, overSince, underSince: null, lastAt: at },
    signal: signalOf('RAISE', at, value, params),
  };
}

function whileActive(
  state: DefiniteTimeState,
  at: number,
  value: number,
  frozenMs: number,
  params: DefiniteTimeParams,
): Step {
  if (value >= params.limit * params.returnRatio)
    return { state: { ...state, underSince: null, lastAt: at }, signal: null };
  const underSince = state.underSince === null ? at : state.underSince + frozenMs;
  if (at - underSince < params.offDelayMs)
    return { state: { ...state, underSince, lastAt: at }, signal: null };
  return {
    state: { active: false, overSince: null, underSince: null, lastAt: at },
    signal: signalOf('RETURN', at, value, params),
  };
}

function signalOf(
  kind: DetectionSignal['kind'],
  at: number,
  value: number,
  params: DefiniteTimeParams,
): DetectionSignal {
  return { kind, at, priority: null, value, limit: params.limit };
}
