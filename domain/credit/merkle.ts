import { bytesOfHex, hexOf, type Sha256 } from './sha256';

const HASH_BYTES = 32;

/** A sibling on the way from a leaf to the root, and the side on which it stands. */
export interface MerkleStep {
  readonly side: 'LEFT' | 'RIGHT';
  readonly hash: string;
}

/** Leaf of a transaction: SHA-256 of 00 and the raw 32 bytes of its hash. */
export function merkleLeaf(txHash: string, hash: Sha256): string {
  return hexOf(hash(joined(0x00, bytesOfHex(txHash))));
}

/** Inner node: SHA-256 of 01, left and right. */
export function merkleNode(left: string, right: string, hash: Sha256): string {
  return hexOf(hash(joined(0x01, bytesOfHex(left), bytesOfHex(right))));
}

/** Root over transaction hashes (hex) in transaction order; an odd node is promoted. No leaves: the hash of nothing. */
export function merkleRoot(txHashes: readonly string[], hash: Sha256): string {
  return merkleRootOfBytes(txHashes.map(bytesOfHex), hash);
}

/** The same over hashes as the raw 32 bytes in which they are stored. */
export function merkleRootOfBytes(txHashes: readonly Uint8Array[], hash: Sha256): string {
  return hexOf(levelsOf(txHashes, hash).at(-1)?.[0] ?? hash(new Uint8Array()));
}

/** Siblings from the leaf at `index` to the root, to prove that a transaction stands under a root. */
export function merklePath(txHashes: readonly string[], index: number, hash: Sha256): MerkleStep[] {
  const path: MerkleStep[] = [];
  let at = index;
  for (const level of levelsOf(txHashes.map(bytesOfHex), hash)) {
    const sibling = level[at ^ 1];
    if (sibling !== undefined) path.push({ side: at % 2 === 0 ? 'RIGHT' : 'LEFT', hash: hexOf(sibling) });
    at >>= 1;
  }
  return path;
}

/** True if the transaction's hash leads to `root` along `path`. */
export function verifyMerklePath(
  txHash: string,
  path: readonly MerkleStep[],
  root: string,
  hash: Sha256,
): boolean {
  const end = path.reduce(
    (node, step) =>
      step.side === 'LEFT' ? merkleNode(step.hash, node, hash) : merkleNode(node, step.hash, hash),
    merkleLeaf(txHash, hash),
  );
  return end === root;
}

/** All levels from the leaves to the root, as bytes: hex in between would cost as much as the hashing. */
function levelsOf(txHashes: readonly Uint8Array[], hash: Sha256): Uint8Array[][] {
  if (txHashes.length === 0) return [];
  // One leaf and one node, filled anew for each hash: a copy of each would cost as much as the hashing, too.
  const leaf = joined(0x00, new Uint8Array(HASH_BYTES));
  let level = txHashes.map((txHash) => {
    leaf.set(txHash, 1);
    return hash(leaf);
  });
  const levels = [level];
  const node = joined(0x01, new Uint8Array(2 * HASH_BYTES));
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const right = level[index + 1];
      if (right === undefined) {
        next.push(level[index]!);
        continue;
      }
      node.set(level[index]!, 1);
      node.set(right, 1 + HASH_BYTES);
      next.push(hash(node));
    }
    level = next;
    levels.push(level);
  }
  return levels;
}

function joined(prefix: number, ...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(1 + parts.reduce((length, part) => length + part.length, 0));
  bytes[0] = prefix;
  let offset = 1;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
