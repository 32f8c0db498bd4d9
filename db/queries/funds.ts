import type pg from 'pg';
import { int4Array, int8Array, textArray } from './binaryArrays';

/** What one transaction took from a fund's pot, µ; negative: gave back. */
export interface FundUse {
  readonly campusId: number;
  readonly pot: string;
  readonly amountMicro: bigint;
}

/** Notes what funds paid. Rows are only added, so that no batch waits for another; `gatherFundUse` counts them. */
export async function noteFundUse(client: pg.ClientBase, rows: readonly FundUse[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    'insert into fund_use (campus_id, pot, amount_micro) select * from unnest($1::int4[], $2::text[], $3::int8[])',
    [
      int4Array(rows, (r) => r.campusId),
      textArray(rows, (r) => r.pot),
      int8Array(rows, (r) => r.amountMicro),
    ],
  );
}

/** Adds what was noted to what the funds have spent. */
export async function gatherFundUse(client: pg.ClientBase): Promise<void> {
  await client.query(
    `with gone as (delete from fund_use returning campus_id, pot, amount_micro),
          sums as (select campus_id, substr(pot, 6) as code, sum(amount_micro)::bigint as spent from gone group by 1, 2)
     update fund f set spent_micro = f.spent_micro + s.spent from sums s where f.campus_id = s.campus_id and f.code = s.code`,
  );
}

/** A fund whose standing and stops disagree: used up and still paying, or stopped with money in it. */
export interface FundTurn {
  readonly fundId: number;
  readonly campusId: number;
  readonly code: string;
  readonly name: string;
  readonly budgetMicro: bigint;
  readonly spentMicro: bigint;
  readonly usedUp: boolean;
}

export async function fundTurns(client: pg.ClientBase): Promise<FundTurn[]> {
  const { rows } = await client.query<FundTurn>(
    `select f.id as "fundId", f.campus_id as "campusId", f.code, f.name, coalesce(f.budget_micro, 0) as "budgetMicro",
            f.spent_micro as "spentMicro", coalesce(f.spent_micro >= f.budget_micro, false) as "usedUp"
       from fund f
      where coalesce(f.spent_micro >= f.budget_micro, false)
            <> exists (select 1 from fund_stop s where s.fund_id = f.id and s.to_ms is null)
      order by f.campus_id, f.id`,
  );
  return rows;
}

/** Lets a fund pay nothing from an instant on, or pay again. */
export async function turnFund(
  client: pg.ClientBase,
  turn: { fundId: number; usedUp: boolean },
  atMs: number,
): Promise<void> {
  await client.query(
    turn.usedUp
      ? 'insert into fund_stop (fund_id, from_ms) values ($1, $2) on conflict (fund_id, from_ms) do update set to_ms = null'
      : 'update fund_stop set to_ms = greatest($2, from_ms + 1) where fund_id = $1 and to_ms is null',
    [turn.fundId, atMs],
  );
}
