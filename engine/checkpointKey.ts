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
export interface CheckpointKey {
  /** First 16 hex digits of SHA-256 over the public key (DER): tells which key signed. */
  readonly keyId: string;
  sign(text: string): Buffer;
}

/** @param pem PKCS#8 private key (LEDGER_SIGNING_KEY); line breaks may be written as `\n` */
export function checkpointKey(pem: string): CheckpointKey {
  const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error('LEDGER_SIGNING_KEY must be an Ed25519 private key (PKCS#8 PEM)');
  return { keyId: keyIdOf(createPublicKey(key)), sign: (text) => sign(null, Buffer.from(text), key) };
}

/** A new private key as PEM, for the demo and tests. */
export function newCheckpointKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function verifyCheckpointSignature(pem: string, text: string, signature: Uint8Array): boolean {
  return verify(
    null,
    Buffer.from(text),
    createPublicKey(createPrivateKey(pem.replaceAll('\\n', '\n'))),
    signature,
  );
}

function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
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
  const publicKey = createPublicKey(createPrivateKey(pem.replaceAll('\\n', '\n')));
  const { x } = publicKey.export({ format: 'jwk' });
  return { keyId: keyIdOf(publicKey), publicKey: Buffer.from(x ?? '', 'base64url').toString('hex') };
}
