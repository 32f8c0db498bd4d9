import type { ValueSample } from './definiteTime';
import type { DetectionRule } from './detectionRule';
import type { StreamingRule } from './streamingRule';

/** A rule over power alone as a rule over readings; at rest it is woken by power over its limit. Values in W. */
export function onPower<State, Params>(
  rule: DetectionRule<ValueSample, State, Params>,
  limitW: (params: Params) => number,
  isQuiet: (state: State) => boolean,
): StreamingRule<State, Params> {
  return {
    code: rule.code,
    unit: 'W',
    initial: rule.initial,
    stirs: (state, { measured }, params) =>
      state !== undefined || (measured.powerW !== null && measured.powerW > limitW(params)),
    step: (state, { at, measured }, params) => rule.step(state, { at, value: measured.powerW }, params),
    isQuiet,
  };
}
