import { ulid } from 'ulid';
import { DB_CHANNELS } from '../../contracts/dbChannels';
import type { Database, Tx } from '../../db/client';
import { lockAccounts } from '../../db/queries/accountLocks';
import { accountIds, insertOpeningPayments, openingReference } from '../../db/queries/accountSetup';
import { notify } from '../../db/queries/notify';
import { pspAccount } from '../../domain/credit/posting';
import { applyTopUp } from '../../domain/credit/repayment';
import { creditInTransaction } from '../applyTopUp';
import type { EngineContext } from '../context';
import { LedgerBook } from '../ledgerBook';
import { type LedgerRequest, postLedger } from '../postLedger';

/** Money that an account brings along. It is a top-up at the counter under the reference `opening-{account}`. */
export interface Opening {
  readonly account: string;
  readonly amountMicro: bigint;
}

const CHANNEL = 'counter';
const REASON = 'opening balance';

/** Opening balances of accounts that stand already: ordinary top-ups, with the restores that follow from them. */
export async function bookLateOpenings(
  database: Database,
  tx: Tx,
  context: EngineContext,
  campusId: number,
  openings: readonly Opening[],
  by: { actor: string; approver: string | null },
): Promise<void> {
  for (const { account, amountMicro } of openings)
    await creditInTransaction(database, tx, context, {
      campusId,
      accountCode: account,
      amountMicro,
      channel: CHANNEL,
      reference: openingReference(account),
      ...by,
      reason: REASON,
    });
}

/**
 * Opening balances of accounts that this transaction has made: nothing is owed and nothing is cut, so they are booked
 * together, thousands in a second.
 */
export async function bookOpenings(
  tx: Tx,
  campus: { id: number; currency: string },
  openings: readonly Opening[],
  by: { nowMs: number; actor: string; approver: string | null },
): Promise<void> {
  if (openings.length === 0) return;
  const ids = await accountIds(
    tx.client,
    campus.id,
    openings.map((opening) => opening.account),
  );
  const accounts = [...ids.values()].sort((a, b) => a - b);
  const locked = await lockAccounts(tx.client, accounts);
  const book = await LedgerBook.load(tx, accounts);
  const requests = openings.map(({ account, amountMicro }): LedgerRequest => {
    const row = locked.get(ids.get(account)!)!;
    const credit = book.credit(row, campus.currency, { status: row.ecState, limitMicro: row.ecLimitMicro });
    return {
      key: `topup:${CHANNEL}:${openingReference(account)}`,
      kind: 'topup',
      atMs: by.nowMs,
      postings: applyTopUp(credit, amountMicro, pspAccount(CHANNEL)).postings,
    };
  });
  const txIds = await postLedger(tx, campus, book, requests);
  await insertOpeningPayments(
    tx.client,
    campus.id,
    openings.map((opening, i) => ({ id: ulid(by.nowMs), ...opening, txId: txIds[i]! })),
    { ...by, reason: REASON },
  );
  notify(tx, DB_CHANNELS.accountCredited, accounts.map(String));
}
