import { type DefiniteTimeParams, gapMsFor } from './definiteTime';
import { extraNumber, numberOf, type RuleBody } from './streamingRule';
import { timersRule } from './timersRule';

export interface LeakageParams {
  readonly residual: DefiniteTimeParams;
}

/** 30 mA is where a residual current endangers a person (IEC 60479), and what socket circuits are protected at. */
export const LEAKAGE_DEFAULTS = { limitA: 0.03 } as const;

export function leakageParams(intervalMs: number, body: RuleBody): LeakageParams {
  return {
    residual: {
      limit: numberOf(body, 'limitA', LEAKAGE_DEFAULTS.limitA),
      onDelayMs: 1_000,
      returnRatio: 0.95,
      offDelayMs: 60_000,
      gapMs: gapMsFor(intervalMs),
    },
  };
}

/** Leakage: residual current (`ires`, A) over 30 mA for 1 s. Latching: a person inspects before supply comes back. */
export const leakageRule = timersRule<LeakageParams>('LEAKAGE', [
  {
    sign: 'RESIDUAL',
    unit: 'A',
    value: ({ measured }) => extraNumber(measured, 'ires'),
    timing: ({ residual }) => residual,
  },
]);
