import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { SignedRecord } from '../domain/credit/checkpoint';
import type { PublishedKey } from '../domain/credit/receipt';

/** The Ed25519 key that signs checkpoints. */
export interface CheckpointKey extends PublishedKey {
  sign(text: string): Buffer;
  /** The key before it, where that is still at hand: it vouches for the new one. */
  readonly before: CheckpointKey | null;
}

/**
 * @param pem PKCS#8 private key (LEDGER_SIGNING_KEY), while a key is exchanged with the one before it behind; line breaks may be
 *   written as `\n`
 */
export function checkpointKey(pem: string): CheckpointKey {
  return keysOf(pem.replaceAll('\\n', '\n').match(PEM) ?? [pem]);
}

const PEM = /-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----/g;

function keysOf([pem, ...rest]: readonly string[]): CheckpointKey {
  const key = createPrivateKey(pem ?? '');
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error('LEDGER_SIGNING_KEY must be an Ed25519 private key (PKCS#8 PEM)');
  return {
    ...published(createPublicKey(key)),
    sign: (text) => sign(null, Buffer.from(text), key),
    before: rest.length === 0 ? null : keysOf(rest),
  };
}

/** A new private key as PEM, for the demo and tests. */
export function newCheckpointKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** First bytes of the DER form of an Ed25519 public key; its 32 raw bytes follow. */
const DER_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** @param publicKey raw bytes in hex */
export function isSignedBy(publicKey: string, text: string, signature: Uint8Array): boolean {
  const key = createPublicKey({
    key: Buffer.concat([DER_HEAD, Buffer.from(publicKey, 'hex')]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, Buffer.from(text), key, signature);
}

export function verifyCheckpointSignature(pem: string, text: string, signature: Uint8Array): boolean {
  return isSignedBy(publishedKey(pem).publicKey, text, signature);
}

/** The id under which a public key signs: first 16 hex digits of SHA-256 over its DER form. */
export function keyIdOf(publicKey: string): string {
  return createHash('sha256')
    .update(Buffer.concat([DER_HEAD, Buffer.from(publicKey, 'hex')]))
    .digest('hex')
    .slice(0, 16);
}

function published(key: KeyObject): PublishedKey {
  const { x } = key.export({ format: 'jwk' });
  const publicKey = Buffer.from(x ?? '', 'base64url').toString('hex');
  return { keyId: keyIdOf(publicKey), publicKey };
}

/** The record that is signed, from a stored row. */
export function signedRecord(c: {
  n: number;
  fromTx: bigint;
  toTx: bigint;
  count: number;
  root: Buffer;
  prevRoot: Buffer | null;
  madeMs: number;
}): SignedRecord {
  const { n, fromTx, toTx, count, madeMs } = c;
  return {
    n,
    fromTx,
    toTx,
    count,
    root: c.root.toString('hex'),
    prevRoot: c.prevRoot?.toString('hex') ?? null,
    madeMs,
  };
}

/** The public half of a signing key, for everybody to check with: raw bytes in hex. */
export function publishedKey(pem: string): PublishedKey {
  const { keyId, publicKey } = checkpointKey(pem);
  return { keyId, publicKey };
}
