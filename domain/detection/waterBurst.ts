import { type DefiniteTimeParams, gapMsFor } from './definiteTime';
import { extraNumber, numberOf, type RuleBody } from './streamingRule';
import { timersRule } from './timersRule';

export interface WaterBurstParams {
  readonly flow: DefiniteTimeParams | null;
}

/** A room's taps together pass less than 0.9 m³/h. */
export const WATER_BURST_DEFAULTS = { limitM3h: 0.9, onDelayMs: 5 * 60_000 } as const;
const USUAL_TIMES = 3;

/**
 * @param usualM3h 99th percentile of the point's hourly flow; null: not known
 * @param servesOne a room or flat: without history the least limit holds; a main without history has none
 */
export function waterBurstParams(
  usualM3h: number | null,
  servesOne: boolean,
  intervalMs: number,
  body: RuleBody,
): WaterBurstParams {
  const own = numberOf(body, 'limitM3h', 0);
  const usual = usualM3h === null ? (servesOne ? 0 : null) : USUAL_TIMES * usualM3h;
  const limit = own > 0 ? own : usual === null ? null : Math.max(usual, WATER_BURST_DEFAULTS.limitM3h);
  return {
    flow:
      limit === null
        ? null
        : {
            limit,
            onDelayMs: numberOf(body, 'onDelayMs', WATER_BURST_DEFAULTS.onDelayMs),
            returnRatio: 0.95,
            offDelayMs: 60_000,
            gapMs: gapMsFor(intervalMs),
          },
  };
}

/** Burst pipe: flow over three times what the point takes in its busiest hours, at least 0.9 m³/h, for 5 min. */
export const waterBurstRule = timersRule<WaterBurstParams>('WATER_BURST', [
  {
    sign: 'FLOW',
    unit: 'M3_H',
    value: ({ measured }) => extraNumber(measured, 'flow'),
    timing: ({ flow }) => flow,
  },
]);
