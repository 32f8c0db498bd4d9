import type pg from 'pg';

export interface CheckpointRow {
  n: number;
  fromTx: bigint;
  toTx: bigint;
  count: number;
  root: Buffer;
  prevRoot: Buffer | null;
  madeMs: number;
  keyId: string;
  signature: Buffer;
}

const COLUMNS = `n, from_tx as "fromTx", to_tx as "toTx", count, root, prev_root as "prevRoot", made_ms as "madeMs", key_id as "keyId", signature`;

export async function newestCheckpoint(client: pg.ClientBase | pg.Pool): Promise<CheckpointRow | null> {
  const { rows } = await client.query<Omit<CheckpointRow, 'madeMs'> & { madeMs: bigint }>(
    `select ${COLUMNS} from ledger_checkpoint order by n desc limit 1`,
  );
  return rows[0] ? { ...rows[0], madeMs: Number(rows[0].madeMs) } : null;
}

/** All checkpoints above number `after`, oldest first. */
export async function allCheckpoints(client: pg.ClientBase | pg.Pool, after = 0): Promise<CheckpointRow[]> {
  const { rows } = await client.query<Omit<CheckpointRow, 'madeMs'> & { madeMs: bigint }>(
    `select ${COLUMNS} from ledger_checkpoint where n > $1 order by n`,
    [after],
  );
  return rows.map((r) => ({ ...r, madeMs: Number(r.madeMs) }));
}

export async function insertCheckpoint(client: pg.ClientBase, c: CheckpointRow): Promise<void> {
  await client.query(
    `insert into ledger_checkpoint (n, from_tx, to_tx, count, root, prev_root, made_ms, key_id, signature)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [c.n, c.fromTx, c.toTx, c.count, c.root, c.prevRoot, c.madeMs, c.keyId, c.signature],
  );
}

/** Hashes of the transactions (afterId, toId] in id order, at most `limit` of them. */
export async function txHashes(
  client: pg.ClientBase | pg.Pool,
  afterId: bigint,
  toId: bigint,
  limit: number | null = null,
): Promise<{ id: bigint; txHash: Buffer }[]> {
  const { rows } = await client.query<{ id: bigint; txHash: Buffer }>(
    'select id, tx_hash as "txHash" from ledger_tx where id > $1 and id <= $2 order by id limit $3',
    [afterId, toId, limit],
  );
  return rows;
}

export async function newestTxId(client: pg.ClientBase | pg.Pool): Promise<bigint> {
  const { rows } = await client.query<{ id: bigint | null }>('select max(id) as id from ledger_tx');
  return rows[0]?.id ?? 0n;
}

export interface StoredTxRow {
  id: bigint;
  campusId: number;
  key: string;
  kind: string;
  tMs: number;
  currency: string;
  /** Hashes in hex. */
  linesHash: string | null;
  txHash: string;
  requestHash: string | null;
  reverses: bigint | null;
}

export interface StoredEntryRow {
  txId: bigint;
  n: number;
  ledgerAccountId: number;
  amountMicro: bigint;
  accountSeq: bigint | null;
  balanceAfterMicro: bigint | null;
  /** In hex. */
  entryHash: string | null;
}

/** A page of transactions with their entries, in id order. */
export async function ledgerPage(
  client: pg.ClientBase,
  afterId: bigint,
  limit: number,
): Promise<{ transactions: StoredTxRow[]; entries: StoredEntryRow[] }> {
  const { rows: transactions } = await client.query<StoredTxRow>(
    `select id, campus_id as "campusId", key, kind, t_ms::float8 as "tMs", currency, encode(lines_hash, 'hex') as "linesHash",
            encode(tx_hash, 'hex') as "txHash", encode(request_hash, 'hex') as "requestHash", reverses
       from ledger_tx where id > $1 order by id limit $2`,
    [afterId, limit],
  );
  const last = transactions[transactions.length - 1];
  if (!last) return { transactions: [], entries: [] };
  const { rows: entries } = await client.query<StoredEntryRow>(
    `select tx_id as "txId", n, ledger_account_id as "ledgerAccountId", amount_micro as "amountMicro", account_seq as "accountSeq",
            balance_after_micro as "balanceAfterMicro", encode(entry_hash, 'hex') as "entryHash"
       from ledger_entry where tx_id > $1 and tx_id <= $2 order by tx_id, n`,
    [afterId, last.id],
  );
  return { transactions, entries };
}

/** Ledger accounts with their stored heads; customers' pots only carry one. `accountCode`: whose row the pot belongs to. */
export async function ledgerHeads(client: pg.ClientBase) {
  const { rows } = await client.query<{
    id: number;
    campusId: number;
    name: string;
    currency: string;
    /** What the pot's account holds in place of money, and the money of its campus. */
    unit: string | null;
    campusCurrency: string;
    bucket: string | null;
    accountCode: string | null;
    balanceMicro: bigint | null;
    accountSeq: bigint | null;
    /** In hex. */
    headHash: string | null;
  }>(
    `select p.id, p.campus_id as "campusId", p.name, p.currency, a.unit, c.currency as "campusCurrency", p.bucket, a.code as "accountCode", p.balance_micro as "balanceMicro",
            p.account_seq as "accountSeq", encode(p.head_hash, 'hex') as "headHash"
       from ledger_account p join campus c on c.id = p.campus_id
       left join account a on a.id = p.account_id and a.campus_id = p.campus_id order by p.id`,
  );
  return rows;
}
