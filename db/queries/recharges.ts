import type pg from 'pg';
import { FROM_SUSPENSE, SUSPENSE_KEY } from './ledgerProof';

/** One half of a top-up's posting, with its transaction, its payment and the entry before it in the same pot. */
export interface RechargeRow {
  txId: bigint;
  /** `topup`, or `suspense` for what was credited out of it. */
  kind: string;
  key: string;
  tMs: number;
  currency: string;
  txHash: string;
  n: number;
  pot: string;
  accountCode: string | null;
  amountMicro: bigint;
  accountSeq: bigint | null;
  balanceAfterMicro: bigint | null;
  entryHash: string | null;
  prevHash: string | null;
  prevBalanceMicro: bigint | null;
  /** The payment behind it; null: there is none. */
  paidMicro: bigint | null;
  paidTo: string | null;
  channel: string | null;
  reference: string | null;
  suspenseKey: string | null;
}

/** Entries of all top-ups of a campus, what was credited out of suspense among them, in their order. */
export async function rechargeEntries(client: pg.ClientBase, campusId: number): Promise<RechargeRow[]> {
  const { rows } = await client.query<RechargeRow>(
    `select t.id as "txId", t.kind, t.key, t.t_ms::float8 as "tMs", t.currency, encode(t.tx_hash, 'hex') as "txHash", e.n::int as n,
            la.name as pot, a.code as "accountCode", e.amount_micro as "amountMicro", e.account_seq as "accountSeq",
            e.balance_after_micro as "balanceAfterMicro", encode(e.entry_hash, 'hex') as "entryHash",
            encode(b.entry_hash, 'hex') as "prevHash", b.balance_after_micro as "prevBalanceMicro",
            p.amount_micro as "paidMicro", pa.code as "paidTo", p.channel, p.reference,
            ${SUSPENSE_KEY}
       from ledger_tx t
       join ledger_entry e on e.tx_id = t.id
       join ledger_account la on la.id = e.ledger_account_id
       left join account a on a.id = la.account_id
       left join ledger_entry b on b.ledger_account_id = e.ledger_account_id and b.account_seq = e.account_seq - 1
       left join payment p on p.tx_id = t.id
       left join account pa on pa.id = p.account_id
       ${FROM_SUSPENSE}
      where t.campus_id = $1 and (t.kind = 'topup' or (t.kind = 'suspense' and exists (
              select 1 from ledger_entry c join ledger_account ca on ca.id = c.ledger_account_id
               where c.tx_id = t.id and ca.account_id is not null))) order by t.id, e.n`,
    [campusId],
  );
  return rows;
}

/** Picks a booked top-up by chance; null: there is none. */
export async function anyRecharge(
  client: pg.ClientBase,
  campusId: number,
  chance: number,
): Promise<{ txId: bigint; accountCode: string } | null> {
  const { rows } = await client.query<{ txId: bigint; accountCode: string }>(
    `select p.tx_id as "txId", a.code as "accountCode" from payment p join account a on a.id = p.account_id
      where p.campus_id = $1 order by p.tx_id
      offset (select floor(count(*) * $2::float8)::int from payment where campus_id = $1) limit 1`,
    [campusId, chance],
  );
  return rows[0] ?? null;
}

/** All that is stored of one transaction, as text: to tell that a row is exactly what it was. */
export async function storedRecharge(client: pg.ClientBase, txId: bigint): Promise<string> {
  const { rows } = await client.query<{ text: string }>(
    `select concat((select t::text from ledger_tx t where t.id = $1),
                   (select string_agg(e::text, '|' order by e.n) from ledger_entry e where e.tx_id = $1),
                   (select string_agg(p::text, '|') from payment p where p.tx_id = $1)) as text`,
    [txId],
  );
  return rows[0]!.text;
}

/** What a forger would do: adds to the amount of a top-up's entries, in one of the ways that leave its sums whole. */
export async function forgeRecharge(client: pg.ClientBase, txId: bigint, byMicro: bigint): Promise<void> {
  await client.query(
    `update ledger_entry set amount_micro = amount_micro + case when amount_micro > 0 then $2::int8 else -$2::int8 end,
            balance_after_micro = balance_after_micro + $2::int8 where tx_id = $1 and n < 2`,
    [txId, byMicro],
  );
}

/** Whether the guards refuse a change of the ledger. @returns what they said; null: nothing held it up */
export async function guardAnswer(client: pg.ClientBase, txId: bigint): Promise<string | null> {
  await client.query('savepoint guarded');
  try {
    await forgeRecharge(client, txId, 1n);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.query('rollback to savepoint guarded');
  }
}

/** Switches the guards of the entries off for the rest of the transaction, as only their owner can; others can't write meanwhile. */
export async function passGuards(client: pg.ClientBase): Promise<void> {
  await client.query(`set local lock_timeout = '5s'`);
  await client.query('alter table ledger_entry disable trigger user');
}
