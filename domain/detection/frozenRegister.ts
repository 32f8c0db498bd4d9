import { gapMsFor } from './definiteTime';
import type { DetectionSignal } from './detectionRule';
import { type MeterSample, numberOf, type RuleBody, type StreamingRule } from './streamingRule';

export interface FrozenParams {
  /** Loaded time without a move of the register, ms. */
  readonly standstillMs: number;
  readonly equalSamples: number;
  readonly leastW: number;
  /** Energy that must have moved any register of this resolution, W·ms. */
  readonly leastWms: number;
  readonly gapMs: number;
}

export interface FrozenState {
  /** Where the register stood when it was last seen to have moved, and when that was. */
  readonly anchorAt: number;
  readonly anchor: string;
  /** Loaded time counted since, and the energy in it by power. */
  readonly stillMs: number;
  readonly stillWms: number;
  /** Readings in a row whose power, voltage and current were those of the one before. */
  readonly equal: number;
  readonly active: 'STANDSTILL' | 'EQUAL' | null;
}

type Step = { readonly state: FrozenState | null; readonly signal: DetectionSignal | null };

/** While the register moves, its place is looked at this seldom: nothing is written in between. Where it is found unmoved, so long counts. */
const LOOK_MS = 15 * 60_000;
const LEAST_STEPS = 3;

export const FROZEN_DEFAULTS = { standstillMs: 2 * 3_600_000, equalSamples: 10, leastW: 20 } as const;

/** @param lsbMicro smallest step of the register, primary µkWh */
export function frozenParams(lsbMicro: bigint, intervalMs: number, body: RuleBody): FrozenParams {
  return {
    standstillMs: numberOf(body, 'standstillMs', FROZEN_DEFAULTS.standstillMs),
    equalSamples: numberOf(body, 'equalSamples', FROZEN_DEFAULTS.equalSamples),
    leastW: numberOf(body, 'leastW', FROZEN_DEFAULTS.leastW),
    // 1 µkWh = 3,600,000 W·ms / 1,000.
    leastWms: LEAST_STEPS * Number(lsbMicro) * 3_600,
    gapMs: gapMsFor(intervalMs),
  };
}

/**
 * Frozen register, two signs. Standstill: the register does not move while power over 20 W has flowed for 2 h of readings
 * (and at least three of its steps should have passed), told up to 15 min late, as its place is looked at that seldom. Equal: power,
 * voltage and current are the very same in 10 readings running. Returns with the first move, or difference. Readings
 * without load are passed over: an idle register stands still by right. Source: domain.md 5.
 */
export const frozenRegisterRule: StreamingRule<FrozenState | null, FrozenParams> = {
  code: 'FROZEN_REGISTER',
  unit: 'W',
  initial: null,
  stirs: (state, sample, { leastW }) => {
    const { measured, registerMicro, at } = sample;
    if (registerMicro === null || measured.powerW === null) return false;
    if (state?.active) return true;
    if (measured.powerW <= leastW) return false;
    if (state === undefined || state === null || state.equal > 0 || state.stillMs > 0) return true;
    return at - state.anchorAt >= LOOK_MS || isEqual(sample);
  },
  isQuiet: (state) => state === null,
  step: (state, sample, params) => {
    const { registerMicro, measured, at } = sample;
    if (registerMicro === null || measured.powerW === null || (state !== null && at <= state.anchorAt))
      return { state, signal: null };
    const register = registerMicro.toString();
    const equal = isEqual(sample) && measured.powerW > params.leastW ? (state?.equal ?? 0) + 1 : 0;
    if (state === null || register !== state.anchor) return moved(state, at, register, equal, params);
    return still(state, sample, measured.powerW, equal, params);
  },
};

const isEqual = ({ measured, previousPowerW, previousVoltageV, previousCurrentA }: MeterSample): boolean =>
  measured.powerW !== null &&
  measured.voltageV !== null &&
  measured.currentA !== null &&
  measured.powerW === previousPowerW &&
  measured.voltageV === previousVoltageV &&
  measured.currentA === previousCurrentA;

function moved(
  state: FrozenState | null,
  at: number,
  anchor: string,
  equal: number,
  params: FrozenParams,
): Step {
  const next = { anchorAt: at, anchor, stillMs: 0, stillWms: 0, equal, active: state?.active ?? null };
  return verdict(next, at, null, params);
}

function still(
  state: FrozenState,
  { at, previousAt }: MeterSample,
  powerW: number,
  equal: number,
  params: FrozenParams,
): Step {
  const loaded = powerW > params.leastW && at - state.anchorAt >= LOOK_MS;
  const elapsedMs = state.stillMs === 0 ? LOOK_MS : steadyMs(at, previousAt, params.gapMs);
  const next = {
    ...state,
    equal,
    stillMs: state.stillMs + (loaded ? elapsedMs : 0),
    stillWms: state.stillWms + (loaded ? elapsedMs * powerW : 0),
  };
  return verdict(next, at, powerW, params);
}

const steadyMs = (at: number, previousAt: number | null, gapMs: number): number =>
  previousAt === null || at - previousAt > gapMs ? 0 : Math.max(0, at - previousAt);

function verdict(state: FrozenState, at: number, powerW: number | null, params: FrozenParams): Step {
  const standstill = state.stillMs >= params.standstillMs && state.stillWms >= params.leastWms;
  // Ten readings alike are nine pairs.
  const alike = state.equal >= params.equalSamples - 1;
  const active: FrozenState['active'] = standstill ? 'STANDSTILL' : alike ? 'EQUAL' : null;
  const next = { ...state, active };
  if ((active === null) === (state.active === null)) return { state: next, signal: null };
  if (active === null)
    return { state: next, signal: { kind: 'RETURN', at, priority: null, value: powerW, limit: null } };
  const count = active === 'EQUAL';
  return {
    state: next,
    signal: {
      kind: 'RAISE',
      at,
      priority: null,
      value: count ? state.equal + 1 : Math.round(state.stillWms / Math.max(1, state.stillMs)),
      limit: count ? params.equalSamples : params.leastW,
      unit: count ? 'COUNT' : 'W',
      detail: { sign: active, register: state.anchor, since: state.anchorAt },
    },
  };
}
