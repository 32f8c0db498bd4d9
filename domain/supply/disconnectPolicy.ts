import { type CreditStanding, decidingCreditMicro, isDisconnectEligible } from '../credit/arrears';
import type { Utility } from '../metering/reading';
import type { CampusZone } from '../time/campusTime';
import { type NoCutKind, type NoCutPeriods, noCutAt } from './noCutPeriods';
import type { Protection } from './supplyState';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** A version of a site's rules for disconnecting on credit. Durations in ms. */
export interface DisconnectPolicy {
  readonly noCutPeriods: NoCutPeriods;
  /** How long credit must be used up before anything follows. */
  readonly eligibleForMs: number;
  /** Least time between the final notice and the cut. */
  readonly noticeLeadMs: number;
  /** How long before the end of a no-cut period the final notice goes out. */
  readonly noticeBeforePeriodEndMs: number;
  /** No cut for this long after an ingest gap longer than `outageGapMs`. */
  readonly outageGraceMs: number;
  readonly outageGapMs: number;
}

export const DEFAULT_DISCONNECT_TIMES = {
  eligibleForMs: 60 * SECOND_MS,
  noticeLeadMs: 15 * MINUTE_MS,
  noticeBeforePeriodEndMs: 30 * MINUTE_MS,
  outageGraceMs: 30 * MINUTE_MS,
  outageGapMs: 10 * MINUTE_MS,
} as const;

/** A longer rope for special users: until an instant, or down to a negative limit in µ; the limit is a positive number. */
export interface CreditGrace {
  readonly until: number | null;
  readonly limitMicro: bigint | null;
}

/** How far a descent has come where supply trips once at the alarm level and the resident closes it again. */
export const TRIP_STAGES = ['TRIPPED', 'CONTINUED'] as const;
export type TripStage = (typeof TRIP_STAGES)[number];

/** The first stage of a two-stage trip: the level in µ, and what of it happened in this descent (null: nothing). */
export interface EarlyTrip {
  readonly atMicro: bigint;
  readonly stage: TripStage | null;
}

/** What the policy looks at for one point. Times in ms UTC. */
export interface DisconnectFacts {
  readonly utility: Utility;
  readonly protection: Protection;
  /** A gas, fire, leakage or trip cause that wants the point off now. */
  readonly safetyCause: boolean;
  readonly lockedOut: boolean;
  readonly standing: CreditStanding;
  /** Free units of this utility are left. */
  readonly entitlementLeft: boolean;
  /** Instant since which credit has been used up without a break; null while it is not. */
  readonly eligibleSince: number | null;
  /** The newest low-balance or final notice of this descent; null if none was sent. */
  readonly lastNoticeAt: number | null;
  readonly grace: CreditGrace | null;
  /** Pays afterwards: never cut for credit. */
  readonly postpaid: boolean;
  /** Null: supply trips at the limit alone. */
  readonly earlyTrip: EarlyTrip | null;
  readonly lastReadingAt: number | null;
  readonly intervalMs: number;
  /** The last gap in ingest of this site that has ended. */
  readonly ingestGap: { readonly from: number; readonly to: number } | null;
  /** The valve can throttle to a life-line flow. */
  readonly trickleCapable: boolean;
}

/** The rule that decided. */
export type DisconnectRule =
  | 'LIFE_SAFETY'
  | 'SAFETY'
  | 'CREDIT_LEFT'
  | 'ENTITLEMENT_LEFT'
  | 'GAS_NEVER_FOR_CREDIT'
  | 'WATER_TRICKLE_ONLY'
  | 'LOCKOUT'
  | 'PROTECTED_CREDIT'
  | 'POSTPAID'
  | 'GRACE'
  | 'NO_CUT_PERIOD'
  | 'OUTAGE_GRACE'
  | 'STALE'
  | 'ELIGIBLE_60S'
  | 'FINAL_NOTICE'
  | 'EARLY_TRIP'
  | 'CREDIT_USED_UP';

/** Rules under which no cut for credit would be made at all: one that stands may end, whatever the account owes. */
export const NEVER_CUT_RULES: ReadonlySet<DisconnectRule> = new Set<DisconnectRule>([
  'LIFE_SAFETY',
  'PROTECTED_CREDIT',
  'POSTPAID',
  'ENTITLEMENT_LEFT',
]);

/**
 * DISCONNECT or LIMIT (water to a trickle) now; WARN: send the final notice now; WAIT: not yet; NEVER: not while this
 * protection stands; NONE: no cause.
 */
export type DisconnectAct = 'DISCONNECT' | 'LIMIT' | 'WARN' | 'WAIT' | 'NEVER' | 'NONE';

export interface DisconnectDecision {
  readonly act: DisconnectAct;
  readonly rule: DisconnectRule;
  /** End of what bars the cut, where it has one. */
  readonly until: number | null;
  /** The next instant at which time alone may let the policy act; a bar that starts before it is read then. */
  readonly reviewAt: number | null;
  readonly noCutKind: NoCutKind | null;
}

/**
 * Decides whether a point is disconnected now; the first rule that matches wins: life safety, safety, credit or free units
 * left, what credit may never cut, maintenance tag, protection, payment afterwards, grace, no-cut period, grace after an outage,
 * stale data, 60 s of eligibility, final notice, cut. The early trip of the two-stage option asks for no notice of its own: the
 * resident closes it again.
 */
export function decideDisconnect(
  facts: DisconnectFacts,
  policy: DisconnectPolicy,
  zone: CampusZone,
  now: number,
): DisconnectDecision {
  if (facts.protection === 'LIFE_SAFETY') return decision('NEVER', 'LIFE_SAFETY');
  if (facts.safetyCause) return decision('DISCONNECT', 'SAFETY');
  if (isEarlyTripDue(facts)) return decideEarlyTrip(facts, policy, zone, now);
  return (
    causeMissing(facts) ??
    standingBar(facts, now) ??
    noCutBar(facts, policy, zone, now) ??
    byTime(facts, policy, now)
  );
}

function isEarlyTripDue({ earlyTrip, standing, utility }: DisconnectFacts): boolean {
  if (earlyTrip === null || earlyTrip.stage !== null || utility !== 'ELECTRICITY') return false;
  return !isDisconnectEligible(standing) && decidingCreditMicro(standing) <= earlyTrip.atMicro;
}

function decideEarlyTrip(
  facts: DisconnectFacts,
  policy: DisconnectPolicy,
  zone: CampusZone,
  now: number,
): DisconnectDecision {
  if (facts.entitlementLeft) return decision('NONE', 'ENTITLEMENT_LEFT');
  const bar = standingBar(facts, now);
  if (bar) return bar;
  const span = noCutAt(policy.noCutPeriods, zone, now);
  if (span) return { ...decision('WAIT', 'NO_CUT_PERIOD', span.until), noCutKind: span.kind };
  return dataBar(facts, policy, now) ?? decision('DISCONNECT', 'EARLY_TRIP');
}

/** When to ask `decideDisconnect` again without new facts, so that no warning or cut is late; null if only facts can change it. */
export function nextPolicyInstant(
  facts: DisconnectFacts,
  policy: DisconnectPolicy,
  zone: CampusZone,
  now: number,
): number | null {
  return decideDisconnect(facts, policy, zone, now).reviewAt;
}

function causeMissing(facts: DisconnectFacts): DisconnectDecision | null {
  if (!isDisconnectEligible(facts.standing)) return decision('NONE', 'CREDIT_LEFT');
  if (facts.entitlementLeft) return decision('NONE', 'ENTITLEMENT_LEFT');
  if (facts.utility === 'GAS') return decision('NEVER', 'GAS_NEVER_FOR_CREDIT');
  if (facts.utility === 'WATER' && !facts.trickleCapable) return decision('NEVER', 'WATER_TRICKLE_ONLY');
  return null;
}

function standingBar(facts: DisconnectFacts, now: number): DisconnectDecision | null {
  if (facts.lockedOut) return decision('WAIT', 'LOCKOUT');
  if (facts.protection === 'CREDIT') return decision('NEVER', 'PROTECTED_CREDIT');
  if (facts.postpaid) return decision('NEVER', 'POSTPAID');
  const { grace, standing } = facts;
  if (!grace) return null;
  if (grace.until !== null && now < grace.until) return decision('WAIT', 'GRACE', grace.until);
  const within =
    grace.limitMicro !== null && standing.availableMicro + standing.disputedMicro > -grace.limitMicro;
  return within ? decision('WAIT', 'GRACE') : null;
}

/** Inside a no-cut period the final notice goes out shortly before its end, so that the cut can follow at the end. */
function noCutBar(
  facts: DisconnectFacts,
  policy: DisconnectPolicy,
  zone: CampusZone,
  now: number,
): DisconnectDecision | null {
  const span = noCutAt(policy.noCutPeriods, zone, now);
  if (!span) return null;
  const noticeAt = span.until - policy.noticeBeforePeriodEndMs;
  const since = facts.eligibleSince ?? now;
  const told = facts.lastNoticeAt !== null && facts.lastNoticeAt >= since;
  const due = !told && now >= noticeAt;
  return {
    act: due ? 'WARN' : 'WAIT',
    rule: due ? 'FINAL_NOTICE' : 'NO_CUT_PERIOD',
    until: span.until,
    reviewAt: told || due ? span.until : noticeAt,
    noCutKind: span.kind,
  };
}

/** Nothing is cut right after an outage, nor on what is no longer known. */
function dataBar(
  { ingestGap, lastReadingAt, intervalMs }: DisconnectFacts,
  policy: DisconnectPolicy,
  now: number,
): DisconnectDecision | null {
  if (ingestGap && ingestGap.to - ingestGap.from > policy.outageGapMs) {
    const graceEnd = ingestGap.to + policy.outageGraceMs;
    if (now < graceEnd) return decision('WAIT', 'OUTAGE_GRACE', graceEnd);
  }
  const stale = lastReadingAt === null || now - lastReadingAt > 2 * intervalMs;
  return stale ? decision('WAIT', 'STALE') : null;
}

function byTime(facts: DisconnectFacts, policy: DisconnectPolicy, now: number): DisconnectDecision {
  const bar = dataBar(facts, policy, now);
  if (bar) return bar;
  const eligibleAt = (facts.eligibleSince ?? now) + policy.eligibleForMs;
  if (now < eligibleAt) return decision('WAIT', 'ELIGIBLE_60S', eligibleAt);
  if (facts.lastNoticeAt === null) return decision('WARN', 'FINAL_NOTICE', now + policy.noticeLeadMs);
  const noticeEnd = facts.lastNoticeAt + policy.noticeLeadMs;
  if (now < noticeEnd) return decision('WAIT', 'FINAL_NOTICE', noticeEnd);
  return decision(facts.utility === 'WATER' ? 'LIMIT' : 'DISCONNECT', 'CREDIT_USED_UP');
}

function decision(act: DisconnectAct, rule: DisconnectRule, until: number | null = null): DisconnectDecision {
  return { act, rule, until, reviewAt: until, noCutKind: null };
}
