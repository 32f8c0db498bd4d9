import type { Tx } from '../db/client';
import { postingsOf, txByKey } from '../db/queries/ledger';
import { DomainError } from '../domain/errors';
import type { LedgerBook } from './ledgerBook';
import { type LedgerRequest, postLedger } from './postLedger';

/**
 * Books one request, or finds what stands under its key already: the same movement again is the transaction of then, and
 * adds no entry. The caller holds the locks of the accounts that it moves, and moves their credit only where it was booked now.
 * @throws DomainError conflict/KEY_REUSED where the key stands for another movement
 */
export async function postOnce(
  tx: Tx,
  campus: { id: number },
  book: LedgerBook,
  request: LedgerRequest,
): Promise<{ readonly id: bigint; readonly replayed: boolean }> {
  const known = await txByKey(tx.client, campus.id, request.key);
  if (!known) return { id: (await postLedger(tx, campus, book, [request]))[0]!, replayed: false };
  const stood = await postingsOf(tx.client, [known.id]);
  const isSame =
    known.kind === request.kind &&
    stood.length === request.postings.length &&
    request.postings.every(
      ({ s, d, a }, i) => stood[i]!.s === s && stood[i]!.d === d && stood[i]!.amountMicro === a,
    );
  if (!isSame)
    throw new DomainError(
      'conflict',
      'KEY_REUSED',
      `The key ${request.key} stands for another movement, transaction ${known.id}.`,
    );
  return { id: known.id, replayed: true };
}
