import type { CampusZone } from '../time/campusTime';
import { endOfWorkingDay, SUSPENSE_WORKING_DAYS } from './dueDate';
import type { OrderState } from './orderMachine';
import { CREDIT_DEADLINE_MS } from './polling';

/** Who has an order whose money came and is not where it should be, and by when (ms UTC) they will have dealt with it. */
export interface OrderCare {
  readonly who: 'SYSTEM' | 'FINANCE';
  readonly byMs: number;
  readonly problem: string;
}

/** A person has found its place: credited to an account, or returned. */
const SETTLED = new Set(['SUSPENSE_CREDITED', 'SUSPENSE_RETURNED']);

/**
 * Null where all is well. What is paid and not credited is tried again by itself for ten minutes, and is a person's work after
 * that; what was paid otherwise than ordered is a person's from the beginning.
 */
export function orderCare(
  order: { readonly state: OrderState; readonly paidMs: number | null; readonly problem: string | null },
  zone: CampusZone,
  nowMs: number,
): OrderCare | null {
  const { state, problem } = order;
  if (state !== 'PAID' && state !== 'MISMATCH') return null;
  if (problem !== null && SETTLED.has(problem)) return null;
  const paidMs = order.paidMs ?? nowMs;
  if (state === 'PAID' && nowMs < paidMs + CREDIT_DEADLINE_MS)
    return { who: 'SYSTEM', byMs: paidMs + CREDIT_DEADLINE_MS, problem: problem ?? 'CREDITING' };
  return {
    who: 'FINANCE',
    byMs: endOfWorkingDay(paidMs, SUSPENSE_WORKING_DAYS, zone),
    problem: problem ?? 'CREDITING',
  };
}
