import type pg from 'pg';
import { type Database, withTransaction } from '../db/client';
import {
  insertLedgerKey,
  type LedgerKeyRow,
  lastCheckpointOfOthers,
  ledgerKeys,
} from '../db/queries/ledgerKeys';
import { ledgerKeyText } from '../domain/credit/ledgerKeys';
import type { PublishedKey } from '../domain/credit/receipt';
import { type CheckpointKey, isSignedBy, keyIdOf } from './checkpointKey';
import type { EngineContext } from './context';
import type { RowProblem } from './verifyCharges';

/**
 * Makes a key known before it signs its first checkpoint: it vouches for the key before it, and is vouched for by that one where
 * that is still at hand. A lost key is followed the same way, without its word.
 * @returns the key's row where it is new; null: it was known
 * @throws Error for a key that another one has followed: it signs no more
 */
export async function introduceKey(
  database: Database,
  ctx: EngineContext,
  key: CheckpointKey,
): Promise<LedgerKeyRow | null> {
  return withTransaction(database, async (tx) => {
    const known = await ledgerKeys(tx.client);
    const newest = known.at(-1) ?? null;
    if (newest?.keyId === key.keyId) return null;
    if (known.some(({ keyId }) => keyId === key.keyId))
      throw new Error(`the ledger's key ${key.keyId} was replaced by ${newest?.keyId}: set a new one`);
    const made = {
      n: known.length + 1,
      keyId: key.keyId,
      publicKey: key.publicKey,
      afterCheckpoint: await lastCheckpointOfOthers(tx.client, key.keyId),
      madeMs: ctx.clock.now(),
    };
    const text = ledgerKeyText(made, newest);
    const row: LedgerKeyRow = {
      ...made,
      signature: key.sign(text).toString('hex'),
      prevSignature:
        newest !== null && key.before?.keyId === newest.keyId ? key.before.sign(text).toString('hex') : null,
    };
    await insertLedgerKey(tx.client, row);
    return row;
  });
}

/** Every key by which a receipt may be checked, the newest last. @param own the key that is set; null: none */
export async function publishedKeys(
  database: Database,
  own: readonly PublishedKey[],
): Promise<PublishedKey[]> {
  const known = await ledgerKeys(database.pool);
  return [
    ...known.map(({ keyId, publicKey, afterCheckpoint }) => ({ keyId, publicKey, afterCheckpoint })),
    ...own.filter(({ keyId }) => known.every((key) => key.keyId !== keyId)),
  ];
}

/** A key as it is kept outside the database. */
export function ledgerKeyRecord(key: LedgerKeyRow): Record<string, string | number | null> {
  return {
    n: key.n,
    key_id: key.keyId,
    public_key: key.publicKey,
    after_checkpoint: key.afterCheckpoint,
    made_ms: key.madeMs,
    signature: key.signature,
    prev_signature: key.prevSignature,
  };
}

/**
 * The keys that may have signed checkpoints, trusted from the one that is set backwards: each vouches for the one before it.
 * @param own the key that is set
 */
export async function trustedKeys(
  client: pg.ClientBase,
  own: PublishedKey,
): Promise<{ keys: readonly LedgerKeyRow[]; problem: RowProblem | null }> {
  const keys = await ledgerKeys(client);
  const bad = (key: LedgerKeyRow, problem: string) => ({
    keys,
    problem: { id: `ledger_key:${key.keyId}`, problem },
  });
  let trusted: PublishedKey = own;
  for (let at = keys.length - 1; at >= 0; at--) {
    const key = keys[at]!;
    const before = keys[at - 1] ?? null;
    if (key.keyId !== trusted.keyId || key.publicKey !== trusted.publicKey)
      return bad(key, `is not ${trusted.keyId}, the signing key that is set`);
    if (
      key.n !== at + 1 ||
      keyIdOf(key.publicKey) !== key.keyId ||
      key.afterCheckpoint < (before?.afterCheckpoint ?? 0)
    )
      return bad(key, 'does not follow the key before it');
    const text = ledgerKeyText(key, before);
    if (!isSignedBy(key.publicKey, text, Buffer.from(key.signature, 'hex')))
      return bad(key, 'its own signature is wrong');
    if (
      key.prevSignature !== null &&
      (before === null || !isSignedBy(before.publicKey, text, Buffer.from(key.prevSignature, 'hex')))
    )
      return bad(key, 'the signature of the key before it is wrong');
    if (before) trusted = before;
  }
  return { keys, problem: null };
}
