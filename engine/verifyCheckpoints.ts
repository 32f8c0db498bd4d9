import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { type CheckpointRow, txHashes } from '../db/queries/checkpoints';
import { ledgerKeys } from '../db/queries/ledgerKeys';
import { checkpointText } from '../domain/credit/checkpoint';
import { signerOf } from '../domain/credit/ledgerKeys';
import { merkleRootOfBytes } from '../domain/credit/merkle';
import type { PublishedKey } from '../domain/credit/receipt';
import { isSignedBy, publishedKey, signedRecord } from './checkpointKey';
import { nodeSha256 } from './context';
import { ledgerKeyRecord, trustedKeys } from './ledgerKeys';
import { checkpointRecord } from './makeCheckpoint';

/** The first checkpoint that does not hold, and why. */
export interface CheckpointProblem {
  readonly id: string;
  readonly problem: string;
}

/**
 * Paths of the copies outside the database. To be listed before the snapshot that they are compared with: a copy is written
 * after its row, so each of these has its row in any later snapshot, while a newer copy may not.
 * @throws Error where the folder can't be read: nothing could be said of what it holds
 */
export async function listCopies(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => /^(checkpoint|ledger-key)-\d+\.json$/.test(name))
    .sort()
    .map((name) => join(directory, name));
}

/**
 * Rebuilds every root from the transactions under it, follows the links, checks the signatures and compares with the copies
 * outside the database, which see what the database forgot.
 * @param options.copies as `listCopies` gave them before the snapshot of `client`; null: none are kept
 */
export async function checkpointProblem(
  client: pg.ClientBase,
  checkpoints: readonly CheckpointRow[],
  options: { signingKey?: string; copies: readonly string[] | null },
): Promise<CheckpointProblem | null> {
  const own = options.signingKey === undefined ? null : publishedKey(options.signingKey);
  const trusted = own && (await trustedKeys(client, own));
  if (trusted?.problem) return trusted.problem;
  // An installation whose keys were never written down has had the one that is set.
  const signer = (n: number): PublishedKey | null =>
    own && (trusted && trusted.keys.length > 0 ? (signerOf(trusted.keys, n) ?? own) : own);
  let prev: CheckpointRow | null = null;
  for (const c of checkpoints) {
    const id = `checkpoint:${c.n}`;
    const leaves = await txHashes(client, c.fromTx, c.toTx);
    if (leaves.length !== c.count)
      return { id, problem: `holds ${leaves.length} transactions instead of ${c.count}` };
    const root = merkleRootOfBytes(
      leaves.map((leaf) => leaf.txHash),
      nodeSha256,
    );
    if (root !== c.root.toString('hex')) return { id, problem: 'its root does not match its transactions' };
    const follows =
      prev === null
        ? c.prevRoot === null
        : c.prevRoot !== null && prev.root.equals(c.prevRoot) && prev.toTx === c.fromTx;
    if (!follows || c.n !== (prev?.n ?? 0) + 1) return { id, problem: 'does not follow the one before it' };
    const key = signer(c.n);
    if (key && c.keyId !== key.keyId) return { id, problem: `names another key, ${c.keyId}` };
    if (key && !isSignedBy(key.publicKey, checkpointText(signedRecord(c)), c.signature))
      return { id, problem: 'its signature is wrong' };
    prev = c;
  }
  if (options.copies === null) return null;
  return copyProblem(
    new Map([
      ...checkpoints.map((c) => [`checkpoint:${c.n}`, checkpointRecord(c)] as const),
      ...(await ledgerKeys(client)).map((key) => [`ledger_key:${key.keyId}`, ledgerKeyRecord(key)] as const),
    ]),
    options.copies,
  );
}

/** @param stored the records of the database, by their ids */
async function copyProblem(
  stored: ReadonlyMap<string, Record<string, string | number | null>>,
  copies: readonly string[],
): Promise<CheckpointProblem | null> {
  const copied = new Set<string>();
  for (const path of copies) {
    const copy = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    const id = 'public_key' in copy ? `ledger_key:${copy.key_id}` : `checkpoint:${copy.n}`;
    const record = stored.get(id);
    if (!record) return { id, problem: 'stands outside the database but is gone from it' };
    copied.add(id);
    const differing = Object.entries(record).find(([member, value]) => copy[member] !== value);
    if (differing) return { id, problem: `differs from its copy outside the database: ${differing[0]}` };
  }
  // The newest may not be copied yet. Below that, and of all where nothing is copied at all, a copy has gone.
  const checkpoints = [...stored.keys()].filter((id) => id.startsWith('checkpoint:'));
  const newest = checkpoints.findLastIndex((id) => copied.has(id));
  const gone = checkpoints.find((id, at) => !copied.has(id) && (at < newest || (newest < 0 && at === 0)));
  return gone === undefined ? null : { id: gone, problem: 'its copy outside the database is gone' };
}
