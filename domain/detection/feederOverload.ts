import {
  DEFINITE_TIME_INITIAL,
  type DefiniteTimeParams,
  type DefiniteTimeState,
  definiteTimeStep,
  gapMsFor,
  isAtRest,
  type ValueSample,
} from './definiteTime';
import type { DetectionRule } from './detectionRule';
import { type BesideWord, besideWord } from './meterWord';

/** Thresholds of a feeder or transformer; `ratingW` is its capacity. */
export interface FeederOverloadParams {
  readonly ratingW: number;
  readonly intervalMs: number;
}

const DELAY_MS = 60_000;
const RETURN_RATIO = 0.95;
/** Share of the rating from which a feeder is warned of. */
export const FEEDER_WARNING_SHARE = 0.8;

/** Over the rating for 60 s, or by the meter's own word: P1. Values in W. */
export const feederOverloadRule = besideWord<DefiniteTimeState, FeederOverloadParams>(
  {
    code: 'FEEDER_OVERLOAD',
    initial: DEFINITE_TIME_INITIAL,
    step: (state, sample, params) => definiteTimeStep(state, sample, atShare(params, 1)),
  },
  (params) => atShare(params, 1),
);

/** True where nothing is going on, and the meter has said nothing. */
export function isFeederQuiet(state: BesideWord<DefiniteTimeState>): boolean {
  return isAtRest(state) && state.word === undefined;
}

/** Over 80 % of the rating for 60 s: P3. Values in W. */
export const feeder80Rule: DetectionRule<ValueSample, DefiniteTimeState, FeederOverloadParams> = {
  code: 'FEEDER_80',
  initial: DEFINITE_TIME_INITIAL,
  step: (state, sample, params) => definiteTimeStep(state, sample, atShare(params, FEEDER_WARNING_SHARE)),
};

function atShare({ ratingW, intervalMs }: FeederOverloadParams, share: number): DefiniteTimeParams {
  return {
    limit: ratingW * share,
    onDelayMs: DELAY_MS,
    returnRatio: RETURN_RATIO,
    offDelayMs: DELAY_MS,
    gapMs: gapMsFor(intervalMs),
  };
}
