import type { DetectionRule } from './detectionRule';
import { numberOf, type RuleBody } from './streamingRule';

/** How many of the meters below a feeder have a voltage out of range, at `at` (ms UTC). */
export interface FeederVoltage {
  readonly at: number;
  readonly out: number;
  readonly meters: number;
}

export interface FeederVoltageState {
  readonly active: boolean;
}

export interface FeederVoltageParams {
  /** Share of the meters from which on the feeder is at fault, %. */
  readonly sharePercent: number;
  /** Fewer than this many are told one by one: a share of few meters says nothing. */
  readonly leastMeters: number;
}

export const FEEDER_VOLTAGE_DEFAULTS: FeederVoltageParams = { sharePercent: 30, leastMeters: 3 };
export const feederVoltageParams = (body: RuleBody): FeederVoltageParams => ({
  sharePercent: numberOf(body, 'sharePercent', FEEDER_VOLTAGE_DEFAULTS.sharePercent),
  leastMeters: numberOf(body, 'leastMeters', FEEDER_VOLTAGE_DEFAULTS.leastMeters),
});

const RETURN_RATIO = 0.95;

/**
 * Voltage out of range at 30 % and more of the meters below a feeder: one fault of the feeder, told once, whose meters are
 * suppressed by design (`suppressedByFeeder`). Back below 95 % of that share. It adds no delay: each meter's own alarm has
 * stood for its on-delay, and for its off-delay when it is gone. Source: domain.md 5, voltage range, false-positive control.
 */
export const feederVoltageRule: DetectionRule<FeederVoltage, FeederVoltageState, FeederVoltageParams> = {
  code: 'FEEDER_VOLTAGE',
  initial: { active: false },
  step: ({ active }, { at, out, meters }, { sharePercent, leastMeters }) => {
    const share = meters === 0 ? 0 : (100 * out) / meters;
    const next = active ? share >= sharePercent * RETURN_RATIO : share >= sharePercent && out >= leastMeters;
    if (next === active) return { state: { active }, signal: null };
    return {
      state: { active: next },
      signal: {
        kind: next ? 'RAISE' : 'RETURN',
        at,
        priority: null,
        value: share,
        limit: sharePercent,
        unit: 'PERCENT',
        detail: { out, meters },
      },
    };
  },
};

/** What suppresses a meter's own alarm of its voltage while its feeder's stands. */
export const suppressedByFeeder = (feederCode: string): string => `feeder:${feederCode}`;
