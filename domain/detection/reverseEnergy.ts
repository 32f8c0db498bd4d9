import { gapMsFor } from './definiteTime';
import type { DetectionSignal } from './detectionRule';
import { type MeterSample, numberOf, type RuleBody, type StreamingRule } from './streamingRule';

export interface ReverseEnergyParams {
  /** Energy within a day that is no jitter any more, kWh. */
  readonly limitKwh: number;
  readonly gapMs: number;
}

export interface ReverseEnergyState {
  /** When the sum began; a day later it begins anew. */
  readonly since: number;
  readonly kwh: number;
  readonly lastAt: number;
  readonly lastW: number;
  readonly active: boolean;
}

const DAY_MS = 86_400_000;
/** Power that flowed backwards so weakly is the meter's own noise. */
const NOISE_W = 5;

export const REVERSE_ENERGY_DEFAULTS = { limitKwh: 0.1 } as const;

export function reverseEnergyParams(intervalMs: number, body: RuleBody): ReverseEnergyParams {
  return {
    limitKwh: numberOf(body, 'limitKwh', REVERSE_ENERGY_DEFAULTS.limitKwh),
    gapMs: gapMsFor(intervalMs),
  };
}

const isReverse = (powerW: number | null): powerW is number => powerW !== null && powerW < -NOISE_W;

/**
 * Energy that flows out of a point that has nothing to feed in: more than 0.1 kWh within a day, summed from the power of
 * readings in a row (the lower of two, nothing over a gap). A meter that was turned round looks like this. Returns after a
 * day without. Not for points with panels, nor for those whose tariff pays for export. Source: domain.md 3.1 and 5.
 */
export const reverseEnergyRule: StreamingRule<ReverseEnergyState | null, ReverseEnergyParams> = {
  code: 'REVERSE_ENERGY',
  unit: 'KWH',
  initial: null,
  stirs: (state, { measured }) => state !== undefined || isReverse(measured.powerW),
  isQuiet: (state) => state === null,
  step: (state, sample, params) => {
    const { powerW } = sample.measured;
    if (powerW === null || (state !== null && sample.at <= state.lastAt)) return { state, signal: null };
    if (!isReverse(powerW)) return forwards(state, sample);
    if (state === null || sample.at - state.since > DAY_MS)
      return { state: begun(sample.at, powerW, state?.active ?? false), signal: null };
    const elapsedMs = sample.at - state.lastAt > params.gapMs ? 0 : sample.at - state.lastAt;
    const kwh = state.kwh + (Math.min(-powerW, -state.lastW) * elapsedMs) / 3.6e9;
    const active = state.active || kwh > params.limitKwh;
    return {
      state: { since: state.since, kwh, lastAt: sample.at, lastW: powerW, active },
      signal: active && !state.active ? signal('RAISE', sample.at, kwh, params.limitKwh) : null,
    };
  },
};

const begun = (at: number, powerW: number, active: boolean): ReverseEnergyState => ({
  since: at,
  kwh: 0,
  lastAt: at,
  lastW: powerW,
  active,
});

/** Energy flows the right way: nothing to write down but that the sum has a break, once, and the end of the day. */
function forwards(
  state: ReverseEnergyState | null,
  { at }: MeterSample,
): { readonly state: ReverseEnergyState | null; readonly signal: DetectionSignal | null } {
  if (state === null) return { state, signal: null };
  if (at - state.lastAt > DAY_MS)
    return { state: null, signal: state.active ? signal('RETURN', at, state.kwh, null) : null };
  return { state: state.lastW === 0 ? state : { ...state, lastAt: at, lastW: 0 }, signal: null };
}

function signal(
  kind: DetectionSignal['kind'],
  at: number,
  kwh: number,
  limit: number | null,
): DetectionSignal {
  return { kind, at, priority: null, value: Math.round(kwh * 1_000) / 1_000, limit };
}
