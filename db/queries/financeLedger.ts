import { type SQL, sql } from 'drizzle-orm';
import type { Utility } from '../../domain/metering/reading';
import type { AccountUnit } from '../../domain/tariffs/unitSale';
import { accountWithin } from './accountViews';
import { lineAsSeen, type StoredLine } from './maskedMoney';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Which entries of customers' pots to show; null: all. Times in ms UTC. */
export interface LedgerFilter {
  readonly fromMs: number;
  readonly toMs: number;
  /** Code of a room or an account. */
  readonly room: string | null;
  /** Reference of a payment, or id of a transaction. */
  readonly order: string | null;
  /** Name or code of whoever took a payment. */
  readonly operator: string | null;
}

/** One entry of a customer's pot, as it was booked; or the charges of one day, where the reader is not told whose they are. */
export interface LedgerLine {
  /** Of charges of a day: of the last of them. */
  txId: bigint;
  n: number;
  /** Of charges of a day: its local midnight. */
  tMs: number;
  kind: string;
  /** How many entries it is, 1 but for the charges of a day. */
  entries: number;
  /** Place of the first of them in the chain of its pot; `accountSeq` is that of the last. */
  fromSeq: bigint;
  /** Null: kept from the reader, as it names an account, a meter or a grant. */
  key: string | null;
  /** Null: kept from the reader. */
  accountCode: string | null;
  /** Null: the account has no room, or it is kept from the reader. */
  spaceCode: string | null;
  /** The same of all entries of one pot, as long as the server runs, and says nothing else. */
  potKey: string;
  /** Last part of the pot's name, e.g. `cash`. */
  pot: string;
  /** What the account holds in place of money; null: money. */
  unit: AccountUnit | null;
  amountMicro: bigint;
  accountSeq: bigint;
  balanceAfterMicro: bigint;
  channel: string | null;
  /** Null: it has none, or it names the account and is kept from the reader. */
  reference: string | null;
  operator: string | null;
  /** The transaction that this one reverses, and the one that reverses it. */
  reverses: bigint | null;
  reversedBy: bigint | null;
  /** The charge that it books; null: it books none, or is kept from the reader. */
  chargeId: bigint | null;
}

/** Charges, and what late readings reversed of them to book it anew. Who gives a charge back leaves the hash of what was asked. */
export const OF_CHARGES = sql`(t.kind = 'charge' or (t.kind = 'reversal' and t.request_hash is null
  and exists (select 1 from ledger_tx original where original.id = t.reverses and original.kind = 'charge')))`;

/** Single charges are shown to those alone who are told whose they are: together they draw the day of a household. */
const toldOrNoCharge = (told: ScopeFilter): SQL => sql`(${accountWithin(told)} or not ${OF_CHARGES})`;

/** @param told where the reader sees whose money it is: elsewhere nothing is found by a room, nor by a reference that names one */
function matching(scope: ScopeFilter, told: ScopeFilter, filter: LedgerFilter): SQL {
  const { room, order, operator } = filter;
  const id = order !== null && /^\d{1,18}$/.test(order) ? order : null;
  return sql`t.campus_id = ${scope.campusId} and t.t_ms >= ${filter.fromMs}::bigint and t.t_ms < ${filter.toMs}::bigint
    and ${accountWithin(scope)}
    ${room === null ? sql`` : sql`and (a.code = ${room} or s.code = ${room}) and ${accountWithin(told)}`}
    ${
      order === null
        ? sql``
        : sql`and (t.id in (select case when y.units_tx_id is null then y.tx_id else y.units_tx_id end from payment y where y.campus_id = ${scope.campusId} and y.reference = ${order})
            ${id === null ? sql`` : sql`or t.id = ${id}::bigint`})
          and ${toldOrNoCharge(told)}
          and (${accountWithin(told)} or (position(a.code in ${order}) = 0 and position(coalesce(s.code, a.code) in ${order}) = 0))`
    }
    ${
      operator === null
        ? sql``
        : sql`and t.id in (select case when y.units_tx_id is null then y.tx_id else y.units_tx_id end from payment y left join app_user o on y.actor = 'user:' || o.code
            where y.campus_id = ${scope.campusId} and (o.display_name = ${operator} or o.code = ${operator} or y.actor = ${operator}))`
    }`;
}

const FROM = sql`ledger_tx t
      join ledger_entry e on e.tx_id = t.id
      join ledger_account la on la.id = e.ledger_account_id
      join account a on a.id = la.account_id
      left join space s on s.id = a.space_id`;

/**
 * Entries of a filter, newest first; without charges where it is kept from the reader whose they are (`listChargesByDay` has those).
 * @param told where the reader sees whose money it is; elsewhere that is kept from them (`lineAsSeen`)
 * @param before where the page before ended
 */
export async function listLedgerLines(
  source: Source,
  scope: ScopeFilter,
  told: ScopeFilter,
  filter: LedgerFilter,
  before: { txId: bigint; n: number } | null,
  limit: number,
): Promise<LedgerLine[]> {
  const rows = await selectRows<StoredLine>(
    source,
    sql`select ${accountWithin(told)} as told, la.id as "potId", t.id as "txId", e.n::int as n, t.t_ms::float8 as "tMs", t.kind, t.key, a.code as "accountCode", s.code as "spaceCode",
           split_part(la.name, ':', 3) as pot, a.unit, e.amount_micro as "amountMicro", e.account_seq as "accountSeq", 1 as entries, e.account_seq as "fromSeq",
           e.balance_after_micro as "balanceAfterMicro", p.channel, p.reference,
           coalesce(u.display_name, p.actor) as operator, t.reverses, r.id as "reversedBy",
           -- Its time stands in the key, so that the charge is found among those of its account alone.
           case when t.key ~ '^charge:[^:]+:[0-9]+:[0-9]+:[0-9]+:[0-9]+$' then
             (select c.id from charge c
               where c.account_id = a.id and c.t1_ms = split_part(t.key, ':', 5)::bigint and c.tx_id = t.id) end as "chargeId"
      from ${FROM}
      left join payment p on (case when p.units_tx_id is null then p.tx_id else p.units_tx_id end) = t.id
      left join app_user u on p.actor = 'user:' || u.code
      left join ledger_tx r on r.reverses = t.id and r.reverses is not null
     where ${matching(scope, told, filter)} and ${toldOrNoCharge(told)}
       ${before === null ? sql`` : sql`and (t.id, e.n) < (${before.txId}::bigint, ${before.n}::smallint)`}
     order by t.id desc, e.n desc limit ${limit}`,
  );
  return rows.map(lineAsSeen);
}

/** How many entries of one currency a filter has and what they sum to, µ; in and out apart. */
export interface LedgerSum {
  /** KWH or M3; null: money. */
  unit: AccountUnit | null;
  /** What they are units of: m³ of water are none of gas; null: money. */
  utility: Utility | null;
  count: number;
  sumMicro: bigint;
  inMicro: bigint;
  outMicro: bigint;
}

/**
 * Sums of a filter by currency: money is never added to units.
 * @param told as of `listLedgerLines`
 * @param chargesBefore charges elsewhere count once they are shown by day: those of transactions before this one and of a time after the
 *   filter begins, as one up to midnight is of the day that ends. Null: all count
 */
export function sumLedgerLines(
  source: Source,
  scope: ScopeFilter,
  told: ScopeFilter,
  filter: LedgerFilter,
  chargesBefore: bigint | null,
): Promise<LedgerSum[]> {
  return selectRows<LedgerSum>(
    source,
    sql`select a.unit, sold.utility, count(*)::int as count, coalesce(sum(e.amount_micro), 0)::int8 as "sumMicro",
           coalesce(sum(e.amount_micro) filter (where e.amount_micro > 0), 0)::int8 as "inMicro",
           coalesce(sum(e.amount_micro) filter (where e.amount_micro < 0), 0)::int8 as "outMicro"
      from ${FROM} left join tariff sold on sold.id = a.sold_by_id
     where ${matching(scope, told, filter)}
       ${chargesBefore === null ? sql`` : sql`and ((t.id < ${chargesBefore}::bigint and t.t_ms > ${filter.fromMs}::bigint) or ${toldOrNoCharge(told)})`}
     group by a.unit, sold.utility order by a.unit, sold.utility`,
  );
}
