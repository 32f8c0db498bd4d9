import type pg from 'pg';
import { LOCKED_ADJUSTMENT_HASH } from './lockedAdjustments';

/** An adjustment of a locked month that is not what was booked for it, or a booking whose row is gone. */
export interface UnprovenAdjustment {
  /** Of the row; null: it is gone. */
  id: number | null;
  /** The transaction that it names, or that misses it. */
  txId: bigint;
  /** Of the transaction, less the number that tells corrections of one month apart. */
  key: string;
  /** As the row says, and as its transaction took from the account, µ; null: there is none. */
  statedMicro: bigint | null;
  takenMicro: bigint | null;
}

/**
 * The first adjustment of a locked month that was changed since it was written, or whose transaction is missing, is another's, of
 * another time, or took another amount; or the first such transaction whose row is gone.
 */
export async function firstUnprovenAdjustment(client: pg.ClientBase): Promise<UnprovenAdjustment | null> {
  const { rows } = await client.query<UnprovenAdjustment>(
    `with stated as (
       select v.*, ${LOCKED_ADJUSTMENT_HASH} as right_hash,
              'adjust:' || coalesce(a.code, '') || ':' || v.utility || ':' || v.month_ms as key
         from locked_adjustment v left join account a on a.id = v.account_id and a.campus_id = v.campus_id),
     booked as (
       select t.id, t.campus_id, regexp_replace(t.key, ':[0-9]+$', '') as key, t.t_ms,
              coalesce(-sum(e.amount_micro) filter (where p.account_id is not null), 0) as micro
         from ledger_tx t
         join ledger_entry e on e.tx_id = t.id
         join ledger_account p on p.id = e.ledger_account_id
        where t.kind = 'adjust' and t.key like 'adjust:%' group by t.id)
     select s.id, coalesce(b.id, s.tx_id) as "txId", coalesce(b.key, s.key) as key, s.amount_micro as "statedMicro",
            b.micro::int8 as "takenMicro"
       from stated s full join booked b on b.id = s.tx_id and b.campus_id = s.campus_id and b.key = s.key
      where s.id is null or b.id is null or b.micro <> s.amount_micro or b.t_ms <> s.booked_ms
         or s.row_hash is distinct from s.right_hash
      order by s.id nulls last, b.id limit 1`,
  );
  return rows[0] ?? null;
}
