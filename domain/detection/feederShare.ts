import type { DetectionRule } from './detectionRule';
import { numberOf, type RuleBody } from './streamingRule';

/** From which share of the meters below it on a feeder is at fault. */
export interface FeederShareParams {
  /** %. */
  readonly sharePercent: number;
  /** Fewer than this many are told one by one: a share of few meters says nothing. */
  readonly leastMeters: number;
}

/** So many of the meters below a feeder, at `at` (ms UTC). */
export interface FeederShare {
  readonly at: number;
  readonly count: number;
  readonly meters: number;
}

export interface FeederState {
  readonly active: boolean;
}

/** What is set for a feeder, over the rule's defaults. */
export const feederShareParams = (body: RuleBody, defaults: FeederShareParams): FeederShareParams => ({
  sharePercent: numberOf(body, 'sharePercent', defaults.sharePercent),
  leastMeters: numberOf(body, 'leastMeters', defaults.leastMeters),
});

/** An alarm that stands is over below 95 % of the share that raised it. */
const RETURN_RATIO = 0.95;

/** Which share of the meters below a feeder it is, %; 0 where there are none. */
const percentOf = ({ count, meters }: FeederShare): number => (meters === 0 ? 0 : (100 * count) / meters);

/** Whether so many of the meters below a feeder speak for the feeder: from the share on, and until less than 95 % of it. */
export function speaksForFeeder(
  active: boolean,
  share: FeederShare,
  { sharePercent, leastMeters }: FeederShareParams,
): boolean {
  const percent = percentOf(share);
  return active
    ? percent >= sharePercent * RETURN_RATIO
    : percent >= sharePercent && share.count >= leastMeters;
}

/** What a rule of a feeder says where its condition holds from now on (`next`) or no longer; it tells the share that it looked at. */
export function feederStep(
  { active }: FeederState,
  next: boolean,
  share: FeederShare,
  { sharePercent }: FeederShareParams,
  detail: Readonly<Record<string, unknown>>,
): ReturnType<DetectionRule<unknown, FeederState, unknown>['step']> {
  if (next === active) return { state: { active }, signal: null };
  return {
    state: { active: next },
    signal: {
      kind: next ? 'RAISE' : 'RETURN',
      at: share.at,
      priority: null,
      value: percentOf(share),
      limit: sharePercent,
      unit: 'PERCENT',
      detail,
    },
  };
}
