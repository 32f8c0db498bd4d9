import { brokenConstraint, type Database, type Tx, withTransaction } from '../../db/client';
import { lockAccounts } from '../../db/queries/accountLocks';
import { paymentByReference } from '../../db/queries/payments';
import { insertPspEvent, NOTHING_SAID } from '../../db/queries/pspEvents';
import { suspenseByTxn } from '../../db/queries/suspenseItems';
import { DomainError } from '../../domain/errors';
import type { SuspenseReason } from '../../domain/payments/judgePayment';
import { creditInTransaction } from '../applyTopUp';
import type { Closing, EngineContext } from '../context';
import { consents } from '../needSecondPerson';
import { accountIdOf, currentRegistry } from '../registry';
import { limitOfOne } from './handLimits';
import { putInSuspense } from './suspense';

/** A transfer as a bank's list tells it. */
export interface BankTransfer {
  readonly campusId: number;
  /** The bank's number of the transfer: the money key. */
  readonly reference: string;
  readonly amountMicro: bigint;
  /** ISO 4217. */
  readonly currency: string;
  /** As the payer wrote it. */
  readonly accountCode: string;
  readonly actor: string;
  /** The second person, verified by the caller; null: nobody. */
  readonly approver: string | null;
}

/**
 * ALREADY: read in before, credited or in suspense. CONFLICT: read in before with another amount or account. NEEDS_SECOND: above
 * what one person may credit to an account in a day, DAY_NEEDS_SECOND: above what they may in all; nothing is booked.
 */
export type TransferVerdict =
  | 'CREDITED'
  | 'ALREADY'
  | 'SUSPENSE'
  | 'CONFLICT'
  | 'NEEDS_SECOND'
  | 'DAY_NEEDS_SECOND';

/** So much is kept of an account that the payer named and nobody has: it tells finance whose the money may be. */
const NAMED_MAX = 64;

const RACED = new Set(['ledger_tx_key', 'suspense_item_money']);

/** Credits one row of a bank's list, or puts it in suspense where its account or currency is none of ours. Safe to repeat. */
export async function takeTransfer(
  database: Database,
  ctx: EngineContext,
  transfer: BankTransfer,
  closing?: Closing<TransferVerdict>,
): Promise<TransferVerdict> {
  const take = () =>
    withTransaction(database, async (tx) => {
      const verdict = await takeIn(database, tx, ctx, transfer);
      if (verdict === 'CREDITED' || verdict === 'SUSPENSE') closing?.(tx, verdict);
      return verdict;
    });
  return take().catch((error: unknown) => {
    if (!RACED.has(brokenConstraint(error) ?? '')) throw error;
    return take();
  });
}

async function takeIn(
  database: Database,
  tx: Tx,
  ctx: EngineContext,
  transfer: BankTransfer,
): Promise<TransferVerdict> {
  const { campusId, reference, amountMicro, currency, accountCode, actor, approver } = transfer;
  const registry = await currentRegistry(database, tx);
  const set = await suspenseByTxn(tx.client, campusId, 'bank', reference);
  if (set) return set.amountMicro === amountMicro && set.currency === currency ? 'ALREADY' : 'CONFLICT';
  const known = await paymentByReference(tx.client, campusId, 'bank', reference);
  const accountId = accountIdOf(registry, campusId, accountCode);
  if (known)
    return known.amountMicro === amountMicro && known.accountId === accountId ? 'ALREADY' : 'CONFLICT';
  let reason: SuspenseReason | null = null;
  if (currency !== registry.campuses.get(campusId)?.currency) reason = 'CURRENCY';
  else if (accountId === undefined) reason = 'ACCOUNT';
  else {
    // Under the account's lock, so that of two sheets the second sees what the first one credited.
    await lockAccounts(tx.client, [accountId]);
    const limit = await limitOfOne(tx, transfer, ctx.clock.now());
    if (limit !== null && !(await consents(tx, transfer)))
      return limit === 'ACCOUNT' ? 'NEEDS_SECOND' : 'DAY_NEEDS_SECOND';
    try {
      await creditInTransaction(database, tx, ctx, {
        campusId,
        accountCode,
        amountMicro,
        channel: 'bank',
        reference,
        actor,
        approver,
      });
    } catch (error) {
      // A closed account says so before anything of it is written.
      if (!(error instanceof DomainError) || error.reason !== 'ACCOUNT_CLOSED') throw error;
      reason = 'ACCOUNT';
    }
  }
  if (reason !== null)
    await putInSuspense(database, tx, ctx, {
      campusId,
      channel: 'bank',
      payment: { txn: reference, amountMicro, currency },
      orderNo: null,
      reason,
    });
  const verdict = reason === null ? 'CREDITED' : 'SUSPENSE';
  await insertPspEvent(tx.client, {
    ...NOTHING_SAID,
    campusId,
    channel: 'bank',
    source: 'SHEET',
    eventId: reference,
    first: true,
    verdict,
    receivedMs: ctx.clock.now(),
    providerTxn: reference,
    amountMicro,
    currency,
    detail: reason === 'ACCOUNT' ? `${reason}:${accountCode.slice(0, NAMED_MAX)}` : reason,
  });
  return verdict;
}
