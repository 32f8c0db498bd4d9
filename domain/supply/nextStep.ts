import { type CreditStanding, isReconnectEligible } from '../credit/arrears';
import {
  decideReconnect,
  mayClear,
  type ReconnectFacts,
  type ReconnectPolicy,
  type ReconnectRule,
} from './reconnectPolicy';
import type { ReasonCause, SupplyReason } from './supplyState';

/** What the resident of a dark point can do about it, the first that stands in the way. */
export type NextAct = 'NONE' | 'WAIT' | 'TOP_UP' | 'CONTINUE' | 'CONFIRM_RESTORE' | 'ASK_STAFF' | 'ON_SITE';

export interface NextStep {
  readonly act: NextAct;
  /** Reason that stands in the way; null: none. */
  readonly reason: SupplyReason | null;
  readonly rule: ReconnectRule | 'NO_CREDIT' | 'UNDER_WAY' | 'METER_MOVED' | 'RESTORE_FAILED' | null;
  /** TOP_UP: the least that brings supply back, µ, a whole fen; null: not known. */
  readonly amountMicro: bigint | null;
  /** From when it may be done, or comes by itself at the latest, ms UTC; null: now. */
  readonly from: number | null;
}

export interface NextStepFacts {
  readonly reasons: readonly {
    readonly reason: SupplyReason;
    readonly cause: ReasonCause | null;
    readonly since: number;
    readonly staffOnly?: boolean;
    readonly refuted?: boolean;
  }[];
  readonly utility: ReconnectFacts['utility'];
  readonly offSince: number | null;
  readonly confirmationsToday: number;
  /** A restore is on its way. */
  readonly restoring: boolean;
  /** Until when nothing is switched because the meter was exchanged lately and nobody confirmed it, ms UTC; null: it may be. */
  readonly mappingUntil: number | null;
  /** A restore that is due waits for that. */
  readonly restoreHeld: boolean;
  /** It is dark, and the restore that was asked for last was not carried out. */
  readonly restoreFailed: boolean;
  readonly standing: CreditStanding;
  /** No cut for credit would be made now: what stands of one ends without money. */
  readonly neverCut: boolean;
}

const FEN_MICRO = 10_000n;
const PPM = 1_000_000n;
/** What staff must clear stands before what the resident can do, and money before a confirmation that needs it. */
const ORDER: readonly NextAct[] = ['ON_SITE', 'ASK_STAFF', 'TOP_UP', 'CONTINUE', 'CONFIRM_RESTORE', 'WAIT'];
/** No confirmation is taken before a schedule is over. */
const rankOf = ({ act, rule }: NextStep): number =>
  rule === 'SCHEDULE_END' ? ORDER.indexOf('CONFIRM_RESTORE') - 0.5 : ORDER.indexOf(act);

/** The one thing to do next so that supply comes back, with its rule; NONE where nothing is held and nothing failed. */
export function nextStep(
  facts: NextStepFacts,
  policy: { readonly reconnect: ReconnectPolicy; readonly reconnectMinMicro: bigint },
  now: number,
): NextStep {
  if (facts.reasons.length === 0) {
    const free = { reason: null, amountMicro: null, from: null };
    if (facts.restoring) return { ...free, act: 'WAIT', rule: 'UNDER_WAY' };
    if (facts.restoreHeld && facts.mappingUntil !== null)
      return { ...free, act: 'WAIT', rule: 'METER_MOVED', from: facts.mappingUntil };
    return facts.restoreFailed
      ? { ...free, act: 'CONFIRM_RESTORE', rule: 'RESTORE_FAILED' }
      : { ...free, act: 'NONE', rule: null };
  }
  const steps = facts.reasons.map((held) => stepFor(held, facts, policy, now));
  return steps.reduce((first, step) => (rankOf(step) < rankOf(first) ? step : first));
}

function stepFor(
  { reason, cause, since, staffOnly, refuted }: NextStepFacts['reasons'][number],
  { utility, offSince, confirmationsToday, standing, neverCut, mappingUntil }: NextStepFacts,
  policy: { readonly reconnect: ReconnectPolicy; readonly reconnectMinMicro: bigint },
  now: number,
): NextStep {
  if (reason === 'ARREARS' && !neverCut && !isReconnectEligible(standing, policy.reconnectMinMicro))
    return {
      act: 'TOP_UP',
      reason,
      rule: 'NO_CREDIT',
      amountMicro: topUpNeededMicro(standing, policy.reconnectMinMicro),
      from: null,
    };
  const decision = decideReconnect(
    { reason, cause, utility, offSince, trippedAt: since, confirmationsToday, staffOnly, refuted },
    now,
    policy.reconnect,
  );
  const act = actOf(decision.mode, decision.rule);
  const early = decision.confirmFrom !== null && !mayClear(decision, 'RESIDENT', now).allowed;
  const ownWord = act === 'CONFIRM_RESTORE' || act === 'CONTINUE';
  const waits = [early ? decision.confirmFrom : null, ownWord ? mappingUntil : null].filter(
    (at) => at !== null,
  );
  const from = waits.length === 0 ? null : Math.max(...waits);
  return { act, reason, rule: decision.rule, amountMicro: null, from };
}

function actOf(mode: 'AUTO' | 'CONFIRM_APP' | 'STAFF' | 'ON_SITE', rule: ReconnectRule): NextAct {
  switch (mode) {
    case 'AUTO':
      return 'WAIT';
    case 'CONFIRM_APP':
      return rule === 'EARLY_TRIP' ? 'CONTINUE' : 'CONFIRM_RESTORE';
    case 'STAFF':
      return 'ASK_STAFF';
    case 'ON_SITE':
      return 'ON_SITE';
  }
}

/** The least top-up (µ, whole fen) after which arrears are settled, or their instalment paid, and credit is above the limit. */
export function topUpNeededMicro(standing: CreditStanding, reconnectMinMicro: bigint): bigint | null {
  const { recoveryPlan, arrearsMicro, availableMicro, disputedMicro } = standing;
  // What an instalment takes depends on amounts that the plan alone knows.
  if (recoveryPlan !== null && recoveryPlan.recoveryRatePpm < Number(PPM) && !recoveryPlan.instalmentPaid)
    return null;
  const planned = recoveryPlan?.instalmentPaid === true ? -arrearsMicro : 0n;
  const above = reconnectMinMicro - availableMicro - disputedMicro - planned + 1n;
  const debt = recoveryPlan === null ? -arrearsMicro : 0n;
  const least = above > debt ? above : debt;
  return least <= 0n ? 0n : ((least + FEN_MICRO - 1n) / FEN_MICRO) * FEN_MICRO;
}
