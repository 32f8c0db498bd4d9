import type pg from 'pg';
import { instantOf, msOf } from './jsonRows';

/** An approved entitlement to money whose next grant is due. */
export interface GrantDue {
  readonly entitlementId: number;
  readonly campusId: number;
  readonly code: string;
  readonly accountId: number;
  readonly fundId: number;
  readonly fundCode: string;
  readonly amountMicro: bigint;
  readonly monthly: boolean;
  readonly carryOver: boolean;
  readonly validToMs: number | null;
  readonly expiresMs: number | null;
}

const DUE = `e.id as "entitlementId", e.campus_id as "campusId", e.code, e.account_id as "accountId", e.fund_id as "fundId",
  f.code as "fundCode", e.amount_micro as "amountMicro", e.monthly, e.carry_over as "carryOver",
  ${msOf('e.valid_to')} as "validToMs", ${msOf('e.expires_at')} as "expiresMs"`;

/**
 * Entitlements to money that run at `nowMs` and have no grant for the period: once, or for the month that began at `monthMs`.
 * @param after the last one of the page before; what its fund could not pay stays due and must not hide those behind it
 */
export async function grantsDue(
  pool: pg.Pool,
  campusId: number,
  nowMs: number,
  monthMs: number,
  after: Pick<GrantDue, 'accountId' | 'entitlementId'>,
  limit: number,
): Promise<GrantDue[]> {
  const { rows } = await pool.query<GrantDue>(
    `select ${DUE} from entitlement e join fund f on f.id = e.fund_id join account a on a.id = e.account_id
      where e.campus_id = $1 and e.kind = 'MONEY' and e.state = 'APPROVED' and a.status = 'ACTIVE'
        and e.valid_from <= ${instantOf('$2::float8')} and (e.valid_to is null or e.valid_to > ${instantOf('$2::float8')})
        and (e.expires_at is null or e.expires_at > ${instantOf('$2::float8')})
        and not exists (select 1 from money_grant g where g.entitlement_id = e.id
                           and g.period_ms = case when e.monthly then $3::bigint else 0 end)
        and (e.account_id, e.id) > ($4::int4, $5::int4)
      order by e.account_id, e.id limit $6`,
    [campusId, nowMs, monthMs, after.accountId, after.entitlementId, limit],
  );
  return rows;
}

/** Whether the grant stands, under the account's lock. */
export async function isGranted(
  client: pg.ClientBase,
  entitlementId: number,
  periodMs: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'select 1 from money_grant where entitlement_id = $1 and period_ms = $2',
    [entitlementId, periodMs],
  );
  return (rowCount ?? 0) > 0;
}

export async function insertMoneyGrant(
  client: pg.ClientBase,
  row: {
    entitlementId: number;
    periodMs: number;
    campusId: number;
    code: string;
    accountId: number;
    amountMicro: bigint;
    grantedMs: number;
    expiresMs: number | null;
    txId: bigint;
  },
): Promise<void> {
  await client.query(
    `insert into money_grant (entitlement_id, period_ms, campus_id, code, account_id, amount_micro, granted_ms, expires_ms, tx_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      row.entitlementId,
      row.periodMs,
      row.campusId,
      row.code,
      row.accountId,
      row.amountMicro,
      row.grantedMs,
      row.expiresMs,
      row.txId,
    ],
  );
}

/** What a fund may still pay, µ, with all that was noted counted; null: no limit. Locks the fund, after the accounts. */
export async function lockFundRest(client: pg.ClientBase, fundId: number): Promise<bigint | null> {
  const { rows } = await client.query<{ rest: bigint | null }>(
    `select f.budget_micro - f.spent_micro - coalesce((select sum(u.amount_micro)::bigint from fund_use u
              where u.campus_id = f.campus_id and u.pot = 'fund:' || f.code), 0) as rest
       from fund f where f.id = $1 for no key update`,
    [fundId],
  );
  return rows[0]!.rest;
}

/** Accounts with a subsidy whose time is over and that still holds money. */
export async function accountsWithLapsed(pool: pg.Pool, nowMs: number, limit: number): Promise<number[]> {
  const { rows } = await pool.query<{ id: number }>(
    `select distinct account_id as id from ledger_account
      where bucket = 'SUBSIDY' and expires_ms <= $1 and balance_micro > 0 order by account_id limit $2`,
    [nowMs, limit],
  );
  return rows.map(({ id }) => id);
}

/** The fund that a grant came from, by the grant's code. */
export async function fundsOfGrants(
  client: pg.ClientBase,
  campusId: number,
  codes: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await client.query<{ code: string; fund: string }>(
    `select g.code, f.code as fund from money_grant g join entitlement e on e.id = g.entitlement_id
       join fund f on f.id = e.fund_id where g.campus_id = $1 and g.code = any($2::text[])`,
    [campusId, codes],
  );
  return new Map(rows.map(({ code, fund }) => [code, fund]));
}

/** Keys among these that stand in the ledger already. */
export async function standingKeys(
  client: pg.ClientBase,
  campusId: number,
  keys: readonly string[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ key: string }>(
    'select key from ledger_tx where campus_id = $1 and key = any($2::text[])',
    [campusId, keys],
  );
  return new Set(rows.map(({ key }) => key));
}
