import type pg from 'pg';
import { stampAccounts } from './accountLocks';
import { BinaryRows, copyBinary } from './binaryCopy';

/** A customer's or system's pot as stored. Balance, sequence and head are null for system pots. */
export interface LedgerAccountRow {
  id: number;
  campusId: number;
  name: string;
  /** Money, or KWH or M3: all that is booked on it is of it. */
  currency: string;
  accountId: number | null;
  bucket: 'CASH' | 'GIFT' | 'SUBSIDY' | 'EC' | 'ARREARS' | null;
  expiresMs: number | null;
  balanceMicro: bigint;
  accountSeq: bigint;
  headHash: Buffer | null;
}

const COLUMNS = `id, campus_id as "campusId", name, currency, account_id as "accountId", bucket, expires_ms as "expiresMs",
  coalesce(balance_micro, 0) as "balanceMicro", coalesce(account_seq, 0) as "accountSeq", head_hash as "headHash"`;

function rowOf(row: LedgerAccountRow): LedgerAccountRow {
  return { ...row, expiresMs: row.expiresMs === null ? null : Number(row.expiresMs) };
}

/** All pots of these accounts; the caller holds the accounts' row locks. */
export async function customerPots(
  client: pg.ClientBase,
  accountIds: readonly number[],
): Promise<LedgerAccountRow[]> {
  const { rows } = await client.query<LedgerAccountRow>(
    `select ${COLUMNS} from ledger_account where account_id = any($1)`,
    [accountIds],
  );
  return rows.map(rowOf);
}

/** All pots of one account and the system's of these names, as far as they exist; the caller holds the account's lock. */
export async function potsWithSystem(
  client: pg.ClientBase,
  campusId: number,
  accountId: number,
  systemNames: readonly string[],
): Promise<LedgerAccountRow[]> {
  const { rows } = await client.query<LedgerAccountRow>(
    `select ${COLUMNS} from ledger_account where account_id = $1
     union all select ${COLUMNS} from ledger_account where campus_id = $2 and name = any($3) and account_id is null`,
    [accountId, campusId, systemNames],
  );
  return rows.map(rowOf);
}

/**
 * Finds or makes system pots of a currency by name; makes them safely when several processes do so at once.
 * @returns those that hold this currency: a pot under the name that holds another is left out
 */
export async function systemPots(
  client: pg.ClientBase,
  campusId: number,
  currency: string,
  names: readonly string[],
): Promise<Map<string, number>> {
  type Pot = Pick<LedgerAccountRow, 'id' | 'name' | 'currency'>;
  const { rows } = await client.query<Pot>(
    'select id, name, currency from ledger_account where campus_id = $1 and name = any($2)',
    [campusId, names],
  );
  const found = new Map(rows.map((row) => [row.name, row]));
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0) {
    const made = await client.query<Pot>(
      `insert into ledger_account (campus_id, name, currency) select $1, unnest($2::text[]), $3
       on conflict (campus_id, name) do update set name = excluded.name returning id, name, currency`,
      [campusId, missing, currency],
    );
    for (const row of made.rows) found.set(row.name, row);
  }
  const own = [...found.values()].filter((row) => row.currency === currency);
  return new Map(own.map((row) => [row.name, row.id]));
}

/** Makes a customer's pot that does not exist yet (a new subsidy grant); the caller holds the account's lock. */
export async function createCustomerPot(
  client: pg.ClientBase,
  pot: {
    campusId: number;
    name: string;
    currency: string;
    accountId: number;
    bucket: string;
    /** When what it holds lapses, ms UTC. */
    expiresMs?: number | null;
  },
): Promise<LedgerAccountRow> {
  const { rows } = await client.query<LedgerAccountRow>(
    `insert into ledger_account (campus_id, name, currency, account_id, bucket, balance_micro, account_seq, expires_ms)
     values ($1, $2, $3, $4, $5, 0, 0, $6) returning ${COLUMNS}`,
    [pot.campusId, pot.name, pot.currency, pot.accountId, pot.bucket, pot.expiresMs ?? null],
  );
  await stampAccounts(client, [pot.accountId]);
  return rowOf(rows[0]!);
}

export interface LedgerTxRow {
  id: bigint;
  campusId: number;
  key: string;
  kind: string;
  tMs: number;
  currency: string;
  linesHash: Buffer | null;
  txHash: Buffer;
  requestHash: Buffer | null;
  reverses: bigint | null;
}

export interface LedgerEntryRow {
  txId: bigint;
  n: number;
  ledgerAccountId: number;
  amountMicro: bigint;
  accountSeq: bigint | null;
  balanceAfterMicro: bigint | null;
  entryHash: Buffer | null;
}

/** Advisory lock shared by writers and taken alone for a moment by the checkpoint, so that its horizon has no holes. */
const HORIZON_LOCK = 0x77_61_74_74;

/**
 * Reserves transaction ids, sharing the horizon from before the first one until the transaction ends. Gaps left by a rollback
 * are harmless.
 */
export async function reserveTxIds(client: pg.ClientBase, count: number): Promise<bigint[]> {
  const { rows } = await client.query<{ id: bigint }>(
    `with horizon as materialized (select pg_advisory_xact_lock_shared($2))
     select nextval('ledger_tx_id') as id from (select 1 from horizon) h cross join lateral generate_series(1, $1)`,
    [count, HORIZON_LOCK],
  );
  return rows.map((r) => r.id);
}

export async function closeLedgerHorizon(client: pg.ClientBase): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [HORIZON_LOCK]);
}

/** Rows up to which one statement costs less than two streams, each of which is opened and closed. */
const FEW_ROWS = 64;

async function insertFew(
  client: pg.ClientBase,
  transactions: readonly LedgerTxRow[],
  entries: readonly LedgerEntryRow[],
): Promise<void> {
  await client.query(
    `with added as (
       insert into ledger_tx (id, campus_id, key, kind, t_ms, currency, lines_hash, tx_hash, request_hash, reverses)
       select * from unnest($1::int8[], $2::int4[], $3::text[], $4::text[], $5::int8[], $6::text[], $7::bytea[], $8::bytea[],
                            $9::bytea[], $10::int8[]))
     insert into ledger_entry (tx_id, n, ledger_account_id, amount_micro, account_seq, balance_after_micro, entry_hash)
     select * from unnest($11::int8[], $12::int2[], $13::int4[], $14::int8[], $15::int8[], $16::int8[], $17::bytea[])`,
    [
      transactions.map((t) => t.id),
      transactions.map((t) => t.campusId),
      transactions.map((t) => t.key),
      transactions.map((t) => t.kind),
      transactions.map((t) => t.tMs),
      transactions.map((t) => t.currency),
      transactions.map((t) => t.linesHash),
      transactions.map((t) => t.txHash),
      transactions.map((t) => t.requestHash),
      transactions.map((t) => t.reverses),
      entries.map((e) => e.txId),
      entries.map((e) => e.n),
      entries.map((e) => e.ledgerAccountId),
      entries.map((e) => e.amountMicro),
      entries.map((e) => e.accountSeq),
      entries.map((e) => e.balanceAfterMicro),
      entries.map((e) => e.entryHash),
    ],
  );
}

export async function insertLedger(
  client: pg.PoolClient,
  transactions: readonly LedgerTxRow[],
  entries: readonly LedgerEntryRow[],
): Promise<void> {
  if (transactions.length === 0) return;
  if (transactions.length + entries.length <= FEW_ROWS) return insertFew(client, transactions, entries);
  const txRows = new BinaryRows(10);
  for (const t of transactions) {
    txRows.row();
    txRows.int8(t.id);
    txRows.int4(t.campusId);
    txRows.text(t.key);
    txRows.text(t.kind);
    txRows.int8(t.tMs);
    txRows.text(t.currency);
    txRows.binary(t.linesHash);
    txRows.binary(t.txHash);
    txRows.binary(t.requestHash);
    txRows.int8(t.reverses);
  }
  await copyBinary(
    client,
    'ledger_tx (id, campus_id, key, kind, t_ms, currency, lines_hash, tx_hash, request_hash, reverses)',
    txRows,
  );
  const entryRows = new BinaryRows(7);
  for (const e of entries) {
    entryRows.row();
    entryRows.int8(e.txId);
    entryRows.int2(e.n);
    entryRows.int4(e.ledgerAccountId);
    entryRows.int8(e.amountMicro);
    entryRows.int8(e.accountSeq);
    entryRows.int8(e.balanceAfterMicro);
    entryRows.binary(e.entryHash);
  }
  await copyBinary(
    client,
    'ledger_entry (tx_id, n, ledger_account_id, amount_micro, account_seq, balance_after_micro, entry_hash)',
    entryRows,
  );
}

/** Stores the new heads of customers' pots, and stamps their accounts. */
export async function updatePots(
  client: pg.ClientBase,
  pots: readonly { id: number; balanceMicro: bigint; accountSeq: bigint; headHash: Buffer }[],
): Promise<void> {
  if (pots.length === 0) return;
  await client.query(
    `with moved as (
       update ledger_account l set balance_micro = u.balance, account_seq = u.seq, head_hash = u.head
         from unnest($1::int[], $2::bigint[], $3::bigint[], $4::bytea[]) as u(id, balance, seq, head) where l.id = u.id
       returning l.account_id)
     update account set status = status where id in (select account_id from moved)`,
    [
      pots.map((p) => p.id),
      pots.map((p) => p.balanceMicro),
      pots.map((p) => p.accountSeq),
      pots.map((p) => p.headHash),
    ],
  );
}

export interface StoredTx {
  id: bigint;
  kind: string;
  tMs: number;
  requestHash: Buffer | null;
}

/** The transaction booked under a key, if any. */
export async function txByKey(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  key: string,
): Promise<StoredTx | null> {
  const { rows } = await client.query<{ id: bigint; kind: string; tMs: bigint; requestHash: Buffer | null }>(
    'select id, kind, t_ms as "tMs", request_hash as "requestHash" from ledger_tx where campus_id = $1 and key = $2',
    [campusId, key],
  );
  const row = rows[0];
  return row ? { ...row, tMs: Number(row.tMs) } : null;
}

export interface PostingRow {
  txId: bigint;
  s: string;
  d: string;
  amountMicro: bigint;
}

/** Postings of transactions in flow form, in their order. */
export async function postingsOf(client: pg.ClientBase, txIds: readonly bigint[]): Promise<PostingRow[]> {
  const { rows } = await client.query<PostingRow>(
    `select o.tx_id as "txId", s.name as s, d.name as d, i.amount_micro as "amountMicro"
       from ledger_entry o
       join ledger_entry i on i.tx_id = o.tx_id and i.n = o.n + 1
       join ledger_account s on s.id = o.ledger_account_id
       join ledger_account d on d.id = i.ledger_account_id
      where o.tx_id = any($1) and o.n % 2 = 0 order by o.tx_id, o.n`,
    [txIds],
  );
  return rows;
}
