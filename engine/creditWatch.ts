import { insertNotice } from '../db/queries/notices';
import { type CreditPolicy, creditPolicyOf } from '../db/queries/storedPolicy';
import { type CreditStanding, isReconnectEligible } from '../domain/credit/arrears';
import { type DisconnectFacts, decideDisconnect } from '../domain/supply/disconnectPolicy';
import { lowBalanceStep } from '../domain/supply/lowBalanceLevels';
import { decideReconnect, mayClear } from '../domain/supply/reconnectPolicy';
import { textFromMicro } from '../domain/units';
import type { AccountWork } from './accountWork';
import type { PointEntry } from './registry';
import type { SupplyDesk } from './supplyDesk';

/** Looked at again after this, where a cut is pending on facts that only change by themselves. */
const REVIEW_MS = 60_000;

/** Who caused a look at the account: named in the commands that follow from it. */
export interface WatchCause {
  /** Payment behind a restore. */
  readonly originId?: string;
}

/** Follows many accounts at once: what their points need is read together, not account by account. */
export async function watchCredits(
  desk: SupplyDesk,
  accounts: readonly AccountWork[],
  now: number,
): Promise<void> {
  const looking = accounts.filter((account) => isWatched(account) && looksAtSupply(account, now));
  await desk.open(looking.flatMap((account) => creditPoints(desk, account, now)).map((p) => p.pointId));
  for (const account of accounts) await watchCredit(desk, account, now);
}

const isWatched = ({ row }: AccountWork): boolean => row.kind !== 'PUBLIC' && row.status !== 'CLOSED';

/** Whether credit as it is now may move supply: it is used up and the policy's next look is due, or it is back. */
function looksAtSupply(account: AccountWork, now: number): boolean {
  const { eligibleMs, policyDueMs } = account.row;
  if (account.available() > 0n) return eligibleMs !== null;
  return eligibleMs === null || policyDueMs === null || policyDueMs <= now;
}

/**
 * Follows an account's available credit: one notice per level and descent, the clock of eligibility, the final notice, the
 * cut by policy, and the restore when credit is back. Every decision comes from domain/supply; this act carries it out.
 */
export async function watchCredit(
  desk: SupplyDesk,
  account: AccountWork,
  now: number,
  cause: WatchCause = {},
): Promise<void> {
  const { row } = account;
  if (!isWatched(account)) return;
  const availableMicro = account.available();
  await warn(desk, account, availableMicro, now);
  const standing: CreditStanding = {
    availableMicro,
    arrearsMicro: account.credit.buckets.arrearsMicro,
    disputedMicro: 0n,
    recoveryPlan: null,
  };
  if (!looksAtSupply(account, now)) return;
  const policy = policyOf(desk, account);
  if (availableMicro > 0n) {
    await recover(desk, account, standing, policy, now, cause);
    return;
  }
  if (row.eligibleMs === null) {
    row.eligibleMs = now;
    account.watchDirty = true;
  }
  await decide(desk, account, standing, policy, now);
}

function policyOf(desk: SupplyDesk, { row }: AccountWork): CreditPolicy {
  return desk.registry.campuses.get(row.campusId)?.policies.get(row.policyCode) ?? creditPolicyOf({});
}

async function warn(
  desk: SupplyDesk,
  account: AccountWork,
  availableMicro: bigint,
  now: number,
): Promise<void> {
  const { row } = account;
  const step = lowBalanceStep(row.toldLevels, { availableMicro, timeLeftMs: null, dataDays: 0 });
  if (step.told.length === row.toldLevels.length && step.notice === null) return;
  row.toldLevels = [...step.told];
  account.watchDirty = true;
  if (step.told.length === 0) row.finalNoticeMs = null;
  if (step.notice === null) return;
  row.finalNoticeMs = now;
  await insertNotice(desk.tx.client, {
    campusId: row.campusId,
    kind: 'LOW_BALANCE',
    accountId: row.id,
    departmentId: null,
    atMs: now,
    dedupeKey: `low:${row.id}:${step.notice}:${now}`,
    body: { account: row.code, level: step.notice, available: textFromMicro(availableMicro) },
  });
}

/** Points whose supply this account's credit decides: electricity is cut; water only throttled; gas never. */
function creditPoints(desk: SupplyDesk, account: AccountWork, now: number): PointEntry[] {
  const points: PointEntry[] = [];
  for (const pointId of desk.registry.accounts.get(account.row.id)?.pointIds ?? []) {
    const point = desk.registry.points.get(pointId);
    if (point?.utility !== 'ELECTRICITY') continue;
    const pays = point.payers.some(
      (p) => p.accountId === account.row.id && p.fromMs <= now && (p.toMs === null || p.toMs > now),
    );
    if (pays) points.push(point);
  }
  return points;
}

async function decide(
  desk: SupplyDesk,
  account: AccountWork,
  standing: CreditStanding,
  policy: CreditPolicy,
  now: number,
): Promise<void> {
  const { row } = account;
  const zone = desk.registry.campuses.get(row.campusId)!.zone;
  const points = creditPoints(desk, account, now);
  await desk.open(points.map((p) => p.pointId));
  let dueMs: number | null = null;
  for (const point of points) {
    const supply = desk.row(point.pointId);
    if (supply.reasons.ARREARS) continue;
    const context = desk.context(point.pointId);
    const facts: DisconnectFacts = {
      utility: point.utility,
      protection: point.protection,
      safetyCause: false,
      lockedOut: supply.tags.length > 0,
      standing,
      entitlementLeft: false,
      eligibleSince: row.eligibleMs,
      lastNoticeAt: row.finalNoticeMs,
      grace: null,
      lastReadingAt: context.lastReadingMs,
      intervalMs: context.intervalMs,
      ingestGap: context.outage,
      trickleCapable: false,
    };
    const decision = decideDisconnect(facts, policy.disconnect, zone, now);
    const reviewMs = decision.reviewAt ?? (decision.act === 'WAIT' ? now + REVIEW_MS : null);
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
      desk.addReason(point.pointId, 'ARREARS', 'rule:CREDIT_USED_UP', { note: decision.rule });
      await desk.reconcile(point.pointId, {
        origin: 'AUTOMATIC',
        reason: 'ARREARS',
        actorId: null,
        actor: 'engine',
        why: 'arrears',
      });
    }
    if (reviewMs !== null) dueMs = dueMs === null ? reviewMs : Math.min(dueMs, reviewMs);
  }
  if (dueMs !== row.policyDueMs) {
    row.policyDueMs = dueMs;
    account.watchDirty = true;
  }
}

async function recover(
  desk: SupplyDesk,
  account: AccountWork,
  standing: CreditStanding,
  policy: CreditPolicy,
  now: number,
  cause: WatchCause,
): Promise<void> {
  const { row } = account;
  if (!isReconnectEligible(standing, policy.reconnectMinMicro)) {
    // In credit, but not yet enough to come back: no new cut is due, a pending one is taken back below when it is.
    row.policyDueMs = null;
    account.watchDirty = true;
    await takeBackPending(desk, account, now);
    return;
  }
  const points = creditPoints(desk, account, now);
  await desk.open(points.map((p) => p.pointId));
  for (const point of points) {
    const supply = desk.row(point.pointId);
    const held = supply.reasons.ARREARS;
    if (!held) continue;
    const offSince = supply.observed === 'OPEN' ? supply.changedMs : null;
    const decision = decideReconnect(
      {
        reason: 'ARREARS',
        cause: null,
        utility: point.utility,
        offSince,
        trippedAt: null,
        confirmationsToday: 0,
      },
      now,
      policy.reconnect,
    );
    if (!mayClear(decision, 'ENGINE', now).allowed) {
      await insertNotice(desk.tx.client, {
        campusId: row.campusId,
        kind: 'CONFIRM_RESTORE',
        accountId: row.id,
        departmentId: null,
        atMs: now,
        dedupeKey: `confirm:${point.pointId}:${held.sinceMs}`,
        body: { account: row.code, point: point.pointCode, rule: decision.rule },
      });
      continue;
    }
    desk.clearReason(point.pointId, 'ARREARS');
    await desk.reconcile(point.pointId, {
      origin: 'AUTOMATIC',
      reason: 'ARREARS',
      actorId: null,
      actor: 'engine',
      why: 'credit_restored',
      originId: cause.originId ?? null,
    });
  }
  row.eligibleMs = null;
  // What was told before the last cut is no notice of the next.
  row.finalNoticeMs = null;
  row.policyDueMs = null;
  account.watchDirty = true;
}

/** A cut for credit that has not gone out dies as soon as credit is above 0, whatever a restore needs. */
async function takeBackPending(desk: SupplyDesk, account: AccountWork, now: number): Promise<void> {
  const points = creditPoints(desk, account, now);
  await desk.open(points.map((p) => p.pointId));
  for (const point of points) {
    const live = desk.liveSwitch(point.pointId);
    if (live?.cause === 'ARREARS' && live.op === 'disconnect' && live.issuedMs === null) {
      await desk.step(live, 'SUPERSEDE', 'engine', { by: 'credit' });
      desk.clearReason(point.pointId, 'ARREARS');
    }
  }
}
