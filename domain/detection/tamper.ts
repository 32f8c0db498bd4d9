import { type DefiniteTimeParams, gapMsFor } from './definiteTime';
import { extraNumber, type MeterSample, numberOf, type RuleBody } from './streamingRule';
import { type Sign, TWO_SAMPLES_MS, timersRule } from './timersRule';

export interface TamperParams {
  readonly flag: DefiniteTimeParams;
}

export function tamperParams(intervalMs: number): TamperParams {
  return {
    flag: { limit: 0.5, onDelayMs: 0, returnRatio: 0.95, offDelayMs: 0, gapMs: gapMsFor(intervalMs) },
  };
}

function flagSign(sign: string, field: string): Sign<TamperParams> {
  return {
    sign,
    unit: null,
    value: ({ measured }) => extraNumber(measured, field),
    timing: ({ flag }) => flag,
    shown: () => ({ value: null, limit: null }),
  };
}

/** Somebody is at the meter: its cover open (`cover`) or a magnet at it (`mag`), at once. Latching. */
export const tamperRule = timersRule<TamperParams>('TAMPER', [
  flagSign('COVER', 'cover'),
  flagSign('MAGNET', 'mag'),
]);

export interface NeutralCurrentParams {
  readonly difference: DefiniteTimeParams | null;
  readonly leastA: number;
}

/** Between phase and neutral a meter's own error is below 2 %. */
export const NEUTRAL_CURRENT_DEFAULTS = { limitPercent: 10, leastA: 1 } as const;

/** Three phases have no such balance. */
export function neutralCurrentParams(
  phases: 1 | 3,
  intervalMs: number,
  body: RuleBody,
): NeutralCurrentParams {
  return {
    difference:
      phases === 3
        ? null
        : {
            limit: numberOf(body, 'limitPercent', NEUTRAL_CURRENT_DEFAULTS.limitPercent),
            onDelayMs: TWO_SAMPLES_MS,
            returnRatio: 0.95,
            offDelayMs: 60_000,
            gapMs: gapMsFor(intervalMs),
          },
    leastA: numberOf(body, 'leastA', NEUTRAL_CURRENT_DEFAULTS.leastA),
  };
}

/**
 * Difference of phase and neutral current in per cent of the larger. Null below the least current, where it is noise: a bypass
 * behind which little is used for a while is still there, and stays one alarm.
 */
function differencePercent({ measured }: MeterSample, leastA: number): number | null {
  const neutral = extraNumber(measured, 'in');
  if (neutral === null || measured.currentA === null) return null;
  const phase = Math.abs(measured.currentA);
  const back = Math.abs(neutral);
  const larger = Math.max(phase, back);
  return larger < leastA ? null : (100 * Math.abs(phase - back)) / larger;
}

/**
 * Current that comes back another way than it went: phase and neutral differ by more than 10 % in two readings of a
 * one-phase meter. Part of the use flows past it, over earth or a foreign neutral.
 */
export const neutralCurrentRule = timersRule<NeutralCurrentParams>('NEUTRAL_CURRENT', [
  {
    sign: 'NEUTRAL_DIFFERENCE',
    unit: 'PERCENT',
    value: (sample, { leastA }) => differencePercent(sample, leastA),
    timing: ({ difference }) => difference,
  },
]);
