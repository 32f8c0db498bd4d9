import { type Database, type Tx, withTransaction } from '../db/client';
import { campusById, raiseConfigVersion } from '../db/queries/campus';
import { isChargeHeldBefore } from '../db/queries/meterStates';
import { tariffVersionOf } from '../db/queries/storedTariff';
import {
  addVersion,
  askRerates,
  assignTariff,
  lockDraft,
  lockMonth,
  ratedUntil,
  setDraftState,
} from '../db/queries/tariffDrafts';
import { DomainError, invalid } from '../domain/errors';
import type { Utility } from '../domain/metering/reading';
import { paysExportsAlike } from '../domain/tariffs/exportPrices';
import { accrualStartMs, validateCalendar, validateVersions } from '../domain/tariffs/tariff';
import { chargesUnits, sellsUnits } from '../domain/tariffs/unitSale';
import type { EngineContext } from './context';
import { needOtherThanAuthor, needSecondAlways, type TwoPeople } from './needSecondPerson';
import { accountIdOf, currentRegistry, type Registry } from './registry';

const DAY_MS = 86_400_000;
/** Raw readings stand this long: what is older can't be rated again. */
export const RERATE_WITHIN_DAYS = 90;

/** The last step of an act's transaction: its audit line. */
type Closing<T> = (tx: Tx, outcome: T) => void;

/**
 * Puts a submitted draft in force, as another person than its author decides. A version that begins in the past is a
 * correction: whatever was charged since is rated again, account by account; in locked months it is adjusted in the open one.
 * @throws DomainError notFound; refused `OWN_DRAFT`, `NOT_SUBMITTED`; conflict `DRAFT_CHANGED`; invalid with the field
 */
export async function approveDraft(
  database: Database,
  ctx: EngineContext,
  act: { campusId: number; draftId: number; revision: number; by: string },
  closing?: Closing<ApprovedDraft>,
): Promise<ApprovedDraft> {
  return withTransaction(database, async (tx) => {
    await campusById(tx.client, act.campusId, true);
    const draft = await lockDraft(tx.client, act.campusId, act.draftId);
    if (!draft) throw new DomainError('notFound', 'DRAFT', `There is no draft ${act.draftId}.`);
    if (draft.state !== 'SUBMITTED')
      throw new DomainError('refused', 'NOT_SUBMITTED', 'Only a submitted draft can be approved.');
    if (draft.revision !== act.revision)
      throw new DomainError('conflict', 'DRAFT_CHANGED', 'The draft was changed meanwhile.');
    await needOtherThanAuthor(tx, draft.draftedBy, act.by);
    const registry = await currentRegistry(database, tx);
    const now = ctx.clock.now();
    const fromMs = judgeDraft(registry, draft, now);
    const version = await addVersion(tx.client, { ...draft, by: act.by, nowMs: now });
    const entry = registry.tariffs.get(draft.tariffId)!;
    const toMs = entry.versions.find((known) => known.validFromMs > draft.validFromMs)?.validFromMs ?? null;
    const corrected =
      draft.validFromMs > now
        ? 0
        : await askRerates(tx.client, { tariffId: draft.tariffId, draftId: draft.id, fromMs, toMs });
    await setDraftState(tx.client, draft.id, {
      state: 'APPROVED',
      by: act.by,
      nowMs: now,
      versionId: version.id,
    });
    await raiseConfigVersion(tx.client, act.campusId);
    const outcome: ApprovedDraft = {
      tariff: draft.tariffCode,
      number: version.number,
      draftedBy: draft.draftedBy,
      corrected,
    };
    closing?.(tx, outcome);
    return outcome;
  });
}

export interface ApprovedDraft {
  readonly tariff: string;
  /** Number of the version that it became. */
  readonly number: number;
  readonly draftedBy: string;
  /** Accounts to be rated again. */
  readonly corrected: number;
}

/**
 * Holds a draft against the versions beside it.
 * @returns from when on use must be rated again. @throws DomainError invalid
 */
export function judgeDraft(
  registry: Registry,
  draft: {
    tariffId: number;
    validFromMs: number;
    accrual: 'MONTH' | 'YEAR' | 'NONE';
    body: Parameters<typeof tariffVersionOf>[0]['body'];
  },
  nowMs: number,
): number {
  const entry = registry.tariffs.get(draft.tariffId);
  if (!entry) throw new DomainError('notFound', 'TARIFF', 'There is no such tariff.');
  const { zone } = registry.campuses.get(entry.campusId)!;
  const version = tariffVersionOf({ ...draft, code: 'draft' }, entry.calendar);
  const beside = entry.versions.filter((known) => known.validFromMs !== draft.validFromMs);
  validateVersions([...beside, version], zone);
  validateCalendar(entry.calendar, version);
  if (chargesAccountInUnits(registry, draft.tariffId) && !chargesUnits(version))
    throw invalid(
      '/prices',
      'UNIT_TARIFF',
      'Accounts in units stand under this tariff: it charges one unit for one, and nothing besides.',
    );
  if (soldBy(registry, draft.tariffId) && !sellsUnits(version))
    throw invalid(
      '/prices',
      'SALE_TARIFF',
      'Units are sold by this tariff: by prices above 0 alone, without surcharges.',
    );
  if (draft.validFromMs <= nowMs) {
    if (draft.validFromMs < nowMs - RERATE_WITHIN_DAYS * DAY_MS)
      throw invalid(
        '/validFrom',
        'TOO_OLD',
        `A correction may begin at most ${RERATE_WITHIN_DAYS} days back: readings are kept no longer.`,
      );
    if (zone.dayAt(draft.validFromMs).startMs !== draft.validFromMs)
      throw invalid('/validFrom', 'NOT_MIDNIGHT', 'A correction begins at a local midnight.');
    // What was exported is not rated again: a correction that says another price for it would be none.
    const stood = entry.versions.findLast((known) => known.validFromMs <= draft.validFromMs);
    if (!paysExportsAlike(stood, version))
      throw invalid(
        '/exportPrices',
        'EXPORT_BACKDATED',
        'What is paid for exports changes from now on: a correction of the past leaves it, and its periods, as they are.',
      );
  }
  const monthMs = zone.monthStart(draft.validFromMs);
  return Math.min(monthMs, accrualStartMs(draft.accrual, zone, draft.validFromMs) ?? monthMs);
}

/** Whether an account that holds units is charged by a tariff, now or later. */
function chargesAccountInUnits(registry: Registry, tariffId: number): boolean {
  for (const account of registry.accounts.values())
    if (account.unit !== null)
      for (const spans of account.tariffs.values())
        if (spans.some((span) => span.tariffId === tariffId)) return true;
  return false;
}

/** Whether units are sold by a tariff. */
function soldBy(registry: Registry, tariffId: number): boolean {
  for (const account of registry.accounts.values()) if (account.soldById === tariffId) return true;
  return false;
}

/**
 * Locks all charges up to the end of a local month.
 * @throws DomainError refused `MONTH_RUNNING`; conflict `MONTH_LOCKED`, `CHARGE_HELD` where a charge of its use waits to be released
 */
export async function lockChargesOf(
  database: Database,
  ctx: EngineContext,
  act: { campusId: number; month: string; by: string },
  closing?: Closing<null>,
): Promise<void> {
  await withTransaction(database, async (tx) => {
    await campusById(tx.client, act.campusId, true);
    const registry = await currentRegistry(database, tx);
    const { zone } = registry.campuses.get(act.campusId)!;
    const [year, month] = act.month.split('-').map(Number) as [number, number];
    const endMs = month === 12 ? zone.utcOf(year + 1, 1, 1, 0) : zone.utcOf(year, month + 1, 1, 0);
    const now = ctx.clock.now();
    if (endMs > now) throw new DomainError('refused', 'MONTH_RUNNING', `${act.month} has not ended.`);
    if (await isChargeHeldBefore(tx.client, act.campusId, endMs))
      throw new DomainError('conflict', 'CHARGE_HELD', `A charge of ${act.month} is held: release it first.`);
    if (!(await lockMonth(tx.client, { ...act, endMs, nowMs: now })))
      throw new DomainError('conflict', 'MONTH_LOCKED', `${act.month} is locked already.`);
    await raiseConfigVersion(tx.client, act.campusId);
    closing?.(tx, null);
  });
}

/** A tariff of its own for an account; null: from now on, or from where its use is rated to. */
export interface SchemeRequest extends TwoPeople {
  readonly campusId: number;
  readonly account: string;
  readonly tariff: string;
  readonly fromMs: number | null;
}

/**
 * Gives an account a tariff of its own for one utility from an instant on, as two people of finance decide.
 * @throws DomainError notFound; invalid `IN_THE_PAST`, `ALREADY_RATED` where use is rated beyond its instant, `NO_TARIFF`, `UNIT_TARIFF`;
 *   refused/TWO_PERSONS
 */
export async function assignScheme(
  database: Database,
  ctx: EngineContext,
  act: SchemeRequest,
  closing?: Closing<{ utility: Utility; before: string | null; fromMs: number }>,
): Promise<void> {
  await withTransaction(database, async (tx) => {
    await campusById(tx.client, act.campusId, true);
    const registry = await currentRegistry(database, tx);
    const accountId = accountIdOf(registry, act.campusId, act.account);
    const account = accountId === undefined ? undefined : registry.accounts.get(accountId);
    if (!account) throw new DomainError('notFound', 'ACCOUNT', `There is no account ${act.account}.`);
    const tariff = [...registry.tariffs.values()].find(
      (one) => one.campusId === act.campusId && one.code === act.tariff,
    );
    if (!tariff) throw new DomainError('notFound', 'TARIFF', `There is no tariff ${act.tariff}.`);
    const now = ctx.clock.now();
    // Meters whose clocks run ahead are rated beyond now; nothing that is rated changes its price by this.
    const ratedMs = (await ratedUntil(tx.client, account.accountId, tariff.utility)) ?? 0;
    const fromMs = act.fromMs ?? Math.max(now, ratedMs);
    if (fromMs < now) throw invalid('/from', 'IN_THE_PAST', 'A scheme begins now or later.');
    if (fromMs < ratedMs)
      throw invalid('/from', 'ALREADY_RATED', `Use is rated up to ${new Date(ratedMs).toISOString()}.`);
    if (!tariff.book || tariff.book.startMs > fromMs)
      throw invalid('/tariff', 'NO_TARIFF', `Tariff ${act.tariff} is not in force then.`);
    if (account.unit !== null && !tariff.versions.every(chargesUnits))
      throw invalid(
        '/tariff',
        'UNIT_TARIFF',
        `Account ${act.account} holds units: its tariff charges one for one.`,
      );
    await needSecondAlways(tx, act);
    const { utility } = tariff;
    const before = account.tariffs
      .get(utility)
      ?.find((span) => span.fromMs <= fromMs && (span.toMs === null || span.toMs > fromMs));
    await assignTariff(tx.client, {
      accountId: account.accountId,
      utility,
      tariffId: tariff.tariffId,
      fromMs,
    });
    await raiseConfigVersion(tx.client, act.campusId);
    closing?.(tx, {
      utility,
      before: before ? (registry.tariffs.get(before.tariffId)?.code ?? null) : null,
      fromMs,
    });
  });
}
