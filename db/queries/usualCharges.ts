import type pg from 'pg';
import type { UsualCharges } from '../../domain/detection/balanceAnomaly';

/** Three months of quarter hours at one point. */
const AT_MOST = 8_640;

/** What an account is usually charged: the newest of its charges in force that end in (sinceMs, uptoMs]. */
export async function usualCharges(
  client: pg.ClientBase,
  accountId: number,
  sinceMs: number,
  uptoMs: number,
): Promise<UsualCharges> {
  const { rows } = await client.query<UsualCharges>(
    `select count(*)::int as count, coalesce(percentile_disc(0.99) within group (order by amount_micro), 0) as "p99Micro"
       from (select amount_micro from charge where account_id = $1 and t1_ms > $2 and t1_ms <= $3 and superseded_by is null
              order by t1_ms desc limit ${AT_MOST}) newest`,
    [accountId, sinceMs, uptoMs],
  );
  return rows[0]!;
}
