import { type CreditStanding, isDisconnectEligible } from '../credit/arrears';
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
  | 'GRACE'
  | 'NO_CUT_PERIOD'
  | 'OUTAGE_GRACE'
  | 'STALE'
  | 'ELIGIBLE_60S'
  | 'FINAL_NOTICE'
  | 'CREDIT_USED_UP';

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
 * left, what credit may never cut, maintenance tag, protection, grace, no-cut period, grace after an outage, stale data, 60 s
 * of eligibility, final notice, cut.
 */
export function decideDisconnect(
  facts: DisconnectFacts,
  policy: DisconnectPolicy,
  zone: CampusZone,
  now: number,
): DisconnectDecision {
  if (facts.protection === 'LIFE_SAFETY') return decision('NEVER', 'LIFE_SAFETY');
  if (facts.safetyCause) return decision('DISCONNECT', 'SAFETY');
  return (
    causeMissing(facts) ??
    standingBar(facts, now) ??
    noCutBar(facts, policy, zone, now) ??
    byTime(facts, policy, now)
  );
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

function byTime(facts: DisconnectFacts, policy: DisconnectPolicy, now: number): DisconnectDecision {
  const { ingestGap, lastReadingAt } = facts;
  if (ingestGap && ingestGap.to - ingestGap.from > policy.outageGapMs) {
    const graceEnd = ingestGap.to + policy.outageGraceMs;
    if (now < graceEnd) return decision('WAIT', 'OUTAGE_GRACE', graceEnd);
  }
  if (lastReadingAt === null || now - lastReadingAt > 2 * facts.intervalMs) return decision('WAIT', 'STALE');
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
