import type { Database } from '../../db/client';
import { dueOrders, type PaymentOrderRow, payerNoOf } from '../../db/queries/paymentOrders';
import { CHANNEL_FACTS } from '../../domain/payments/channels';
import { CLOSE_AT_MS, isOverdue } from '../../domain/payments/polling';
import type { EngineContext } from '../../engine/context';
import { closeOrder, noteLooked, noteStarted } from '../../engine/payments/orderSteps';
import { takePayment } from '../../engine/payments/takePayment';
import { type OrderAnswer, type OrderAtProvider, ProviderUnavailable } from './provider';
import type { Providers } from './providers';

const AT_ONCE = 50;
const SIDE_BY_SIDE = 5;
/** A direct debit that got lost is asked for again within this age; later the payer may have given up on it. */
const DEBIT_AGAIN_MS = 150_000;

export interface LookDeps {
  readonly database: Database;
  readonly engine: EngineContext;
  readonly providers: Providers;
}

/** Looks at every order that is due: unpaid ones are asked about and closed in the end, paid ones credited. */
export async function lookAtOrders(deps: LookDeps): Promise<{ looked: number }> {
  const due = await dueOrders(deps.database.pool, deps.engine.clock.now(), AT_ONCE);
  // A provider that lets us wait must not keep the others' orders waiting as well.
  for (let at = 0; at < due.length; at += SIDE_BY_SIDE)
    await Promise.all(due.slice(at, at + SIDE_BY_SIDE).map((order) => lookAtOrder(deps, order)));
  return { looked: due.length };
}

/** Asks the provider how an order stands and takes its word; a provider that does not answer changes nothing. */
export async function lookAtOrder(deps: LookDeps, order: PaymentOrderRow): Promise<void> {
  const { database, engine, providers } = deps;
  if (order.state === 'PAID') return creditAgain(deps, order);
  const provider = providers.of(order.channel);
  const nowMs = engine.clock.now();
  if (!provider) return noteLooked(database, engine, order.orderNo, 'NOT_CONFIGURED');
  try {
    const asked = await atProvider(database, order, null);
    let answer = await provider.ask(asked);
    if (answer.kind === 'UNPAID' && isDebitLost(order, nowMs))
      answer = (await provider.start(asked)).answer ?? answer;
    if (answer.kind !== 'UNPAID' || !isOverdue(order.createdMs, nowMs)) {
      if (answer.kind === 'UNPAID') await noteLooked(database, engine, order.orderNo, null);
      else await takeAnswer(deps, order, answer);
      return;
    }
    await provider.close(asked);
    await closeOrder(database, engine, order.orderNo, 'EXPIRED');
  } catch (error) {
    tell(engine, order, error);
    await noteLooked(database, engine, order.orderNo, 'PROVIDER_UNAVAILABLE');
  }
}

const isDebitLost = (order: PaymentOrderRow, nowMs: number): boolean =>
  CHANNEL_FACTS[order.channel].kind === 'DIRECT' && nowMs - order.createdMs < DEBIT_AGAIN_MS;

/** Tells the provider of a stored order and takes what it says. Never throws. */
export async function beginOrder(
  deps: LookDeps,
  order: PaymentOrderRow,
  payerAddress: string | null,
): Promise<{ payUrl: string | null }> {
  const provider = deps.providers.of(order.channel);
  if (!provider) return { payUrl: null };
  try {
    const started = await provider.start(await atProvider(deps.database, order, payerAddress));
    if (started.answer === null) {
      await noteStarted(deps.database, order.orderNo, started);
      return { payUrl: started.payUrl };
    }
    await takeAnswer(deps, order, started.answer);
  } catch (error) {
    tell(deps.engine, order, error);
    await noteLooked(deps.database, deps.engine, order.orderNo, 'PROVIDER_UNAVAILABLE').catch(
      (failed: unknown) => tell(deps.engine, order, failed),
    );
  }
  return { payUrl: null };
}

async function takeAnswer(deps: LookDeps, order: PaymentOrderRow, answer: OrderAnswer): Promise<void> {
  const { database, engine } = deps;
  if (answer.kind === 'CLOSED') return closeOrder(database, engine, order.orderNo, answer.reason);
  if (answer.kind === 'UNPAID') return;
  const { verdict } = await takePayment(database, engine, {
    channel: order.channel,
    source: 'QUERY',
    eventId: `query:${answer.payment.txn}`,
    orderNo: order.orderNo,
    payment: answer.payment,
    paidMs: answer.paidMs,
    bodyHash: null,
    address: null,
  });
  // Money that has its place elsewhere leaves the order unpaid: it is looked at again in its time, not at every turn.
  if (verdict === 'CONFLICT' || verdict === 'REPEAT')
    await noteLooked(database, engine, order.orderNo, verdict);
}

/** A paid order whose crediting was refused: the same words again, under the same money key. */
async function creditAgain({ database, engine }: LookDeps, order: PaymentOrderRow): Promise<void> {
  if (order.providerTxn === null) return;
  await takePayment(database, engine, {
    channel: order.channel,
    source: 'QUERY',
    eventId: `query:${order.providerTxn}`,
    orderNo: order.orderNo,
    payment: { txn: order.providerTxn, amountMicro: order.amountMicro, currency: order.currency },
    paidMs: order.paidMs,
    bodyHash: null,
    address: null,
  });
}

async function atProvider(
  database: Database,
  order: PaymentOrderRow,
  payerAddress: string | null,
): Promise<OrderAtProvider> {
  return {
    orderNo: order.orderNo,
    amountMicro: order.amountMicro,
    currency: order.currency,
    description: order.accountCode,
    payerAddress,
    providerRef: order.providerRef,
    closesMs: order.createdMs + CLOSE_AT_MS,
    payerNo:
      CHANNEL_FACTS[order.channel].kind === 'DIRECT' ? await payerNoOf(database.pool, order.orderNo) : null,
  };
}

/** Errors of providers say what went wrong and never carry keys. */
function tell(engine: EngineContext, order: PaymentOrderRow, error: unknown): void {
  const known = error instanceof ProviderUnavailable;
  engine.log[known ? 'warn' : 'error'](
    { order: order.orderNo, channel: order.channel, ...(known ? { why: error.message } : { err: error }) },
    'payment provider',
  );
}
