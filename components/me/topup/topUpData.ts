import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['payments'];

export type PaymentMethods = Outputs['methods'];
export type PaymentMethod = PaymentMethods['methods'][number];
export type Order = Outputs['order'];
export type OrderSummary = Outputs['recentOrders'][number];

/** Amount and method of the newest top-up that was paid for, to be offered again. */
export function lastPaid(orders: readonly OrderSummary[]): { amount: string; channel: string } | null {
  return orders.find(({ creditedAt }) => creditedAt !== null) ?? null;
}

/** The order that somebody left midway: not paid yet, or paid and not credited. */
export function underWay(orders: readonly OrderSummary[]): OrderSummary | null {
  return orders.find(({ state }) => state === 'CREATED' || state === 'PAID') ?? null;
}
