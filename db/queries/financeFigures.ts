import { sql } from 'drizzle-orm';
import type { Utility } from '../../domain/metering/reading';
import type { AccountUnit } from '../../domain/tariffs/unitSale';
import { accountWithin } from './accountViews';
import { debtAsSeen, type StoredDebt } from './maskedMoney';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Pots that hold what was paid or granted in advance. */
const PREPAID = sql`('CASH', 'GIFT', 'SUBSIDY')`;

/** Unspent credit of the accounts of one building, and what moved in it since an instant. µ. */
export interface BuildingFloat {
  buildingCode: string | null;
  name: string | null;
  nameEn: string | null;
  accounts: number;
  floatMicro: bigint;
  changeMicro: bigint;
}

/** Float in money by building, the largest first; accounts without a place come under null. */
export function floatByBuilding(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
): Promise<BuildingFloat[]> {
  return selectRows<BuildingFloat>(
    source,
    sql`with moved as (
        select e.ledger_account_id as pot, sum(e.amount_micro) as micro from ledger_tx t
          join ledger_entry e on e.tx_id = t.id and e.account_seq is not null
         where t.campus_id = ${scope.campusId} and t.t_ms >= ${sinceMs}::bigint group by 1)
      select b.code as "buildingCode", b.name, b.name_en as "nameEn", count(distinct a.id)::int as accounts,
             coalesce(sum(la.balance_micro), 0)::int8 as "floatMicro", coalesce(sum(m.micro), 0)::int8 as "changeMicro"
        from account a
        join ledger_account la on la.account_id = a.id and la.bucket in ${PREPAID}
        left join moved m on m.pot = la.id
        left join space s on s.id = a.space_id
        left join space b on b.kind = 'BUILDING' and b.id = any(s.path)
       where a.unit is null and ${accountWithin(scope)}
       group by b.id, b.code, b.name, b.name_en order by 5 desc`,
  );
}

/** What accounts in units hold in advance and owe, µ-units; apart from all money. */
export interface UnitHoldings {
  unit: AccountUnit;
  /** What they are units of: m³ of water are none of gas. */
  utility: Utility;
  accounts: number;
  heldMicro: bigint;
  /** Accounts that owe, and how much. */
  owing: number;
  owedMicro: bigint;
}

/** By unit and utility; units that no account holds are left out. */
export function unitHoldings(source: Source, scope: ScopeFilter): Promise<UnitHoldings[]> {
  return selectRows<UnitHoldings>(
    source,
    sql`select a.unit, sold.utility, count(distinct a.id)::int as accounts,
           coalesce(sum(la.balance_micro) filter (where la.bucket in ${PREPAID}), 0)::int8 as "heldMicro",
           count(distinct a.id) filter (where la.bucket = 'ARREARS' and la.balance_micro < 0)::int as owing,
           coalesce(-sum(la.balance_micro) filter (where la.bucket = 'ARREARS'), 0)::int8 as "owedMicro"
      from account a join tariff sold on sold.id = a.sold_by_id join ledger_account la on la.account_id = a.id
     where a.unit is not null and ${accountWithin(scope)}
     group by a.unit, sold.utility order by a.unit, sold.utility`,
  );
}

/** An account that owes. */
export interface DebtRow {
  /** Null: kept from the reader. */
  accountCode: string | null;
  /** Null: it has no room, or it is kept from the reader. */
  spaceCode: string | null;
  /** Above 0, µ. */
  owedMicro: bigint;
  /** When its debt began; null: before the ledger that is kept. */
  sinceMs: number | null;
}

/**
 * Accounts in money that are in arrears or on emergency credit, the largest debt first.
 * @param told where the reader sees whose money it is; elsewhere that is kept from them (`debtAsSeen`)
 */
export async function listDebts(source: Source, scope: ScopeFilter, told: ScopeFilter): Promise<DebtRow[]> {
  const rows = await selectRows<StoredDebt>(
    source,
    sql`select ${accountWithin(told)} as told, a.code as "accountCode", s.code as "spaceCode", (-sum(la.balance_micro))::int8 as "owedMicro",
           min(first.at)::float8 as "sinceMs"
      from ledger_account la
      join account a on a.id = la.account_id
      left join space s on s.id = a.space_id
      left join lateral (
        select min(t.t_ms) as at from ledger_entry e join ledger_tx t on t.id = e.tx_id
         where e.ledger_account_id = la.id
           and e.account_seq > coalesce((select max(z.account_seq) from ledger_entry z
                                          where z.ledger_account_id = la.id and z.balance_after_micro >= 0), 0)) first on true
     where la.bucket in ('ARREARS', 'EC') and la.balance_micro < 0 and a.unit is null and ${accountWithin(scope)}
     group by a.id, a.code, s.code order by "owedMicro" desc, a.code`,
  );
  return rows.map(debtAsSeen);
}

/** Money of a span, µ, of accounts that hold it: charged (reversals taken off), and how much of it became debt. */
export interface SpanFigures {
  accounts: number;
  chargedMicro: bigint;
  /** By how much charges made arrears and emergency credit grow. */
  borrowedMicro: bigint;
}

export async function spanFigures(
  source: Source,
  scope: ScopeFilter,
  fromMs: number,
  toMs: number,
): Promise<SpanFigures> {
  const [row] = await selectRows<SpanFigures>(
    source,
    sql`select (select count(*)::int from account a where a.status = 'ACTIVE' and a.kind <> 'PUBLIC' and a.unit is null
              and ${accountWithin(scope)}) as accounts,
           coalesce(-sum(e.amount_micro) filter (where t.kind in ('charge', 'reversal')), 0)::int8 as "chargedMicro",
           coalesce(-sum(e.amount_micro) filter (where la.bucket in ('ARREARS', 'EC') and t.kind in ('charge', 'reversal')), 0)::int8
             as "borrowedMicro"
      from ledger_tx t
      join ledger_entry e on e.tx_id = t.id
      join ledger_account la on la.id = e.ledger_account_id
      join account a on a.id = la.account_id
     where t.campus_id = ${scope.campusId} and t.t_ms >= ${fromMs}::bigint and t.t_ms < ${toMs}::bigint and a.unit is null and ${accountWithin(scope)}`,
  );
  return row!;
}

export interface ChannelSum {
  channel: string;
  count: number;
  amountMicro: bigint;
}

/** Payments of a span by channel. */
export function paymentsByChannel(
  source: Source,
  scope: ScopeFilter,
  fromMs: number,
  toMs: number,
): Promise<ChannelSum[]> {
  return selectRows<ChannelSum>(
    source,
    sql`select p.channel, count(*)::int as count, sum(p.amount_micro)::int8 as "amountMicro"
      from payment p join account a on a.id = p.account_id
     where p.accepted_at >= ${new Date(fromMs)} and p.accepted_at < ${new Date(toMs)} and ${accountWithin(scope)}
     group by p.channel order by 3 desc`,
  );
}
