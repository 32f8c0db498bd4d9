import type pg from 'pg';
import type { LedgerKey } from '../../domain/credit/ledgerKeys';

/** A key with what vouches for it; all but the ids in hex. */
export interface LedgerKeyRow extends LedgerKey {
  readonly signature: string;
  readonly prevSignature: string | null;
}

/** In the order in which they came. */
export async function ledgerKeys(client: pg.ClientBase | pg.Pool): Promise<LedgerKeyRow[]> {
  const { rows } = await client.query<LedgerKeyRow>(
    `select n, key_id as "keyId", encode(public_key, 'hex') as "publicKey", after_checkpoint as "afterCheckpoint",
            made_ms::float8 as "madeMs", encode(signature, 'hex') as signature, encode(prev_signature, 'hex') as "prevSignature"
       from ledger_key order by n`,
  );
  return rows;
}

/** Newest checkpoint that another key than this signed; 0: none. */
export async function lastCheckpointOfOthers(client: pg.ClientBase, keyId: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    'select coalesce(max(n), 0)::int4 as n from ledger_checkpoint where key_id <> $1',
    [keyId],
  );
  return rows[0]!.n;
}

/** Its number is unique: of two processes that come with a key at once, one fails and the other's stands. */
export async function insertLedgerKey(client: pg.ClientBase, key: LedgerKeyRow): Promise<void> {
  await client.query(
    `insert into ledger_key (n, key_id, public_key, after_checkpoint, made_ms, signature, prev_signature)
     values ($1, $2, decode($3, 'hex'), $4, $5, decode($6, 'hex'), decode($7, 'hex'))`,
    [key.n, key.keyId, key.publicKey, key.afterCheckpoint, key.madeMs, key.signature, key.prevSignature],
  );
}
