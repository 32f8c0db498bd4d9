import { DB_CHANNELS } from '../../contracts/dbChannels';
import type { Tx } from '../../db/client';
import type { PaymentOrderRow } from '../../db/queries/paymentOrders';
import { notify } from '../../db/queries/supply';

/** Tells whoever looks at the account, at commit, that one of its orders changed. */
export async function announceOrder(tx: Tx, order: Pick<PaymentOrderRow, 'accountId'>): Promise<void> {
  await notify(tx.client, DB_CHANNELS.accountCredited, { ids: [String(order.accountId)] });
}
