import { type DefiniteTimeParams, gapMsFor } from './definiteTime';
import { extraNumber, type MeterSample, numberOf, type RuleBody } from './streamingRule';
import { timersRule } from './timersRule';

export interface OverCurrentParams {
  readonly current: DefiniteTimeParams;
}

/** @param imaxA what the meter carries, primary A */
export function overCurrentParams(imaxA: number, intervalMs: number, body: RuleBody): OverCurrentParams {
  return {
    current: {
      limit: numberOf(body, 'limitA', imaxA),
      onDelayMs: 10_000,
      returnRatio: 0.95,
      offDelayMs: 60_000,
      gapMs: gapMsFor(intervalMs),
    },
  };
}

function largestA({ measured }: MeterSample): number | null {
  let largest = measured.currentA === null ? null : Math.abs(measured.currentA);
  if (measured.extra === null) return largest;
  for (const key of PHASE_KEYS) {
    const amps = extraNumber(measured, key);
    if (amps !== null) largest = Math.max(largest ?? 0, Math.abs(amps));
  }
  return largest;
}

const PHASE_KEYS = ['ia', 'ib', 'ic'] as const;

/** Current above what the meter is built for, in any phase, for 10 s: contacts and terminals overheat. */
export const overCurrentRule = timersRule<OverCurrentParams>('OVER_CURRENT', [
  { sign: 'CURRENT', unit: 'A', value: largestA, timing: ({ current }) => current },
]);
