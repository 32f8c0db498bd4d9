import { brokenConstraint, type Database, type Tx, withTransaction } from '../../db/client';
import { lockAccounts } from '../../db/queries/accountLocks';
import {
  findOrder,
  lockOrder,
  lockOrderOfPayment,
  type PaymentOrderRow,
  updateOrder,
} from '../../db/queries/paymentOrders';
import { paymentByReference } from '../../db/queries/payments';
import {
  EVENT_ONCE,
  type EventSource,
  type EventVerdict,
  insertPspEvent,
  isEventKnown,
} from '../../db/queries/pspEvents';
import { suspenseByTxn } from '../../db/queries/suspenseItems';
import { isClaimedElsewhere, isPlacedAnywhere, isUnassigned } from '../../db/queries/unassigned';
import type { PaymentChannel } from '../../domain/credit/posting';
import { DomainError } from '../../domain/errors';
import { judgePayment, type PaymentJudgement, type ProvenPayment } from '../../domain/payments/judgePayment';
import { type OrderEvent, orderStep } from '../../domain/payments/orderMachine';
import { RECREDIT_EVERY_MS } from '../../domain/payments/polling';
import { textFromMicro } from '../../domain/units';
import { creditInTransaction } from '../applyTopUp';
import type { EngineContext } from '../context';
import { currentRegistry, type Registry } from '../registry';
import { announceOrder } from './announceOrder';
import { campusOfMerchant } from './merchantCampus';
import { alarmPayment, alarmPaymentOnce, returnPaymentAlarms } from './paymentAlarms';
import { putInSuspense } from './suspense';

/** An authentic word of a provider that somebody paid. Whoever makes one has verified it. */
export interface PaymentTold {
  readonly channel: PaymentChannel;
  readonly source: EventSource;
  /** The provider's number of this telling; with the channel it is unique. */
  readonly eventId: string;
  /** Our order number, as the provider repeats it; null: it names none. */
  readonly orderNo: string | null;
  readonly payment: ProvenPayment;
  /** When the payer paid, by the provider's clock, ms UTC; null: not told. */
  readonly paidMs: number | null;
  readonly bodyHash: Buffer | null;
  readonly address: string | null;
  /** Code of the campus whose merchant account it came over; null or absent: the settings name none. */
  readonly merchantCampus?: string | null;
}

export interface PaymentTaken {
  readonly verdict: EventVerdict;
  readonly orderNo: string | null;
}

/** Constraints that two tellings of one payment at the same instant break: the second look finds what the first one did. */
const RACED = new Set([EVENT_ONCE, 'ledger_tx_key', 'suspense_item_money']);

/**
 * What a proven payment does, in one transaction: order, credit, restores and the record of the notification, or suspense and
 * its alarm. Notification, poll and replay of one payment share the money key (channel, provider's number), so however often
 * and in whatever order they come, the money is credited once. Where crediting itself is refused, the order stays PAID, is
 * tried again, and says why.
 */
export async function takePayment(
  database: Database,
  ctx: EngineContext,
  told: PaymentTold,
): Promise<PaymentTaken> {
  const take = () => withTransaction(database, (tx) => takeIn(database, tx, ctx, told));
  try {
    return await take().catch((error: unknown) => {
      if (!RACED.has(brokenConstraint(error) ?? '')) throw error;
      return take();
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return withTransaction(database, (tx) => holdPaid(tx, ctx, told, error.reason));
  }
}

/** The order under its account's lock; null where the telling names none of this channel. */
async function openOrder(tx: Tx, told: PaymentTold): Promise<PaymentOrderRow | null> {
  const found = told.orderNo === null ? null : await findOrder(tx.client, told.orderNo);
  if (!found || found.channel !== told.channel) return null;
  await lockAccounts(tx.client, [found.accountId]);
  return lockOrder(tx.client, found.orderNo);
}

async function takeIn(
  database: Database,
  tx: Tx,
  ctx: EngineContext,
  told: PaymentTold,
): Promise<PaymentTaken> {
  // The configuration's hold comes before every other lock.
  const registry = await currentRegistry(database, tx);
  const order = await openOrder(tx, told);
  const campusId = order?.campusId ?? campusOfMerchant(registry, told.merchantCampus ?? null);
  if (campusId === null) return leaveUnassigned(tx, ctx, registry, told);
  const { channel, payment } = told;
  const first = !(await isEventKnown(tx.client, channel, told.eventId));
  let judged = judgePayment(order && { ...order, txn: order.providerTxn }, payment);
  // A notification that was told before moves nothing anew; only what it left waiting may still be credited.
  if (!first && order?.state !== 'PAID' && judged.kind !== 'CONFLICT') judged = { kind: 'REPEAT' };
  const verdict = await carryOut(database, tx, ctx, told, judged, order, campusId);
  if (verdict === 'CONFLICT')
    await alarmPaymentOnce(tx, ctx.clock.now(), {
      rule: 'PAYMENT_CONFLICT',
      campusId,
      accountId: null,
      ticket: `${channel}:${payment.txn}:${payment.amountMicro}:${payment.currency}:${told.orderNo ?? ''}`,
      evidence: {
        channel,
        payment: payment.txn,
        amount: textFromMicro(payment.amountMicro),
        currency: payment.currency,
        ...(order === null ? {} : { order: order.orderNo, ordered: textFromMicro(order.amountMicro) }),
      },
    });
  await record(tx, ctx, told, { campusId, order, first, verdict });
  return { verdict, orderNo: order?.orderNo ?? null };
}

/**
 * Money that names no order of ours, over a merchant account of no one campus: nothing is booked, and finance of every campus is
 * told, until the one whose it is takes it.
 */
async function leaveUnassigned(
  tx: Tx,
  ctx: EngineContext,
  registry: Registry,
  told: PaymentTold,
): Promise<PaymentTaken> {
  const { channel, payment } = told;
  const { txn } = payment;
  const first = !(await isEventKnown(tx.client, channel, told.eventId));
  const known =
    (await isUnassigned(tx.client, channel, txn)) || (await isPlacedAnywhere(tx.client, channel, txn));
  if (!known)
    for (const campusId of registry.campuses.keys())
      await alarmPaymentOnce(tx, ctx.clock.now(), {
        rule: 'PAYMENT_CONFLICT',
        campusId,
        accountId: null,
        ticket: `unassigned:${channel}:${txn}:${campusId}`,
        evidence: {
          channel,
          payment: txn,
          amount: textFromMicro(payment.amountMicro),
          currency: payment.currency,
        },
      });
  const verdict = known ? 'REPEAT' : 'UNASSIGNED';
  await record(tx, ctx, told, { campusId: null, order: null, first, verdict });
  return { verdict, orderNo: null };
}

async function carryOut(
  database: Database,
  tx: Tx,
  ctx: EngineContext,
  told: PaymentTold,
  judged: PaymentJudgement,
  order: PaymentOrderRow | null,
  campusId: number,
): Promise<EventVerdict> {
  const { channel, payment } = told;
  const now = ctx.clock.now();
  if (judged.kind === 'CREDIT' && order) {
    if (await isPlacedElsewhere(tx, campusId, told)) return 'CONFLICT';
    const credited = await creditInTransaction(database, tx, ctx, {
      campusId,
      accountCode: order.accountCode,
      amountMicro: payment.amountMicro,
      channel,
      reference: payment.txn,
      actor: `psp:${channel}`,
    });
    const wasHeld = order.state === 'PAID';
    pay(order, told, now);
    step(order, 'CREDIT');
    order.creditedMs = now;
    order.paymentId = credited.paymentId;
    order.lookDueMs = null;
    order.problem = null;
    await updateOrder(tx.client, order);
    announceOrder(tx, order);
    if (wasHeld) await returnPaymentAlarms(tx, now, campusId);
    return 'CREDITED';
  }
  if (judged.kind === 'SUSPENSE') {
    // What lay in suspense has a payment once finance has credited it: told again, it is no other money.
    if (await suspenseByTxn(tx.client, campusId, channel, payment.txn)) return 'REPEAT';
    const known = await paymentByReference(tx.client, campusId, channel, payment.txn);
    if (known || (await isClaimedElsewhere(tx.client, campusId, channel, payment.txn))) return 'CONFLICT';
    await putInSuspense(database, tx, ctx, {
      campusId,
      channel,
      payment,
      orderNo: order?.orderNo ?? null,
      reason: judged.reason,
    });
    if (order && orderStep(order.state, 'MISMATCH').outcome === 'MOVED') {
      step(order, 'MISMATCH');
      order.providerTxn = payment.txn;
      order.paidMs = paidAt(order, told, now);
      order.lookDueMs = null;
      order.problem = judged.reason;
      await updateOrder(tx.client, order);
      announceOrder(tx, order);
    }
    return 'SUSPENSE';
  }
  return judged.kind === 'CONFLICT' ? 'CONFLICT' : 'REPEAT';
}

/** Whether this very money lies in suspense, or has paid another order: then one of the tellings names the wrong order. */
async function isPlacedElsewhere(tx: Tx, campusId: number, told: PaymentTold): Promise<boolean> {
  const { channel, payment } = told;
  if (await suspenseByTxn(tx.client, campusId, channel, payment.txn)) return true;
  if (await isClaimedElsewhere(tx.client, campusId, channel, payment.txn)) return true;
  const known = await paymentByReference(tx.client, campusId, channel, payment.txn);
  const other = known && (await lockOrderOfPayment(tx.client, known.id));
  return other !== null && other.orderNo !== told.orderNo;
}

/** Keeps what is paid and could not be credited: recorded, with its reason, an alarm, and a time to try again. */
async function holdPaid(
  tx: Tx,
  ctx: EngineContext,
  told: PaymentTold,
  reason: string,
): Promise<PaymentTaken> {
  const order = await openOrder(tx, told);
  if (!order) throw new Error(`order ${told.orderNo} is gone`);
  // Another telling of it was credited meanwhile.
  if (order.creditedMs !== null) return { verdict: 'REPEAT', orderNo: order.orderNo };
  const now = ctx.clock.now();
  const first = !(await isEventKnown(tx.client, told.channel, told.eventId));
  if (order.state !== 'PAID') pay(order, told, now);
  order.problem = reason;
  order.looks += 1;
  order.lookDueMs = now + RECREDIT_EVERY_MS;
  await updateOrder(tx.client, order);
  announceOrder(tx, order);
  await alarmPayment(tx, now, {
    rule: 'PAYMENT_HELD',
    campusId: order.campusId,
    ticket: order.orderNo,
    evidence: { channel: told.channel, reason, account: order.accountCode },
  });
  await record(tx, ctx, told, { campusId: order.campusId, order, first, verdict: 'WAITING' });
  return { verdict: 'WAITING', orderNo: order.orderNo };
}

async function record(
  tx: Tx,
  ctx: EngineContext,
  told: PaymentTold,
  as: { campusId: number | null; order: PaymentOrderRow | null; first: boolean; verdict: EventVerdict },
): Promise<void> {
  // Asking again and again leaves one line, not one per question.
  if (!as.first && told.source !== 'HOOK') return;
  await insertPspEvent(tx.client, {
    campusId: as.campusId,
    channel: told.channel,
    source: told.source,
    eventId: told.eventId,
    first: as.first,
    verdict: as.verdict,
    receivedMs: ctx.clock.now(),
    orderNo: as.order?.orderNo ?? told.orderNo?.slice(0, 64) ?? null,
    providerTxn: told.payment.txn,
    amountMicro: told.payment.amountMicro,
    currency: told.payment.currency,
    detail: as.verdict === 'WAITING' || as.verdict === 'SUSPENSE' ? (as.order?.problem ?? null) : null,
    bodyHash: told.bodyHash,
    address: told.address,
  });
}

function pay(order: PaymentOrderRow, told: PaymentTold, now: number): void {
  step(order, 'PAY');
  order.providerTxn = told.payment.txn;
  order.paidMs ??= paidAt(order, told, now);
}

/** The provider's clock is believed as far as it fits between the order and now. */
const paidAt = (order: PaymentOrderRow, told: PaymentTold, now: number): number =>
  Math.min(now, Math.max(order.createdMs, told.paidMs ?? now));

function step(order: PaymentOrderRow, event: OrderEvent): void {
  const taken = orderStep(order.state, event);
  if (taken.outcome === 'REFUSED')
    throw new Error(`order ${order.orderNo} in ${order.state} takes no ${event}`);
  if (taken.outcome === 'MOVED') order.state = taken.to;
}
