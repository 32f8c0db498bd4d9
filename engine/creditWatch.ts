import { insertNotice } from '../db/queries/notices';
import type { CreditPolicy } from '../db/queries/storedPolicy';
import { isDisconnectEligible, isReconnectEligible } from '../domain/credit/arrears';
import { OFFER_AT_MICRO, offerEmergencyCredit } from '../domain/credit/emergencyCredit';
import { type DisconnectDecision, NEVER_CUT_RULES } from '../domain/supply/disconnectPolicy';
import { decideReconnect, mayClear, offSince } from '../domain/supply/reconnectPolicy';
import { textFromMicro } from '../domain/units';
import type { AccountWork } from './accountWork';
import { askToConfirm } from './askToConfirm';
import { creditDecision, creditPolicyFor, payerOf, standingOf } from './creditFacts';
import type { PointEntry } from './registry';
import type { SupplyDesk } from './supplyDesk';
import { creditDecides, mayTellLowBalance, tellLowBalance, unitOfNotice } from './tellLowBalance';

/** Looked at again after this, where a cut is pending on facts that only change by themselves. */
const REVIEW_MS = 60_000;

/** Who caused a look at the account: named in the commands that follow from it. */
export interface WatchCause {
  /** Payment behind a restore. */
  readonly originId?: string;
  /** What the account may owe, or who pays, has changed: a cut that would not be made now ends. */
  readonly termsChanged?: boolean;
}

/** Follows many accounts at once: what their points need is read together, not account by account. */
export async function watchCredits(
  desk: SupplyDesk,
  accounts: readonly AccountWork[],
  now: number,
): Promise<void> {
  const looking = accounts.filter((account) => looksAtSupply(desk, account, now));
  await desk.open(looking.flatMap((account) => creditPoints(desk, account, now)).map((p) => p.pointId));
  for (const account of accounts)
    if (hasNews(desk, account) || looksAtSupply(desk, account, now)) await watchCredit(desk, account, now);
}

/** Whether credit as it is may have to be told or offered anything; most accounts are far above their levels and were told none. */
function hasNews(desk: SupplyDesk, account: AccountWork): boolean {
  const { emergencyCredit } = account.credit;
  const availableMicro = account.available();
  if (emergencyCredit.status !== 'OFF' || availableMicro <= OFFER_AT_MICRO) return true;
  return mayTellLowBalance(desk.registry, account.row, availableMicro);
}

const decides = ({ row }: AccountWork): boolean => creditDecides(row);

/** Whether credit as it is now may move supply: it is used up and the policy's next look is due, or it is back. */
function looksAtSupply(desk: SupplyDesk, account: AccountWork, now: number): boolean {
  const { eligibleMs, policyDueMs, tripStage } = account.row;
  const due = policyDueMs !== null && policyDueMs <= now;
  if (!decides(account)) return due;
  if (isUsedUp(desk, account, now)) return eligibleMs === null || policyDueMs === null || due;
  if (eligibleMs !== null || due) return true;
  const { earlyTripAtMicro } = creditPolicyFor(desk.registry, account);
  if (earlyTripAtMicro === null) return tripStage !== null;
  const availableMicro = account.available();
  switch (tripStage) {
    case null:
      return availableMicro <= earlyTripAtMicro && policyDueMs === null;
    case 'TRIPPED':
      return availableMicro > earlyTripAtMicro;
    case 'CONTINUED':
      return isRearmed(earlyTripAtMicro, availableMicro);
  }
}

/** Whether credit alone would allow a cut; an agreed plan for arrears leaves them aside. */
function isUsedUp(desk: SupplyDesk, account: AccountWork, now: number): boolean {
  if (account.row.recoveryPercent === null) return account.available() + account.row.disputedMicro <= 0n;
  const { zone } = desk.registry.campuses.get(account.row.campusId)!;
  return isDisconnectEligible(standingOf(account, zone, now));
}

/** A descent ends 20 % above the alarm level, as its notices do: the next one trips again. */
const isRearmed = (atMicro: bigint, availableMicro: bigint): boolean => availableMicro * 5n > atMicro * 6n;

/**
 * Follows an account's available credit: one notice per level and descent, the offer of emergency credit, the clock of
 * eligibility, the final notice, the trip at the alarm level, the cut by policy, and the restore when credit is back. Every
 * decision comes from domain/supply; this act carries it out.
 */
export async function watchCredit(
  desk: SupplyDesk,
  account: AccountWork,
  now: number,
  cause: WatchCause = {},
): Promise<void> {
  const { row } = account;
  if (decides(account)) {
    await warn(desk, account, now);
    offer(desk, account, now);
  }
  if (!looksAtSupply(desk, account, now) && cause.termsChanged !== true) return;
  const policy = creditPolicyFor(desk.registry, account);
  rearmTrip(account, policy);
  if (!decides(account)) {
    await release(desk, account, now, cause);
    return;
  }
  if (!isUsedUp(desk, account, now)) {
    await recover(desk, account, policy, now, cause);
    return;
  }
  if (row.eligibleMs === null) {
    row.eligibleMs = now;
    account.watchDirty = true;
  }
  await decide(desk, account, now, cause);
}

/** By what is left alone: a forecast is made anew soon after, and then tells the levels by time (`refreshTimeLeft`). */
async function warn(desk: SupplyDesk, account: AccountWork, now: number): Promise<void> {
  const input = { availableMicro: account.available(), timeLeftMs: null, dataDays: 0 };
  if (await tellLowBalance(desk.tx.client, desk.registry, account.row, input, now)) account.watchDirty = true;
}

/** Whether the account took an emergency credit in the calendar month of `now`, in the campus's zone. */
export function grantedThisMonth(desk: SupplyDesk, { row }: AccountWork, now: number): boolean {
  const { zone } = desk.registry.campuses.get(row.campusId)!;
  return row.ecGrantedMs !== null && row.ecGrantedMs >= zone.monthStart(now);
}

/** Emergency credit is offered while credit is low and where the policy grants it. Only the resident's tap takes it. */
function offer(desk: SupplyDesk, account: AccountWork, now: number): void {
  const { emergencyCredit } = account.credit;
  const availableMicro = account.available();
  if (emergencyCredit.status === 'OFF' && availableMicro > OFFER_AT_MICRO) return;
  const { emergencyCreditMicro: limitMicro } = creditPolicyFor(desk.registry, account);
  const status = offerEmergencyCredit(emergencyCredit, {
    limitMicro,
    availableMicro,
    offerAtMicro: OFFER_AT_MICRO,
    grantedThisMonth: grantedThisMonth(desk, account, now),
  });
  if (status === emergencyCredit.status) return;
  account.setCredit({ ...account.credit, emergencyCredit: { ...emergencyCredit, status } });
}

function rearmTrip(account: AccountWork, { earlyTripAtMicro }: CreditPolicy): void {
  const { row } = account;
  if (row.tripStage !== 'CONTINUED') return;
  if (earlyTripAtMicro !== null && !isRearmed(earlyTripAtMicro, account.available())) return;
  row.tripStage = null;
  account.watchDirty = true;
}

/** Points whose supply this account's credit decides: electricity is cut; water only throttled; gas never. */
export function creditPoints(desk: SupplyDesk, account: AccountWork, now: number): PointEntry[] {
  const points: PointEntry[] = [];
  for (const pointId of desk.registry.accounts.get(account.row.id)?.pointIds ?? []) {
    const point = desk.registry.points.get(pointId);
    if (point?.utility === 'ELECTRICITY' && payerOf(point, now)?.accountId === account.row.id)
      points.push(point);
  }
  return points;
}

async function openPoints(desk: SupplyDesk, account: AccountWork, now: number): Promise<PointEntry[]> {
  const points = creditPoints(desk, account, now);
  await desk.open(points.map((p) => p.pointId));
  return points;
}

function reviewAt(account: AccountWork, dueMs: number | null): void {
  if (dueMs === account.row.policyDueMs) return;
  account.row.policyDueMs = dueMs;
  account.watchDirty = true;
}

async function decide(desk: SupplyDesk, account: AccountWork, now: number, cause: WatchCause): Promise<void> {
  let dueMs: number | null = null;
  for (const point of await openPoints(desk, account, now)) {
    const decision = creditDecision(desk, account, point, now);
    if (desk.holds(point.pointId, 'ARREARS')) {
      await keepOrEnd(desk, account, point, decision, cause);
      continue;
    }
    await carryOut(desk, account, point, decision, now);
    const reviewMs = decision.reviewAt ?? (decision.act === 'WAIT' ? now + REVIEW_MS : null);
    if (reviewMs !== null) dueMs = dueMs === null ? reviewMs : Math.min(dueMs, reviewMs);
  }
  reviewAt(account, dueMs);
}

async function carryOut(
  desk: SupplyDesk,
  account: AccountWork,
  point: PointEntry,
  decision: DisconnectDecision,
  now: number,
): Promise<void> {
  const { row } = account;
  if (decision.act === 'WARN') {
    row.finalNoticeMs = now;
    account.watchDirty = true;
    await insertNotice(desk.tx.client, {
      campusId: row.campusId,
      kind: 'FINAL_NOTICE',
      accountId: row.id,
      departmentId: null,
      atMs: now,
      dedupeKey: `final:${row.id}:${row.eligibleMs}`,
      body: { account: row.code, point: point.pointCode, cutAt: decision.reviewAt ?? 0 },
    });
  } else if (decision.act === 'DISCONNECT') {
    const early = decision.rule === 'EARLY_TRIP';
    desk.addReason(point.pointId, 'ARREARS', `rule:${decision.rule}`, {
      note: decision.rule,
      accountId: row.id,
      ...(early ? { cause: 'EARLY_TRIP' as const } : {}),
    });
    await desk.reconcile(point.pointId, {
      origin: 'AUTOMATIC',
      reason: 'ARREARS',
      actorId: null,
      actor: 'engine',
      why: early ? 'early_trip' : 'arrears',
    });
  }
}

/**
 * A point that is off for credit stays so under whoever pays now, unless that account would not be cut at all. A grace that was
 * agreed since, or a new payer's, ends it too; one that was there before does not, or each cut would be its own end.
 */
async function keepOrEnd(
  desk: SupplyDesk,
  account: AccountWork,
  point: PointEntry,
  decision: DisconnectDecision,
  cause: WatchCause,
): Promise<void> {
  const held = desk.row(point.pointId).reasons.ARREARS!;
  const other = held.accountId !== account.row.id;
  if (
    NEVER_CUT_RULES.has(decision.rule) ||
    (decision.rule === 'GRACE' && (other || cause.termsChanged === true))
  ) {
    await restore(desk, account, point, decision.rule.toLowerCase(), cause);
    return;
  }
  const spentSince = held.cause === 'EARLY_TRIP' && isUsedUp(desk, account, desk.now);
  if (other || spentSince)
    desk.restateReason(point.pointId, 'ARREARS', { note: 'CREDIT_USED_UP', accountId: account.row.id });
}

/** Takes ARREARS away and lets supply come back; off for long, the resident is asked first. */
async function restore(
  desk: SupplyDesk,
  account: AccountWork,
  point: PointEntry,
  why: string,
  cause: WatchCause,
  aboveAlarmLevel = true,
): Promise<void> {
  const { row } = account;
  const supply = desk.row(point.pointId);
  const held = supply.reasons.ARREARS!;
  const decision = decideReconnect(
    {
      reason: 'ARREARS',
      // What tripped early under another payer's credit is not this one's to continue.
      cause: held.cause === 'EARLY_TRIP' && held.accountId === row.id ? 'EARLY_TRIP' : null,
      utility: point.utility,
      offSince: offSince(supply.observed, supply.changedMs, held.sinceMs),
      trippedAt: null,
      aboveAlarmLevel,
      confirmationsToday: 0,
    },
    desk.now,
    creditPolicyFor(desk.registry, account).reconnect,
  );
  if (!mayClear(decision, 'ENGINE', desk.now).allowed) {
    if (decision.rule === 'EARLY_TRIP') return;
    if (held.accountId !== row.id)
      desk.restateReason(point.pointId, 'ARREARS', { note: 'CREDIT_USED_UP', accountId: row.id });
    await askToConfirm(desk, row, point, decision.rule);
    return;
  }
  desk.clearReason(point.pointId, 'ARREARS');
  await desk.reconcile(point.pointId, {
    origin: 'AUTOMATIC',
    reason: 'ARREARS',
    actorId: null,
    actor: 'engine',
    why,
    originId: cause.originId ?? null,
  });
}

/** Credit decides here no longer: what it keeps off comes back. */
async function release(
  desk: SupplyDesk,
  account: AccountWork,
  now: number,
  cause: WatchCause,
): Promise<void> {
  const { row } = account;
  if (row.status !== 'CLOSED')
    for (const point of await openPoints(desk, account, now))
      if (desk.holds(point.pointId, 'ARREARS')) await restore(desk, account, point, 'not_cut', cause);
  forgetDescent(account);
}

async function recover(
  desk: SupplyDesk,
  account: AccountWork,
  policy: CreditPolicy,
  now: number,
  cause: WatchCause,
): Promise<void> {
  const { row } = account;
  const { zone } = desk.registry.campuses.get(row.campusId)!;
  const standing = standingOf(account, zone, now);
  if (!isReconnectEligible(standing, policy.reconnectMinMicro)) {
    // In credit, but not yet enough to come back: no new cut is due, a pending one is taken back below when it is.
    await takeBackPending(desk, account, now);
    for (const point of creditPoints(desk, account, now))
      if (desk.holds(point.pointId, 'ARREARS'))
        await keepOrEnd(desk, account, point, creditDecision(desk, account, point, now), cause);
    reviewAt(account, null);
    return;
  }
  const points = await openPoints(desk, account, now);
  const above = policy.earlyTripAtMicro === null || standing.availableMicro > policy.earlyTripAtMicro;
  for (const point of points)
    if (desk.holds(point.pointId, 'ARREARS'))
      await restore(desk, account, point, 'credit_restored', cause, above);
  forgetDescent(account);
  if (row.tripStage === 'TRIPPED' && above) {
    row.tripStage = 'CONTINUED';
    account.watchDirty = true;
  }
  if (policy.earlyTripAtMicro !== null && !above && row.tripStage === null)
    await tripEarly(desk, account, points, now);
}

function forgetDescent(account: AccountWork): void {
  const { row } = account;
  if (row.eligibleMs === null && row.policyDueMs === null) return;
  row.eligibleMs = null;
  // What was told before the last cut is no notice of the next.
  row.finalNoticeMs = null;
  row.policyDueMs = null;
  account.watchDirty = true;
}

/** The first of two trips: once in a descent, for all of the account's points that may be switched then. */
async function tripEarly(
  desk: SupplyDesk,
  account: AccountWork,
  points: readonly PointEntry[],
  now: number,
): Promise<void> {
  const { row } = account;
  let dueMs: number | null = null;
  let tripped = false;
  for (const point of points) {
    if (desk.holds(point.pointId, 'ARREARS')) continue;
    const decision = creditDecision(desk, account, point, now);
    await carryOut(desk, account, point, decision, now);
    tripped ||= decision.act === 'DISCONNECT';
    if (decision.act === 'WAIT') {
      const reviewMs = decision.reviewAt ?? now + REVIEW_MS;
      dueMs = dueMs === null ? reviewMs : Math.min(dueMs, reviewMs);
    }
  }
  reviewAt(account, tripped ? null : (dueMs ?? now + REVIEW_MS));
  if (!tripped) return;
  row.tripStage = 'TRIPPED';
  account.watchDirty = true;
  await insertNotice(desk.tx.client, {
    campusId: row.campusId,
    kind: 'EARLY_TRIP',
    accountId: row.id,
    departmentId: null,
    atMs: now,
    dedupeKey: `trip:${row.id}:${now}`,
    body: {
      account: row.code,
      available: textFromMicro(account.available()),
      ...unitOfNotice(desk.registry, row),
    },
  });
}

/** A cut for credit that has not gone out dies as soon as credit is above 0, whatever a restore needs. */
async function takeBackPending(desk: SupplyDesk, account: AccountWork, now: number): Promise<void> {
  for (const point of await openPoints(desk, account, now)) {
    const live = desk.liveSwitch(point.pointId);
    if (live?.cause === 'ARREARS' && live.op === 'disconnect' && live.issuedMs === null) {
      await desk.step(live, 'SUPERSEDE', 'engine', { by: 'credit' });
      desk.clearReason(point.pointId, 'ARREARS');
    }
  }
}
