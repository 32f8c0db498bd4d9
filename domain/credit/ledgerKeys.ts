import type { PublishedKey } from './receipt';

/** A key that signs checkpoints, with its place in the row of keys. */
export interface LedgerKey extends PublishedKey {
  /** 1 for the first. */
  readonly n: number;
  /** Newest checkpoint when it came; 0: none. It signs those after. */
  readonly afterCheckpoint: number;
  readonly madeMs: number;
}

/**
 * What a new key signs, and the key before it where it is still at hand: who it is, from which checkpoint on, and whom it
 * follows. So whoever trusts the newest key trusts those before, also where one was lost.
 */
export function ledgerKeyText(key: LedgerKey, before: PublishedKey | null): string {
  const follows = before === null ? '|' : `${before.keyId}|${before.publicKey}`;
  return `em-ledger-key/v1|${key.n}|${key.keyId}|${key.publicKey}|${key.afterCheckpoint}|${key.madeMs}|${follows}`;
}

/** The key that signs a checkpoint; undefined: the checkpoint is older than the first key. */
export function signerOf<Key extends LedgerKey>(keys: readonly Key[], checkpoint: number): Key | undefined {
  return keys.findLast((key) => key.afterCheckpoint < checkpoint);
}
