import { monotonicFactory } from 'ulid';
import type { CreatedOrder, CreateOrder, PaymentMethods } from '../../../contracts/payments';
import { withTransaction } from '../../../db/client';
import { countOpenOrders, listOwnAccounts } from '../../../db/queries/orderViews';
import { insertOrder, orderByToken } from '../../../db/queries/paymentOrders';
import { DomainError, invalid } from '../../../domain/errors';
import { CHANNEL_FACTS } from '../../../domain/payments/channels';
import { nextPollMs } from '../../../domain/payments/polling';
import { TOP_UP_MAX_MICRO, TOP_UP_MIN_MICRO } from '../../../domain/payments/topUpBounds';
import { fenTextFromMicro, microFromText } from '../../../domain/units';
import { type Caller, requirePermission } from '../../auth/caller';
import type { PaymentDesk } from '../../payments/paymentDesk';
import { auditAct } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';

/** Unpaid orders that one person may have at a time. */
const OPEN_MAX = 20;

/** Rises also within one instant, so that the newest order is always the last one made. */
const nextOrderNo = monotonicFactory();

export interface PaymentDeps extends ServiceDeps {
  readonly payments: PaymentDesk;
}

/** The ways in which the caller can pay. @throws DomainError `forbidden` */
export function paymentMethods(deps: Pick<PaymentDeps, 'payments'>, caller: Caller): PaymentMethods {
  requirePermission(caller, 'TOP_UP_OWN');
  return {
    methods: deps.payments.methods(),
    currency: caller.campus.currency,
    minAmount: fenTextFromMicro(TOP_UP_MIN_MICRO),
    maxAmount: fenTextFromMicro(TOP_UP_MAX_MICRO),
  };
}

/**
 * Orders a top-up of the caller's own account: account, amount and currency are fixed here, before any provider hears of it.
 * A second call with the same client token gives the same order.
 * @throws DomainError `forbidden`; `invalid` (amount, channel, accountCode); `conflict` `CLIENT_TOKEN`; `notFound` `OWN_ACCOUNT`;
 *   `refused` `TOO_MANY_ORDERS`
 */
export async function createOrder(
  deps: PaymentDeps,
  caller: Caller,
  input: CreateOrder,
): Promise<CreatedOrder> {
  const { scope } = requirePermission(caller, 'TOP_UP_OWN');
  const amountMicro = microFromText(input.amount);
  if (amountMicro === null || amountMicro < TOP_UP_MIN_MICRO || amountMicro > TOP_UP_MAX_MICRO)
    throw invalid(
      '/amount',
      'TOP_UP_BOUNDS',
      `One top-up is ${fenTextFromMicro(TOP_UP_MIN_MICRO)} to ${fenTextFromMicro(TOP_UP_MAX_MICRO)}.`,
    );
  if (!deps.payments.methods().some(({ channel }) => channel === input.channel))
    throw invalid('/channel', 'CHANNEL', 'This way to pay is not on offer.');
  const account = await ownAccount(deps, caller, input.accountCode);
  if ((await countOpenOrders(deps.reader, scope)) >= OPEN_MAX)
    throw new DomainError(
      'refused',
      'TOO_MANY_ORDERS',
      'Pay one of your open orders, or wait until they close.',
    );
  const now = deps.engine.clock.now();
  const orderNo = nextOrderNo(now);
  const stored = await withTransaction(deps.database, async (tx) => {
    const added = await insertOrder(tx.client, {
      orderNo,
      campusId: scope.campusId,
      accountId: account.id,
      personId: scope.personId,
      actor: caller.actor,
      channel: input.channel,
      amountMicro,
      currency: caller.campus.currency,
      clientToken: input.clientToken,
      createdMs: now,
      lookDueMs: nextPollMs(now, now),
    });
    if (added)
      auditAct(tx, deps, caller, {
        action: 'ORDER_TOP_UP',
        target: `account:${account.code}`,
        after: { order: orderNo, amount: fenTextFromMicro(amountMicro), channel: input.channel },
      });
    return orderByToken(tx.client, caller.actor, input.clientToken);
  });
  if (!stored) throw new Error('the order that was just stored is gone');
  if (
    stored.amountMicro !== amountMicro ||
    stored.channel !== input.channel ||
    stored.accountId !== account.id
  )
    throw new DomainError('conflict', 'CLIENT_TOKEN', 'This tap has ordered something else already.', {
      field: '/clientToken',
    });
  const isNew = stored.state === 'CREATED' && stored.payUrl === null;
  const payUrl = isNew ? (await deps.payments.begin(stored.orderNo, caller.address)).payUrl : stored.payUrl;
  return {
    orderNo: stored.orderNo,
    payUrl: CHANNEL_FACTS[stored.channel].kind === 'WALLET' ? payUrl : null,
  };
}

async function ownAccount(
  deps: ReadDeps,
  caller: Caller,
  code: string | undefined,
): Promise<{ id: number; code: string }> {
  const { scope } = requirePermission(caller, 'TOP_UP_OWN');
  const own = await listOwnAccounts(deps.reader, scope);
  const wanted = code === undefined ? own : own.filter((account) => account.code === code);
  if (wanted.length > 1)
    throw invalid('/accountCode', 'ACCOUNT_AMBIGUOUS', 'You live under several accounts: name one.');
  const [account] = wanted;
  if (!account) throw new DomainError('notFound', 'OWN_ACCOUNT', 'You have no such account.');
  return account;
}
