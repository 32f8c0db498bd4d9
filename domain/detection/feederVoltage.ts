import type { DetectionRule } from './detectionRule';
import {
  type FeederShareParams,
  type FeederState,
  feederShareParams,
  feederStep,
  speaksForFeeder,
} from './feederShare';
import type { RuleBody } from './streamingRule';

/** How many of the meters below a feeder have a voltage out of range, at `at` (ms UTC). */
export interface FeederVoltage {
  readonly at: number;
  readonly out: number;
  readonly meters: number;
}

export const FEEDER_VOLTAGE_DEFAULTS: FeederShareParams = { sharePercent: 30, leastMeters: 3 };
export const feederVoltageParams = (body: RuleBody): FeederShareParams =>
  feederShareParams(body, FEEDER_VOLTAGE_DEFAULTS);

/**
 * Voltage out of range at 30 % and more of the meters below a feeder: one fault of the feeder, told once, whose meters are
 * suppressed by design (`suppressedByFeeder`). Back below 95 % of that share. It adds no delay: each meter's own alarm has
 * stood for its on-delay, and for its off-delay when it is gone. Source: domain.md 5, voltage range, false-positive control.
 */
export const feederVoltageRule: DetectionRule<FeederVoltage, FeederState, FeederShareParams> = {
  code: 'FEEDER_VOLTAGE',
  initial: { active: false },
  step: (state, { at, out, meters }, params) => {
    const share = { at, count: out, meters };
    const next = speaksForFeeder(state.active, share, params);
    return feederStep(state, next, share, params, { out, meters });
  },
};

/** What suppresses a meter's own alarm of its voltage while its feeder's stands. */
export const suppressedByFeeder = (feederCode: string): string => `feeder:${feederCode}`;
