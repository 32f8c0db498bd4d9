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
  /** Account of the order that was paid, or what a bank's list named; null: neither. */
  accountCode: string | null;
  spaceCode: string | null;
  amountMicro: bigint;
  currency: string;
  reason: string;
  receivedMs: number;
  dueMs: number;
}

export function listOpenSuspense(source: Source, scope: ScopeFilter): Promise<OpenSuspense[]> {
  return selectRows<OpenSuspense>(
    source,
    sql`select i.id, i.channel, i.provider_txn as "providerTxn", i.order_no as "orderNo", coalesce(a.code, e.named) as "accountCode",
           s.code as "spaceCode", i.amount_micro as "amountMicro", i.currency, i.reason,
           i.received_ms::float8 as "receivedMs", i.due_ms::float8 as "dueMs"
      from suspense_item i
      left join payment_order o on o.order_no = i.order_no
      left join account a on a.id = o.account_id
      left join space s on s.id = a.space_id
      left join lateral (
        select nullif(split_part(v.detail, ':', 2), '') as named from psp_event v
         where v.first and v.channel = i.channel and v.event_id = i.provider_txn and v.source = 'SHEET'
           and v.campus_id = i.campus_id) e on true
     where i.campus_id = ${campusOf(scope)} and i.resolved_ms is null order by i.due_ms limit ${MAX}`,
  );
}

export interface HeldOrder {
  orderNo: string;
  accountCode: string;
  spaceCode: string | null;
  channel: PaymentChannel;
  amountMicro: bigint;
  problem: string | null;
  paidMs: number;
}

export function listHeldOrders(source: Source, scope: ScopeFilter): Promise<HeldOrder[]> {
  return selectRows<HeldOrder>(
    source,
    sql`select o.order_no as "orderNo", a.code as "accountCode", s.code as "spaceCode", o.channel, o.amount_micro as "amountMicro",
           o.problem, coalesce(o.paid_ms, o.created_ms)::float8 as "paidMs"
      from payment_order o join account a on a.id = o.account_id left join space s on s.id = a.space_id
     where o.campus_id = ${campusOf(scope)} and o.state = 'PAID' order by o.paid_ms limit ${MAX}`,
  );
}
