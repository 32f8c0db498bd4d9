import type { DetectionRule } from './detectionRule';
import {
  type FeederShareParams,
  type FeederState,
  feederShareParams,
  feederStep,
  speaksForFeeder,
} from './feederShare';
import type { RuleBody } from './streamingRule';

/** What is known of a feeder and the meters directly below it, at `at` (ms UTC). */
export interface FeederSupply {
  readonly at: number;
  /** Meters below that can be heard (their gateway is not down), and those of them that have fallen silent. */
  readonly meters: number;
  readonly dark: number;
  /** It opened, and nobody wanted it to. */
  readonly tripped: boolean;
  /** It, or one above it, was cut on purpose. */
  readonly cut: boolean;
  /** Its own meter measures load now: it is the line that is silent, not the supply. */
  readonly carries: boolean;
  /** Meters beside it are heard: most of them, and for long enough that these would have been too. */
  readonly heard: boolean;
}

export const FEEDER_OUTAGE_DEFAULTS: FeederShareParams = { sharePercent: 80, leastMeters: 3 };
export const feederOutageParams = (body: RuleBody): FeederShareParams =>
  feederShareParams(body, FEEDER_OUTAGE_DEFAULTS);

/**
 * A feeder without supply that nobody cut: it opened by itself, or 80 % and more of the meters below it fell silent (three
 * intervals, at least 5 min) while their gateways and most meters beside them are heard and its own meter measures no load. One
 * incident: what its meters say of silence and voltage is suppressed by design (`suppressedByOutage`). It returns when they are
 * heard again. Source: domain.md 6, SUPPRESSED_BY_DESIGN.
 */
export const feederOutageRule: DetectionRule<FeederSupply, FeederState, FeederShareParams> = {
  code: 'FEEDER_OUTAGE',
  initial: { active: false },
  step: (state, { at, meters, dark, tripped, cut, carries, heard }, params) => {
    const share = { at, count: dark, meters };
    const silent = (state.active || heard) && speaksForFeeder(state.active, share, params);
    const next = !cut && (tripped || (silent && !carries));
    return feederStep(state, next, share, params, { dark, meters, tripped });
  },
};

/** What suppresses the alarms of what a feeder supplies while its outage stands. */
export const suppressedByOutage = (feederCode: string): string => `outage:${feederCode}`;
