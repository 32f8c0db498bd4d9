import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Utility } from '../../domain/metering/reading';

/** What a correction changed in one locked month of an account, as booked in the open one. */
export interface LockedAdjustment {
  readonly campusId: number;
  readonly accountId: number;
  readonly utility: Utility;
  readonly monthMs: number;
  readonly draftId: number;
  readonly amountMicro: bigint;
  readonly txId: bigint;
  readonly bookedMs: number;
}

/** Transactions with which earlier corrections of a locked month were booked. */
export async function lockedAdjustmentTxs(
  client: pg.ClientBase,
  accountId: number,
  utility: Utility,
  monthMs: number,
): Promise<bigint[]> {
  const { rows } = await client.query<{ txId: bigint }>(
    `select tx_id as "txId" from locked_adjustment where account_id = $1 and utility = $2::utility and month_ms = $3 order by id`,
    [accountId, utility, monthMs],
  );
  return rows.map((row) => row.txId);
}

/** What a row's hash is taken over, from the row `v`: `insertLockedAdjustment` writes the same text. */
export const LOCKED_ADJUSTMENT_HASH = `sha256(convert_to(concat_ws('|', v.campus_id, v.account_id, v.utility, v.month_ms, v.draft_id,
  v.amount_micro, v.tx_id, v.booked_ms), 'UTF8'))`;

export async function insertLockedAdjustment(client: pg.ClientBase, a: LockedAdjustment): Promise<void> {
  const row = [a.campusId, a.accountId, a.utility, a.monthMs, a.draftId, a.amountMicro, a.txId, a.bookedMs];
  await client.query(
    `insert into locked_adjustment (campus_id, account_id, utility, month_ms, draft_id, amount_micro, tx_id, booked_ms, row_hash)
     values ($1, $2, $3::utility, $4, $5, $6, $7, $8, $9)`,
    [...row, createHash('sha256').update(row.join('|')).digest()],
  );
}
