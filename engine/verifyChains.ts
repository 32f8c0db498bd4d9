import type pg from 'pg';
import { ledgerHeads, ledgerPage, type StoredEntryRow, type StoredTxRow } from '../db/queries/checkpoints';
import {
  type BookedCharge,
  bookedCharges,
  paymentsByTx,
  type StoredPaymentRow,
} from '../db/queries/ledgerProof';
import { entryHash, genesisHash, txHash } from '../domain/credit/hashChain';
import {
  isChainedAccount,
  type LedgerAccountName,
  type Posting,
  parseCustomerAccount,
  unitsAccount,
} from '../domain/credit/posting';
import { nodeSha256 } from './context';
import { BUCKET_OF } from './postLedger';
import type { PriceBook } from './priceBook';
import { reversalRequestHash } from './reversalRequestHash';
import { topUpRequestHash } from './topUpRequestHash';
import { chargeOfTxProblem, type ProvenTx, paymentOfTxProblem, type RowProblem } from './verifyCharges';

interface Head {
  readonly campusId: number;
  readonly name: string;
  readonly currency: string;
  readonly storedBalanceMicro: bigint;
  readonly storedSeq: bigint;
  readonly storedHash: string | null;
  readonly chained: boolean;
  seq: bigint;
  balanceMicro: bigint;
  hash: string;
  lastTx: bigint;
}

/** What was recomputed so far. */
export interface Walked {
  transactions: number;
  entries: number;
}

/** Transactions hashed in one go: the server that verifies has screens to feed meanwhile, so well under 100 ms. */
const PAGE = 1_000;

/**
 * Walks through all transactions in the order of their ids: each one's hash and sum, its links in the chains of customers'
 * pots, the charge or payment behind it; at the end each chain's stored head and whose pot it is.
 * @param walked counts along
 */
export async function chainsProblem(
  client: pg.ClientBase,
  prices: PriceBook,
  walked: Walked,
): Promise<RowProblem | null> {
  const pots = await ledgerHeads(client);
  const heads = new Map<number, Head>();
  for (const pot of pots)
    heads.set(pot.id, {
      campusId: pot.campusId,
      name: pot.name,
      currency: pot.currency,
      storedBalanceMicro: pot.balanceMicro ?? 0n,
      storedSeq: pot.accountSeq ?? 0n,
      storedHash: pot.headHash,
      chained: isChainedAccount(pot.name),
      seq: 0n,
      balanceMicro: 0n,
      hash: genesisHash(pot.name, nodeSha256),
      lastTx: 0n,
    });
  const problem = await transactionsProblem(client, prices, heads, walked);
  if (problem) return problem;
  for (const head of heads.values()) {
    if (!head.chained) continue;
    const right =
      head.seq === head.storedSeq &&
      head.balanceMicro === head.storedBalanceMicro &&
      (head.seq === 0n || head.hash === head.storedHash);
    if (!right)
      return {
        id: head.lastTx > 0n ? head.lastTx.toString() : `account:${head.name}`,
        problem: `the stored head of ${head.name} is not the end of its chain`,
      };
  }
  const currency = pots.find((pot) => pot.currency !== currencyOf(pot));
  if (currency)
    return {
      id: `account:${currency.name}`,
      problem: `the pot holds ${currency.currency}, not ${currencyOf(currency)}`,
    };
  const owner = pots.find((pot) => !isOwnPot(pot));
  return owner ? { id: `account:${owner.name}`, problem: 'the pot stands under another account' } : null;
}

async function transactionsProblem(
  client: pg.ClientBase,
  prices: PriceBook,
  heads: Map<number, Head>,
  walked: Walked,
): Promise<RowProblem | null> {
  const charges = await bookedCharges(client);
  const payments = await paymentsByTx(client);
  for (let after = 0n; ; ) {
    const page = await ledgerPage(client, after, PAGE);
    const last = page.transactions[page.transactions.length - 1];
    if (!last) break;
    const byTx = groupedByTx(page.entries);
    const chargesOf = groupedByTx(await charges.takeWhile(({ txId }) => txId <= last.id));
    const paymentsOf = groupedByTx(await payments.takeWhile(({ txId }) => txId <= last.id));
    for (const tx of page.transactions) {
      const [earliest] = byTx.keys();
      if (earliest !== undefined && earliest < tx.id)
        return { id: earliest.toString(), problem: 'entries without a transaction' };
      const own = taken(byTx, tx.id);
      const proven = provenTx(tx, own, heads);
      if (typeof proven === 'string') return { id: tx.id.toString(), problem: proven };
      const behind =
        strayRow(tx.id, chargesOf, paymentsOf) ??
        chargeOfTxProblem(proven, taken(chargesOf, tx.id), prices) ??
        paymentOfTxProblem(proven, taken(paymentsOf, tx.id));
      if (behind) return behind;
      walked.transactions++;
      walked.entries += own.length;
    }
    after = last.id;
  }
  return strayRow(null, groupedByTx(await charges.portion()), groupedByTx(await payments.portion()));
}

/** The transaction with its postings, and the chains moved on by it; a text where it does not hold. */
function provenTx(
  tx: StoredTxRow,
  entries: readonly StoredEntryRow[],
  heads: Map<number, Head>,
): ProvenTx | string {
  if (entries.length === 0 || entries.length % 2 !== 0) return 'its entries are incomplete';
  const postings: Posting[] = [];
  for (let i = 0; i < entries.length; i += 2) {
    const from = entries[i]!;
    const to = entries[i + 1]!;
    const s = heads.get(from.ledgerAccountId);
    const d = heads.get(to.ledgerAccountId);
    if (!s || !d) return 'an entry names an unknown pot';
    if (s.campusId !== tx.campusId || d.campusId !== tx.campusId) return 'it moves money of another campus';
    if (s.currency !== tx.currency || d.currency !== tx.currency)
      return `it moves ${tx.currency}, which ${s.currency === tx.currency ? d.name : s.name} does not hold`;
    if (from.n !== i || to.n !== i + 1 || to.amountMicro <= 0n || from.amountMicro !== -to.amountMicro)
      return 'its entries do not sum to zero in pairs';
    postings.push({
      s: s.name as LedgerAccountName,
      d: d.name as LedgerAccountName,
      a: to.amountMicro,
      ccy: tx.currency,
    });
  }
  const hash = txHash(
    {
      id: tx.id.toString(),
      key: tx.key,
      kind: tx.kind,
      at: tx.tMs,
      ccy: tx.currency,
      postings,
      lines: tx.linesHash ?? undefined,
      reverses: tx.reverses?.toString(),
    },
    nodeSha256,
  );
  if (hash !== tx.txHash) return 'its content does not match its hash';
  if (tx.requestHash !== null && !asksFor(tx, postings)) return 'what was asked is not what was booked';
  for (const entry of entries) {
    const head = heads.get(entry.ledgerAccountId)!;
    if (!head.chained) {
      if (entry.accountSeq !== null || entry.balanceAfterMicro !== null || entry.entryHash !== null)
        return `${head.name} carries no chain, but its entry does`;
      continue;
    }
    head.seq += 1n;
    head.balanceMicro += entry.amountMicro;
    head.lastTx = tx.id;
    if (entry.accountSeq !== head.seq) return `the chain of ${head.name} has a gap`;
    if (entry.balanceAfterMicro !== head.balanceMicro) return `the balance of ${head.name} does not follow`;
    const expected = entryHash(
      {
        prevHash: head.hash,
        acctSeq: head.seq,
        txHash: hash,
        amountMicro: entry.amountMicro,
        balanceAfterMicro: head.balanceMicro,
      },
      nodeSha256,
    );
    if (entry.entryHash !== expected) return `the chain of ${head.name} is broken`;
    head.hash = expected;
  }
  return { ...tx, postings };
}

/** What was asked for can be read off a top-up's key and postings, and off what a reversal reverses. */
function asksFor({ kind, key, requestHash, reverses }: StoredTxRow, postings: readonly Posting[]): boolean {
  if (kind === 'reversal' && reverses !== null)
    return reversalRequestHash(reverses).toString('hex') === requestHash;
  const match = /^topup:([^:]+):(.+)$/.exec(key);
  const payee = postings[0] && parseCustomerAccount(postings[0].d);
  if (kind !== 'topup' || !match || !payee) return false;
  const asked = topUpRequestHash({
    accountCode: payee.accountCode,
    amountMicro: postings.reduce((sum, { a }) => sum + a, 0n),
    channel: match[1]!,
    reference: match[2]!,
  });
  return asked.toString('hex') === requestHash;
}

/** What a pot must hold: its account's unit, what its name says of units or foreign money, else the campus's money. */
function currencyOf(pot: { name: string; unit: string | null; campusCurrency: string }): string {
  if (isChainedAccount(pot.name)) return pot.unit ?? pot.campusCurrency;
  if (pot.name.startsWith('units:')) return pot.name === unitsAccount('electricity') ? 'KWH' : 'M3';
  return /^(?:psp|suspense):[^:]+:([A-Z]{3})$/.exec(pot.name)?.[1] ?? pot.campusCurrency;
}

/** A customer's pot stands under the account and bucket that its name says; a system pot under none. */
function isOwnPot(pot: { name: string; bucket: string | null; accountCode: string | null }): boolean {
  const parsed = parseCustomerAccount(pot.name);
  if (!parsed) return pot.accountCode === null && pot.bucket === null;
  return pot.accountCode === parsed.accountCode && pot.bucket === (BUCKET_OF[parsed.bucket] ?? 'SUBSIDY');
}

/** Rows by their transaction, in the order in which they come. */
function groupedByTx<Row extends { txId: bigint }>(rows: readonly Row[]): Map<bigint, Row[]> {
  const byTx = new Map<bigint, Row[]>();
  for (const row of rows) {
    const list = byTx.get(row.txId);
    if (list) list.push(row);
    else byTx.set(row.txId, [row]);
  }
  return byTx;
}

/** Takes the rows of a transaction out of their groups. */
function taken<Row>(byTx: Map<bigint, Row[]>, txId: bigint): Row[] {
  const rows = byTx.get(txId) ?? [];
  byTx.delete(txId);
  return rows;
}

/** The first charge or payment of a transaction before this one, or of any where none follows: it was never met. */
function strayRow(
  before: bigint | null,
  charges: ReadonlyMap<bigint, readonly BookedCharge[]>,
  payments: ReadonlyMap<bigint, readonly StoredPaymentRow[]>,
): RowProblem | null {
  for (const [table, byTx] of [
    ['charge', charges],
    ['payment', payments],
  ] as const) {
    const [first] = byTx;
    if (first && (before === null || first[0] < before))
      return { id: `${table}:${first[1][0]!.id}`, problem: `tx_id is ${first[0]}, which does not exist` };
  }
  return null;
}
