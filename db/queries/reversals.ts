import type pg from 'pg';
import { GOODWILL_OF } from './disputes';

/** A booked transaction as somebody who wants it reversed names it. */
export interface BookedTx {
  id: bigint;
  kind: string;
  /** Payer and amount (µ) of the charge that it carries; null: it carries none. */
  accountId: number | null;
  amountMicro: bigint | null;
  /** The transaction that reversed it; null: none did. */
  reversedBy: bigint | null;
  /** Goodwill that disputes gave for it, µ. */
  goodwillMicro: bigint;
  /** Whether an open dispute contests it. */
  contested: boolean;
}

export async function bookedTx(
  client: pg.ClientBase,
  campusId: number,
  id: bigint,
): Promise<BookedTx | null> {
  const { rows } = await client.query<BookedTx>(
    `select t.id, t.kind::text as kind, c.account_id as "accountId", c.amount_micro as "amountMicro", r.id as "reversedBy",
            ${GOODWILL_OF}::int8 as "goodwillMicro",
            exists (select 1 from dispute d where d.charge_id = c.id and d.state in ('OPENED', 'UNDER_REVIEW')) as contested
       from ledger_tx t
       left join charge c on c.tx_id = t.id
       left join ledger_tx r on r.reverses = t.id and r.reverses is not null
      where t.campus_id = $1 and t.id = $2`,
    [campusId, id],
  );
  return rows[0] ?? null;
}

/**
 * Those of these transactions that a person reversed: such a reversal keeps a hash of what was asked for, the ones that a
 * re-rate books keep none.
 */
export async function reversedByHand(client: pg.ClientBase, txIds: readonly bigint[]): Promise<Set<bigint>> {
  if (txIds.length === 0) return new Set();
  const { rows } = await client.query<{ id: bigint }>(
    'select reverses as id from ledger_tx where reverses = any($1) and request_hash is not null',
    [txIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** What persons gave back to an account by reversals since an instant, µ. */
export async function reversedSince(
  client: pg.ClientBase,
  accountId: number,
  sinceMs: number,
): Promise<bigint> {
  const { rows } = await client.query<{ sum: bigint }>(
    `select coalesce(sum(abs(c.amount_micro)), 0)::bigint as sum from charge c join ledger_tx r on r.reverses = c.tx_id
      where c.account_id = $1 and r.request_hash is not null and r.t_ms >= $2`,
    [accountId, sinceMs],
  );
  return rows[0]!.sum;
}
