import type { PaymentOrderRow } from '../../db/queries/paymentOrders';
import { insertPspEvent, NOTHING_SAID } from '../../db/queries/pspEvents';
import { type LookDeps, lookAtOrder } from './lookAtOrders';

/**
 * The payer's browser came back from the provider's page. That proves nothing, whatever stands in its address: it is recorded
 * as such, and the provider itself is asked.
 */
export async function lookOnReturn(deps: LookDeps, order: PaymentOrderRow, address: string): Promise<void> {
  await insertPspEvent(deps.database.pool, {
    ...NOTHING_SAID,
    campusId: order.campusId,
    channel: order.channel,
    source: 'RETURN',
    orderNo: order.orderNo,
    verdict: 'IGNORED',
    receivedMs: deps.engine.clock.now(),
    detail: `the payer came back to an order that was ${order.state}`,
    address,
  });
  if (order.state === 'CREATED') await lookAtOrder(deps, order);
}
