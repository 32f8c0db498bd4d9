import { findOrderView } from '../../../db/queries/orderViews';
import { DomainError } from '../../../domain/errors';
import { type Caller, requirePermission } from '../../auth/caller';
import type { PaymentDeps } from './createOrder';

/** The caller is back from the wallet's page. @throws DomainError `forbidden`, `notFound` */
export async function payerReturned(deps: PaymentDeps, caller: Caller, orderNo: string): Promise<void> {
  const { scope } = requirePermission(caller, 'TOP_UP_OWN');
  if (!(await findOrderView(deps.reader, scope, orderNo)))
    throw new DomainError('notFound', 'ORDER', `There is no order ${orderNo}.`);
  await deps.payments.payerReturned(orderNo, caller.address);
}
