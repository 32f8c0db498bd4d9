import { DomainError } from '../errors';
import { canonicalString } from './jcs';
import type { Posting } from './posting';
import { type Sha256, sha256Hex } from './sha256';

/** A ledger transaction as it is hashed; `at` is ms UTC. Optional members that are absent are omitted from the text. */
export interface LedgerTx {
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly at: number;
  readonly ccy: string;
  readonly postings: readonly Posting[];
  /** Hash of the charge's lines (`chargeLinesHash`). */
  readonly lines?: string;
  /** Id of the transaction that this one reverses. */
  readonly reverses?: string;
  /** Id of the charge transaction that this one replaces. */
  readonly supersedes?: string;
}

/**
 * Canonical text of a transaction: its JCS form, written out member by member in key order, because it is made for every
 * charge. Throws `invalid` if a posting is in another currency than the transaction.
 */
export function canonicalTx(tx: LedgerTx): string {
  let postings = '';
  for (const { s, d, a, ccy } of tx.postings) {
    if (ccy !== tx.ccy)
      throw new DomainError('invalid', 'CURRENCY', 'All postings of a transaction share its currency.');
    if (postings !== '') postings += ',';
    postings += `{"a":"${a}","d":${canonicalString(d)},"s":${canonicalString(s)}}`;
  }
  const optional = (key: string, value: string | undefined): string =>
    value === undefined ? '' : `"${key}":${canonicalString(value)},`;
  return (
    `{"ccy":${canonicalString(tx.ccy)},"id":${canonicalString(tx.id)},"key":${canonicalString(tx.key)},` +
    `"kind":${canonicalString(tx.kind)},${optional('lines', tx.lines)}"postings":[${postings}],` +
    `${optional('reverses', tx.reverses)}${optional('supersedes', tx.supersedes)}"t":"${tx.at}"}`
  );
}

/** SHA-256 of the canonical text, hex. */
export function txHash(tx: LedgerTx, hash: Sha256): string {
  return sha256Hex(canonicalTx(tx), hash);
}

/** First link of an account's chain: what entry 1 names as its predecessor. */
export function genesisHash(ledgerAccount: string, hash: Sha256): string {
  return sha256Hex(`em-ledger/v1|acct|${ledgerAccount}`, hash);
}

/** One posted entry of a customer's ledger account. Amounts in µ; `acctSeq` counts from 1. */
export interface ChainLink {
  readonly prevHash: string;
  readonly acctSeq: number | bigint;
  readonly txHash: string;
  readonly amountMicro: bigint;
  readonly balanceAfterMicro: bigint;
}

/** SHA-256 of `{prev}|{acct_seq}|{tx_hash}|{signed_amount}|{balance_after}`, hex; "-" for negative, no "+". */
export function entryHash(link: ChainLink, hash: Sha256): string {
  const { prevHash, acctSeq, amountMicro, balanceAfterMicro } = link;
  return sha256Hex(`${prevHash}|${acctSeq}|${link.txHash}|${amountMicro}|${balanceAfterMicro}`, hash);
}

/** An entry as stored, to be verified. */
export interface StoredEntry {
  readonly txId: string;
  readonly acctSeq: number | bigint;
  readonly txHash: string;
  readonly amountMicro: bigint;
  readonly balanceAfterMicro: bigint;
  readonly entryHash: string;
}

/** Where a walk along a chain stands; pass it on to verify a long chain in pieces. */
export interface ChainHead {
  readonly acctSeq: bigint;
  readonly balanceMicro: bigint;
  readonly hash: string;
}

export type ChainFault = 'SEQUENCE_GAP' | 'BALANCE' | 'ENTRY_HASH';
export type ChainVerdict =
  | { readonly valid: true; readonly head: ChainHead }
  | { readonly valid: false; readonly txId: string; readonly acctSeq: bigint; readonly fault: ChainFault };

export function chainStart(ledgerAccount: string, hash: Sha256): ChainHead {
  return { acctSeq: 0n, balanceMicro: 0n, hash: genesisHash(ledgerAccount, hash) };
}

/** Recomputes entries in `acctSeq` order from `head`; stops at the first fault. Transaction hashes are checked apart. */
export function verifyChain(head: ChainHead, entries: Iterable<StoredEntry>, hash: Sha256): ChainVerdict {
  let { acctSeq, balanceMicro, hash: prevHash } = head;
  for (const entry of entries) {
    acctSeq += 1n;
    balanceMicro += entry.amountMicro;
    const fault = faultOf(entry, acctSeq, balanceMicro, prevHash, hash);
    if (fault) return { valid: false, txId: entry.txId, acctSeq, fault };
    prevHash = entry.entryHash;
  }
  return { valid: true, head: { acctSeq, balanceMicro, hash: prevHash } };
}

function faultOf(
  entry: StoredEntry,
  acctSeq: bigint,
  balanceMicro: bigint,
  prevHash: string,
  hash: Sha256,
): ChainFault | null {
  if (BigInt(entry.acctSeq) !== acctSeq) return 'SEQUENCE_GAP';
  if (entry.balanceAfterMicro !== balanceMicro) return 'BALANCE';
  if (entryHash({ ...entry, prevHash }, hash) !== entry.entryHash) return 'ENTRY_HASH';
  return null;
}
