import type { CampusZone } from '../time/campusTime';
import { type CreditTerms, graceOf } from './creditTerms';
import { type DisconnectPolicy, type DisconnectRule, decideDisconnect } from './disconnectPolicy';
import type { NoCutKind } from './noCutPeriods';
import type { Protection } from './supplyState';

const DAY_MS = 86_400_000;
/** A room goes on using what it used on average over so many days before its credit ran out. */
const RATE_MS = 7 * DAY_MS;
/** Looks at one descent, at most: the policy names its next instant, so a month has far fewer. */
const LOOKS_MAX = 2_000;
/** In a replay every reading is fresh. */
const INTERVAL_MS = 60_000;

/** Credit from an instant on, µ: the sum of the account's pots; `arrearsMicro` ≤ 0. */
export interface CreditStep {
  readonly atMs: number;
  readonly availableMicro: bigint;
  readonly arrearsMicro: bigint;
}

/** What is known of one point and its payer over the span of a replay. Times in ms UTC, ascending. */
export interface ReplayPoint {
  readonly credit: readonly CreditStep[];
  /** Low-balance notices that were sent: the newest counts as the final one. */
  readonly noticesMs: readonly number[];
  /** Cuts for credit that were made. */
  readonly cutsMs: readonly number[];
  /** The protection from each instant on; before the first: NONE. */
  readonly protections: readonly { readonly fromMs: number; readonly protection: Protection }[];
  readonly terms: Pick<CreditTerms, 'class' | 'graceDays' | 'graceLimitMicro'>;
}

/** A policy, and above which credit supply comes back under it, µ. */
export interface ReplayPolicy {
  readonly disconnect: DisconnectPolicy;
  readonly reconnectMinMicro: bigint;
}

/**
 * AS_BEFORE: cut at the same instant. AVOIDED: credit was back first. DELAYED, EARLIER: cut at another instant. NEW: cut although it
 * was not. UNEXPLAINED: it was cut although the policy in force, as far as history tells, would not have; nothing is concluded.
 */
export type ReplayKind = 'AS_BEFORE' | 'AVOIDED' | 'DELAYED' | 'EARLIER' | 'NEW' | 'UNEXPLAINED';

/** What a draft policy makes of one time in which credit was used up. */
export interface ReplayVerdict {
  readonly kind: ReplayKind;
  /** When credit was used up, and when it was back or the span ended. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** The cut that was made; null: none. */
  readonly cutMs: number | null;
  /** When the draft cuts; null: it does not. */
  readonly draftMs: number | null;
  /** The rule that decides: what keeps supply on where the two part; else the rule that cuts. */
  readonly rule: DisconnectRule;
  readonly noCutKind: NoCutKind | null;
  /** What the room is lent more under the draft (less: negative), µ, at its mean use of the week before. An estimate. */
  readonly floatMicro: bigint;
}

interface Bar {
  readonly fromMs: number;
  readonly rule: DisconnectRule;
  readonly noCutKind: NoCutKind | null;
}

interface Course {
  readonly cutMs: number | null;
  readonly bars: readonly Bar[];
}

interface Descent {
  readonly fromMs: number;
  readonly untilMs: number;
  /** No notice before it belongs to this descent. */
  readonly noticesAfterMs: number;
}

/**
 * Runs the cut policy over what a point's credit did in [credit's first step, toMs), once as it was in force and once as a draft, and
 * tells for each time of used-up credit what the draft changes. Each such time is judged on its own: people are taken to top up
 * when they did, and a reading is always there, so a cut that a silent meter or an interlock held back is no difference of policy.
 * The rules are `decideDisconnect`'s.
 */
export function replayPolicy(
  point: ReplayPoint,
  inForceAt: (ms: number) => ReplayPolicy,
  draftAt: (ms: number) => ReplayPolicy,
  zone: CampusZone,
  toMs: number,
): ReplayVerdict[] {
  const verdicts: ReplayVerdict[] = [];
  let offUntilMs = { inForce: Number.NEGATIVE_INFINITY, draft: Number.NEGATIVE_INFINITY };
  for (const descent of descentsOf(point.credit, toMs)) {
    const actual = point.cutsMs.find((ms) => ms >= descent.fromMs && ms < descent.untilMs) ?? null;
    const inForce = descent.fromMs < offUntilMs.inForce ? null : course(point, descent, inForceAt, zone);
    const draft = descent.fromMs < offUntilMs.draft ? null : course(point, descent, draftAt, zone);
    offUntilMs = {
      inForce: offAfter(point, inForce, inForceAt, offUntilMs.inForce),
      draft: offAfter(point, draft, draftAt, offUntilMs.draft),
    };
    // Still off from before under one of them: no cut is due there.
    if (!inForce || !draft) continue;
    const verdict = compare(point, descent, actual, inForce, draft);
    if (verdict) verdicts.push(verdict);
  }
  return verdicts;
}

/** Times in which credit was used up, without a break. */
function descentsOf(credit: readonly CreditStep[], toMs: number): Descent[] {
  const descents: Descent[] = [];
  let fromMs: number | null = null;
  let noticesAfterMs = Number.NEGATIVE_INFINITY;
  for (const { atMs, availableMicro } of credit) {
    if (availableMicro <= 0n) fromMs ??= atMs;
    else if (fromMs !== null) {
      descents.push({ fromMs, untilMs: atMs, noticesAfterMs });
      noticesAfterMs = atMs;
      fromMs = null;
    }
  }
  if (fromMs !== null) descents.push({ fromMs, untilMs: toMs, noticesAfterMs });
  return descents;
}

/** One descent under one policy, look by look. */
function course(
  point: ReplayPoint,
  descent: Descent,
  policyAt: (ms: number) => ReplayPolicy,
  zone: CampusZone,
): Course {
  const bars: Bar[] = [];
  let finalMs: number | null = null;
  let now = descent.fromMs;
  for (let look = 0; look < LOOKS_MAX && now < descent.untilMs; look++) {
    const decision = decideDisconnect(
      factsAt(point, descent, finalMs, now),
      policyAt(now).disconnect,
      zone,
      now,
    );
    bars.push({ fromMs: now, rule: decision.rule, noCutKind: decision.noCutKind });
    if (decision.act === 'DISCONNECT') return { cutMs: now, bars };
    if (decision.act === 'WARN') finalMs = now;
    const next = nextLook(point, descent, decision.reviewAt, now);
    if (next === null) break;
    now = next;
  }
  return { cutMs: null, bars };
}

/** What the policy looks at, with a fresh reading and without what a replay does not know: tags, trips, outages. */
function factsAt(point: ReplayPoint, descent: Descent, finalMs: number | null, now: number) {
  const { availableMicro, arrearsMicro } = creditAt(point.credit, now);
  const told = point.noticesMs.findLast((ms) => ms <= now && ms > descent.noticesAfterMs) ?? null;
  return {
    utility: 'ELECTRICITY',
    protection: point.protections.findLast(({ fromMs }) => fromMs <= now)?.protection ?? 'NONE',
    safetyCause: false,
    lockedOut: false,
    standing: { availableMicro, arrearsMicro, disputedMicro: 0n, recoveryPlan: null },
    entitlementLeft: false,
    eligibleSince: descent.fromMs,
    lastNoticeAt: told === null || finalMs === null ? (told ?? finalMs) : Math.max(told, finalMs),
    grace: graceOf({ ...point.terms, eligibleMs: descent.fromMs }, now),
    postpaid: point.terms.class === 'POSTPAID',
    earlyTrip: null,
    lastReadingAt: now,
    intervalMs: INTERVAL_MS,
    ingestGap: null,
    trickleCapable: false,
  } as const;
}

const creditAt = (credit: readonly CreditStep[], ms: number): CreditStep =>
  credit.findLast(({ atMs }) => atMs <= ms) ?? credit[0]!;

/** The next instant at which anything may be otherwise: the policy's own, a debt that grew, another protection. */
function nextLook(
  { credit, protections }: ReplayPoint,
  { untilMs }: Descent,
  reviewAt: number | null,
  now: number,
): number | null {
  const candidates = [
    reviewAt,
    // Only a bar without an end of its own, such as a grace down to a debt, ends with the next charge.
    reviewAt === null ? credit.find(({ atMs }) => atMs > now)?.atMs : null,
    protections.find(({ fromMs }) => fromMs > now)?.fromMs,
  ].filter((ms): ms is number => ms != null && ms > now && ms < untilMs);
  return candidates.length === 0 ? null : Math.min(...candidates);
}

/** Until when a cut keeps the point off: credit above the policy's limit, arrears paid. */
function offAfter(
  { credit }: ReplayPoint,
  taken: Course | null,
  policyAt: (ms: number) => ReplayPolicy,
  before: number,
): number {
  if (taken?.cutMs == null) return before;
  const { cutMs } = taken;
  const back = credit.find(
    ({ atMs, availableMicro, arrearsMicro }) =>
      atMs > cutMs && arrearsMicro === 0n && availableMicro > policyAt(atMs).reconnectMinMicro,
  );
  return back?.atMs ?? Number.POSITIVE_INFINITY;
}

function compare(
  point: ReplayPoint,
  descent: Descent,
  actual: number | null,
  inForce: Course,
  draft: Course,
): ReplayVerdict | null {
  const kind = kindOf(actual, inForce.cutMs, draft.cutMs);
  if (kind === null) return null;
  // Where the two part, the one that keeps supply on says why.
  const keeper = kind === 'AVOIDED' || kind === 'DELAYED' ? draft : inForce;
  const partMs = kind === 'AVOIDED' || kind === 'DELAYED' ? inForce.cutMs : draft.cutMs;
  const bar =
    kind === 'AS_BEFORE'
      ? draft.bars.at(-1)!
      : keeper.bars.findLast(({ fromMs }) => fromMs <= (partMs ?? descent.untilMs))!;
  const onMs = (draft.cutMs ?? descent.untilMs) - (inForce.cutMs ?? descent.untilMs);
  return {
    kind,
    fromMs: descent.fromMs,
    untilMs: descent.untilMs,
    cutMs: actual,
    draftMs: kind === 'UNEXPLAINED' ? null : draft.cutMs,
    rule: bar.rule,
    noCutKind: bar.noCutKind,
    floatMicro: kind === 'UNEXPLAINED' ? 0n : usedIn(point.credit, descent.fromMs, onMs),
  };
}

function kindOf(actual: number | null, inForce: number | null, draft: number | null): ReplayKind | null {
  if (actual === null) return inForce === null && draft !== null ? 'NEW' : null;
  if (inForce === null) return 'UNEXPLAINED';
  if (draft === null) return 'AVOIDED';
  if (draft === inForce) return 'AS_BEFORE';
  return draft > inForce ? 'DELAYED' : 'EARLIER';
}

/** What a room uses in `ms` (may be negative) at its mean of the week before `fromMs`, µ, rounded toward zero. */
function usedIn(credit: readonly CreditStep[], fromMs: number, ms: number): bigint {
  const sinceMs = Math.max(credit[0]!.atMs, fromMs - RATE_MS);
  if (ms === 0 || fromMs <= sinceMs) return 0n;
  let used = 0n;
  for (let i = 1; i < credit.length && credit[i]!.atMs <= fromMs; i++) {
    const drop = credit[i - 1]!.availableMicro - credit[i]!.availableMicro;
    if (credit[i]!.atMs > sinceMs && drop > 0n) used += drop;
  }
  return (used * BigInt(Math.round(ms))) / BigInt(Math.round(fromMs - sinceMs));
}

/** How many verdicts of each kind, and what the draft lends in sum, µ. */
export interface ReplayTotals {
  readonly counts: Readonly<Record<ReplayKind, number>>;
  readonly floatMicro: bigint;
}

export function replayTotals(verdicts: readonly Pick<ReplayVerdict, 'kind' | 'floatMicro'>[]): ReplayTotals {
  const counts: Record<ReplayKind, number> = {
    AS_BEFORE: 0,
    AVOIDED: 0,
    DELAYED: 0,
    EARLIER: 0,
    NEW: 0,
    UNEXPLAINED: 0,
  };
  let floatMicro = 0n;
  for (const one of verdicts) {
    counts[one.kind]++;
    floatMicro += one.floatMicro;
  }
  return { counts, floatMicro };
}
