import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../db/client';
import { newestCheckpoint } from '../db/queries/checkpoints';
import { COLUMNS, ForgedBooks, forged, SHARED, type Table } from './testing/forgedBooks';
import { verifyLedger } from './verifyLedger';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const RUNS = FULL ? 4_000 : 400;

describe('T5: whatever is changed in the stored ledger, verification names where', () => {
  let books: ForgedBooks;
  beforeAll(async () => {
    books = await ForgedBooks.create();
  }, 120_000);
  afterAll(() => books.drop());

  it('an untouched ledger holds, with its seals and their copies', async () => {
    expect(await books.verify()).toMatchObject({ ok: true, checkpoints: 2, firstBadId: null });
    const { rows } = await books.database.pool.query<{ kind: string }>(
      'select distinct kind from ledger_tx order by 1',
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['charge', 'reversal', 'topup']);
  });

  it(`${RUNS} changes of any column of any row are each found, and the changed row is named`, async () => {
    const tables = Object.keys(COLUMNS) as Table[];
    const sizes = Object.fromEntries(
      await Promise.all(tables.map(async (table) => [table, (await books.rowsOf(table)).length])),
    ) as Record<Table, number>;
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...tables).chain((table) =>
          fc.record({
            table: fc.constant(table),
            row: fc.nat({ max: sizes[table] - 1 }),
            column: fc.constantFrom(...Object.keys(COLUMNS[table])),
            pick: fc.nat({ max: 10_000 }),
          }),
        ),
        async ({ table, row, column, pick }) => {
          const target = (await books.rowsOf(table))[row]!;
          const before = target[column];
          if (typeof before !== 'string') return;
          const type = (COLUMNS[table] as Record<string, string>)[column]!;
          const after = forged(type, before, pick);
          const verdict = await books.verdictOn(table, String(target.place), column, type, [before, after]);
          if (!verdict) return;
          tried++;
          const about = `${table}.${column} of ${target.identity}: ${before} → ${after}: ${JSON.stringify(verdict)}`;
          expect(verdict.ok, about).toBe(false);
          if (table === 'ledger_tx') expect(verdict.firstBadId, about).toBe(target.identity);
          else if (table === 'ledger_entry') {
            const named = column === 'tx_id' ? [target.identity, after] : [target.identity];
            expect(named, about).toContain(verdict.firstBadId);
          } else if (table === 'ledger_checkpoint')
            expect(verdict.firstBadId, about).toMatch(/^checkpoint:\d+$/);
          else if (table === 'accrual') expect(verdict.firstBadId, about).toMatch(/^accrual:/);
          else if (table !== 'ledger_account' && !SHARED.has(column)) {
            expect(verdict.firstBadId, about).toBe(`${table}:${target.identity}`);
            expect(verdict.problem, about).not.toBe('');
          }
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(tried).toBeGreaterThan(RUNS / 3);
    expect(await books.verify()).toMatchObject({ ok: true });
  }, 1_800_000);

  it('no column of a charge, stream, payment or accrual that money stands in goes unwatched, in any row', async () => {
    const unseen: string[] = [];
    let tried = 0;
    for (const table of ['charge', 'stream', 'payment', 'accrual'] as const)
      for (const [column, type] of Object.entries(COLUMNS[table]))
        for (const at of (await books.rowsOf(table)).keys()) {
          const target = (await books.rowsOf(table))[at]!;
          const before = target[column];
          const value = typeof before === 'string' ? forged(type, before, at) : null;
          // What is not set is set to a transaction or charge that exists.
          const after = value ?? (column === 'tx_id' || column === 'superseded_by' ? '1' : null);
          if (after === null) continue;
          const verdict = await books.verdictOn(table, String(target.place), column, type, [
            (before as string | null)!,
            after,
          ]);
          if (!verdict) continue;
          tried++;
          if (verdict.ok) unseen.push(`${table}.${column} of ${target.identity}: ${before} → ${after}`);
        }
    expect(unseen).toEqual([]);
    expect(tried).toBeGreaterThan(200);
    const { rows } = await books.database.pool.query<{
      place: string;
      id: number;
      open: string;
      less: string;
    }>(
      `select ctid::text as place, id, open::text as open, jsonb_set(open, '{p,0,4}', '"1"')::text as less
         from stream where jsonb_array_length(open -> 'p') > 0 limit 1`,
    );
    const { place, id, open, less } = rows[0]!;
    expect(await books.verdictOn('stream', place, 'open', 'jsonb', [open, less])).toMatchObject({
      ok: false,
      firstBadId: `stream:${id}`,
    });
    expect(await books.verify()).toMatchObject({ ok: true });
  }, 1_800_000);

  it('the id of a transaction can not be changed either', async () => {
    const target = (await books.rowsOf('ledger_tx'))[3]!;
    const id = String(target.identity);
    const verdict = await books.verdictOn('ledger_tx', String(target.place), 'id', 'bigint', [id, '900000']);
    expect(verdict).toMatchObject({ ok: false, firstBadId: id });
  });

  it('an entry moved to the pot of the same name on another campus is found', async () => {
    const { rows } = await books.database.pool.query<{
      place: string;
      tx: string;
      own: number;
      other: number;
    }>(
      `select e.ctid::text as place, e.tx_id::text as tx, a.id as own, b.id as other
         from ledger_entry e join ledger_account a on a.id = e.ledger_account_id
         join ledger_account b on b.name = a.name and b.campus_id <> a.campus_id where a.name = 'rev:electricity' limit 1`,
    );
    const { place, tx, own, other } = rows[0]!;
    const verdict = await books.verdictOn('ledger_entry', place, 'ledger_account_id', 'integer', [
      String(own),
      String(other),
    ]);
    expect(verdict).toMatchObject({ ok: false, firstBadId: tx });
  });

  it('every member of every charge line is covered by its transaction', async () => {
    const { rows } = await books.database.pool.query<{
      place: string;
      tx: string;
      lines: Record<string, unknown>[];
      text: string;
    }>(
      'select ctid::text as place, tx_id::text as tx, lines, lines::text as text from charge where tx_id is not null',
    );
    expect(rows.length).toBeGreaterThan(10);
    const picked = FULL ? rows : rows.slice(0, 6);
    for (const [at, { tx, lines, text }] of picked.entries())
      for (const [n, line] of lines.entries())
        for (const [member, value] of Object.entries(line)) {
          const changed = structuredClone(lines);
          changed[n]![member] = typeof value === 'boolean' ? !value : forged('text', String(value), at);
          const { rows: now } = await books.database.pool.query<{ place: string }>(
            'select ctid::text as place from charge where tx_id = $1',
            [tx],
          );
          const verdict = await books.verdictOn('charge', now[0]!.place, 'lines', 'jsonb', [
            text,
            JSON.stringify(changed),
          ]);
          expect(verdict, `${member} of line ${n} of ${tx}`).toMatchObject({ ok: false, firstBadId: tx });
        }
  }, 1_800_000);

  it('a seal made while the ledger is being verified accuses nobody', async () => {
    const { n: before } = (await newestCheckpoint(books.database.pool))!;
    let sealed = false;
    const busy: Database = {
      ...books.database,
      pool: new Proxy(books.database.pool, {
        get(pool, member) {
          if (member !== 'connect') return Reflect.get(pool, member, pool);
          return async () => {
            const client = await pool.connect();
            // The snapshot stands with the first question; the books go on behind it.
            return new Proxy(client, {
              get(target, name) {
                const own = Reflect.get(target, name, target);
                if (name !== 'query') return typeof own === 'function' ? own.bind(target) : own;
                return async (...asked: Parameters<typeof client.query>) => {
                  const answer = await target.query(...asked);
                  if (!sealed && /select/i.test(String(asked[0]))) {
                    sealed = true;
                    await books.fill(books.north, '2025-09-12');
                    await books.seal();
                  }
                  return answer;
                };
              },
            });
          };
        },
      }),
    };
    expect(await verifyLedger(busy, { signingKey: books.signingKey, directory: books.seals })).toMatchObject({
      ok: true,
      checkpoints: before,
    });
    expect(await books.verify()).toMatchObject({ ok: true, checkpoints: before + 1 });
  });

  it('a ledger rolled back to an older true state is caught by the copies of its seals', async () => {
    const mirrored = [
      ...['ledger_tx', 'ledger_entry', 'ledger_checkpoint', 'ledger_account'],
      ...['stream', 'charge', 'payment', 'accrual', 'reading'],
    ];
    // Foreign keys to the pots are the forger's to switch off as well: here nothing refers to them.
    for (const table of mirrored)
      await books.database.pool.query(`create table old_${table} as select * from ${table}`);
    await books.fill(books.north, '2025-09-13');
    await books.seal();
    expect(await books.verify()).toMatchObject({ ok: true, checkpoints: 4 });
    for (const table of mirrored) {
      await books.database.pool.query(`delete from ${table}`);
      await books.database.pool.query(
        `insert into ${table} overriding system value select * from old_${table}`,
      );
    }
    expect(await verifyLedger(books.database, { signingKey: books.signingKey })).toMatchObject({
      ok: true,
      checkpoints: 3,
    });
    expect(await books.verify()).toMatchObject({ ok: false, firstBadId: 'checkpoint:4' });
  });

  it('the newest sealed rows cut off are missed by their own seal', async () => {
    for (const newest of [1, 3]) {
      const client = await books.database.pool.connect();
      await client.query('begin');
      const { rows } = await client.query<{ id: string }>(
        'select id::text from ledger_tx order by id desc limit $1',
        [newest],
      );
      await client.query('create table cut_tx as select * from ledger_tx where id = any($1)', [
        rows.map(({ id }) => id),
      ]);
      await client.query(
        'create table cut_entry as select * from ledger_entry where tx_id in (select id from cut_tx)',
      );
      await client.query('delete from ledger_tx where id in (select id from cut_tx)');
      await client.query('delete from ledger_entry where tx_id in (select id from cut_tx)');
      await client.query('commit');
      const verdict = await books.verify();
      await client.query('insert into ledger_tx select * from cut_tx');
      await client.query('insert into ledger_entry select * from cut_entry');
      await client.query('drop table cut_tx, cut_entry');
      client.release();
      expect(verdict.ok).toBe(false);
      expect(verdict.firstBadId).not.toBeNull();
    }
  });
});
