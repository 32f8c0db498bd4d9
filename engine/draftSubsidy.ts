import { type Database, withTransaction } from '../db/client';
import {
  decideSubsidyRow,
  fundIdOf,
  insertFund,
  insertMoneySubsidy,
  lockMoneySubsidy,
  type MoneySubsidyRow,
} from '../db/queries/subsidies';
import { DomainError, invalid } from '../domain/errors';
import type { Closing, EngineContext } from './context';
import { needOpenDraft } from './decideOnce';
import { accountIdOf, currentRegistry } from './registry';
import { requireMoneyAccount } from './unitAccounts';

const FEN_MICRO = 10_000n;

export interface NewFund {
  readonly campusId: number;
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  /** What it may pay in all, µ-currency; null: no limit. */
  readonly budgetMicro: bigint | null;
  readonly actor: string;
}

/** Opens a fund. @throws DomainError invalid/BUDGET; conflict/FUND_EXISTS */
export async function createFund(
  database: Database,
  ctx: EngineContext,
  fund: NewFund,
  closing?: Closing<undefined>,
): Promise<void> {
  if (fund.budgetMicro !== null && fund.budgetMicro <= 0n)
    throw invalid('/budget', 'BUDGET', 'A budget must be above 0; leave it out for no limit.');
  await withTransaction(database, async (tx) => {
    const id = await insertFund(tx.client, { ...fund, by: fund.actor, atMs: ctx.clock.now() });
    if (id === null)
      throw new DomainError('conflict', 'FUND_EXISTS', `There is a fund ${fund.code} already.`);
    closing?.(tx, undefined);
  });
}

export interface SubsidyDraft {
  readonly campusId: number;
  readonly code: string;
  readonly accountCode: string;
  readonly fundCode: string;
  /** Each time, µ-currency; a positive multiple of one fen. */
  readonly amountMicro: bigint;
  /** Anew with each local month; false: once. */
  readonly monthly: boolean;
  /** What is left of a month stays; monthly alone. */
  readonly carryOver: boolean;
  readonly fromMs: number;
  /** No grant from then on, ms UTC; null: open. */
  readonly toMs: number | null;
  /** Until when it may be used, ms UTC; null: no end of its own. */
  readonly expiresMs: number | null;
  readonly note: string;
  readonly actor: string;
}

/**
 * Drafts money for an account. Nothing is granted until somebody else approves it.
 * @throws DomainError notFound/ACCOUNT, FUND; conflict/SUBSIDY_EXISTS; invalid/AMOUNT, NOTE, TO, EXPIRES, CARRY_OVER
 */
export async function draftSubsidy(
  database: Database,
  ctx: EngineContext,
  draft: SubsidyDraft,
  closing?: Closing<undefined>,
): Promise<void> {
  validate(draft);
  await withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const accountId = accountIdOf(registry, draft.campusId, draft.accountCode);
    if (accountId === undefined)
      throw new DomainError('notFound', 'ACCOUNT', `There is no account ${draft.accountCode}.`);
    requireMoneyAccount(registry.accounts.get(accountId), 'it takes no subsidy of money');
    const fundId = await fundIdOf(tx.client, draft.campusId, draft.fundCode);
    if (fundId === null) throw new DomainError('notFound', 'FUND', `There is no fund ${draft.fundCode}.`);
    const added = await insertMoneySubsidy(tx.client, {
      ...draft,
      accountId,
      fundId,
      by: draft.actor,
      atMs: ctx.clock.now(),
    });
    if (!added)
      throw new DomainError('conflict', 'SUBSIDY_EXISTS', `There is a subsidy ${draft.code} already.`);
    closing?.(tx, undefined);
  });
}

function validate(draft: SubsidyDraft): void {
  if (draft.amountMicro <= 0n || draft.amountMicro % FEN_MICRO !== 0n)
    throw invalid('/amount', 'AMOUNT', 'The amount must be positive and have at most two decimals.');
  if (draft.note.trim() === '') throw invalid('/note', 'NOTE', 'A reason must be given.');
  if (draft.toMs !== null && draft.toMs <= draft.fromMs)
    throw invalid('/to', 'TO', 'It must end after it begins.');
  if (draft.expiresMs !== null && draft.expiresMs <= draft.fromMs)
    throw invalid('/expires', 'EXPIRES', 'What is granted must be usable for a while.');
  if (draft.carryOver && !draft.monthly)
    throw invalid('/carryOver', 'CARRY_OVER', 'Only money of each month can roll over.');
}

/**
 * Approves a draft, so that the next run grants it, or rejects it.
 * @throws DomainError notFound/SUBSIDY; refused/OWN_DRAFT; conflict/DECIDED
 */
export async function decideSubsidy(
  database: Database,
  ctx: EngineContext,
  decision: {
    readonly campusId: number;
    readonly code: string;
    readonly approve: boolean;
    readonly actor: string;
  },
  closing?: Closing<MoneySubsidyRow>,
): Promise<void> {
  await withTransaction(database, async (tx) => {
    const stored = await lockMoneySubsidy(tx.client, decision.campusId, decision.code);
    const what = { reason: 'SUBSIDY', words: 'subsidy' };
    const draft = await needOpenDraft(tx, stored, what, decision);
    await decideSubsidyRow(tx.client, decision.campusId, decision.code, {
      state: decision.approve ? 'APPROVED' : 'REJECTED',
      by: decision.actor,
      atMs: ctx.clock.now(),
    });
    closing?.(tx, draft);
  });
}
