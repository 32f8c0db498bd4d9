import type { CreditStanding } from '../credit/arrears';
import { type AgreedPlan, recoveryPlanAt } from '../credit/recoveryPlan';
import type { Utility } from '../metering/reading';
import type { CampusZone } from '../time/campusTime';
import type { CreditGrace, DisconnectFacts, TripStage } from './disconnectPolicy';
import type { Protection } from './supplyState';

const DAY_MS = 86_400_000;

/** PREPAID: cut at the limit; SPECIAL: a longer rope, in days or down to a debt; POSTPAID: never cut for credit. */
export const ACCOUNT_CLASSES = ['PREPAID', 'SPECIAL', 'POSTPAID'] as const;
export type AccountClass = (typeof ACCOUNT_CLASSES)[number];

/** What is agreed with an account, and how far its descent has come. Times in ms UTC, amounts in µ. */
export interface CreditTerms {
  readonly class: AccountClass;
  /** SPECIAL: no cut for so many days of 24 h after credit ran out. */
  readonly graceDays: number | null;
  /** SPECIAL: no cut down to a debt of this size. */
  readonly graceLimitMicro: bigint | null;
  readonly plan: AgreedPlan | null;
  readonly tripStage: TripStage | null;
  /** Since when credit is used up; null: it is not. */
  readonly eligibleMs: number | null;
  readonly finalNoticeMs: number | null;
}

/** What the credit rules ask of a point. */
export interface CreditPoint {
  readonly utility: Utility;
  readonly protection: Protection;
  readonly lockedOut: boolean;
  /** It is off, or about to be, by the early trip of this account. */
  readonly trippedEarly: boolean;
  readonly entitlementLeft: boolean;
  readonly lastReadingMs: number | null;
  readonly intervalMs: number;
  readonly outage: { readonly from: number; readonly to: number } | null;
}

/** An account's credit with its agreed plan, as the rules of cutting and restoring take it. */
export function creditStandingOf(
  money: { readonly availableMicro: bigint; readonly arrearsMicro: bigint; readonly disputedMicro: bigint },
  plan: AgreedPlan | null,
  zone: CampusZone,
  now: number,
): CreditStanding {
  return { ...money, recoveryPlan: plan && recoveryPlanAt(plan, zone, now) };
}

/** The facts for `decideDisconnect`, the same for the engine that cuts and for the screen that says why. */
export function disconnectFactsOf(
  terms: CreditTerms,
  standing: CreditStanding,
  point: CreditPoint,
  earlyTripAtMicro: bigint | null,
  now: number,
): DisconnectFacts {
  return {
    utility: point.utility,
    protection: point.protection,
    safetyCause: false,
    lockedOut: point.lockedOut,
    standing,
    entitlementLeft: point.entitlementLeft,
    eligibleSince: terms.eligibleMs,
    lastNoticeAt: terms.finalNoticeMs,
    grace: graceOf(terms, now),
    postpaid: terms.class === 'POSTPAID',
    // An early trip that is on its way is judged as it was when it was made.
    earlyTrip:
      earlyTripAtMicro === null
        ? null
        : { atMicro: earlyTripAtMicro, stage: point.trippedEarly ? null : terms.tripStage },
    lastReadingAt: point.lastReadingMs,
    intervalMs: point.intervalMs,
    ingestGap: point.outage,
    trickleCapable: false,
  };
}

/** The longer rope of a special account; null for the others. */
export function graceOf(
  {
    class: kind,
    graceDays,
    graceLimitMicro,
    eligibleMs,
  }: Pick<CreditTerms, 'class' | 'graceDays' | 'graceLimitMicro' | 'eligibleMs'>,
  now: number,
): CreditGrace | null {
  if (kind !== 'SPECIAL') return null;
  return {
    until: graceDays === null ? null : (eligibleMs ?? now) + graceDays * DAY_MS,
    limitMicro: graceLimitMicro,
  };
}
