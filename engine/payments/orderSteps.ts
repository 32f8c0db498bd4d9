import { type Database, type Tx, withTransaction } from '../../db/client';
import { lockAccounts } from '../../db/queries/accountLocks';
import { findOrder, lockOrder, type PaymentOrderRow, updateOrder } from '../../db/queries/paymentOrders';
import { orderStep } from '../../domain/payments/orderMachine';
import { nextPollMs } from '../../domain/payments/polling';
import type { EngineContext } from '../context';
import { announceOrder } from './announceOrder';

/** Acts on an order while it is unpaid; what has been paid meanwhile is left as it is. */
async function whileUnpaid(
  database: Database,
  orderNo: string,
  act: (order: PaymentOrderRow) => void,
): Promise<void> {
  await withTransaction(database, async (tx: Tx) => {
    const found = await findOrder(tx.client, orderNo);
    if (!found) return;
    await lockAccounts(tx.client, [found.accountId]);
    const order = await lockOrder(tx.client, orderNo);
    if (order?.state !== 'CREATED') return;
    act(order);
    await updateOrder(tx.client, order);
    announceOrder(tx, order);
  });
}

/** The provider has taken the order: where the payer confirms, and what the provider calls it. */
export function noteStarted(
  database: Database,
  orderNo: string,
  started: { readonly payUrl: string | null; readonly providerRef: string | null },
): Promise<void> {
  return whileUnpaid(database, orderNo, (order) => {
    order.payUrl = started.payUrl;
    order.providerRef = started.providerRef;
    order.problem = null;
  });
}

/** An unpaid order was looked at. `problem` is a code where its provider did not answer. */
export function noteLooked(
  database: Database,
  ctx: EngineContext,
  orderNo: string,
  problem: string | null,
): Promise<void> {
  return whileUnpaid(database, orderNo, (order) => {
    order.looks += 1;
    order.lookDueMs = nextPollMs(order.createdMs, ctx.clock.now());
    order.problem = problem;
  });
}

/** Nothing was paid and nothing can be any more. `reason` as a code, e.g. EXPIRED or DECLINED. */
export function closeOrder(
  database: Database,
  ctx: EngineContext,
  orderNo: string,
  reason: string,
): Promise<void> {
  return whileUnpaid(database, orderNo, (order) => {
    const step = orderStep(order.state, 'CLOSE');
    if (step.outcome !== 'MOVED') return;
    order.state = step.to;
    order.closedMs = ctx.clock.now();
    order.lookDueMs = null;
    order.problem = reason;
  });
}
