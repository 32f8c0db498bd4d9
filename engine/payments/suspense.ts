import { ulid } from 'ulid';
import { type Database, type Tx, withTransaction } from '../../db/client';
import { lockOrder, updateOrder } from '../../db/queries/paymentOrders';
import { insertSuspense, lockSuspense, resolveSuspenseRow, suspenseByTxn } from '../../db/queries/pspEvents';
import { type PaymentChannel, posting, pspAccount, suspenseAccount } from '../../domain/credit/posting';
import { applyTopUp } from '../../domain/credit/repayment';
import { DomainError, invalid } from '../../domain/errors';
import { endOfWorkingDay, SUSPENSE_WORKING_DAYS } from '../../domain/payments/dueDate';
import type { ProvenPayment, SuspenseReason } from '../../domain/payments/judgePayment';
import { textFromMicro } from '../../domain/units';
import type { Closing, EngineContext } from '../context';
import { watchCredit } from '../creditWatch';
import { flushAccounts } from '../flushAccounts';
import { LedgerBook } from '../ledgerBook';
import { openForMovement } from '../openAccounts';
import { postLedger } from '../postLedger';
import { accountIdOf, currentRegistry } from '../registry';
import { SupplyDesk } from '../supplyDesk';
import { announceOrder } from './announceOrder';
import { alarmPayment, returnPaymentAlarms } from './paymentAlarms';

/**
 * Puts money that is not what was ordered aside: psp → suspense in its own currency, an item with a date by which finance must
 * have found its place, an alarm. The ledger key is the one of a top-up, so the same money can't be credited besides.
 * @returns the item's id; null where this money lies, or lay, in suspense already
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
): Promise<string | null> {
  const { campusId, channel, payment, orderNo, reason } = what;
  if (await suspenseByTxn(tx.client, campusId, channel, payment.txn)) return null;
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
  return id;
}

export interface SuspenseDecision {
  readonly campusId: number;
  readonly itemId: string;
  /** CREDIT: to this account. RETURN: given back outside, by the note's way. */
  readonly decision: { readonly kind: 'CREDIT'; readonly accountCode: string } | { readonly kind: 'RETURN' };
  readonly actor: string;
  readonly note: string;
}

/**
 * A person's word on money in suspense: it goes to an account, with the restores that follow, or back to where it came from.
 * @throws DomainError notFound; conflict/RESOLVED; invalid/SUSPENSE_CURRENCY (other money than the campus's is only returned);
 *   invalid (note)
 */
export async function resolveSuspense(
  database: Database,
  ctx: EngineContext,
  { campusId, itemId, decision, actor, note }: SuspenseDecision,
  closing?: Closing<void>,
): Promise<void> {
  if (!note.trim()) throw invalid('/note', 'NOTE', 'Say why, and for money that is returned how.');
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
    const item = await lockSuspense(tx.client, campusId, itemId);
    if (!item) throw new DomainError('notFound', 'SUSPENSE', `There is no suspense item ${itemId}.`);
    if (item.resolvedMs !== null)
      throw new DomainError('conflict', 'RESOLVED', 'This money has found its place already.');
    const now = ctx.clock.now();
    const foreign = item.currency === campus.currency ? '' : `:${item.currency}`;
    const from = `${suspenseAccount(item.channel)}${foreign}` as ReturnType<typeof suspenseAccount>;
    const key = `suspense:${item.id}`;
    let txId: bigint;
    if (opened) {
      if (foreign)
        throw invalid('/decision', 'SUSPENSE_CURRENCY', `Money in ${item.currency} can only be returned.`);
      const { account, book } = opened;
      account.requireMoney('return the money, and top the account up anew');
      const move = applyTopUp(account.credit, item.amountMicro, from, {
        recoveryRatePpm: account.recoveryRatePpm(),
      });
      [txId] = (await postLedger(tx, campus, book, [
        { key, kind: 'suspense', atMs: now, postings: move.postings },
      ])) as [bigint];
      account.noteRecovered(move.credit.buckets.arrearsMicro - account.credit.buckets.arrearsMicro);
      account.setCredit(move.credit);
      const desk = new SupplyDesk(tx, ctx, registry);
      await watchCredit(desk, account, now, { originId: item.id });
      await flushAccounts(tx, campus, book, [account]);
      await desk.flush();
    } else {
      const to = `${pspAccount(item.channel)}${foreign}` as ReturnType<typeof pspAccount>;
      [txId] = (await postLedger(tx, { id: campusId }, await LedgerBook.load(tx, []), [
        {
          key,
          kind: 'suspense',
          atMs: now,
          postings: [posting(from, to, item.amountMicro, item.currency)],
        },
      ])) as [bigint];
    }
    await resolveSuspenseRow(tx.client, item.id, {
      resolvedMs: now,
      resolvedBy: actor,
      resolution: decision.kind === 'CREDIT' ? 'CREDITED' : 'RETURNED',
      note: note.trim(),
      txId,
    });
    const order = item.orderNo === null ? null : await lockOrder(tx.client, item.orderNo);
    if (order?.state === 'MISMATCH') {
      order.problem = decision.kind === 'CREDIT' ? 'SUSPENSE_CREDITED' : 'SUSPENSE_RETURNED';
      await updateOrder(tx.client, order);
      await announceOrder(tx, order);
    }
    await returnPaymentAlarms(tx, now, campusId);
    closing?.(tx, undefined);
  });
}
