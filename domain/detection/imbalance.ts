import { type DefiniteTimeParams, gapMsFor } from './definiteTime';
import { extraNumber, type MeterSample, numberOf, type RuleBody } from './streamingRule';
import { timersRule } from './timersRule';

export interface ImbalanceParams {
  readonly current: DefiniteTimeParams;
  readonly voltage: DefiniteTimeParams;
  /** Mean current from which it is judged, A: below it an imbalance harms nobody. */
  readonly leastMeanA: number;
}

/** Of currents and of voltages, %. */
export const IMBALANCE_DEFAULTS = { currentPercent: 30, voltagePercent: 2, onDelayMs: 30 * 60_000 } as const;

/** Currents 30 % apart with a mean over 10 % of what the meter carries, voltages 2 % apart: each for 30 min. */
export function imbalanceParams(imaxA: number, intervalMs: number, body: RuleBody): ImbalanceParams {
  const common = {
    onDelayMs: numberOf(body, 'onDelayMs', IMBALANCE_DEFAULTS.onDelayMs),
    returnRatio: 0.95,
    offDelayMs: 5 * 60_000,
    gapMs: gapMsFor(intervalMs),
  };
  return {
    current: { ...common, limit: numberOf(body, 'currentPercent', IMBALANCE_DEFAULTS.currentPercent) },
    voltage: { ...common, limit: numberOf(body, 'voltagePercent', IMBALANCE_DEFAULTS.voltagePercent) },
    leastMeanA: 0.1 * imaxA,
  };
}

/** Largest excess over the mean, in % of it; null where a phase is not measured. */
function aboveMeanPercent(
  a: number | null,
  b: number | null,
  c: number | null,
  leastMean: number,
): number | null {
  if (a === null || b === null || c === null) return null;
  const mean = (Math.abs(a) + Math.abs(b) + Math.abs(c)) / 3;
  if (mean === 0 || mean < leastMean) return 0;
  return (100 * (Math.max(Math.abs(a), Math.abs(b), Math.abs(c)) - mean)) / mean;
}

const phases = ({ measured }: MeterSample, quantity: 'i' | 'u', leastMean: number): number | null =>
  aboveMeanPercent(
    extraNumber(measured, quantity === 'i' ? 'ia' : 'ua'),
    extraNumber(measured, quantity === 'i' ? 'ib' : 'ub'),
    extraNumber(measured, quantity === 'i' ? 'ic' : 'uc'),
    leastMean,
  );

/** Phase imbalance of a three-phase meter: (max − mean) / mean of currents or voltages. Source: domain.md 5. */
export const imbalanceRule = timersRule<ImbalanceParams>('PHASE_IMBALANCE', [
  {
    sign: 'CURRENT',
    unit: 'PERCENT',
    value: (sample, { leastMeanA }) => phases(sample, 'i', leastMeanA),
    timing: ({ current }) => current,
  },
  {
    sign: 'VOLTAGE',
    unit: 'PERCENT',
    value: (sample) => phases(sample, 'u', 0),
    timing: ({ voltage }) => voltage,
  },
]);
