import { sql } from 'drizzle-orm';
import type { PaymentChannel } from '../../domain/credit/posting';
import type { OrderState } from '../../domain/payments/orderMachine';
import type { CommandState } from '../../domain/supply/commandMachine';
import { accountWithin } from './accountViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** An order as its payer, or finance, sees it. */
export interface OrderRow {
  orderNo: string;
  accountId: number;
  accountCode: string;
  channel: PaymentChannel;
  state: OrderState;
  amountMicro: bigint;
  currency: string;
  createdMs: number;
  paidMs: number | null;
  creditedMs: number | null;
  payUrl: string | null;
  lookDueMs: number | null;
  problem: string | null;
  paymentId: string | null;
  txId: string | null;
  commandIds: string[];
  /** What of the credit paid debts back, µ of what the account holds; 0 before it is credited. */
  arrearsRepaidMicro: bigint;
  loanRepaidMicro: bigint;
  /** What its account holds in place of money, and how much of it the order bought; null: it credits money, or not yet. */
  unit: string | null;
  unitsMicro: bigint | null;
}

/**
 * The transaction that credited what the account holds. Not `coalesce`, which row-level security takes for a leak: no index would
 * be used, and the whole ledger read for one order.
 */
const CREDIT_TX = sql`case when p.units_tx_id is null then p.tx_id else p.units_tx_id end`;

const COLUMNS = sql`o.order_no as "orderNo", o.account_id as "accountId", a.code as "accountCode", o.channel,
  o.state::text as state, o.amount_micro as "amountMicro", o.currency, o.created_ms::float8 as "createdMs",
  o.paid_ms::float8 as "paidMs", o.credited_ms::float8 as "creditedMs", o.pay_url as "payUrl",
  o.look_due_ms::float8 as "lookDueMs", o.problem, o.payment_id as "paymentId", (${CREDIT_TX})::text as "txId",
  coalesce(p.command_ids, '{}') as "commandIds", ${repaidTo('ARREARS')} as "arrearsRepaidMicro",
  ${repaidTo('EC')} as "loanRepaidMicro", a.unit, p.units_micro as "unitsMicro"`;

/** What the credit of an order put into one of its account's pots of debt. */
function repaidTo(bucket: 'ARREARS' | 'EC') {
  return sql`coalesce((select sum(e.amount_micro) from ledger_entry e join ledger_account la on la.id = e.ledger_account_id
    where e.tx_id = ${CREDIT_TX} and la.account_id = o.account_id and la.bucket = ${bucket}), 0)::bigint`;
}

/** One's own orders; of whoever sees the whole campus, all. */
function ordersWithin(scope: ScopeFilter) {
  if (scope.campusWide) return sql`o.campus_id = ${scope.campusId}`;
  return sql`(o.campus_id = ${scope.campusId} and o.person_id = ${scope.personId})`;
}

export async function findOrderView(
  source: Source,
  scope: ScopeFilter,
  orderNo: string,
): Promise<OrderRow | null> {
  const [row] = await selectRows<OrderRow>(
    source,
    sql`select ${COLUMNS} from payment_order o join account a on a.id = o.account_id left join payment p on p.id = o.payment_id
     where o.order_no = ${orderNo} and ${ordersWithin(scope)}`,
  );
  return row ?? null;
}

/** The newest orders first. */
export async function listOrders(source: Source, scope: ScopeFilter, limit: number): Promise<OrderRow[]> {
  return selectRows<OrderRow>(
    source,
    sql`select ${COLUMNS} from payment_order o join account a on a.id = o.account_id left join payment p on p.id = o.payment_id
     where ${ordersWithin(scope)} order by o.created_ms desc, o.order_no desc limit ${limit}`,
  );
}

/** How many orders of the scope's person are unpaid and not yet closed. */
export async function countOpenOrders(source: Source, scope: ScopeFilter): Promise<number> {
  const [row] = await selectRows<{ n: number }>(
    source,
    sql`select count(*)::int as n from payment_order where person_id = ${scope.personId} and state = 'CREATED'`,
  );
  return row?.n ?? 0;
}

/** Restores after a credited payment: of each point that it set going, the first sending and the newest attempt. */
export interface RestoreRow {
  pointId: number;
  firstSentMs: number | null;
  state: CommandState;
  finishedMs: number | null;
}

export async function listRestores(
  source: Source,
  commandIds: readonly string[],
  sinceMs: number,
): Promise<RestoreRow[]> {
  if (commandIds.length === 0) return [];
  return selectRows<RestoreRow>(
    source,
    sql`select distinct on (c.point_id) c.point_id as "pointId", c.state::text as state, c.finished_ms::float8 as "finishedMs",
           (min(c.sent_ms) over (partition by c.point_id))::float8 as "firstSentMs"
      from command c
     where c.point_id in (select f.point_id from command f where f.id = any(${`{${commandIds.join(',')}}`}::text[]))
       and c.op in ('connect', 'valve_open') and c.created_ms >= ${sinceMs}
     order by c.point_id, c.created_ms desc, c.id desc`,
  );
}

/** What keeps points of an account off after a payment. */
export interface HeldAfterPayment {
  /** Some are held off for credit. */
  held: boolean;
  /** Their resident was asked to confirm. */
  asked: boolean;
  /** Whether their restore waits, or since the payment waited, for a meter that was exchanged; null: neither. */
  mapping: 'NOW' | 'BEFORE' | null;
  /** All are measured on. */
  lit: boolean;
}

/** What keeps points of an account off at `at`, after a payment that was credited at `creditedMs`. */
export async function heldForCredit(
  source: Source,
  accountId: number,
  creditedMs: number,
  at: Date,
): Promise<HeldAfterPayment> {
  const [row] = await selectRows<HeldAfterPayment>(
    source,
    sql`select coalesce(bool_or(s.reasons ? 'ARREARS'), false) as held,
           coalesce(bool_or(s.reasons ? 'ARREARS' and exists (
             select 1 from notice n where n.account_id = ${accountId} and n.kind = 'CONFIRM_RESTORE'
                and n.dedupe_key = 'confirm:' || s.point_id || ':' || (s.reasons -> 'ARREARS' ->> 'sinceMs'))), false) as asked,
           case when bool_or(s.reasons = '{}' and s.observed = 'OPEN' and s.refusal ->> 'reason' = 'MAPPING_CHANGED') then 'NOW'
                when exists (select 1 from notice n where n.account_id = ${accountId} and n.kind = 'RESTORE_HELD'
                                and n.at_ms >= ${creditedMs}) then 'BEFORE' end as mapping,
           coalesce(bool_and(s.observed = 'CLOSED'), false) as lit
      from account_point ap join supply_state s on s.point_id = ap.point_id
     where ap.account_id = ${accountId} and ap.valid_from <= ${at} and (ap.valid_to is null or ap.valid_to > ${at})`,
  );
  return row ?? { held: false, asked: false, mapping: null, lit: false };
}

/** Open accounts that a person lives under. */
export async function listOwnAccounts(
  source: Source,
  scope: ScopeFilter,
): Promise<{ id: number; code: string }[]> {
  if (scope.personId === null) return [];
  return selectRows<{ id: number; code: string }>(
    source,
    sql`select distinct a.id, a.code from account a join occupancy o on o.account_id = a.id
     where o.person_id = ${scope.personId} and o.valid_from <= ${scope.at} and (o.valid_to is null or o.valid_to > ${scope.at})
       and a.status = 'ACTIVE' and ${accountWithin({ ...scope, campusWide: false })}
     order by a.code`,
  );
}
