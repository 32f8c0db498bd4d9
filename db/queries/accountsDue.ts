import type pg from 'pg';

/** Accounts whose policy review is due. */
export async function accountsDue(pool: pg.Pool, nowMs: number, limit: number): Promise<number[]> {
  const { rows } = await pool.query<{ id: number }>(
    'select id from account where policy_due_ms <= $1 order by policy_due_ms limit $2',
    [nowMs, limit],
  );
  return rows.map((r) => r.id);
}

/** Accounts with an open window whose quarter hour ended and whose meter has been silent since. */
export async function accountsWithTail(pool: pg.Pool, beforeMs: number, limit: number): Promise<number[]> {
  const { rows } = await pool.query<{ id: number }>(
    'select distinct account_id as id from stream where open_upto_ms < $1 order by account_id limit $2',
    [beforeMs, limit],
  );
  return rows.map((r) => r.id);
}
