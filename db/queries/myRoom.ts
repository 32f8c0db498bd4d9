import { sql } from 'drizzle-orm';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

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

/** What tripped a point: the value measured, the limit, and when. */
export interface TripRow {
  rule: string;
  raisedMs: number;
  value: string | null;
  limit: string | null;
  unit: string | null;
}

/** The newest alarm at a point within the scope that was raised at or after `sinceMs` by one of `rules`, or null. */
export async function findTrip(
  source: Source,
  scope: ScopeFilter,
  pointCode: string,
  rules: readonly string[],
  sinceMs: number,
): Promise<TripRow | null> {
  const [row] = await selectRows<TripRow>(
    source,
    sql`select a.rule, a.raised_ms::float8 as "raisedMs", a.evidence ->> 'value' as value,
           a.evidence ->> 'limit' as limit, a.evidence ->> 'unit' as unit
      from alarm a join meter_point p on p.id = a.point_id
     where p.code = ${pointCode} and ${pointWithin(scope)} and a.rule = any(${sql.param([...rules])}::text[])
       and a.raised_ms >= ${sinceMs}::bigint
     order by a.raised_ms desc, a.id desc limit 1`,
  );
  return row ?? null;
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
