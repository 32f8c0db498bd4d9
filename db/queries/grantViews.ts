import { sql } from 'drizzle-orm';
import type { Utility } from '../../domain/metering/reading';
import { msOf, selectRows } from './rows';
import type { Source } from './scope';

/** A fund as finance watches it. Amounts in µ-currency, times in ms UTC. */
export interface FundStanding {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  /** What it may pay in all; null: no limit. */
  readonly budgetMicro: bigint | null;
  readonly spentMicro: bigint;
  /** What it granted in money and nobody used yet. */
  readonly unusedMicro: bigint;
  /** When the next of that lapses; null: nothing lapses. */
  readonly lapsesMs: number | null;
  /** Since when it is used up and pays nothing; null: it pays. */
  readonly stoppedMs: number | null;
}

export function listFundStandings(source: Source, campusId: number): Promise<FundStanding[]> {
  return selectRows<FundStanding>(
    source,
    sql`select f.code, f.name, f.name_en as "nameEn", f.budget_micro as "budgetMicro", f.spent_micro as "spentMicro",
           coalesce(u.unused, 0)::bigint as "unusedMicro", u.lapses::float8 as "lapsesMs", st.from_ms::float8 as "stoppedMs"
      from fund f
      left join fund_stop st on st.fund_id = f.id and st.to_ms is null
      left join lateral (
        select sum(la.balance_micro) as unused, min(la.expires_ms) as lapses
          from entitlement e
          join money_grant g on g.entitlement_id = e.id
          join account a on a.id = g.account_id
          join ledger_account la on la.account_id = a.id and la.bucket = 'SUBSIDY' and la.balance_micro > 0
               and la.name = 'cust:' || a.code || ':subsidy:' || g.code
         where e.fund_id = f.id) u on true
     where f.campus_id = ${campusId} order by f.code`,
  );
}

/** What finance was told of funds. */
export interface FundNotice {
  readonly kind: 'FUND_USED_UP' | 'FUND_PAYS_AGAIN' | 'GRANT_UNPAID';
  readonly atMs: number;
  readonly fund: string;
  /** The account that went without, of GRANT_UNPAID. */
  readonly account: string | null;
}

export function listFundNotices(source: Source, campusId: number, limit: number): Promise<FundNotice[]> {
  return selectRows<FundNotice>(
    source,
    sql`select kind, at_ms::float8 as "atMs", body ->> 'fund' as fund, body ->> 'account' as account from notice
     where campus_id = ${campusId} and account_id is null and kind in ('FUND_USED_UP', 'FUND_PAYS_AGAIN', 'GRANT_UNPAID')
     order by at_ms desc, id desc limit ${limit}`,
  );
}

/** Free units of an account as drafted and decided; quantity in µkWh or µm³. */
export interface FreeUnitsRow {
  readonly code: string;
  readonly accountCode: string;
  readonly fundCode: string;
  readonly utility: Utility;
  readonly quantityMicro: bigint;
  readonly perHead: boolean;
  readonly carryOver: boolean;
  readonly advancesTier: boolean;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly expiresMs: number | null;
  readonly state: 'DRAFT' | 'APPROVED' | 'REJECTED';
  readonly note: string | null;
  readonly draftedBy: string;
  readonly approvedBy: string | null;
}

/** Free units of a campus or of one account, those to be decided first. */
export function listFreeUnits(
  source: Source,
  campusId: number,
  accountCode: string | null,
  limit: number,
): Promise<FreeUnitsRow[]> {
  return selectRows<FreeUnitsRow>(
    source,
    sql`select e.code, a.code as "accountCode", f.code as "fundCode", e.utility::text as utility, e.quantity_micro as "quantityMicro",
           e.per_head as "perHead", e.carry_over as "carryOver", e.advances_tier as "advancesTier",
           ${msOf(sql`e.valid_from`)} as "fromMs", ${msOf(sql`e.valid_to`)} as "toMs", ${msOf(sql`e.expires_at`)} as "expiresMs",
           e.state::text as state, e.note, e.drafted_by as "draftedBy", e.approved_by as "approvedBy"
      from entitlement e join account a on a.id = e.account_id join fund f on f.id = e.fund_id
     where e.campus_id = ${campusId} and e.kind = 'QUANTITY' ${accountCode === null ? sql`` : sql`and a.code = ${accountCode}`}
     order by e.state = 'DRAFT' desc, e.drafted_at desc, e.id desc limit ${limit}`,
  );
}

/** The fund behind each grant of money of an account, by the grant's code. */
export async function listGrantFunds(
  source: Source,
  accountId: number,
): Promise<ReadonlyMap<string, string>> {
  const rows = await selectRows<{ grant: string; fund: string }>(
    source,
    sql`select g.code as "grant", f.code as fund from money_grant g join entitlement e on e.id = g.entitlement_id
      join fund f on f.id = e.fund_id where g.account_id = ${accountId}`,
  );
  return new Map(rows.map(({ grant, fund }) => [grant, fund]));
}
