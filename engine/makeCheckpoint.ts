import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, withTransaction } from '../db/client';
import {
  allCheckpoints,
  type CheckpointRow,
  insertCheckpoint,
  newestCheckpoint,
  newestTxId,
  txHashes,
} from '../db/queries/checkpoints';
import { closeLedgerHorizon } from '../db/queries/ledger';
import { ledgerKeys } from '../db/queries/ledgerKeys';
import { checkpointText } from '../domain/credit/checkpoint';
import { merkleRootOfBytes } from '../domain/credit/merkle';
import { bytesOfHex } from '../domain/credit/sha256';
import { type CheckpointKey, signedRecord } from './checkpointKey';
import { type EngineContext, nodeSha256 } from './context';
import { introduceKey, ledgerKeyRecord } from './ledgerKeys';

/** Transactions under one root at most: a path stays short, and hashing them never holds up a process for long. */
const LEAVES_PER_CHECKPOINT = 10_000;

/**
 * Seals all transactions since the last checkpoint under signed Merkle roots and copies them outside the database. A key that is
 * new is made known first. The horizon is read in a moment when no writer is inside, so nothing can slip in below it later; the
 * hashing holds up nobody.
 * @returns the newest checkpoint made; null where nothing was booked since the last one
 */
export async function makeCheckpoint(
  database: Database,
  ctx: EngineContext,
  options: { key: CheckpointKey; directory?: string },
): Promise<CheckpointRow | null> {
  await introduceKey(database, ctx, options.key);
  const horizon = await withTransaction(database, async (tx) => {
    await closeLedgerHorizon(tx.client);
    return newestTxId(tx.client);
  });
  let newest: CheckpointRow | null = null;
  for (;;) {
    const made = await sealNext(database, ctx, options.key, horizon);
    if (!made) break;
    newest = made;
  }
  if (options.directory) await copyNewest(database, options.directory);
  return newest;
}

/**
 * Copies the keys and checkpoints that are newer than any copy, also those whose copy failed before. What lies below the newest
 * copy is never written again: a copy that is gone from there is for verification to name, not to be made up for from the database.
 */
async function copyNewest(database: Database, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const names = await readdir(directory);
  const newestCopy = (kind: string) =>
    names.reduce(
      (newest, name) => Math.max(newest, Number(new RegExp(`^${kind}-(\\d+)\\.json$`).exec(name)?.[1] ?? 0)),
      0,
    );
  const newestKey = newestCopy('ledger-key');
  for (const key of await ledgerKeys(database.pool))
    if (key.n > newestKey) await copyOut(directory, 'ledger-key', key.n, ledgerKeyRecord(key));
  for (const checkpoint of await allCheckpoints(database.pool, newestCopy('checkpoint')))
    await copyOut(directory, 'checkpoint', checkpoint.n, checkpointRecord(checkpoint));
}

async function sealNext(
  database: Database,
  ctx: EngineContext,
  key: CheckpointKey,
  horizon: bigint,
): Promise<CheckpointRow | null> {
  const last = await newestCheckpoint(database.pool);
  const fromTx = last?.toTx ?? 0n;
  const leaves = await txHashes(database.pool, fromTx, horizon, LEAVES_PER_CHECKPOINT);
  const newestLeaf = leaves[leaves.length - 1];
  if (!newestLeaf) return null;
  const root = merkleRootOfBytes(
    leaves.map((leaf) => leaf.txHash),
    nodeSha256,
  );
  const record = {
    n: (last?.n ?? 0) + 1,
    fromTx,
    toTx: newestLeaf.id,
    count: leaves.length,
    root: Buffer.from(bytesOfHex(root)),
    prevRoot: last?.root ?? null,
    madeMs: ctx.clock.now(),
  };
  const row: CheckpointRow = {
    ...record,
    keyId: key.keyId,
    signature: key.sign(checkpointText(signedRecord(record))),
  };
  // Its number is the primary key: of two processes that seal at once, one fails and the other's stands.
  await withTransaction(database, (tx) => insertCheckpoint(tx.client, row));
  return row;
}

/** A checkpoint as it is kept outside the database. */
export function checkpointRecord(c: CheckpointRow): Record<string, string | number | null> {
  return {
    n: c.n,
    from: c.fromTx.toString(),
    to: c.toTx.toString(),
    count: c.count,
    root: c.root.toString('hex'),
    prev_root: c.prevRoot?.toString('hex') ?? null,
    made_ms: c.madeMs,
    key_id: c.keyId,
    signature: c.signature.toString('base64'),
  };
}

/** One file per checkpoint or key, written whole or not at all. */
async function copyOut(directory: string, kind: string, n: number, record: object): Promise<void> {
  const path = join(directory, `${kind}-${String(n).padStart(8, '0')}.json`);
  const text = JSON.stringify(record, null, 2);
  await writeFile(`${path}.part`, `${text}\n`);
  await rename(`${path}.part`, path);
}
