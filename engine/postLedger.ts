import type { Tx } from '../db/client';
import { type FundUse, noteFundUse } from '../db/queries/funds';
import {
  createCustomerPot,
  insertLedger,
  type LedgerAccountRow,
  type LedgerEntryRow,
  type LedgerTxRow,
  reserveTxIds,
  systemPots,
  updatePots,
} from '../db/queries/ledger';
import { entryHash, genesisHash, txHash } from '../domain/credit/hashChain';
import { isChainedAccount, type Posting, parseCustomerAccount } from '../domain/credit/posting';
import { DomainError } from '../domain/errors';
import { nodeSha256 } from './context';
import type { LedgerBook } from './ledgerBook';

/** One transaction to book. Keys are unique per campus and reproducible, so that a repeat is seen as one. */
export interface LedgerRequest {
  readonly key: string;
  readonly kind:
    | 'topup'
    | 'charge'
    | 'reversal'
    | 'repay'
    | 'refund'
    | 'adjust'
    | 'expire'
    | 'settle'
    | 'suspense'
    | 'grant'
    | 'gift'
    | 'chargeback'
    | 'units';
  /** Instant of the movement, ms UTC; part of the hash. */
  readonly atMs: number;
  readonly postings: readonly Posting[];
  /** Hex hash of the charge lines. */
  readonly linesHash?: string;
  readonly reverses?: bigint;
  /** What was asked under the key, for telling a repeat from a conflict. */
  readonly requestHash?: Buffer;
}

/** Bucket column of a customer's pot by the last part of its name; any other is a subsidy grant. */
export const BUCKET_OF: Record<string, string> = { cash: 'CASH', gift: 'GIFT', ec: 'EC', arrears: 'ARREARS' };
const MAY_BE_NEGATIVE = new Set(['EC', 'ARREARS']);

/**
 * The only way into the ledger. Books the requests in order: entries are insert-only, each customer pot's chain grows by
 * one link per entry, and the pots in `book` move along. The caller holds the row locks of all accounts whose pots are
 * named and has made sure that no key stands yet (a repeated key fails the transaction).
 * @returns the ids, one per request
 * @throws DomainError refused/POT_BELOW_ZERO if a posting would take value that a pot does not hold; invalid/MIXED_CURRENCY if a
 *   request moves two currencies, or one that a pot does not hold
 */
export async function postLedger(
  tx: Tx,
  campus: { id: number },
  book: LedgerBook,
  requests: readonly LedgerRequest[],
): Promise<bigint[]> {
  if (requests.length === 0) return [];
  const ids = await reserveTxIds(tx.client, requests.length);
  const systemIds = await systemIdsOf(tx, campus, book, requests);

  const transactions: LedgerTxRow[] = [];
  const entries: LedgerEntryRow[] = [];
  for (let i = 0; i < requests.length; i++) {
    const request = requests[i]!;
    const id = ids[i]!;
    const currency = currencyOf(request);
    const hash = txHash(
      {
        id: id.toString(),
        key: request.key,
        kind: request.kind,
        at: request.atMs,
        ccy: currency,
        postings: request.postings,
        lines: request.linesHash,
        reverses: request.reverses?.toString(),
      },
      nodeSha256,
    );
    transactions.push({
      id,
      campusId: campus.id,
      key: request.key,
      kind: request.kind,
      tMs: request.atMs,
      currency,
      linesHash: request.linesHash === undefined ? null : Buffer.from(request.linesHash, 'hex'),
      txHash: Buffer.from(hash, 'hex'),
      requestHash: request.requestHash ?? null,
      reverses: request.reverses ?? null,
    });
    let n = 0;
    for (const { s, d, a } of request.postings) {
      for (const [name, amountMicro] of [
        [s, -a],
        [d, a],
      ] as const) {
        const systemId = systemIds.get(name);
        if (systemId !== undefined) {
          entries.push({
            txId: id,
            n: n++,
            ledgerAccountId: systemId,
            amountMicro,
            accountSeq: null,
            balanceAfterMicro: null,
            entryHash: null,
          });
        } else {
          const pot = await potOf(tx, campus, book, name, currency);
          entries.push(link(book, pot, id, n++, amountMicro, hash));
        }
      }
    }
  }
  await insertLedger(tx.client, transactions, entries);
  await noteFundUse(tx.client, fundUseOf(campus.id, requests));
  await updatePots(
    tx.client,
    [...book.touched].map((pot) => ({
      id: pot.id,
      balanceMicro: pot.balanceMicro,
      accountSeq: pot.accountSeq,
      headHash: pot.headHash!,
    })),
  );
  book.touched.clear();
  return ids;
}

/** A transaction is of one currency, so that its sum of zero means something. @throws DomainError invalid/MIXED_CURRENCY */
function currencyOf({ key, postings }: LedgerRequest): string {
  const [first] = postings;
  if (!first) throw new Error(`${key} has no postings`);
  if (postings.some(({ ccy }) => ccy !== first.ccy)) throw mixed(`${key} moves two currencies.`);
  return first.ccy;
}

const mixed = (detail: string): DomainError => new DomainError('invalid', 'MIXED_CURRENCY', detail);

/** A pot holds one currency, and nothing else is booked on it. */
function ownPot<Pot extends { name: string; currency: string }>(pot: Pot, currency: string): Pot {
  if (pot.currency !== currency) throw mixed(`${pot.name} holds ${pot.currency}, not ${currency}.`);
  return pot;
}

/** What the requests take from funds: their budgets are kept from it. */
function fundUseOf(campusId: number, requests: readonly LedgerRequest[]): FundUse[] {
  const taken = new Map<string, bigint>();
  for (const { postings } of requests)
    for (const { s, d, a } of postings) {
      if (s.startsWith('fund:')) taken.set(s, (taken.get(s) ?? 0n) + a);
      if (d.startsWith('fund:')) taken.set(d, (taken.get(d) ?? 0n) - a);
    }
  return [...taken].map(([pot, amountMicro]) => ({ campusId, pot, amountMicro }));
}

/** Ids of the system pots that the requests name: those at hand, and the others looked up or made. */
async function systemIdsOf(
  tx: Tx,
  campus: { id: number },
  book: LedgerBook,
  requests: readonly LedgerRequest[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  const missing = new Map<string, Set<string>>();
  for (const request of requests)
    for (const { s, d, ccy } of request.postings)
      for (const name of [s, d]) {
        if (isChainedAccount(name)) continue;
        const known = book.pot(campus.id, name);
        if (known) ids.set(name, ownPot(known, ccy).id);
        else missing.set(ccy, (missing.get(ccy) ?? new Set()).add(name));
      }
  for (const [currency, names] of missing) {
    const found = await systemPots(tx.client, campus.id, currency, [...names].sort());
    for (const name of names) {
      const id = found.get(name);
      if (id === undefined) throw mixed(`${name} holds another currency than ${currency}.`);
      ids.set(name, id);
    }
  }
  return ids;
}

function link(
  book: LedgerBook,
  pot: LedgerAccountRow,
  txId: bigint,
  n: number,
  amountMicro: bigint,
  hash: string,
): LedgerEntryRow {
  pot.balanceMicro += amountMicro;
  pot.accountSeq += 1n;
  if (pot.balanceMicro < 0n && amountMicro < 0n && !MAY_BE_NEGATIVE.has(pot.bucket ?? ''))
    throw new DomainError('refused', 'POT_BELOW_ZERO', `${pot.name} does not hold that much.`);
  const entry = entryHash(
    {
      prevHash: pot.headHash ? pot.headHash.toString('hex') : genesisHash(pot.name, nodeSha256),
      acctSeq: pot.accountSeq,
      txHash: hash,
      amountMicro,
      balanceAfterMicro: pot.balanceMicro,
    },
    nodeSha256,
  );
  pot.headHash = Buffer.from(entry, 'hex');
  book.touched.add(pot);
  return {
    txId,
    n,
    ledgerAccountId: pot.id,
    amountMicro,
    accountSeq: pot.accountSeq,
    balanceAfterMicro: pot.balanceMicro,
    entryHash: pot.headHash,
  };
}

async function potOf(
  tx: Tx,
  campus: { id: number },
  book: LedgerBook,
  name: string,
  currency: string,
): Promise<LedgerAccountRow> {
  const known = book.pot(campus.id, name);
  if (known) return ownPot(known, currency);
  const parsed = parseCustomerAccount(name);
  const accountId = parsed ? book.accountIdOf(campus.id, parsed.accountCode) : undefined;
  if (!parsed || accountId === undefined)
    throw new DomainError('invalid', 'UNKNOWN_POT', `${name} is not among the accounts at hand.`);
  const pot = await createCustomerPot(tx.client, {
    campusId: campus.id,
    name,
    currency,
    accountId,
    bucket: BUCKET_OF[parsed.bucket] ?? 'SUBSIDY',
  });
  book.add(pot);
  return pot;
}
