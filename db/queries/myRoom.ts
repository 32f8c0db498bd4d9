import { sql } from 'drizzle-orm';
import { selectRows } from './rows';
import type { Source } from './scope';

/** What a resident's own pages ask about the room besides what staff see of it. */

/** One pot of an account, µ-currency. */
export interface PotRow {
  bucket: 'CASH' | 'GIFT' | 'SUBSIDY' | 'EC' | 'ARREARS';
  balanceMicro: bigint;
}

/** The parts that an account's balance is made of; empty ones are left out. */
export async function listPots(source: Source, accountId: number): Promise<PotRow[]> {
  return selectRows<PotRow>(
    source,
    sql`select bucket, sum(balance_micro)::bigint as "balanceMicro" from ledger_account
     where account_id = ${accountId} and balance_micro <> 0 group by bucket order by bucket`,
  );
}

/** Quantity of one utility that an account used in the accrual period that began at `periodMs`, µ. */
export async function accruedQuantity(
  source: Source,
  accountId: number,
  utility: string,
  periodMs: number,
): Promise<bigint> {
  const [row] = await selectRows<{ quantityMicro: bigint }>(
    source,
    sql`select quantity_micro as "quantityMicro" from accrual
     where account_id = ${accountId} and utility = ${utility}::utility and period_ms = ${periodMs}::bigint`,
  );
  return row?.quantityMicro ?? 0n;
}

/** Free units of an account in the local month that began at `monthMs`, over all its grants, µ. */
export interface FreeAllowance {
  leftMicro: bigint;
  totalMicro: bigint;
}

/**
 * What is left of the free units of one utility this month; null where none are granted. A grant that nothing was taken from
 * yet counts whole, by the heads at the month's start.
 */
export async function findFreeAllowance(
  source: Source,
  accountId: number,
  utility: string,
  monthMs: number,
  at: Date,
): Promise<FreeAllowance | null> {
  const [row] = await selectRows<{ leftMicro: bigint | null; totalMicro: bigint | null }>(
    source,
    sql`with grants as (
        select coalesce(u.granted_micro + u.carried_micro,
                 e.quantity_micro * case when not e.per_head then 1 else (
                   select count(distinct o.person_id) from occupancy o
                    where o.account_id = e.account_id and o.valid_from <= ${new Date(monthMs)}
                      and (o.valid_to is null or o.valid_to > ${new Date(monthMs)})) end) as total,
               coalesce(u.used_micro, 0) as used
          from entitlement e
          left join entitlement_use u on u.entitlement_id = e.id and u.account_id = e.account_id
               and u.period_ms = ${monthMs}::bigint
         where e.account_id = ${accountId} and e.kind = 'QUANTITY' and e.state = 'APPROVED'
           and e.utility = ${utility}::utility and e.valid_from <= ${at}
           and coalesce(e.expires_at, e.valid_to, 'infinity') > ${at}
      )
      select sum(greatest(total - used, 0))::bigint as "leftMicro", sum(total)::bigint as "totalMicro" from grants`,
  );
  return row?.leftMicro == null || row.totalMicro === null
    ? null
    : { leftMicro: row.leftMicro, totalMicro: row.totalMicro };
}
