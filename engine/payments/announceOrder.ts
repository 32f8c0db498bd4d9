import { DB_CHANNELS } from '../../contracts/dbChannels';
import type { Tx } from '../../db/client';
import { notify } from '../../db/queries/notify';
import type { PaymentOrderRow } from '../../db/queries/paymentOrders';

/** Tells whoever looks at the account, at commit, that one of its orders changed. */
export function announceOrder(tx: Tx, order: Pick<PaymentOrderRow, 'accountId'>): void {
  notify(tx, DB_CHANNELS.accountCredited, [String(order.accountId)]);
}
