import { type Database, type Tx, withTransaction } from '../../db/client';
import { goneOfPayment } from '../../db/queries/chargebacks';
import { postingsOf } from '../../db/queries/ledger';
import { lockOrderOfPayment, updateOrder } from '../../db/queries/paymentOrders';
import {
  findRefund,
  lockRefund,
  type RefundRow,
  refundablePayments,
  updateRefund,
} from '../../db/queries/refunds';
import { saleLinesOf } from '../../db/queries/unitSales';
import { applyPostings } from '../../domain/credit/buckets';
import { type LedgerAccountName, type Posting, reversePostings } from '../../domain/credit/posting';
import { normaliseBuckets } from '../../domain/credit/repayment';
import { DomainError, invalid } from '../../domain/errors';
import { orderStep, refundEvent } from '../../domain/payments/orderMachine';
import type { AccountWork } from '../accountWork';
import type { Closing, EngineContext } from '../context';
import { watchCredit } from '../creditWatch';
import { flushAccounts } from '../flushAccounts';
import type { LedgerBook } from '../ledgerBook';
import { openForMovement } from '../openAccounts';
import { postLedger } from '../postLedger';
import { type CampusEntry, currentRegistry, type Registry } from '../registry';
import { SupplyDesk } from '../supplyDesk';
import { saleKindOf, unitsFollowing } from '../unitSale';
import { announceOrder } from './announceOrder';

const MINUTE_MS = 60_000;
/** Pauses before a provider is told again, ms; the last one repeats. */
const AGAIN_AFTER_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 120 * MINUTE_MS];

/** What a provider said of a refund. RETRY: nothing, or not yet. */
export type RefundWord =
  | { readonly kind: 'DONE'; readonly providerRefund: string }
  | { readonly kind: 'RETRY'; readonly state: 'QUEUED' | 'SENT'; readonly problem: string | null }
  | { readonly kind: 'REFUSED'; readonly reason: string };

const IN_FLIGHT = new Set(['QUEUED', 'SENT']);

/** Carries out a provider's word; a refusal for good books the money back to the account. Safe to repeat. */
export async function noteRefund(
  database: Database,
  ctx: EngineContext,
  refund: Pick<RefundRow, 'campusId' | 'refundNo'>,
  word: RefundWord,
): Promise<void> {
  if (word.kind === 'REFUSED') return takeBack(database, ctx, refund, word.reason);
  await withTransaction(database, async (tx) => {
    const row = await lockRefund(tx.client, refund.campusId, refund.refundNo);
    if (!row || !IN_FLIGHT.has(row.state)) return;
    const now = ctx.clock.now();
    row.attempts += 1;
    if (word.kind === 'DONE') {
      row.state = 'DONE';
      row.doneMs = now;
      row.dueMs = null;
      row.providerRefund = word.providerRefund;
      row.problem = null;
    } else {
      row.state = word.state;
      row.problem = word.problem;
      row.dueMs = now + AGAIN_AFTER_MS[Math.min(row.attempts, AGAIN_AFTER_MS.length) - 1]!;
    }
    await updateRefund(tx.client, row);
  });
}

/** Books a refused refund back: a reversal of its posting, the order as it was. */
async function takeBack(
  database: Database,
  ctx: EngineContext,
  { campusId, refundNo }: Pick<RefundRow, 'campusId' | 'refundNo'>,
  reason: string,
): Promise<void> {
  await withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const campus = registry.campuses.get(campusId)!;
    const found = await findRefund(tx.client, campusId, refundNo);
    const opened = found && (await openForMovement(tx, registry, found.accountId, []));
    const row = opened && (await lockRefund(tx.client, campusId, refundNo));
    if (!row || !IN_FLIGHT.has(row.state)) return;
    const { account, book } = opened;
    const now = ctx.clock.now();
    const booked = (await postingsOf(tx.client, [row.txId])).map(
      ({ s, d, amountMicro }): Posting => ({
        s: s as LedgerAccountName,
        d: d as LedgerAccountName,
        a: amountMicro,
        ccy: campus.currency,
      }),
    );
    const postings = reversePostings(booked);
    const [txId] = await postLedger(tx, campus, book, [
      { key: `reverse:${row.txId}`, kind: 'reversal', atMs: now, postings, reverses: row.txId },
    ]);
    account.setCredit({
      ...account.credit,
      buckets: applyPostings(account.credit.buckets, account.row.code, postings),
    });
    if (account.unit !== null) await returnUnits(tx, { registry, campus, account, book }, row, now);
    // Debts that arose while the money was on its way out are paid first, as by any cash: else it would lie beside them.
    const repay = normaliseBuckets(account.credit, { recoveryRatePpm: account.recoveryRatePpm() });
    if (repay.postings.length > 0) {
      await postLedger(tx, campus, book, [
        { key: `repay:refund:${refundNo}`, kind: 'repay', atMs: now, postings: repay.postings },
      ]);
      account.setCredit(repay.credit);
    }
    row.state = 'FAILED';
    row.attempts += 1;
    row.dueMs = null;
    row.doneMs = now;
    row.problem = reason;
    row.reversalTxId = txId!;
    await updateRefund(tx.client, row);
    const order = await lockOrderOfPayment(tx.client, row.paymentId);
    if (order) {
      const payment = (await refundablePayments(tx.client, row.accountId)).find(
        ({ id }) => id === row.paymentId,
      )!;
      const step = orderStep(order.state, refundEvent(payment.amountMicro, payment.refundedMicro));
      if (step.outcome === 'MOVED') order.state = step.to;
      await updateOrder(tx.client, order);
    }
    const desk = new SupplyDesk(tx, ctx, registry);
    await watchCredit(desk, account, now);
    await flushAccounts(tx, campus, book, [account]);
    await desk.flush();
    announceOrder(tx, { accountId: row.accountId });
  });
}

/** Hands back the units that a refused refund had taken: those which its money buys of the sale again. */
async function returnUnits(
  tx: Tx,
  at: { registry: Registry; campus: CampusEntry; account: AccountWork; book: LedgerBook },
  refund: RefundRow,
  now: number,
): Promise<void> {
  const { registry, campus, account, book } = at;
  const paidMicro = refund.paidMicro - (await goneOfPayment(tx.client, refund.paymentId));
  const move = unitsFollowing(
    account.credit,
    saleKindOf(registry, account),
    {
      lines: (await saleLinesOf(tx.client, refund.paymentId)) ?? [],
      paidMicro,
      paidAfterMicro: paidMicro + refund.amountMicro,
    },
    {
      key: `units:refund:${refund.refundNo}:returned`,
      atMs: now,
      recoveryRatePpm: account.recoveryRatePpm(),
    },
  );
  await postLedger(tx, campus, book, move.requests);
  account.setCredit(move.credit);
}

/**
 * A person has given a refund back by hand, over the counter or by bank transfer.
 * @throws DomainError notFound; conflict/NOT_BY_HAND; invalid (reference)
 */
export async function handOutRefund(
  database: Database,
  ctx: EngineContext,
  act: { readonly campusId: number; readonly refundNo: string; readonly reference: string },
  closing?: Closing<void>,
): Promise<void> {
  if (!/^[\x21-\x7e]{1,64}$/.test(act.reference))
    throw invalid('/reference', 'REFERENCE', 'The number of the transfer or receipt, without spaces.');
  await withTransaction(database, async (tx) => {
    const row = await lockRefund(tx.client, act.campusId, act.refundNo);
    if (!row) throw new DomainError('notFound', 'REFUND', `There is no refund ${act.refundNo}.`);
    if (row.state !== 'BY_HAND')
      throw new DomainError('conflict', 'NOT_BY_HAND', 'This refund does not wait for a person.');
    row.state = 'HANDED_OUT';
    row.doneMs = ctx.clock.now();
    row.providerRefund = act.reference;
    await updateRefund(tx.client, row);
    closing?.(tx, undefined);
  });
}

/**
 * Has a refund that its provider has not carried out yet told again at once; how often it was told stands as it is.
 * @throws DomainError notFound/REFUND; conflict/NOT_UNDER_WAY (done, refused, or a person's work)
 */
export async function tellRefundAgain(
  database: Database,
  ctx: EngineContext,
  act: { readonly campusId: number; readonly refundNo: string },
  closing?: Closing<void>,
): Promise<void> {
  await withTransaction(database, async (tx) => {
    const row = await lockRefund(tx.client, act.campusId, act.refundNo);
    if (!row) throw new DomainError('notFound', 'REFUND', `There is no refund ${act.refundNo}.`);
    if (!IN_FLIGHT.has(row.state))
      throw new DomainError('conflict', 'NOT_UNDER_WAY', 'This refund does not wait for its provider.');
    row.dueMs = ctx.clock.now();
    await updateRefund(tx.client, row);
    closing?.(tx, undefined);
  });
}
