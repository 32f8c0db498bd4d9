import type { AlarmPriority } from '../alarms/alarm';
import type { AlarmRuleCode } from '../alarms/alarmCatalogue';
import {
  DEFINITE_TIME_INITIAL,
  type DefiniteTimeParams,
  type DefiniteTimeState,
  definiteTimeStep,
  isAtRest,
  isOver,
} from './definiteTime';
import type { AlarmUnit, DetectionSignal } from './detectionRule';
import type { MeterSample, StreamingRule } from './streamingRule';

/** An on-delay that one reading alone does not span: the second in a row decides. */
export const TWO_SAMPLES_MS = 1;

/** A sign of one hazard: a measured value over its limit for a time. */
export interface Sign<Params> {
  /** UPPER_SNAKE; names the sign in the alarm's evidence. */
  readonly sign: string;
  readonly unit: AlarmUnit | null;
  /** Overrides the catalogue's priority. */
  readonly priority?: AlarmPriority;
  /** Value to compare; null: not measured, which freezes the delay. */
  value(sample: MeterSample, params: Params): number | null;
  /** Null: this sign does not exist at this meter. */
  timing(params: Params): DefiniteTimeParams | null;
  /** A milder degree of this other sign, which stands before it in the list: while that one stands, it is no news. */
  readonly within?: string;
  /** What the alarm shows, where that is not what was compared. */
  shown?(
    sample: MeterSample,
    params: Params,
  ): { readonly value: number | null; readonly limit: number | null };
}

/** The signs that are not at rest, by name. */
export type SignsState = Readonly<Record<string, DefiniteTimeState>>;

/**
 * One rule out of several signs of the same hazard, each a definite-time fold of its own: raised by the first sign that
 * stands for its time, returned with the last; a further sign meanwhile is a hit on the same alarm.
 */
export function timersRule<Params>(
  code: AlarmRuleCode,
  signs: readonly Sign<Params>[],
): StreamingRule<SignsState, Params> {
  return {
    code,
    unit: signs[0]!.unit,
    initial: {},
    stirs: (state, sample, params) => {
      if (state !== undefined) return true;
      for (const sign of signs) {
        const timing = sign.timing(params);
        if (timing === null) continue;
        const value = sign.value(sample, params);
        if (value !== null && isOver(value, timing)) return true;
      }
      return false;
    },
    step: (state, sample, params) => stepSigns(signs, state, sample, params),
    isQuiet: (state) => Object.keys(state).length === 0,
  };
}

/** Whether a sign stands in what is kept of a rule at a meter. @param kept its state; undefined: at rest */
export function signStands(kept: unknown): boolean {
  if (typeof kept !== 'object' || kept === null) return false;
  return Object.values(kept).some(
    (one: unknown) => typeof one === 'object' && one !== null && 'active' in one && one.active === true,
  );
}

function stepSigns<Params>(
  signs: readonly Sign<Params>[],
  state: SignsState,
  sample: MeterSample,
  params: Params,
): { readonly state: SignsState; readonly signal: DetectionSignal | null } {
  const next: Record<string, DefiniteTimeState> = {};
  let raised: DetectionSignal | null = null;
  let returned: DetectionSignal | null = null;
  for (const sign of signs) {
    const timing = sign.timing(params);
    if (timing === null) continue;
    const step = definiteTimeStep(
      state[sign.sign] ?? DEFINITE_TIME_INITIAL,
      { at: sample.at, value: sign.value(sample, params) },
      timing,
    );
    if (!isAtRest(step.state)) next[sign.sign] = step.state;
    if (step.signal === null) continue;
    if (step.signal.kind === 'RAISE' && sign.within && next[sign.within]?.active) continue;
    const said = saidBy(sign, step.signal, sample, params);
    if (said.kind === 'RETURN') returned = said;
    else if (raised === null || (said.priority ?? 'P9') < (raised.priority ?? 'P9')) raised = said;
  }
  const over = Object.values(next).some(({ active }) => active);
  return { state: next, signal: raised ?? (over ? null : returned) };
}

function saidBy<Params>(
  sign: Sign<Params>,
  signal: DetectionSignal,
  sample: MeterSample,
  params: Params,
): DetectionSignal {
  return {
    ...signal,
    ...sign.shown?.(sample, params),
    priority: sign.priority ?? null,
    unit: sign.unit,
    detail: { sign: sign.sign },
  };
}
