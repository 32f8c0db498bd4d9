import type pg from 'pg';
import { type RechargeRow, rechargeEntries } from '../db/queries/recharges';
import { entryHash, genesisHash, txHash } from '../domain/credit/hashChain';
import { isChainedAccount, type LedgerAccountName, type Posting } from '../domain/credit/posting';
import { nodeSha256 } from './context';

/** What a look at all top-ups found. */
export interface RechargeVerdict {
  readonly ok: boolean;
  /** Top-ups that were recomputed. */
  readonly transactions: number;
  readonly firstBadId: string | null;
  /** Account whose top-up was touched. */
  readonly accountCode: string | null;
  readonly problem: string | null;
}

/**
 * Recomputes every top-up ever booked, with its hash, its links in the customers' chains and the payment behind it, and nothing
 * else: a changed one is found and placed within seconds, however long the whole ledger takes.
 */
export async function verifyRecharges(client: pg.ClientBase, campusId: number): Promise<RechargeVerdict> {
  const rows = await rechargeEntries(client, campusId);
  let transactions = 0;
  for (let at = 0; at < rows.length; transactions++) {
    const first = rows[at]!;
    let end = at;
    while (end < rows.length && rows[end]!.txId === first.txId) end++;
    const entries = rows.slice(at, end);
    const problem = rechargeProblem(first, entries);
    if (problem)
      return {
        ok: false,
        transactions,
        firstBadId: first.txId.toString(),
        accountCode: entries.find(({ accountCode }) => accountCode !== null)?.accountCode ?? first.paidTo,
        problem,
      };
    at = end;
  }
  return { ok: true, transactions, firstBadId: null, accountCode: null, problem: null };
}

function rechargeProblem(tx: RechargeRow, entries: readonly RechargeRow[]): string | null {
  if (entries.length % 2 !== 0) return 'its entries are incomplete';
  const postings: Posting[] = [];
  for (let i = 0; i < entries.length; i += 2) {
    const from = entries[i]!;
    const to = entries[i + 1]!;
    if (from.amountMicro !== -to.amountMicro || to.amountMicro <= 0n)
      return 'its entries do not sum to zero in pairs';
    postings.push({
      s: from.pot as LedgerAccountName,
      d: to.pot as LedgerAccountName,
      a: to.amountMicro,
      ccy: tx.currency,
    });
  }
  const hash = txHash(
    { id: tx.txId.toString(), key: tx.key, kind: tx.kind, at: tx.tMs, ccy: tx.currency, postings },
    nodeSha256,
  );
  if (hash !== tx.txHash) return 'its content does not match its hash';
  const credited = postings.reduce((sum, { a }) => sum + a, 0n);
  const paidAs = tx.kind === 'topup' ? tx.key : tx.suspenseKey;
  if (tx.paidMicro !== credited || paidAs !== `topup:${tx.channel}:${tx.reference}`)
    return 'its payment says something else';
  for (const entry of entries) {
    if (!isChainedAccount(entry.pot)) continue;
    const link = {
      prevHash: entry.prevHash ?? genesisHash(entry.pot, nodeSha256),
      acctSeq: entry.accountSeq!,
      txHash: hash,
      amountMicro: entry.amountMicro,
      balanceAfterMicro: entry.balanceAfterMicro!,
    };
    if (entryHash(link, nodeSha256) !== entry.entryHash) return `the chain of ${entry.pot} is broken`;
    if ((entry.prevBalanceMicro ?? 0n) + entry.amountMicro !== entry.balanceAfterMicro)
      return `the balance of ${entry.pot} does not follow`;
  }
  return null;
}
