import { afterAll, beforeAll, expect, it } from 'vitest';
import { tamperDrill } from './tamperDrill';
import { ForgedBooks } from './testing/forgedBooks';
import { verifyRecharges } from './verifyRecharges';

/** Threefold slack over what is promised. */
const WITHIN_MS = 6_000;
let books: ForgedBooks;
beforeAll(async () => {
  books = await ForgedBooks.create();
  for (const table of ['ledger_tx', 'ledger_entry', 'ledger_checkpoint'])
    await books.database.pool.query(`alter table ${table} enable trigger user`);
}, 120_000);
afterAll(() => books.drop());

it('the verifier names the account whose top-up a drill changed, and the row stands as it was', async () => {
  const { north, database, ctx } = books;
  for (const chance of [0, 0.3, 0.6, 0.99]) {
    const result = await tamperDrill(database, ctx, north.id, chance);
    expect(result).toMatchObject({ found: true, restored: true, firstBadId: result.txId });
    expect(result.namedAccount).toBe(result.touchedAccount);
    expect(result.guard).toMatch(/insert-only/);
    expect(result.tookMs).toBeLessThan(WITHIN_MS);
  }
  expect(await books.verify()).toMatchObject({ ok: true });
});

it('each stored column of a top-up that a forger may change is found by the quick look', async () => {
  const { north, database } = books;
  const { rows } = await database.pool.query<{ id: bigint }>(
    `select id from ledger_tx where kind = 'topup' and campus_id = $1 order by id limit 1`,
    [north.id],
  );
  const id = rows[0]!.id;
  for (const change of [
    `update ledger_tx set t_ms = t_ms + 1 where id = ${id}`,
    `update ledger_tx set key = key || 'x' where id = ${id}`,
    `update ledger_entry set amount_micro = amount_micro + 1 where tx_id = ${id} and n = 1`,
    `update ledger_entry set balance_after_micro = balance_after_micro + 1 where tx_id = ${id} and n = 1`,
    `update ledger_entry set entry_hash = sha256(entry_hash) where tx_id = ${id} and n = 1`,
    `update payment set amount_micro = amount_micro + 10000 where tx_id = ${id}`,
    `update payment set reference = 'other' where tx_id = ${id}`,
    `delete from payment where tx_id = ${id}`,
    `delete from ledger_entry where tx_id = ${id} and n = 1`,
  ]) {
    const client = await database.pool.connect();
    try {
      await client.query(
        'begin; alter table ledger_entry disable trigger user; alter table ledger_tx disable trigger user',
      );
      await client.query(change);
      expect(await verifyRecharges(client, north.id), change).toMatchObject({
        ok: false,
        firstBadId: id.toString(),
      });
    } finally {
      await client.query('rollback');
      client.release();
    }
  }
});
