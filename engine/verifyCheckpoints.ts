import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckpointRow, txHashes } from '../db/queries/checkpoints';
import { checkpointText } from '../domain/credit/checkpoint';
import { merkleRoot } from '../domain/credit/merkle';
import { checkpointKey, signedRecord, verifyCheckpointSignature } from './checkpointKey';
import { nodeSha256 } from './context';
import { checkpointRecord } from './makeCheckpoint';

/** The first checkpoint that does not hold, and why. */
export interface CheckpointProblem {
  readonly id: string;
  readonly problem: string;
}

/**
 * Paths of the copies outside the database. To be listed before the snapshot that they are compared with: a copy is written
 * after its row, so each of these has its row in any later snapshot, while a newer copy may not.
 */
export async function listCopies(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => /^checkpoint-\d+\.json$/.test(name))
    .sort()
    .map((name) => join(directory, name));
}

/**
 * Rebuilds every root from the transactions under it, follows the links, checks the signatures and compares with the copies
 * outside the database, which see what the database forgot.
 * @param options.copies as `listCopies` gave them before the snapshot of `client`
 */
export async function checkpointProblem(
  client: Parameters<typeof txHashes>[0],
  checkpoints: readonly CheckpointRow[],
  options: { signingKey?: string; copies: readonly string[] },
): Promise<CheckpointProblem | null> {
  const keyId = options.signingKey === undefined ? null : checkpointKey(options.signingKey).keyId;
  let prev: CheckpointRow | null = null;
  for (const c of checkpoints) {
    const id = `checkpoint:${c.n}`;
    const leaves = await txHashes(client, c.fromTx, c.toTx);
    if (leaves.length !== c.count)
      return { id, problem: `holds ${leaves.length} transactions instead of ${c.count}` };
    const root = merkleRoot(
      leaves.map((l) => l.txHash.toString('hex')),
      nodeSha256,
    );
    if (root !== c.root.toString('hex')) return { id, problem: 'its root does not match its transactions' };
    const follows =
      prev === null
        ? c.prevRoot === null
        : c.prevRoot !== null && prev.root.equals(c.prevRoot) && prev.toTx === c.fromTx;
    if (!follows || c.n !== (prev?.n ?? 0) + 1) return { id, problem: 'does not follow the one before it' };
    if (keyId !== null && c.keyId !== keyId) return { id, problem: `names another key, ${c.keyId}` };
    if (
      options.signingKey &&
      !verifyCheckpointSignature(options.signingKey, checkpointText(signedRecord(c)), c.signature)
    )
      return { id, problem: 'its signature is wrong' };
    prev = c;
  }
  return copyProblem(checkpoints, options.copies);
}

async function copyProblem(
  checkpoints: readonly CheckpointRow[],
  copies: readonly string[],
): Promise<CheckpointProblem | null> {
  const byN = new Map(checkpoints.map((c) => [c.n, c]));
  for (const path of copies) {
    const copy = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    const stored = byN.get(Number(copy.n));
    if (!stored)
      return { id: `checkpoint:${copy.n}`, problem: 'stands outside the database but is gone from it' };
    const differing = Object.entries(checkpointRecord(stored)).find(
      ([member, value]) => copy[member] !== value,
    );
    if (differing)
      return {
        id: `checkpoint:${copy.n}`,
        problem: `differs from its copy outside the database: ${differing[0]}`,
      };
  }
  return null;
}
