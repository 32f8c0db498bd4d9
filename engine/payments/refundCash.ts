import { monotonicFactory } from 'ulid';
import { type Database, withTransaction } from '../../db/client';
import { isChargeHeldOf } from '../../db/queries/meterStates';
import { lockOrderOfPayment, updateOrder } from '../../db/queries/paymentOrders';
import { insertRefund, refundablePayments, refundedSince } from '../../db/queries/refunds';
import { unitSalesOf } from '../../db/queries/unitSales';
import { applyPostings } from '../../domain/credit/buckets';
import {
  customerAccount,
  type PaymentChannel,
  posting,
  pspAccount,
  revenueAccount,
} from '../../domain/credit/posting';
import { DomainError, invalid } from '../../domain/errors';
import { CHANNEL_FACTS } from '../../domain/payments/channels';
import { orderStep, refundEvent } from '../../domain/payments/orderMachine';
import { planRefund, type RefundPart } from '../../domain/payments/refundPlan';
import { REFUND_DAY_MS, refundNeedsSecond } from '../../domain/payments/secondPerson';
import { refundableOfSales } from '../../domain/payments/unitRefund';
import type { Closing, EngineContext } from '../context';
import { watchCredit } from '../creditWatch';
import { flushAccounts } from '../flushAccounts';
import { needSecondAboveLimit } from '../needSecondPerson';
import { openForMovement } from '../openAccounts';
import { type LedgerRequest, postLedger } from '../postLedger';
import { accountIdOf, currentRegistry } from '../registry';
import { SupplyDesk } from '../supplyDesk';
import { saleKindOf, unitsFollowing } from '../unitSale';
import { announceOrder } from './announceOrder';

/** Numbers of one refund sort in the order of its parts. */
const ulid = monotonicFactory();

export interface RefundRequest {
  readonly campusId: number;
  readonly accountCode: string;
  /** µ-currency, whole fen; null: all that may go back. */
  readonly amountMicro: bigint | null;
  readonly reason: string;
  readonly actor: string;
  /** The second person, verified by the caller; null: nobody. */
  readonly approver: string | null;
}

export interface RefundOutcome {
  readonly amountMicro: bigint;
  readonly parts: readonly (RefundPart & { readonly refundNo: string })[];
}

/**
 * Gives cash back to the payments that it came by, newest first; units go back at the price that they were sold for. It is booked at once, so the money can't be used besides; each
 * part then goes out to its provider, or waits for a person where no provider takes it back any more.
 * @throws DomainError notFound (account); invalid (amount, reason); refused/NOTHING_TO_REFUND, CHARGE_HELD; refused/SECOND_PERSON
 *   above what one person may refund in a day
 */
export async function refundCash(
  database: Database,
  ctx: EngineContext,
  request: RefundRequest,
  closing?: Closing<RefundOutcome>,
): Promise<RefundOutcome> {
  if (!request.reason.trim()) throw invalid('/reason', 'REASON', 'A refund needs a reason.');
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const campus = registry.campuses.get(request.campusId);
    const accountId = accountIdOf(registry, request.campusId, request.accountCode);
    const opened = accountId === undefined ? null : await openForMovement(tx, registry, accountId, []);
    if (!campus || !opened)
      throw new DomainError('notFound', 'ACCOUNT', `There is no account ${request.accountCode}.`);
    const { account, book } = opened;
    if (await isChargeHeldOf(tx.client, account.row.id))
      throw new DomainError(
        'refused',
        'CHARGE_HELD',
        'A charge of this account is held: release it first, for it may be spent already.',
      );
    const now = ctx.clock.now();
    // What is used and not yet posted is spent already.
    const cashMicro = account.credit.buckets.cashMicro - account.unposted();
    const sales = account.unit === null ? null : await unitSalesOf(tx, account.row.id);
    const payments = sales ?? (await refundablePayments(tx.client, account.row.id));
    const money = sales ? refundableOfSales(cashMicro, sales) : { cashMicro, payments };
    const plan = planRefund(money.cashMicro, money.payments, request.amountMicro, now);
    const amountMicro = plan.reduce((sum, part) => sum + part.amountMicro, 0n);
    if (amountMicro === 0n)
      throw new DomainError('refused', 'NOTHING_TO_REFUND', 'No paid cash is left on this account.');
    const today = await refundedSince(tx.client, account.row.id, now - REFUND_DAY_MS);
    if (refundNeedsSecond(amountMicro, today)) await needSecondAboveLimit(tx, request);
    const parts = plan.map((part) => ({ ...part, refundNo: ulid(now) }));
    const kind = sales && saleKindOf(registry, account);
    const from = kind ? revenueAccount(kind) : customerAccount(account.row.code, 'cash');
    const requests = parts.map((part): LedgerRequest => {
      const channel = paidBackBy(part);
      return {
        key: `refund:${channel}:${part.refundNo}`,
        kind: 'refund',
        atMs: now,
        postings: [posting(from, pspAccount(channel), part.amountMicro, campus.currency)],
      };
    });
    let { credit } = account;
    const units = parts.flatMap((part) => {
      const sale = sales?.find(({ id }) => id === part.paymentId);
      if (!sale || !kind) return [];
      const paidMicro = sale.amountMicro - sale.refundedMicro;
      const move = unitsFollowing(
        credit,
        kind,
        { lines: sale.unitLines, paidMicro, paidAfterMicro: paidMicro - part.amountMicro },
        { key: `units:refund:${part.refundNo}`, atMs: now, recoveryRatePpm: account.recoveryRatePpm() },
      );
      credit = move.credit;
      return move.requests;
    });
    const txIds = await postLedger(tx, campus, book, [...requests, ...units]);
    const moved = requests.flatMap(({ postings }) => postings);
    account.setCredit({
      ...credit,
      buckets: applyPostings(credit.buckets, account.row.code, moved),
    });
    for (const [i, part] of parts.entries()) {
      await insertRefund(tx.client, {
        refundNo: part.refundNo,
        campusId: campus.id,
        accountId: account.row.id,
        paymentId: part.paymentId,
        channel: paidBackBy(part),
        amountMicro: part.amountMicro,
        state: part.how === 'PROVIDER' ? 'QUEUED' : 'BY_HAND',
        txId: txIds[i]!,
        actor: request.actor,
        approver: request.approver,
        reason: request.reason.trim(),
        createdMs: now,
        dueMs: part.how === 'PROVIDER' ? now : null,
      });
      const order = await lockOrderOfPayment(tx.client, part.paymentId);
      const payment = payments.find(({ id }) => id === part.paymentId)!;
      if (!order) continue;
      const step = orderStep(
        order.state,
        refundEvent(payment.amountMicro, payment.refundedMicro + part.amountMicro),
      );
      if (step.outcome === 'MOVED') order.state = step.to;
      await updateOrder(tx.client, order);
      announceOrder(tx, order);
    }
    const desk = new SupplyDesk(tx, ctx, registry);
    await watchCredit(desk, account, now);
    await flushAccounts(tx, campus, book, [account]);
    await desk.flush();
    announceOrder(tx, { accountId: account.row.id });
    const outcome = { amountMicro, parts };
    closing?.(tx, outcome);
    return outcome;
  });
}

/** The channel through which a part leaves: the one it came by, or a bank transfer where its provider takes no more. */
function paidBackBy({ channel, how }: RefundPart): PaymentChannel {
  if (how === 'PROVIDER' || CHANNEL_FACTS[channel].kind === 'DESK') return channel;
  return 'bank';
}
