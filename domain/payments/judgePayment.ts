import { type OrderState, orderStep } from './orderMachine';

/** What a provider proved about a payment. Amounts in µ; `txn` is the provider's own number of the payment. */
export interface ProvenPayment {
  readonly txn: string;
  readonly amountMicro: bigint;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

/** The order as it was fixed before anything was paid. */
export interface OrderedPayment {
  readonly state: OrderState;
  readonly amountMicro: bigint;
  readonly currency: string;
  /** The payment that it was paid with; null: none yet. */
  readonly txn: string | null;
}

/** Why money lies in suspense. ACCOUNT: the account that it was meant for is unknown or takes none. */
export const SUSPENSE_REASONS = ['NO_ORDER', 'AMOUNT', 'CURRENCY', 'PAID_TWICE', 'ACCOUNT'] as const;
export type SuspenseReason = (typeof SUSPENSE_REASONS)[number];

/**
 * What a proven payment does. CREDIT: exactly what was ordered. REPEAT: the payment that is known already. SUSPENSE: real money
 * that is not what was ordered, kept aside and never credited as "what came". CONFLICT: a known payment told with other
 * contents, of which one telling is wrong.
 */
export type PaymentJudgement =
  | { readonly kind: 'CREDIT' | 'REPEAT' | 'CONFLICT' }
  | { readonly kind: 'SUSPENSE'; readonly reason: SuspenseReason };

/** Holds a proven payment against its order (domain.md 8, decision 14). */
export function judgePayment(order: OrderedPayment | null, paid: ProvenPayment): PaymentJudgement {
  if (order === null) return { kind: 'SUSPENSE', reason: 'NO_ORDER' };
  const sameMoney = paid.currency === order.currency && paid.amountMicro === order.amountMicro;
  if (order.txn === paid.txn) {
    if (order.state === 'MISMATCH') return { kind: 'REPEAT' };
    if (!sameMoney) return { kind: 'CONFLICT' };
    return { kind: order.state === 'PAID' ? 'CREDIT' : 'REPEAT' };
  }
  if (paid.currency !== order.currency) return { kind: 'SUSPENSE', reason: 'CURRENCY' };
  if (paid.amountMicro !== order.amountMicro) return { kind: 'SUSPENSE', reason: 'AMOUNT' };
  const takes = order.txn === null && orderStep(order.state, 'PAY').outcome === 'MOVED';
  return takes ? { kind: 'CREDIT' } : { kind: 'SUSPENSE', reason: 'PAID_TWICE' };
}
