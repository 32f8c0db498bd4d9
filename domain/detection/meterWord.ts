import type { DefiniteTimeParams, DefiniteTimeState, ValueSample } from './definiteTime';
import type { DetectionRule } from './detectionRule';

/** A load told of later than this is history: it counts, and cuts nothing, ms. */
export const WORD_FRESH_MS = 120_000;

/** A meter's own word that its load is over: when by its clock, and since when readings show the load to be gone. */
export interface MeterWord {
  readonly at: number;
  readonly underSince: number | null;
}

/** State of a rule over readings, and beside it the word of the meter while no reading has borne it out or ended it. */
export type BesideWord<State> = State & { readonly word?: MeterWord };

/**
 * A rule over readings that hears the meter as well. The word alone never counts as the rule's own verdict: readings over the limit
 * raise, and trip, after the rule's delay as ever, and the word is dropped then. Where they never are, it is over once they have been
 * below the return level for the off-delay, for many meters never tell the end.
 */
export function besideWord<State extends DefiniteTimeState, Params>(
  rule: DetectionRule<ValueSample, State, Params>,
  levels: (params: Params) => Omit<DefiniteTimeParams, 'onDelayMs' | 'inclusive'>,
): DetectionRule<ValueSample, BesideWord<State>, Params> {
  return {
    code: rule.code,
    initial: rule.initial,
    step(state, sample, params) {
      const { word, lastAt } = state;
      const { at, value } = sample;
      if (value === null || (lastAt !== null && at <= lastAt)) return { state, signal: null };
      const stepped = rule.step(state, sample, params);
      if (!word || stepped.state.active) return stepped;
      const { limit, returnRatio, offDelayMs, gapMs } = levels(params);
      const kept = (underSince: number | null) => ({
        state: { ...stepped.state, word: { ...word, underSince } },
        signal: null,
      });
      if (value >= limit * returnRatio) return kept(null);
      const frozenMs = lastAt !== null && at - lastAt > gapMs ? at - lastAt : 0;
      const underSince = word.underSince === null ? at : word.underSince + frozenMs;
      if (at - underSince < offDelayMs) return kept(underSince);
      return { state: stepped.state, signal: { kind: 'RETURN', at, priority: null, value, limit } };
    },
  };
}
