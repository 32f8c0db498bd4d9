import type { Database } from '../../db/client';

/** A fund and approved money from it, straight in the tables. */
export async function makeFund(
  database: Database,
  campusId: number,
  code: string,
  budgetMicro: bigint | null = null,
): Promise<number> {
  const { rows } = await database.pool.query<{ id: number }>(
    `insert into fund (campus_id, code, name, budget_micro, created_by, created_at)
     values ($1, $2, $2, $3, 'user:a', to_timestamp(0)) returning id`,
    [campusId, code, budgetMicro],
  );
  return rows[0]!.id;
}

export async function makeMoney(
  database: Database,
  entitlement: {
    campusId: number;
    accountId: number;
    fundId: number;
    code: string;
    amountMicro: bigint;
    fromMs: number;
    expiresMs?: number;
    monthly?: boolean;
    carryOver?: boolean;
    validToMs?: number;
  },
): Promise<void> {
  const at = (ms: number | undefined) => (ms === undefined ? null : new Date(ms));
  await database.pool.query(
    `insert into entitlement (campus_id, code, account_id, kind, fund_id, amount_micro, monthly, carry_over, valid_from, valid_to,
       expires_at, state, drafted_by, drafted_at, approved_by, approved_at)
     values ($1, $2, $3, 'MONEY', $4, $5, $6, $7, $8, $9, $10, 'APPROVED', 'user:a', $8, 'user:b', $8)`,
    [
      entitlement.campusId,
      entitlement.code,
      entitlement.accountId,
      entitlement.fundId,
      entitlement.amountMicro,
      entitlement.monthly ?? false,
      entitlement.carryOver ?? false,
      at(entitlement.fromMs),
      at(entitlement.validToMs),
      at(entitlement.expiresMs),
    ],
  );
}
