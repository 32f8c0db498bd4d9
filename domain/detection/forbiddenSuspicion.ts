import type { DetectionSignal } from './detectionRule';
import {
  AFTER_SAMPLES,
  type ForbiddenLoadParams,
  judgeStep,
  type PowerSample,
  reactiveOf,
} from './forbiddenLoad';
import { extraNumber, type MeterSample, type StreamingRule } from './streamingRule';

/** A step that is being looked at, or (`active`) one that was told. */
export interface SuspicionState {
  readonly before: PowerSample;
  readonly after: readonly PowerSample[];
  readonly lastAt: number;
  readonly active: boolean;
  /** While active: the step's size, and since when it has been gone. */
  readonly stepW: number;
  readonly goneSince: number | null;
}

type Step = { readonly state: SuspicionState | null; readonly signal: DetectionSignal | null };

/** Samples further apart tell nothing about a step. */
const LARGEST_SPACING_MS = 15_000;
const CONFIRM_MS = 10_000;
const GONE_MS = 60_000;
/** Less than half of the step left: it was switched off. */
const GONE_SHARE = 0.5;

/**
 * Evidence level 3 of the forbidden load: the same step in the platform's own readings, at most 15 s apart. The sample on
 * the edge is skipped, four follow, and 10 s later it is still there. So coarse a view is a suspicion: a P3 that never trips.
 * Returns when less than half of the step has been left for 60 s. Source: domain.md 5.1.
 */
export const forbiddenSuspicionRule: StreamingRule<SuspicionState | null, ForbiddenLoadParams> = {
  code: 'FORBIDDEN_LOAD',
  unit: 'W',
  initial: null,
  stirs: (state, { at, measured, previousAt, previousPowerW }, { leastStepW }) =>
    state !== undefined ||
    (measured.powerW !== null &&
      previousPowerW !== null &&
      previousAt !== null &&
      measured.powerW - previousPowerW >= leastStepW &&
      at - previousAt <= LARGEST_SPACING_MS),
  isQuiet: (state) => state === null,
  step: (state, sample, params) => {
    const power = powerOf(sample);
    if (power === null || (state !== null && sample.at <= state.lastAt)) return { state, signal: null };
    if (state === null) return { state: begun(sample), signal: null };
    if (state.active) return whileActive(state, sample, power);
    if (sample.at - state.lastAt > LARGEST_SPACING_MS) return { state: null, signal: null };
    return look(state, sample, power, params);
  },
};

/** The step's edge: what was drawn before it stands in the sample's memory of the reading before. */
function begun({ at, previousPowerW, previousPf }: MeterSample): SuspicionState | null {
  if (previousPowerW === null) return null;
  const before = { powerW: previousPowerW, reactiveVar: reactiveOf(previousPowerW, previousPf ?? 1) };
  return { before, after: [], lastAt: at, active: false, stepW: 0, goneSince: null };
}

function look(
  state: SuspicionState,
  { at }: MeterSample,
  power: PowerSample,
  params: ForbiddenLoadParams,
): Step {
  const after = [...state.after, power];
  const next = { ...state, after, lastAt: at };
  if (after.length < AFTER_SAMPLES) return { state: next, signal: null };
  const plateau = after.slice(0, AFTER_SAMPLES);
  const step = judgeStep([state.before], plateau, params);
  if (!step || power.powerW < step.keptW) return { state: null, signal: null };
  if (after.length < AFTER_SAMPLES + confirmSamples(state, at)) return { state: next, signal: null };
  const value = Math.round(step.stepW);
  return {
    state: { ...next, after: [], active: true, stepW: step.stepW },
    signal: {
      kind: 'RAISE',
      at,
      priority: 'P3',
      value,
      limit: params.leastStepW,
      detail: {
        level: 'L3',
        pf: Math.round(step.pf * 10_000) / 10_000,
        beforeW: state.before.powerW,
        afterW: plateau.map(({ powerW }) => powerW),
      },
    },
  };
}

/** How many samples make the ten seconds of confirmation, at the spacing seen. */
function confirmSamples(state: SuspicionState, at: number): number {
  return Math.max(1, Math.ceil(CONFIRM_MS / Math.max(1, at - state.lastAt)));
}

function whileActive(state: SuspicionState, { at }: MeterSample, power: PowerSample): Step {
  if (power.powerW >= state.before.powerW + GONE_SHARE * state.stepW)
    return {
      state: state.goneSince === null ? state : { ...state, goneSince: null, lastAt: at },
      signal: null,
    };
  const goneSince = state.goneSince ?? at;
  if (at - goneSince < GONE_MS) return { state: { ...state, goneSince, lastAt: at }, signal: null };
  return { state: null, signal: { kind: 'RETURN', at, priority: null, value: power.powerW, limit: null } };
}

function powerOf({ measured }: MeterSample): PowerSample | null {
  const { powerW, pf } = measured;
  if (powerW === null) return null;
  const told = extraNumber(measured, 'q');
  return { powerW, reactiveVar: told ?? reactiveOf(powerW, pf ?? 1) };
}
