import { type Database, type Tx, withTransaction } from '../db/client';
import {
  type ConfirmationMeans,
  countTripConfirmations,
  insertConfirmation,
} from '../db/queries/restoreConfirmations';
import { lastSwitchOf } from '../db/queries/supplyContext';
import { isReconnectEligible } from '../domain/credit/arrears';
import { DomainError } from '../domain/errors';
import { NEVER_CUT_RULES } from '../domain/supply/disconnectPolicy';
import { type ClearRefusal, decideReconnect, mayClear, offSince } from '../domain/supply/reconnectPolicy';
import { isCut } from '../domain/supply/resend';
import type { ReasonCause, SupplyReason } from '../domain/supply/supplyState';
import type { AccountWork } from './accountWork';
import type { Closing, EngineContext } from './context';
import { creditDecision, creditPolicyFor, payerOf, standingOf } from './creditFacts';
import { creditPoints } from './creditWatch';
import { flushAccounts } from './flushAccounts';
import { needsNoSafetyCut } from './liftHold';
import { type OpenAccounts, openAccounts } from './openAccounts';
import { refusedSwitch } from './refusedSwitch';
import { accountIdOf, currentRegistry, type PointEntry, type Registry } from './registry';
import { SupplyDesk, type SwitchOutcome } from './supplyDesk';

/** A resident's word that supply may come back. Who lives there was checked by the caller. */
export interface ResidentWord {
  readonly campusId: number;
  /** `user:…`. */
  readonly actor: string;
  /** Id by which leases and tags know the person. */
  readonly actorId: string | null;
  readonly means: ConfirmationMeans;
}

export interface ResidentRestore {
  /** Restores that it queued, or that were under way already. */
  readonly commandIds: readonly string[];
  /** When the earliest of them waits until, ms UTC; null: none waits. */
  readonly waitUntilMs: number | null;
  /** True where nothing was left to confirm. */
  readonly replayed: boolean;
}

const CLEAR_REFUSALS: Readonly<Record<ClearRefusal, string>> = {
  CONFIRMATION_NEEDED: 'The resident must confirm first.',
  TOO_EARLY: 'Supply may come back five minutes after the trip at the earliest.',
  STAFF_NEEDED: 'Only staff may bring supply back here.',
  ENDS_BY_ITSELF: 'Supply is off by a schedule, which ends by itself.',
  ON_SITE_ONLY: 'This is opened by hand, on site.',
};

/**
 * The resident confirms that a point of theirs may be switched on again: after a trip for overload (5 min later, three times a
 * day), or after more than a day without credit that has been paid since. It clears all that holds the point, or nothing.
 * Repeating it while the restore is under way gives that one.
 * @throws DomainError notFound/POINT; refused: TOO_EARLY (`confirmFrom`), STAFF_NEEDED, SAFETY_NOT_CUT, MAINTENANCE_TAG, ENDS_BY_ITSELF (`reason`, `rule`), ON_SITE_ONLY, ARREARS,
 *   EARLY_TRIP (continue instead), and each interlock by its name
 */
export async function confirmRestore(
  database: Database,
  ctx: EngineContext,
  word: ResidentWord & { readonly pointCode: string },
  closing?: Closing<ResidentRestore>,
): Promise<ResidentRestore> {
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const point = [...registry.points.values()].find(
      (one) => one.campusId === word.campusId && one.pointCode === word.pointCode,
    );
    if (!point) throw new DomainError('notFound', 'POINT', `There is no meter point ${word.pointCode}.`);
    const payer = payerOf(point, ctx.clock.now());
    const accounts = await openAccounts(tx, registry, payer ? [payer.accountId] : []);
    const account = accounts.all()[0];
    const desk = new SupplyDesk(tx, ctx, registry);
    await desk.open([point.pointId]);
    const { reasons } = desk.row(point.pointId);
    const held = Object.entries(reasons) as [SupplyReason, (typeof reasons)[string]][];
    if (held.length === 0 && !(await askedInVain(tx, desk, point))) return repeated(desk, [point]);
    if (desk.row(point.pointId).observed === 'CLOSED') needsNoSafetyCut(reasons);
    for (const [reason, { cause, sinceMs, staffOnly, refuted }] of held)
      await requireClearable(tx, desk, registry, account, point, {
        reason,
        cause: (cause ?? null) as ReasonCause | null,
        sinceMs,
        staffOnly: staffOnly ?? false,
        refuted: refuted ?? false,
      });
    const outcome = await switchOn(tx, desk, account, [point], word, held[0]?.[0] ?? 'ARREARS');
    await finish(tx, registry, accounts, desk, account);
    closing?.(tx, outcome);
    return outcome;
  });
}

/**
 * The resident continues after the early trip of the two-stage option: supply comes back with what is left of the credit, and
 * the next trip is the cut at the limit.
 * Another reason that holds a point goes on holding it.
 * @throws DomainError notFound/ACCOUNT; refused/CREDIT_USED_UP, and each interlock by its name
 */
export async function continueAfterTrip(
  database: Database,
  ctx: EngineContext,
  word: ResidentWord & { readonly accountCode: string },
  closing?: Closing<ResidentRestore>,
): Promise<ResidentRestore> {
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const accountId = accountIdOf(registry, word.campusId, word.accountCode);
    const accounts = await openAccounts(tx, registry, accountId === undefined ? [] : [accountId]);
    const account = accounts.all()[0];
    if (!account) throw new DomainError('notFound', 'ACCOUNT', `There is no account ${word.accountCode}.`);
    const desk = new SupplyDesk(tx, ctx, registry);
    const points = creditPoints(desk, account, desk.now);
    await desk.open(points.map(({ pointId }) => pointId));
    const tripped = points.filter(({ pointId }) => desk.row(pointId).reasons.ARREARS?.cause === 'EARLY_TRIP');
    if (tripped.length === 0) return repeated(desk, points);
    if (account.available() <= 0n)
      throw new DomainError(
        'refused',
        'CREDIT_USED_UP',
        'The credit is used up: a top-up brings supply back.',
      );
    const outcome = await switchOn(tx, desk, account, tripped, word, 'ARREARS');
    account.row.tripStage = 'CONTINUED';
    account.watchDirty = true;
    await finish(tx, registry, accounts, desk, account);
    closing?.(tx, outcome);
    return outcome;
  });
}

/** Nothing holds the points: what is under way for them is the answer. */
function repeated(desk: SupplyDesk, points: readonly PointEntry[]): ResidentRestore {
  const live = points.flatMap(({ pointId }) => desk.liveSwitch(pointId) ?? []);
  return {
    commandIds: live.filter(({ op }) => op === 'connect').map(({ id }) => id),
    waitUntilMs: null,
    replayed: true,
  };
}

/** Nothing holds the point, but it is dark: the restore that was asked for last was not carried out, and may be asked for again. */
async function askedInVain(tx: Tx, desk: SupplyDesk, { pointId, utility }: PointEntry): Promise<boolean> {
  if (utility === 'GAS' || desk.row(pointId).observed !== 'OPEN' || desk.liveSwitch(pointId)) return false;
  const last = await lastSwitchOf(tx.client, pointId);
  return last !== null && !isCut(last.op) && last.state !== 'VERIFIED';
}

async function requireClearable(
  tx: Tx,
  desk: SupplyDesk,
  registry: Registry,
  account: AccountWork | undefined,
  point: PointEntry,
  held: {
    reason: SupplyReason;
    cause: ReasonCause | null;
    sinceMs: number;
    staffOnly: boolean;
    refuted: boolean;
  },
): Promise<void> {
  const { zone } = registry.campuses.get(point.campusId)!;
  const policy = account && creditPolicyFor(registry, account);
  if (held.reason === 'ARREARS') {
    if (held.cause === 'EARLY_TRIP')
      throw new DomainError('refused', 'EARLY_TRIP', 'Supply tripped early: continue to bring it back.');
    const paid =
      account !== undefined &&
      (isReconnectEligible(standingOf(account, zone, desk.now), policy!.reconnectMinMicro) ||
        NEVER_CUT_RULES.has(creditDecision(desk, account, point, desk.now).rule));
    if (!paid)
      throw new DomainError('refused', 'ARREARS', 'The account has no credit: a top-up comes first.');
  }
  const row = desk.row(point.pointId);
  const confirmationsToday = await countTripConfirmations(
    tx.client,
    point.pointId,
    zone.dayAt(desk.now).startMs,
  );
  const decision = decideReconnect(
    {
      reason: held.reason,
      cause: held.cause,
      utility: point.utility,
      offSince: offSince(row.observed, row.changedMs, held.sinceMs),
      trippedAt: held.sinceMs,
      confirmationsToday,
      staffOnly: held.staffOnly,
      refuted: held.refuted,
    },
    desk.now,
    policy?.reconnect,
  );
  const allowed = mayClear(decision, 'RESIDENT', desk.now);
  if (allowed.allowed) return;
  throw new DomainError('refused', allowed.reason, CLEAR_REFUSALS[allowed.reason], {
    reason: held.reason,
    rule: decision.rule,
    ...(decision.confirmFrom === null ? {} : { confirmFrom: decision.confirmFrom }),
  });
}

/** Clears what holds the points, writes the word down and queues the restores; an interlock that bars one bars all. */
async function switchOn(
  tx: Tx,
  desk: SupplyDesk,
  account: AccountWork | undefined,
  points: readonly PointEntry[],
  word: ResidentWord,
  asked: SupplyReason,
): Promise<ResidentRestore> {
  const commandIds: string[] = [];
  let waitUntilMs: number | null = null;
  // A word that waited for the tag to go would close the contact unattended, hours after whoever gave it looked at the sockets.
  if (points.some(({ pointId }) => desk.row(pointId).tags.length > 0))
    throw new DomainError(
      'refused',
      'MAINTENANCE_TAG',
      'Somebody works on this supply: confirm once the tag is off.',
    );
  for (const point of points) {
    const { reasons } = desk.row(point.pointId);
    const cleared =
      asked === 'ARREARS' && reasons.ARREARS?.cause === 'EARLY_TRIP' ? { ARREARS: reasons.ARREARS } : reasons;
    const names = Object.keys(cleared) as SupplyReason[];
    // A trip that staff took back is none that counts towards the three of a day.
    const trip = Object.values(cleared).find(({ cause, refuted }) => cause && !refuted);
    for (const reason of names) desk.clearReason(point.pointId, reason);
    await insertConfirmation(tx.client, {
      campusId: point.campusId,
      pointId: point.pointId,
      accountId: account?.row.id ?? null,
      atMs: desk.now,
      reasons: names,
      cause: trip?.cause ?? null,
      alarmId: trip?.alarmId ?? null,
      means: word.means,
      actor: word.actor,
    });
    const outcome = await desk.reconcile(point.pointId, {
      origin: 'RESIDENT',
      reason: asked,
      actorId: word.actorId,
      actor: word.actor,
      why: 'resident_confirmed',
      cleared,
    });
    waitUntilMs = later(outcome, waitUntilMs);
    commandIds.push(...idOf(outcome));
  }
  return { commandIds, waitUntilMs, replayed: false };
}

function later(outcome: SwitchOutcome, waitUntilMs: number | null): number | null {
  const until = outcome.kind === 'QUEUED' ? outcome.waitUntilMs : null;
  return until === null ? waitUntilMs : Math.max(until, waitUntilMs ?? 0);
}

function idOf(outcome: SwitchOutcome): string[] {
  if (outcome.kind === 'REFUSED') throw refusedSwitch(outcome.verdict);
  return outcome.kind === 'NONE' ? [] : [outcome.commandId];
}

async function finish(
  tx: Tx,
  registry: Registry,
  accounts: OpenAccounts,
  desk: SupplyDesk,
  account: AccountWork | undefined,
): Promise<void> {
  if (account)
    await flushAccounts(tx, registry.campuses.get(account.row.campusId)!, accounts.book, [account]);
  await desk.flush();
}
