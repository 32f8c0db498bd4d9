import type { Tx } from '../db/client';
import { stampAccounts, updateAccountWatch } from '../db/queries/accountLocks';
import { insertCharges, type NewCharge } from '../db/queries/charges';
import { upsertFreeUses } from '../db/queries/entitlements';
import { updateStreamSides, updateStreams, upsertAccruals } from '../db/queries/streams';
import { normaliseBuckets } from '../domain/credit/repayment';
import type { AccountWork } from './accountWork';
import type { LedgerBook } from './ledgerBook';
import { type LedgerRequest, postLedger } from './postLedger';

/**
 * Writes what the accounts did in memory: ledger transactions, charges, streams, accruals, credit watch. May be called
 * several times in one transaction; each call writes what came since the last.
 */
export async function flushAccounts(
  tx: Tx,
  campus: { id: number; currency: string },
  book: LedgerBook,
  accounts: Iterable<AccountWork>,
): Promise<void> {
  const list = [...accounts];
  const requests: LedgerRequest[] = [];
  const pending: { charge: Omit<NewCharge, 'txId'>; at: number | null }[] = [];
  for (const account of list) {
    if (account.closed.length > 0 || account.watchDirty) account.rewritten = true;
    for (const { charge, request } of account.closed) {
      if (charge) pending.push({ charge, at: request ? requests.length : null });
      if (request) requests.push(request);
    }
    const repayment = repaymentOf(account);
    if (repayment) {
      requests.push(repayment);
      account.rewritten = true;
    }
    account.closed.length = 0;
  }
  const ids = await postLedger(tx, campus, book, requests);
  await insertCharges(
    tx.client,
    pending.map(({ charge, at }) => ({ ...charge, txId: at === null ? null : ids[at]! })),
  );
  const streams = list.flatMap((account) => account.streamRows());
  await updateStreams(tx.client, streams);
  await updateStreamSides(tx.client, streams);
  await upsertFreeUses(
    tx.client,
    list.flatMap((account) => account.takeDirtyUses()),
  );
  // An account is known by the stamps of its row and its streams; accruals alone would change unnoticed.
  await stampAccounts(
    tx.client,
    list.filter((account) => account.movesAccrualsAlone).map((account) => account.row.id),
  );
  for (const account of list)
    for (const stream of account.streams.values()) {
      stream.written ||= stream.dirty;
      stream.dirty = false;
    }
  await upsertAccruals(
    tx.client,
    list.flatMap((account) => [...account.dirtyAccruals]),
  );
  for (const account of list) account.dirtyAccruals.clear();
  const watched = list.filter((account) => account.watchDirty);
  await updateAccountWatch(
    tx.client,
    watched.map((account) => account.row),
  );
  for (const account of watched) {
    account.watchDirty = false;
    account.rewritten = true;
  }
}

/** Cash beside debts, as a re-rate may leave it, is settled at once, so that the end does not depend on arrival order. */
function repaymentOf(account: AccountWork): LedgerRequest | null {
  const last = account.closed.findLast(({ charge }) => charge !== null)?.charge;
  const { cashMicro, arrearsMicro, ecMicro } = account.credit.buckets;
  if (!last || cashMicro <= 0n || (arrearsMicro === 0n && ecMicro === 0n)) return null;
  const move = normaliseBuckets(account.credit, { recoveryRatePpm: account.recoveryRatePpm() });
  if (move.postings.length === 0) return null;
  account.setCredit(move.credit);
  return {
    key: `repay:${account.row.code}:${last.pointId}:${last.t0Ms}:${last.t1Ms}:${last.rev}`,
    kind: 'repay',
    atMs: last.t1Ms,
    postings: move.postings,
  };
}
