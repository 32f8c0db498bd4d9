import { type Database, type Tx, withTransaction } from '../db/client';
import { campusById, raiseConfigVersion } from '../db/queries/campus';
import {
  askRerate,
  decideFreeUnits,
  type FreeUnitsDraft,
  insertFreeUnits,
  lockFreeUnits,
} from '../db/queries/entitlements';
import { DomainError, invalid } from '../domain/errors';
import type { EngineContext } from './context';
import { needOpenDraft } from './decideOnce';
import { accountIdOf, currentRegistry } from './registry';
import { requireMoneyAccount } from './unitAccounts';

/** The last step of an act's transaction: its audit line. */
type Closing = (tx: Tx) => void;

/** Drafts free units of an account each month. @throws DomainError notFound; conflict `SUBSIDY_CODE`; invalid with the field */
export async function draftFreeUnits(
  database: Database,
  ctx: EngineContext,
  draft: Omit<FreeUnitsDraft, 'accountId' | 'nowMs'> & { readonly accountCode: string },
  closing?: Closing,
): Promise<void> {
  await withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const accountId = accountIdOf(registry, draft.campusId, draft.accountCode);
    if (accountId === undefined)
      throw new DomainError('notFound', 'ACCOUNT', `There is no account ${draft.accountCode}.`);
    requireMoneyAccount(registry.accounts.get(accountId), 'no fund pays for free units on it');
    const { zone } = registry.campuses.get(draft.campusId)!;
    if (draft.quantityMicro <= 0n) throw invalid('/quantity', 'AMOUNT', 'Free units are a quantity above 0.');
    for (const [field, ms] of [
      ['/from', draft.fromMs],
      ['/to', draft.toMs],
    ] as const)
      if (ms !== null && zone.dayAt(ms).startMs !== ms)
        throw invalid(field, 'NOT_MIDNIGHT', 'Free units begin and end at a local midnight.');
    if (draft.toMs !== null && draft.toMs <= draft.fromMs)
      throw invalid('/to', 'SPAN', 'Free units must end after they begin.');
    if (!(await insertFreeUnits(tx.client, { ...draft, accountId, nowMs: ctx.clock.now() })))
      throw new DomainError('conflict', 'SUBSIDY_CODE', 'The code is taken, or there is no such fund.');
    closing?.(tx);
  });
}

/**
 * Puts drafted free units in force, as another person than their author, or refuses them. What was used since they began is
 * rated again, so that their fund pays for it.
 * @throws DomainError notFound; refused `OWN_DRAFT`; conflict `DECIDED`
 */
export async function decideOnFreeUnits(
  database: Database,
  ctx: EngineContext,
  act: { campusId: number; code: string; approve: boolean; by: string },
  closing?: Closing,
): Promise<void> {
  await withTransaction(database, async (tx) => {
    await campusById(tx.client, act.campusId, true);
    const stored = await lockFreeUnits(tx.client, act.campusId, act.code);
    const what = { reason: 'DRAFT', words: 'draft' };
    const draft = await needOpenDraft(tx, stored, what, { actor: act.by, approve: act.approve });
    const nowMs = ctx.clock.now();
    await decideFreeUnits(tx.client, draft.id, { ...act, nowMs });
    if (act.approve) {
      const registry = await currentRegistry(database, tx);
      const { zone } = registry.campuses.get(act.campusId)!;
      // Tiers may count over a year: from its start on, all of it follows in order.
      if (draft.fromMs < nowMs)
        await askRerate(tx.client, { ...draft, fromMs: zone.yearStart(draft.fromMs) });
      await raiseConfigVersion(tx.client, act.campusId);
    }
    closing?.(tx);
  });
}
