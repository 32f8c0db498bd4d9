import { sql } from 'drizzle-orm';
import type { PaymentChannel } from '../../domain/credit/posting';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** What waits for finance is of the whole campus: a narrower scope sees none of it. */
const MAX = 200;
const campusOf = (scope: ScopeFilter): number | null => (scope.campusWide ? scope.campusId : null);

export interface OpenSuspense {
  id: string;
  channel: PaymentChannel;
  providerTxn: string;
  orderNo: string | null;
  amountMicro: bigint;
  currency: string;
  reason: string;
  receivedMs: number;
  dueMs: number;
}

export function listOpenSuspense(source: Source, scope: ScopeFilter): Promise<OpenSuspense[]> {
  return selectRows<OpenSuspense>(
    source,
    sql`select id, channel, provider_txn as "providerTxn", order_no as "orderNo", amount_micro as "amountMicro", currency, reason,
           received_ms::float8 as "receivedMs", due_ms::float8 as "dueMs"
      from suspense_item where campus_id = ${campusOf(scope)} and resolved_ms is null order by due_ms limit ${MAX}`,
  );
}

export interface HeldOrder {
  orderNo: string;
  accountCode: string;
  amountMicro: bigint;
  problem: string | null;
  paidMs: number;
}

export function listHeldOrders(source: Source, scope: ScopeFilter): Promise<HeldOrder[]> {
  return selectRows<HeldOrder>(
    source,
    sql`select o.order_no as "orderNo", a.code as "accountCode", o.amount_micro as "amountMicro", o.problem,
           coalesce(o.paid_ms, o.created_ms)::float8 as "paidMs"
      from payment_order o join account a on a.id = o.account_id
     where o.campus_id = ${campusOf(scope)} and o.state = 'PAID' order by o.paid_ms limit ${MAX}`,
  );
}

export interface RefundToDo {
  refundNo: string;
  accountCode: string;
  channel: PaymentChannel;
  amountMicro: bigint;
  state: 'BY_HAND' | 'FAILED';
  problem: string | null;
  createdMs: number;
}

/** Refunds that wait for a hand, and the latest that their provider refused. */
export function listRefundsToDo(source: Source, scope: ScopeFilter): Promise<RefundToDo[]> {
  return selectRows<RefundToDo>(
    source,
    sql`select r.refund_no as "refundNo", a.code as "accountCode", r.channel, r.amount_micro as "amountMicro",
           r.state::text as state, r.problem, r.created_ms::float8 as "createdMs"
      from refund r join account a on a.id = r.account_id
     where r.campus_id = ${campusOf(scope)} and r.state in ('BY_HAND', 'FAILED')
     order by r.state, r.created_ms desc limit ${MAX}`,
  );
}
