import { type DefiniteTimeParams, gapMsFor } from './definiteTime';
import { extraNumber, type MeterSample, numberOf, type RuleBody } from './streamingRule';
import { type Sign, timersRule } from './timersRule';

export interface VoltageParams {
  /** Of the deviation from 230 V, %. */
  readonly range: DefiniteTimeParams;
  /** Of the voltage, % of 230 V. */
  readonly swell: DefiniteTimeParams;
}

const NOMINAL_V = 230;
/** Below half there is no supply, which is another matter than bad supply. */
const DEAD_V = 115;

/** Of 230 V, %: off it, and of it. */
export const VOLTAGE_DEFAULTS = { rangePercent: 10, swellPercent: 120 } as const;

/** ±10 % for 60 s; 120 % for 1 s (a swell: the neutral may be broken). */
export function voltageParams(intervalMs: number, body: RuleBody): VoltageParams {
  const common = { returnRatio: 0.95, gapMs: gapMsFor(intervalMs) };
  return {
    range: {
      ...common,
      limit: numberOf(body, 'rangePercent', VOLTAGE_DEFAULTS.rangePercent),
      onDelayMs: 60_000,
      offDelayMs: 60_000,
    },
    swell: {
      ...common,
      limit: numberOf(body, 'swellPercent', VOLTAGE_DEFAULTS.swellPercent),
      inclusive: true,
      onDelayMs: 1_000,
      offDelayMs: 60_000,
    },
  };
}

/** The phase voltage that is furthest from nominal; null where none is measured or there is no supply. */
function worstV({ measured }: MeterSample): number | null {
  let worst = further(null, measured.voltageV);
  if (measured.extra === null) return worst;
  worst = further(worst, extraNumber(measured, 'ua'));
  worst = further(worst, extraNumber(measured, 'ub'));
  return further(worst, extraNumber(measured, 'uc'));
}

function further(worst: number | null, volts: number | null): number | null {
  if (volts === null || volts < DEAD_V) return worst;
  return worst === null || Math.abs(volts - NOMINAL_V) > Math.abs(worst - NOMINAL_V) ? volts : worst;
}

const shownFor =
  (share: (limit: VoltageParams, volts: number) => number): Sign<VoltageParams>['shown'] =>
  (sample, params) => {
    const volts = worstV(sample);
    return { value: volts, limit: volts === null ? null : Math.round(NOMINAL_V * share(params, volts)) };
  };

/**
 * Voltage out of range: more than 10 % off 230 V for 60 s (P3), or 120 % and more for 1 s, a swell that destroys appliances
 * (P1). Source: domain.md 5; the range is that of EN 50160 and GB/T 12325.
 */
export const voltageRangeRule = timersRule<VoltageParams>('VOLTAGE_RANGE', [
  {
    sign: 'RANGE',
    unit: 'V',
    value: (sample) => {
      const volts = worstV(sample);
      return volts === null ? null : (100 * Math.abs(volts - NOMINAL_V)) / NOMINAL_V;
    },
    timing: ({ range }) => range,
    shown: shownFor(({ range }, volts) => 1 + (Math.sign(volts - NOMINAL_V) * range.limit) / 100),
  },
  {
    sign: 'SWELL',
    unit: 'V',
    priority: 'P1',
    value: (sample) => {
      const volts = worstV(sample);
      return volts === null ? null : (100 * volts) / NOMINAL_V;
    },
    timing: ({ swell }) => swell,
    shown: shownFor(({ swell }) => swell.limit / 100),
  },
]);
