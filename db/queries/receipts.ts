import { sql } from 'drizzle-orm';
import { notOfRoommates, withinOwnTime } from './accountViews';
import type { CheckpointRow } from './checkpoints';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/**
 * The account of the scope that has a part in a transaction, with its place; null: none of the scope's. What undoes another
 * transaction is theirs who lived there when that was booked; a refund is theirs who made the payment.
 */
export async function accountOfTx(
  source: Source,
  scope: ScopeFilter,
  txId: bigint,
): Promise<{ code: string; spaceCode: string | null } | null> {
  const [row] = await selectRows<{ code: string; spaceCode: string | null }>(
    source,
    sql`select a.code, s.code as "spaceCode"
      from ledger_entry e
      join ledger_tx t on t.id = e.tx_id
      join ledger_account la on la.id = e.ledger_account_id
      join account a on a.id = la.account_id
      left join space s on s.id = a.space_id
      left join ledger_tx o on o.id = t.reverses
      left join lateral (
        select y.id from payment y where (case when y.units_tx_id is null then y.tx_id else y.units_tx_id end) = t.id
        union all select r.payment_id from refund r where t.id in (r.tx_id, r.reversal_tx_id)
        union all select b.payment_id from chargeback b where t.id in (b.tx_id, b.returned_tx_id) limit 1) moved on true
      left join payment p on p.id = moved.id
     where e.tx_id = ${txId}::bigint and ${withinOwnTime(scope, sql`to_timestamp(coalesce(o.t_ms, t.t_ms) / 1000.0)`)}
       and ${notOfRoommates(scope)}
     order by e.n limit 1`,
  );
  return row ?? null;
}

/** What was paid for the units that a transaction handed out, µ-currency; null: it sold none. */
export async function paidForUnits(source: Source, txId: bigint): Promise<bigint | null> {
  const [row] = await selectRows<{ amountMicro: bigint }>(
    source,
    sql`select amount_micro as "amountMicro" from payment where units_tx_id = ${txId}::bigint`,
  );
  return row?.amountMicro ?? null;
}

/** The checkpoint that seals a transaction; null: none yet. */
export async function checkpointOfTx(source: Source, txId: bigint): Promise<CheckpointRow | null> {
  const [row] = await selectRows<CheckpointRow>(
    source,
    sql`select n, from_tx as "fromTx", to_tx as "toTx", count, root, prev_root as "prevRoot", made_ms::float8 as "madeMs",
           key_id as "keyId", signature
      from ledger_checkpoint where from_tx < ${txId}::bigint and to_tx >= ${txId}::bigint limit 1`,
  );
  return row ?? null;
}

/** When the newest checkpoint was made, ms UTC; null: none was. */
export async function newestCheckpointMs(source: Source): Promise<number | null> {
  const [row] = await selectRows<{ madeMs: number }>(
    source,
    sql`select made_ms::float8 as "madeMs" from ledger_checkpoint order by n desc limit 1`,
  );
  return row?.madeMs ?? null;
}
