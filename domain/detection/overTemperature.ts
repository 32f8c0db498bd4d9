import { type DefiniteTimeParams, gapMsFor } from './definiteTime';
import { extraNumber, type MeterSample, numberOf, type RuleBody } from './streamingRule';
import { timersRule } from './timersRule';

export interface OverTemperatureParams {
  readonly heat: DefiniteTimeParams;
}

/**
 * °C. What PVC insulation bears for years (70 °C, IEC 60364-5-52), and above what a healthy board shows: a meter works in air of up
 * to 55 °C (IEC 62052-11), and its own warmth adds some 10 K. A loose terminal passes it within minutes.
 */
export const OVER_TEMPERATURE_DEFAULTS = { limitC: 70, onDelayMs: 30_000 } as const;
/** It has cooled when it is this much below the limit, for longer than a door of the board stands open. */
const HYSTERESIS_K = 10;
const OFF_DELAY_MS = 300_000;
/** What no sensor on a board measures, °C: a broken wire, or a value that means "none". */
const SENSOR_LEAST_C = -40;
const SENSOR_MOST_C = 200;

/** @param intervalMs between two readings of the meter */
export function overTemperatureParams(intervalMs: number, body: RuleBody): OverTemperatureParams {
  const limit = numberOf(body, 'limitC', OVER_TEMPERATURE_DEFAULTS.limitC);
  return {
    heat: {
      limit,
      inclusive: true,
      onDelayMs: numberOf(body, 'onDelayMs', OVER_TEMPERATURE_DEFAULTS.onDelayMs),
      returnRatio: (limit - HYSTERESIS_K) / limit,
      offDelayMs: OFF_DELAY_MS,
      gapMs: gapMsFor(intervalMs),
    },
  };
}

/** What the sensor measures, °C; null where it says nothing, or what can't be. */
function measuredC({ measured }: MeterSample): number | null {
  const celsius = extraNumber(measured, 'temp');
  return celsius !== null && celsius >= SENSOR_LEAST_C && celsius <= SENSOR_MOST_C ? celsius : null;
}

/**
 * Meter or board over temperature (`temp`, °C): 70 °C and more for 30 s, and never by one reading alone. P1, latching: a person
 * inspects the terminals, also where it has cooled. It cuts nothing, as the operator sees what hangs on the board. Source:
 * decisions.md 38.
 */
export const overTemperatureRule = timersRule<OverTemperatureParams>('OVER_TEMPERATURE', [
  { sign: 'HEAT', unit: 'C', value: measuredC, timing: ({ heat }) => heat },
]);
