/** A checkpoint as it is signed: the transactions (fromTx, toTx] under one Merkle root. Hashes in hex. */
export interface SignedRecord {
  readonly n: number;
  readonly fromTx: bigint;
  readonly toTx: bigint;
  readonly count: number;
  readonly root: string;
  /** Root of the checkpoint before it; null for the first. */
  readonly prevRoot: string | null;
  readonly madeMs: number;
}

/** What is signed: every member of the record, separated so that no two records read alike. */
export function checkpointText(c: SignedRecord): string {
  return `em-checkpoint/v1|${c.n}|${c.fromTx}|${c.toTx}|${c.count}|${c.root}|${c.prevRoot ?? ''}|${c.madeMs}`;
}
