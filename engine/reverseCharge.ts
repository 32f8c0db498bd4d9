import { DB_CHANNELS } from '../contracts/dbChannels';
import { type Database, withTransaction } from '../db/client';
import { postingsOf } from '../db/queries/ledger';
import { notify } from '../db/queries/notify';
import { bookedTx, reversedSince } from '../db/queries/reversals';
import type { CreditMove } from '../domain/credit/buckets';
import { moveOf } from '../domain/credit/consumption';
import { type LedgerAccountName, reversePostings } from '../domain/credit/posting';
import { normaliseBuckets, surplusOfDebts } from '../domain/credit/repayment';
import { DomainError, invalid } from '../domain/errors';
import { REFUND_DAY_MS, refundNeedsSecond } from '../domain/payments/secondPerson';
import type { Closing, EngineContext } from './context';
import { watchCredit } from './creditWatch';
import { flushAccounts } from './flushAccounts';
import { needSecondAboveLimit } from './needSecondPerson';
import { openForMovement } from './openAccounts';
import { postOnce } from './postOnce';
import { currentRegistry } from './registry';
import { reversalRequestHash } from './reversalRequestHash';
import { SupplyDesk } from './supplyDesk';
import { worthOf } from './unitSale';

export interface ReversalRequest {
  readonly campusId: number;
  /** The charge's ledger transaction. */
  readonly txId: bigint;
  readonly reason: string;
  readonly actor: string;
  /** The second person, verified by the caller; null: nobody. */
  readonly approver: string | null;
}

export interface ReversalOutcome {
  /** The reversal. */
  readonly txId: bigint;
  readonly accountCode: string;
  /** What the payer gets back, µ-currency; negative for a credit that is taken back. */
  readonly amountMicro: bigint;
}

/** What is not reversed as such, and what to do instead. */
const OTHER_WAYS: Record<string, string> = {
  topup: 'A payment is given back as a refund.',
  units: 'Units that were sold go back with a refund of their payment.',
  refund: 'A refund that did not arrive comes back through its provider.',
  reversal: 'A reversal stands; the charge can be built again from its readings in a dispute.',
  adjust: 'An adjustment follows from a dispute or a tariff correction, and is corrected there.',
  suspense: 'Money in suspense is placed at its own desk.',
  grant: 'A subsidy ends with its entitlement.',
  expire: 'A subsidy ends with its entitlement.',
};

/**
 * Gives a charge back, with everything that paid for it: the same postings swapped, once. What was measured and rated stays as
 * it is, with the exact sums of its stream; should late data or a corrected tariff build the charge anew, its next revision
 * counts again.
 * @throws DomainError notFound/TRANSACTION; invalid (reason); refused/NOT_REVERSIBLE for anything but a charge; conflict/REVERSED
 *   where that was done, naming the reversal; conflict/GIVEN_BACK where a dispute gave goodwill for it; conflict/CONTESTED while one is open; refused/SECOND_PERSON above a day's limit; refused/POT_BELOW_ZERO where an export's credit is spent
 */
export async function reverseCharge(
  database: Database,
  ctx: EngineContext,
  request: ReversalRequest,
  closing?: Closing<ReversalOutcome>,
): Promise<ReversalOutcome> {
  const reason = request.reason.trim();
  if (reason === '' || reason.length > 200)
    throw invalid('/reason', 'REASON', 'A reversal needs a reason of 1 to 200 letters.');
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const seen = await bookedTx(tx.client, request.campusId, request.txId);
    const campus = registry.campuses.get(request.campusId);
    if (!seen || !campus)
      throw new DomainError('notFound', 'TRANSACTION', `There is no transaction ${request.txId}.`, {
        field: '/txId',
      });
    const opened =
      seen.kind === 'charge' && seen.accountId !== null
        ? await openForMovement(tx, registry, seen.accountId, [])
        : null;
    if (!opened)
      throw new DomainError(
        'refused',
        'NOT_REVERSIBLE',
        `Only charges are reversed by hand. ${OTHER_WAYS[seen.kind] ?? ''}`.trim(),
        { field: '/txId', kind: seen.kind },
      );
    const { account, book } = opened;
    // Under the account's lock nobody else reverses it.
    const booked = (await bookedTx(tx.client, request.campusId, request.txId))!;
    if (booked.reversedBy !== null)
      throw new DomainError(
        'conflict',
        'REVERSED',
        `Transaction ${booked.id} has been reversed already, by transaction ${booked.reversedBy}.`,
        { field: '/txId', reversedBy: booked.reversedBy.toString() },
      );
    if (booked.goodwillMicro > 0n)
      throw new DomainError(
        'conflict',
        'GIVEN_BACK',
        'A dispute has given money back for this charge already.',
        {
          field: '/txId',
        },
      );
    if (booked.contested)
      throw new DomainError('conflict', 'CONTESTED', 'This charge is contested: decide the dispute.', {
        field: '/txId',
      });
    const amountMicro = booked.amountMicro!;
    const now = ctx.clock.now();
    const today = await reversedSince(tx.client, account.row.id, now - REFUND_DAY_MS);
    const worth = (micro: bigint) => worthOf(registry, account, micro, now);
    if (refundNeedsSecond(worth(amountMicro < 0n ? -amountMicro : amountMicro), worth(today)))
      await needSecondAboveLimit(tx, request);

    const stood = await postingsOf(tx.client, [booked.id]);
    const move = moveOf(
      account.credit,
      reversePostings(
        stood.map(({ s, d, amountMicro: a }) => ({
          s: s as LedgerAccountName,
          d: d as LedgerAccountName,
          a,
          ccy: account.currency,
        })),
      ),
    );
    const { id: txId } = await postOnce(tx, campus, book, {
      key: `reverse:${booked.id}`,
      kind: 'reversal',
      atMs: now,
      postings: move.postings,
      reverses: booked.id,
      requestHash: reversalRequestHash(booked.id),
    });
    account.setCredit(move.credit);
    // A debt that the charge had made may be paid by now: what came back to it is cash, and cash pays what is still owed.
    const settle = async (step: string, { credit, postings }: CreditMove): Promise<void> => {
      if (postings.length === 0) return;
      const key = `repay:reverse:${booked.id}:${step}`;
      await postOnce(tx, campus, book, { key, kind: 'repay', atMs: now, postings });
      account.setCredit(credit);
    };
    await settle('surplus', surplusOfDebts(account.credit));
    await settle('debts', normaliseBuckets(account.credit, { recoveryRatePpm: account.recoveryRatePpm() }));
    account.rewritten = true;
    const desk = new SupplyDesk(tx, ctx, registry);
    await watchCredit(desk, account, now);
    await flushAccounts(tx, campus, book, [account]);
    await desk.flush();
    notify(tx, DB_CHANNELS.accountCredited, [String(account.row.id)]);
    const outcome = { txId, accountCode: account.row.code, amountMicro };
    closing?.(tx, outcome);
    return outcome;
  });
}
