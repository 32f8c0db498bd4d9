import { checkpointText, type SignedRecord } from './checkpoint';
import { type LedgerTx, txHash } from './hashChain';
import { type MerkleStep, verifyMerklePath } from './merkle';
import { isChainedAccount, PAYMENT_CHANNELS } from './posting';
import { type Sha256, sha256 } from './sha256';

/**
 * Proof of one transaction that needs nobody's word: what was booked, its hash, the way from the hash to a checkpoint's root,
 * and the signature under that root.
 */
export interface Receipt {
  readonly tx: LedgerTx;
  readonly txHash: string;
  readonly path: readonly MerkleStep[];
  readonly checkpoint: SignedRecord & { readonly keyId: string; readonly signature: string };
}

/** A public key by which checkpoints are checked: raw Ed25519 in hex, and the id under which it signs. */
export interface PublishedKey {
  readonly keyId: string;
  readonly publicKey: string;
  /** Newest checkpoint when the key came: it signs those after, until the next key comes. Absent: it has signed none yet. */
  readonly afterCheckpoint?: number;
}

/** Checks an Ed25519 signature; the platform's own or a library's. All but the text in hex. */
export type SignatureCheck = (publicKey: string, text: string, signature: string) => Promise<boolean>;

/** What is checked, in the order in which a reader follows it. */
export const RECEIPT_STEPS = ['CONTENT', 'PATH', 'RANGE', 'KEY', 'SIGNATURE'] as const;
export type ReceiptStep = (typeof RECEIPT_STEPS)[number];

export interface ReceiptVerdict {
  readonly genuine: boolean;
  /** The first step that does not hold; null: all do. */
  readonly failed: ReceiptStep | null;
}

/**
 * Recomputes a receipt: the content's hash, the path to the root, whether the checkpoint covers the transaction, whether the
 * key is one of ours, and its signature. Runs in a browser without a connection.
 */
export async function verifyReceipt(
  receipt: Receipt,
  keys: readonly PublishedKey[],
  checkSignature: SignatureCheck,
  hash: Sha256 = sha256,
): Promise<ReceiptVerdict> {
  const { tx, path, checkpoint } = receipt;
  const fails = (failed: ReceiptStep): ReceiptVerdict => ({ genuine: false, failed });
  if (txHash(tx, hash) !== receipt.txHash) return fails('CONTENT');
  if (!verifyMerklePath(receipt.txHash, path, checkpoint.root, hash)) return fails('PATH');
  const id = BigInt(tx.id);
  if (id <= checkpoint.fromTx || id > checkpoint.toTx) return fails('RANGE');
  const key = keys.find(({ keyId }) => keyId === checkpoint.keyId);
  if (!key || !isInOffice(keys, key, checkpoint.n)) return fails('KEY');
  const signed = await checkSignature(key.publicKey, checkpointText(checkpoint), checkpoint.signature);
  return signed ? { genuine: true, failed: null } : fails('SIGNATURE');
}

/** Whether no other key had followed this one when the checkpoint was made: one that was replaced, or lost, signs no more. */
function isInOffice(keys: readonly PublishedKey[], key: PublishedKey, checkpoint: number): boolean {
  if (key.afterCheckpoint === undefined) return true;
  const began = keys.map(({ afterCheckpoint }) => afterCheckpoint ?? Number.POSITIVE_INFINITY);
  const newest = Math.max(...began.filter((after) => after < checkpoint));
  return newest === key.afterCheckpoint;
}

/** What the transaction put into customers' pots, less what it took from them, µ. */
export function creditedMicro(tx: LedgerTx): bigint {
  let sum = 0n;
  for (const { s, d, a } of tx.postings) {
    if (isChainedAccount(d)) sum += a;
    if (isChainedAccount(s)) sum -= a;
  }
  return sum;
}

/** Channel and reference of a top-up or of a sale of units, by its key; null for any other transaction. */
export function paymentOf(tx: LedgerTx): { channel: string; reference: string } | null {
  const match = /^(topup|units):([^:]+):(.+)$/.exec(tx.key);
  if (match?.[1] !== tx.kind || !(PAYMENT_CHANNELS as readonly string[]).includes(match[2]!)) return null;
  return { channel: match[2]!, reference: match[3]! };
}
