import { sql } from 'drizzle-orm';
import type { PaymentChannel } from '../../domain/credit/posting';
import type { RefundablePayment } from '../../domain/payments/refundPlan';
import { REFUNDABLE, type RefundState } from './refunds';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** A part of a refund with the payment that it goes back to, as finance sees it. Amounts in µ, times in ms UTC. */
export interface RefundView {
  readonly refundNo: string;
  readonly accountCode: string;
  readonly spaceCode: string | null;
  readonly channel: PaymentChannel;
  readonly amountMicro: bigint;
  readonly state: RefundState;
  readonly reason: string;
  readonly actor: string;
  readonly approver: string | null;
  readonly createdMs: number;
  readonly attempts: number;
  /** When its provider is told next; null: it is not. */
  readonly dueMs: number | null;
  readonly doneMs: number | null;
  /** The provider's number, or the one under which it was handed out. */
  readonly reference: string | null;
  readonly problem: string | null;
  readonly txId: bigint;
  readonly reversalTxId: bigint | null;
  readonly paidBy: PaymentChannel;
  readonly paidReference: string;
  readonly paidMicro: bigint;
  readonly paidMs: number;
}

/**
 * Refunds of the campus or of one of its accounts, newest first; those of one act in the order in which payments are given
 * back. A narrower scope than the campus sees none.
 */
export function listRefunds(
  source: Source,
  scope: ScopeFilter,
  accountCode: string | null,
  limit: number,
): Promise<RefundView[]> {
  const campus = scope.campusWide ? scope.campusId : null;
  return selectRows<RefundView>(
    source,
    sql`select r.refund_no as "refundNo", a.code as "accountCode", s.code as "spaceCode", r.channel, r.amount_micro as "amountMicro",
           r.state::text as state, r.reason, r.actor, r.approver, r.created_ms::float8 as "createdMs", r.attempts,
           r.due_ms::float8 as "dueMs", r.done_ms::float8 as "doneMs", r.provider_refund as reference, r.problem,
           r.tx_id as "txId", r.reversal_tx_id as "reversalTxId", p.channel as "paidBy", p.reference as "paidReference",
           p.amount_micro as "paidMicro", (extract(epoch from p.accepted_at) * 1000)::float8 as "paidMs"
      from refund r join account a on a.id = r.account_id join payment p on p.id = r.payment_id
      left join space s on s.id = a.space_id
     where r.campus_id = ${campus} ${accountCode === null ? sql`` : sql`and a.code = ${accountCode}`}
     order by r.created_ms desc, r.refund_no limit ${limit}`,
  );
}

/** Top-ups of an account as a refund sees them, with the number by which each came. */
export function listRefundable(
  source: Source,
  accountId: number,
): Promise<(RefundablePayment & { readonly reference: string })[]> {
  return selectRows(
    source,
    sql`select ${sql.raw(REFUNDABLE)}, p.reference from payment p where p.account_id = ${accountId}`,
  );
}

/** Sum of an account's refunds since an instant, µ; failed ones left out. */
export async function sumRefundedSince(source: Source, accountId: number, sinceMs: number): Promise<bigint> {
  const [row] = await selectRows<{ sum: bigint }>(
    source,
    sql`select coalesce(sum(amount_micro), 0)::bigint as sum from refund
      where account_id = ${accountId} and created_ms >= ${sinceMs}::bigint and state <> 'FAILED'`,
  );
  return row!.sum;
}
