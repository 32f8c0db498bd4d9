import {
  DEFINITE_TIME_INITIAL,
  type DefiniteTimeState,
  definiteTimeStep,
  gapMsFor,
  type ValueSample,
} from './definiteTime';
import type { DetectionRule } from './detectionRule';

/** Thresholds of a room's overload. `limitW` is the contract's power or the room default. */
export interface OverloadParams {
  readonly limitW: number;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly intervalMs: number;
}

/** TRIP cuts the point when the alarm is raised (default of rooms), ALARM only tells. */
export type OverloadAction = 'TRIP' | 'ALARM';

export const OVERLOAD_DEFAULTS = { limitW: 1_500, onDelayMs: 10_000, offDelayMs: 60_000 } as const;

/** Inrush shorter than this never trips, however short the on-delay is set. */
export const INRUSH_MS = 3_000;
const RETURN_RATIO = 0.95;

/** Definite-time overload: P over the limit for the on-delay; back when P is under 95 % of the limit for 60 s. Values in W. */
export const overloadRule: DetectionRule<ValueSample, DefiniteTimeState, OverloadParams> = {
  code: 'OVERLOAD',
  initial: DEFINITE_TIME_INITIAL,
  step: (state, sample, { limitW, onDelayMs, offDelayMs, intervalMs }) =>
    definiteTimeStep(state, sample, {
      limit: limitW,
      onDelayMs: Math.max(onDelayMs, INRUSH_MS),
      returnRatio: RETURN_RATIO,
      offDelayMs,
      gapMs: gapMsFor(intervalMs),
    }),
};
