import type pg from 'pg';

/** A refund or suspense item that is not what was booked for it. */
export interface UnprovenMoney {
  table: 'refund' | 'suspense_item';
  id: string;
  /** As the row says, and as its transaction posted; null: there is no such transaction. */
  statedMicro: bigint;
  postedMicro: bigint | null;
}

/** The first refund or suspense item whose transaction is missing, is another's, or moved another amount. */
export async function firstUnprovenMoney(client: pg.ClientBase): Promise<UnprovenMoney | null> {
  const { rows } = await client.query<UnprovenMoney>(
    `select m.tbl as table, m.id, m.stated as "statedMicro", e.amount_micro as "postedMicro"
       from (select 'refund' as tbl, refund_no as id, campus_id, tx_id, amount_micro as stated,
                    'refund:' || channel || ':' || refund_no as key from refund
             union all
             select 'suspense_item', id, campus_id, tx_id, amount_micro, 'topup:' || channel || ':' || provider_txn
               from suspense_item) m
       left join ledger_tx t on t.id = m.tx_id and t.campus_id = m.campus_id and t.key = m.key
       left join ledger_entry e on e.tx_id = t.id and e.n = 1
      where e.amount_micro is distinct from m.stated
      order by m.tx_id, m.id limit 1`,
  );
  return rows[0] ?? null;
}
