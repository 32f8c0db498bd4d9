import { type DefiniteTimeParams, gapMsFor } from './definiteTime';
import { extraNumber, type MeterSample, numberOf, type RuleBody } from './streamingRule';
import { type Sign, TWO_SAMPLES_MS, timersRule } from './timersRule';

export interface GasLeakParams {
  readonly high: DefiniteTimeParams;
  readonly low: DefiniteTimeParams;
  readonly interlock: DefiniteTimeParams;
  readonly trickle: DefiniteTimeParams;
  /** Flow up to which no appliance burns, m³/h. */
  readonly trickleM3h: number;
}

const RETURN_RATIO = 0.95;
const OFF_DELAY_MS = 60_000;
/** % of the lower explosive limit, ms and m³/h; a trickle is below what the smallest burner of a hob takes at its lowest (about 0.3 kW). */
export const GAS_LEAK_DEFAULTS = { highLel: 20, lowLel: 10, trickleMs: 3_600_000, trickleM3h: 0.03 } as const;

/** Defaults of the gas rule: 10 % LEL for 5 s, 20 % at once, flow against the interlock 5 s, a trickle 60 min. */
export function gasLeakParams(intervalMs: number, body: RuleBody): GasLeakParams {
  const common = { returnRatio: RETURN_RATIO, offDelayMs: OFF_DELAY_MS, gapMs: gapMsFor(intervalMs) };
  const usual = GAS_LEAK_DEFAULTS;
  const yes = { ...common, limit: 0.5, onDelayMs: 5_000 };
  return {
    high: { ...common, limit: numberOf(body, 'highLel', usual.highLel), inclusive: true, onDelayMs: 0 },
    low: { ...common, limit: numberOf(body, 'lowLel', usual.lowLel), inclusive: true, onDelayMs: 5_000 },
    interlock: yes,
    trickle: { ...yes, onDelayMs: numberOf(body, 'trickleMs', usual.trickleMs) },
    trickleM3h: numberOf(body, 'trickleM3h', usual.trickleM3h),
  };
}

const ch4: Sign<GasLeakParams>['value'] = ({ measured }) => extraNumber(measured, 'ch4');
const flowOf = ({ measured }: MeterSample): number | null => extraNumber(measured, 'flow');

/**
 * Gas leak, four signs: the detector at 20 % of the lower explosive limit (at once) or at 10 % (5 s); flow while the
 * appliance interlock is off (`ilock` 0, 5 s); flow without a break that no burner makes (60 min). Latching: staff
 * release it after an inspection. Source: domain.md 5.
 */
export const gasLeakRule = timersRule<GasLeakParams>('GAS_LEAK', [
  { sign: 'LEL_HIGH', unit: 'PERCENT', value: ch4, timing: ({ high }) => high },
  { sign: 'LEL_LOW', within: 'LEL_HIGH', unit: 'PERCENT', value: ch4, timing: ({ low }) => low },
  {
    sign: 'INTERLOCK_FLOW',
    unit: 'M3_H',
    value: (sample) => {
      const interlock = extraNumber(sample.measured, 'ilock');
      const flow = flowOf(sample);
      if (interlock === null || flow === null) return null;
      return interlock === 0 && flow > 0 ? 1 : 0;
    },
    timing: ({ interlock }) => interlock,
    shown: (sample) => ({ value: flowOf(sample), limit: 0 }),
  },
  {
    sign: 'TRICKLE',
    unit: 'M3_H',
    value: (sample, { trickleM3h }) => {
      const flow = flowOf(sample);
      if (flow === null) return null;
      return flow > 0 && flow <= trickleM3h ? 1 : 0;
    },
    timing: ({ trickle }) => trickle,
    shown: (sample) => ({ value: flowOf(sample), limit: 0 }),
  },
]);

/** The detector says of itself that it is faulty (`detfault` 1), in two readings: gas would not be seen. */
export const gasDetectorRule = timersRule<{ readonly fault: DefiniteTimeParams }>('GAS_DETECTOR_FAULT', [
  {
    sign: 'SELF_TEST',
    unit: null,
    value: ({ measured }) => extraNumber(measured, 'detfault'),
    timing: ({ fault }) => fault,
    shown: () => ({ value: null, limit: null }),
  },
]);

export function gasDetectorParams(intervalMs: number): { readonly fault: DefiniteTimeParams } {
  return {
    fault: {
      limit: 0.5,
      onDelayMs: TWO_SAMPLES_MS,
      returnRatio: RETURN_RATIO,
      offDelayMs: 0,
      gapMs: gapMsFor(intervalMs),
    },
  };
}
