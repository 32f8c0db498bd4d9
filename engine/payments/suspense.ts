import { ulid } from 'ulid';
import { DB_CHANNELS } from '../../contracts/dbChannels';
import { type Database, type Tx, withTransaction } from '../../db/client';
import { notify } from '../../db/queries/notify';
import { lockOrder, updateOrder } from '../../db/queries/paymentOrders';
import { insertPayment } from '../../db/queries/payments';
import {
  creditedFromSuspenseSince,
  insertSuspense,
  lockOpenSuspense,
  lockSuspense,
  resolveSuspenseRow,
  returnedFromSuspenseSince,
  type SuspenseItemRow,
} from '../../db/queries/suspenseItems';
import { type PaymentChannel, posting, pspAccount, suspenseAccount } from '../../domain/credit/posting';
import { applyTopUp } from '../../domain/credit/repayment';
import { DomainError, invalid } from '../../domain/errors';
import { endOfWorkingDay, SUSPENSE_WORKING_DAYS } from '../../domain/payments/dueDate';
import type { ProvenPayment, SuspenseReason } from '../../domain/payments/judgePayment';
import { REFUND_DAY_MS, refundNeedsSecond } from '../../domain/payments/secondPerson';
import { textFromMicro } from '../../domain/units';
import type { Closing, EngineContext } from '../context';
import { watchCredit } from '../creditWatch';
import { flushAccounts } from '../flushAccounts';
import { LedgerBook } from '../ledgerBook';
import { consenting, needSecondAboveLimit } from '../needSecondPerson';
import { type OpenedAccount, openForMovement } from '../openAccounts';
import { postLedger } from '../postLedger';
import { accountIdOf, currentRegistry, type Registry } from '../registry';
import { SupplyDesk } from '../supplyDesk';
import { announceOrder } from './announceOrder';
import { needSecondByHand } from './handLimits';
import { alarmPayment, returnPaymentAlarms } from './paymentAlarms';

/**
 * Puts money that is not what was ordered aside: psp → suspense in its own currency, an item with a date by which finance must
 * have found its place, an alarm. The ledger key is the one of a top-up, so the same money can't be credited besides.
 * Whoever calls has seen that it lies, or lay, in suspense under no such number.
 */
export async function putInSuspense(
  database: Database,
  tx: Tx,
  ctx: EngineContext,
  what: {
    readonly campusId: number;
    readonly channel: PaymentChannel;
    readonly payment: ProvenPayment;
    readonly orderNo: string | null;
    readonly reason: SuspenseReason;
  },
): Promise<void> {
  const { campusId, channel, payment, orderNo, reason } = what;
  const registry = await currentRegistry(database, tx);
  const campus = registry.campuses.get(campusId);
  if (!campus) throw new Error(`campus ${campusId} is not in the registry`);
  const now = ctx.clock.now();
  const foreign = payment.currency === campus.currency ? '' : `:${payment.currency}`;
  const from = pspAccount(channel);
  const into = suspenseAccount(channel);
  const [txId] = await postLedger(tx, { id: campusId }, await LedgerBook.load(tx, []), [
    {
      key: `topup:${channel}:${payment.txn}`,
      kind: 'suspense',
      atMs: now,
      // A pot holds one currency: money of another has pots of its own.
      postings: [
        posting(
          `${from}${foreign}` as typeof from,
          `${into}${foreign}` as typeof into,
          payment.amountMicro,
          payment.currency,
        ),
      ],
    },
  ]);
  const id = ulid(now);
  await insertSuspense(tx.client, {
    id,
    campusId,
    channel,
    providerTxn: payment.txn,
    orderNo,
    amountMicro: payment.amountMicro,
    currency: payment.currency,
    reason,
    txId: txId!,
    receivedMs: now,
    dueMs: endOfWorkingDay(now, SUSPENSE_WORKING_DAYS, campus.zone),
  });
  await alarmPayment(tx, now, {
    rule: 'PAYMENT_SUSPENSE',
    campusId,
    ticket: id,
    evidence: {
      channel,
      reason,
      amount: textFromMicro(payment.amountMicro),
      currency: payment.currency,
      ...(orderNo === null ? {} : { order: orderNo }),
    },
  });
}

export interface SuspenseDecision {
  readonly campusId: number;
  readonly itemId: string;
  /** CREDIT: to this account. RETURN: given back outside, by the note's way. */
  readonly decision: { readonly kind: 'CREDIT'; readonly accountCode: string } | { readonly kind: 'RETURN' };
  readonly actor: string;
  /** The second person, verified by the caller; null: nobody. */
  readonly approver: string | null;
  readonly note: string;
}

/**
 * A person's word on money in suspense: it goes to an account, with the restores that follow, as a payment under the provider's
 * number like any other; or back to where it came from.
 * @throws DomainError notFound; conflict/RESOLVED; invalid/SUSPENSE_CURRENCY (other money than the campus's is only returned);
 *   invalid (note); refused/SECOND_PERSON above what one person may credit to an account, or return, in a day, and for all
 *   money of another currency
 */
export async function resolveSuspense(
  database: Database,
  ctx: EngineContext,
  request: SuspenseDecision,
  closing?: Closing<void>,
): Promise<void> {
  const { campusId, itemId, decision, actor, approver } = request;
  const note = request.note.trim();
  if (!note) throw invalid('/note', 'NOTE', 'Say why, and for money that is returned how.');
  await withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const campus = registry.campuses.get(campusId)!;
    const accountId =
      decision.kind === 'CREDIT' ? accountIdOf(registry, campusId, decision.accountCode) : undefined;
    const opened = accountId === undefined ? null : await openForMovement(tx, registry, accountId, []);
    if (decision.kind === 'CREDIT' && (!opened || opened.account.row.status === 'CLOSED'))
      throw new DomainError('notFound', 'ACCOUNT', `There is no open account ${decision.accountCode}.`, {
        field: '/accountCode',
      });
    // Of two who return at once the second sees what the first returned; credits wait for each other at their account.
    if (!opened) await lockOpenSuspense(tx.client, campusId);
    const item = await lockSuspense(tx.client, campusId, itemId);
    if (!item) throw new DomainError('notFound', 'SUSPENSE', `There is no suspense item ${itemId}.`);
    if (item.resolvedMs !== null)
      throw new DomainError('conflict', 'RESOLVED', 'This money has found its place already.');
    const isForeign = item.currency !== campus.currency;
    if (opened && isForeign)
      throw invalid('/decision', 'SUSPENSE_CURRENCY', `Money in ${item.currency} can only be returned.`);
    const now = ctx.clock.now();
    opened?.account.requireMoney('return the money, and top the account up anew');
    const since = now - REFUND_DAY_MS;
    const dayBefore = opened
      ? await creditedFromSuspenseSince(tx.client, opened.account.row.id, since)
      : await returnedFromSuspenseSince(tx.client, campusId, campus.currency, since);
    if (isForeign || refundNeedsSecond(item.amountMicro, dayBefore))
      await needSecondAboveLimit(tx, { actor, approver });
    // What a bank's list told no provider vouches for: by way of suspense it goes no further than straight to an account.
    if (decision.kind === 'CREDIT' && item.channel === 'bank')
      await needSecondByHand(tx, { ...request, ...decision, amountMicro: item.amountMicro }, now);
    const placed = opened
      ? await creditItem(tx, ctx, registry, item, opened, request)
      : { txId: await returnItem(tx, item, isForeign, now), paymentId: null };
    await resolveSuspenseRow(tx.client, item.id, {
      resolvedMs: now,
      resolvedBy: actor,
      approver: await consenting(tx, request),
      resolution: opened ? 'CREDITED' : 'RETURNED',
      note,
      txId: placed.txId,
    });
    const order = item.orderNo === null ? null : await lockOrder(tx.client, item.orderNo);
    if (order?.state === 'MISMATCH') {
      order.problem = opened ? 'SUSPENSE_CREDITED' : 'SUSPENSE_RETURNED';
      // So that a refund can go back by the provider, who knows the payment by this order.
      if (order.accountId === accountId) order.paymentId = placed.paymentId;
      await updateOrder(tx.client, order);
      announceOrder(tx, order);
    }
    await returnPaymentAlarms(tx, now, campusId);
    closing?.(tx, undefined);
  });
}

/** Suspense → account, with the payment that a refund or chargeback of this money finds. */
async function creditItem(
  tx: Tx,
  ctx: EngineContext,
  registry: Registry,
  item: SuspenseItemRow,
  { account, book }: OpenedAccount,
  request: SuspenseDecision,
): Promise<{ txId: bigint; paymentId: string }> {
  const campus = registry.campuses.get(item.campusId)!;
  const now = ctx.clock.now();
  const move = applyTopUp(account.credit, item.amountMicro, suspenseAccount(item.channel), {
    recoveryRatePpm: account.recoveryRatePpm(),
  });
  const [txId] = (await postLedger(tx, campus, book, [
    { key: `suspense:${item.id}`, kind: 'suspense', atMs: now, postings: move.postings },
  ])) as [bigint];
  account.noteRecovered(move.credit.buckets.arrearsMicro - account.credit.buckets.arrearsMicro);
  account.setCredit(move.credit);
  const paymentId = ulid(now);
  const desk = new SupplyDesk(tx, ctx, registry);
  await watchCredit(desk, account, now, { originId: paymentId });
  await insertPayment(tx.client, {
    id: paymentId,
    campusId: item.campusId,
    accountId: account.row.id,
    channel: item.channel,
    reference: item.providerTxn,
    amountMicro: item.amountMicro,
    txId,
    actor: request.actor,
    approver: await consenting(tx, request),
    reason: request.note.trim(),
    acceptedMs: now,
    commandIds: desk.queuedIds,
    units: null,
  });
  await flushAccounts(tx, campus, book, [account]);
  await desk.flush();
  notify(tx, DB_CHANNELS.accountCredited, [String(account.row.id)]);
  return { txId, paymentId };
}

/** Suspense → psp, in its own currency. */
async function returnItem(tx: Tx, item: SuspenseItemRow, isForeign: boolean, now: number): Promise<bigint> {
  const foreign = isForeign ? `:${item.currency}` : '';
  const from = `${suspenseAccount(item.channel)}${foreign}` as ReturnType<typeof suspenseAccount>;
  const to = `${pspAccount(item.channel)}${foreign}` as ReturnType<typeof pspAccount>;
  const [txId] = await postLedger(tx, { id: item.campusId }, await LedgerBook.load(tx, []), [
    {
      key: `suspense:${item.id}`,
      kind: 'suspense',
      atMs: now,
      postings: [posting(from, to, item.amountMicro, item.currency)],
    },
  ]);
  return txId!;
}
