import type { LedgerRow } from './financeTypes';

/** EQUAL: the entry before it and its amount give the stored balance. FIRST: the entry before it is not on screen. */
export type Recomputed = 'EQUAL' | 'DIFFERENT' | 'FIRST';

/** Recomputes the running balance of each pot from the entries on screen, newest first; keys as `rowKey` makes them. */
export function recompute(rows: readonly LedgerRow[]): Map<string, Recomputed> {
  const verdicts = new Map<string, Recomputed>();
  const before = new Map<string, { seq: bigint; balance: bigint }>();
  for (const row of [...rows].reverse()) {
    const last = before.get(row.potKey);
    const follows = last !== undefined && last.seq + 1n === row.fromSeq;
    // The first entry of a pot begins at nothing.
    const from = follows ? last.balance : row.fromSeq === 1n ? 0n : null;
    const equal = from !== null && from + row.amountMicro === row.balanceAfterMicro;
    verdicts.set(rowKey(row), from === null ? 'FIRST' : equal ? 'EQUAL' : 'DIFFERENT');
    before.set(row.potKey, { seq: row.accountSeq, balance: row.balanceAfterMicro });
  }
  return verdicts;
}

export function rowKey({ txId, n }: Pick<LedgerRow, 'txId' | 'n'>): string {
  return `${txId}:${n}`;
}
