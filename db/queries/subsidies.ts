import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { msOf } from './jsonRows';
import { selectRows } from './rows';
import type { Source } from './scope';

/** Adds a fund; null where its code is taken. */
export async function insertFund(
  client: pg.ClientBase,
  fund: {
    campusId: number;
    code: string;
    name: string;
    nameEn: string | null;
    budgetMicro: bigint | null;
    by: string;
    atMs: number;
  },
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into fund (campus_id, code, name, name_en, budget_micro, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (campus_id, code) do nothing returning id`,
    [fund.campusId, fund.code, fund.name, fund.nameEn, fund.budgetMicro, fund.by, new Date(fund.atMs)],
  );
  return rows[0]?.id ?? null;
}

export async function fundIdOf(
  client: pg.ClientBase,
  campusId: number,
  code: string,
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    'select id from fund where campus_id = $1 and code = $2',
    [campusId, code],
  );
  return rows[0]?.id ?? null;
}

/** Money that an account is to get, as drafted and decided. Times in ms UTC, amounts in µ-currency. */
export interface MoneySubsidyRow {
  readonly code: string;
  readonly accountCode: string;
  readonly fundCode: string;
  readonly amountMicro: bigint;
  readonly monthly: boolean;
  readonly carryOver: boolean;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly expiresMs: number | null;
  readonly state: 'DRAFT' | 'APPROVED' | 'REJECTED';
  readonly note: string | null;
  readonly draftedBy: string;
  readonly approvedBy: string | null;
}

const SUBSIDY = `e.code, a.code as "accountCode", f.code as "fundCode", e.amount_micro as "amountMicro", e.monthly,
  e.carry_over as "carryOver", ${msOf('e.valid_from')} as "fromMs", ${msOf('e.valid_to')} as "toMs",
  ${msOf('e.expires_at')} as "expiresMs", e.state::text as state, e.note, e.drafted_by as "draftedBy",
  e.approved_by as "approvedBy"
  from entitlement e join account a on a.id = e.account_id join fund f on f.id = e.fund_id`;

/** Money subsidies of a campus or of one account, those to be decided first. */
export async function listMoneySubsidies(
  source: Source,
  campusId: number,
  accountCode: string | null,
  limit: number,
): Promise<MoneySubsidyRow[]> {
  return selectRows<MoneySubsidyRow>(
    source,
    sql`select ${sql.raw(SUBSIDY)} where e.campus_id = ${campusId} and e.kind = 'MONEY'
           ${accountCode === null ? sql`` : sql`and a.code = ${accountCode}`}
         order by e.state = 'DRAFT' desc, e.drafted_at desc, e.id desc limit ${limit}`,
  );
}

/** One money subsidy, locked; null if the campus has none of this code. */
export async function lockMoneySubsidy(
  client: pg.ClientBase,
  campusId: number,
  code: string,
): Promise<MoneySubsidyRow | null> {
  const { rows } = await client.query<MoneySubsidyRow>(
    `select ${SUBSIDY} where e.campus_id = $1 and e.code = $2 and e.kind = 'MONEY' for no key update of e`,
    [campusId, code],
  );
  return rows[0] ?? null;
}

/** Adds a draft; false where its code is taken. */
export async function insertMoneySubsidy(
  client: pg.ClientBase,
  row: {
    campusId: number;
    code: string;
    accountId: number;
    fundId: number;
    amountMicro: bigint;
    monthly: boolean;
    carryOver: boolean;
    fromMs: number;
    toMs: number | null;
    expiresMs: number | null;
    note: string;
    by: string;
    atMs: number;
  },
): Promise<boolean> {
  const at = (ms: number | null) => (ms === null ? null : new Date(ms));
  const { rowCount } = await client.query(
    `insert into entitlement (campus_id, code, account_id, kind, fund_id, amount_micro, monthly, carry_over, valid_from,
       valid_to, expires_at, note, drafted_by, drafted_at)
     values ($1, $2, $3, 'MONEY', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (campus_id, code) do nothing`,
    [
      row.campusId,
      row.code,
      row.accountId,
      row.fundId,
      row.amountMicro,
      row.monthly,
      row.carryOver,
      at(row.fromMs),
      at(row.toMs),
      at(row.expiresMs),
      row.note,
      row.by,
      at(row.atMs),
    ],
  );
  return rowCount === 1;
}

export async function decideSubsidyRow(
  client: pg.ClientBase,
  campusId: number,
  code: string,
  decision: { state: 'APPROVED' | 'REJECTED'; by: string; atMs: number },
): Promise<void> {
  // Who rejects may be the one who drafted it: the column is the second person's alone.
  await client.query(
    `update entitlement set state = $3::entitlement_state, approved_by = case when $3 = 'APPROVED' then $4 end,
            approved_at = case when $3 = 'APPROVED' then $5::timestamptz end where campus_id = $1 and code = $2`,
    [campusId, code, decision.state, decision.by, new Date(decision.atMs)],
  );
}
