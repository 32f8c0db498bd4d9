import {
  DEFINITE_TIME_INITIAL,
  type DefiniteTimeState,
  definiteTimeStep,
  gapMsFor,
  isAtRest,
  type ValueSample,
} from './definiteTime';
import type { DetectionRule, DetectionSignal } from './detectionRule';
import {
  INVERSE_TIME_DEFAULTS,
  INVERSE_TIME_INITIAL,
  type InverseTimeState,
  inverseTimeStep,
} from './inverseTime';
import { type BesideWord, besideWord } from './meterWord';
import { numberOf, type RuleBody } from './streamingRule';

/** Thresholds of a room's overload. `limitW` is the contract's power or the room default. */
export interface OverloadParams {
  readonly limitW: number;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly intervalMs: number;
}

/** TRIP cuts the point when the alarm is raised (default of rooms), ALARM only tells. */
export type OverloadAction = 'TRIP' | 'ALARM';

export const OVERLOAD_DEFAULTS = { onDelayMs: 10_000, offDelayMs: 60_000 } as const;

/** @param limitW the limit in force at the point, which `limitW` of the settings may have moved */
export function overloadParams(limitW: number, intervalMs: number, body: RuleBody): OverloadParams {
  return {
    limitW,
    onDelayMs: numberOf(body, 'onDelayMs', OVERLOAD_DEFAULTS.onDelayMs),
    offDelayMs: numberOf(body, 'offDelayMs', OVERLOAD_DEFAULTS.offDelayMs),
    intervalMs,
  };
}

/** Inrush shorter than this never trips, however short the on-delay is set. */
export const INRUSH_MS = 3_000;
const RETURN_RATIO = 0.95;

/** The definite-time state, and beside it how far the inverse-time curve has come; absent while it is cold. */
export interface OverloadState extends DefiniteTimeState {
  readonly heat?: InverseTimeState;
}

/**
 * Overload on both curves: P over the limit for the on-delay (definite time), or sooner where it is so far over that the
 * inverse-time curve trips; one alarm, raised by whichever decides first. Back when P is under 95 % of the limit for 60 s.
 * Values in W.
 */
const byReadings: DetectionRule<ValueSample, OverloadState, OverloadParams> = {
  code: 'OVERLOAD',
  initial: DEFINITE_TIME_INITIAL,
  step: (state, sample, params) => {
    if (sample.value === null || (state.lastAt !== null && sample.at <= state.lastAt))
      return { state, signal: null };
    const { limitW, onDelayMs, offDelayMs, intervalMs } = params;
    const gapMs = gapMsFor(intervalMs);
    const { heat, ...held } = state;
    const definite = definiteTimeStep(held, sample, {
      limit: limitW,
      onDelayMs: Math.max(onDelayMs, INRUSH_MS),
      returnRatio: RETURN_RATIO,
      offDelayMs,
      gapMs,
    });
    const inverse = inverseTimeStep(heat ?? INVERSE_TIME_INITIAL, sample.at, sample.value, {
      ...INVERSE_TIME_DEFAULTS,
      limit: limitW,
      gapMs,
    });
    const next = withHeat(definite.state, inverse.state);
    if (definite.signal) return { state: next, signal: told(definite.signal, 'DEFINITE') };
    if (definite.state.active || !inverse.trips) return { state: next, signal: null };
    const signal = {
      kind: 'RAISE' as const,
      at: sample.at,
      priority: null,
      value: sample.value,
      limit: limitW,
    };
    return { state: { ...next, active: true }, signal: told(signal, 'INVERSE') };
  },
};

/** Overload by readings on both curves, and by the meter's own word. */
export const overloadRule = besideWord(byReadings, ({ limitW, offDelayMs, intervalMs }) => ({
  ...{ limit: limitW, returnRatio: RETURN_RATIO, offDelayMs, gapMs: gapMsFor(intervalMs) },
}));

/** True where nothing is going on: neither curve has begun, or both are back, and the meter has said nothing. */
export function isOverloadQuiet(state: BesideWord<OverloadState>): boolean {
  return isAtRest(state) && state.heat === undefined && state.word === undefined;
}

function withHeat(state: DefiniteTimeState, heat: InverseTimeState): OverloadState {
  return heat.heatMs === 0 && heat.overSince === null ? state : { ...state, heat };
}

function told(signal: DetectionSignal, curve: 'DEFINITE' | 'INVERSE'): DetectionSignal {
  return signal.kind === 'RAISE' ? { ...signal, detail: { curve } } : signal;
}
