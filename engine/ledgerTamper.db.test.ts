import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../db/client';
import { newestCheckpoint } from '../db/queries/checkpoints';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { cst, TARIFF_A } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyTopUp } from './applyTopUp';
import { checkpointKey, newCheckpointKey } from './checkpointKey';
import { silentLog } from './context';
import { makeCheckpoint } from './makeCheckpoint';
import { feed, says } from './testing/harness';
import { verifyLedger } from './verifyLedger';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const RUNS = FULL ? 4_000 : 400;

/**
 * What a forger may change: every stored column of the ledger and its seals, and what money stands in beside it: charges with
 * their times and registers, streams and payments.
 */
const COLUMNS = {
  ledger_tx: {
    campus_id: 'integer',
    key: 'text',
    kind: 'text',
    t_ms: 'bigint',
    currency: 'text',
    lines_hash: 'bytea',
    tx_hash: 'bytea',
    request_hash: 'bytea',
    reverses: 'bigint',
  },
  ledger_entry: {
    tx_id: 'bigint',
    n: 'smallint',
    ledger_account_id: 'integer',
    amount_micro: 'bigint',
    account_seq: 'bigint',
    balance_after_micro: 'bigint',
    entry_hash: 'bytea',
  },
  ledger_checkpoint: {
    n: 'integer',
    from_tx: 'bigint',
    to_tx: 'bigint',
    count: 'integer',
    root: 'bytea',
    prev_root: 'bytea',
    made_ms: 'bigint',
    key_id: 'text',
    signature: 'bytea',
  },
  ledger_account: {
    name: 'text',
    balance_micro: 'bigint',
    account_seq: 'bigint',
    head_hash: 'bytea',
    account_id: 'integer',
  },
  charge: {
    stream_id: 'integer',
    account_id: 'integer',
    point_id: 'integer',
    t0_ms: 'bigint',
    t1_ms: 'bigint',
    rev: 'integer',
    start_micro: 'bigint',
    end_micro: 'bigint',
    quantity_micro: 'bigint',
    numerator_pico: 'numeric',
    amount_micro: 'bigint',
    carry_pico: 'bigint',
    tx_id: 'bigint',
    superseded_by: 'bigint',
  },
  stream: { numerator_pico: 'numeric', posted_micro: 'bigint', register: 'text' },
  payment: {
    campus_id: 'integer',
    account_id: 'integer',
    channel: 'text',
    reference: 'text',
    amount_micro: 'bigint',
    tx_id: 'bigint',
  },
} as const;
type Table = keyof typeof COLUMNS;
const IDENTITY: Record<Table, string> = {
  ledger_tx: 'id',
  ledger_entry: 'tx_id',
  ledger_checkpoint: 'n',
  ledger_account: 'id',
  charge: 'id',
  stream: 'id',
  payment: 'id',
};
/** Columns whose change makes a neighbour wrong as well: either of them may be named. */
const SHARED = new Set([
  't0_ms',
  't1_ms',
  'start_micro',
  'end_micro',
  'stream_id',
  'tx_id',
  'superseded_by',
  'register',
]);

describe('T5: whatever is changed in the stored ledger, verification names where', () => {
  let database: TestDatabase;
  let north: TestCampus;
  let south: TestCampus;
  let seals: string;
  const signingKey = newCheckpointKey();
  const clock = new FixedClock(cst('2025-09-10 14:00'));
  const ctx = { clock, log: silentLog };

  beforeAll(async () => {
    database = await createTestDatabase();
    seals = await mkdtemp(join(tmpdir(), 'wattkeep-seals-'));
    north = await TestCampus.create(database);
    south = await TestCampus.create(database);
    for (const campus of [north, south]) await fillBooks(campus, '2025-09-10');
    await seal();
    for (const campus of [north, south]) await fillBooks(campus, '2025-09-11');
    await seal();
    // The role of the tests owns the tables, as a forger with the server in hand would.
    for (const table of ['ledger_tx', 'ledger_entry', 'ledger_checkpoint'])
      await database.pool.query(`alter table ${table} disable trigger user`);
  }, 120_000);
  afterAll(async () => {
    await database.drop();
    await rm(seals, { recursive: true, force: true });
  });

  /** Charges in three periods, one of them superseded by a late reading, a debt and its repayment. */
  async function fillBooks(campus: TestCampus, day: string): Promise<void> {
    const tariffId = await campus.tariff([TARIFF_A]);
    const account = await campus.account();
    const meter = await campus.meter({ accountId: account.id, tariffId, imaxA: 200 });
    const at = (time: string) => cst(`${day} ${time}`);
    const credit = (amount: bigint, reference: string) =>
      applyTopUp(database, ctx, {
        campusId: campus.id,
        accountCode: account.code,
        amountMicro: amount,
        channel: 'counter',
        reference: `${reference}-${account.code}`,
        actor: 'user:test',
      });
    clock.set(at('07:00'));
    await credit(3_000_000n, 'first');
    await feed(
      database,
      [
        says(campus, meter.code, at('08:00'), '100.000'),
        says(campus, meter.code, at('09:00'), '101.234'),
        says(campus, meter.code, at('10:00'), '104.000'),
        says(campus, meter.code, at('12:00'), '106.000'),
        says(campus, meter.code, at('11:00'), '105.700', { rxMs: at('12:10') }),
        says(campus, meter.code, at('13:00'), '109.000'),
        // Nothing used: a charge without a transaction.
        says(campus, meter.code, at('13:30'), '109.000'),
      ],
      { supply: false },
    );
    clock.set(at('14:00'));
    await credit(20_000_000n, 'second');
    await feed(
      database,
      [
        says(campus, meter.code, at('15:00'), '111.111'),
        // Rated and not yet posted.
        says(campus, meter.code, at('15:01'), '111.117'),
      ],
      { supply: false },
    );
  }

  const seal = () => makeCheckpoint(database, ctx, { key: checkpointKey(signingKey), directory: seals });
  const verify = () => verifyLedger(database, { signingKey, directory: seals });

  async function rowsOf(table: Table): Promise<Record<string, unknown>[]> {
    const columns = Object.entries(COLUMNS[table]).map(([name, type]) =>
      type === 'bytea' ? `encode(${name}, 'hex') as ${name}` : `${name}::text as ${name}`,
    );
    const { rows } = await database.pool.query<Record<string, unknown>>(
      `select ctid::text as place, ${IDENTITY[table]}::text as identity, ${columns.join(', ')} from ${table} order by 2, 1`,
    );
    return rows;
  }

  /** The text form of the same column with one bit, digit or letter changed. */
  function forged(type: string, value: string, pick: number): string {
    if (type === 'bytea') {
      const bytes = Buffer.from(value, 'hex');
      bytes[pick % bytes.length]! ^= 1 << (pick % 8);
      return bytes.toString('hex');
    }
    if (type === 'text') {
      const at = pick % value.length;
      return value.slice(0, at) + (value[at] === 'x' ? 'y' : 'x') + value.slice(at + 1);
    }
    return (BigInt(value) ^ (1n << BigInt(pick % (type === 'smallint' ? 4 : 16)))).toString();
  }

  /** Changes one value, asks the verifier, puts the value back. Null where the database itself refuses the change. */
  async function verdictOn(
    table: string,
    place: string,
    column: string,
    type: string,
    values: (string | null)[],
  ) {
    const cast = (n: number) => (type === 'bytea' ? `decode($${n}, 'hex')` : `$${n}::${type}`);
    // The place of a row moves with every change of it.
    const change = async (from: string, value: string | null): Promise<string | null> => {
      const { rows } = await database.pool.query<{ place: string }>(
        `update ${table} set ${column} = ${cast(2)} where ctid = $1::tid returning ctid::text as place`,
        [from, value],
      );
      return rows[0]!.place;
    };
    let moved: string | null;
    try {
      moved = await change(place, values[1]!);
    } catch {
      return null;
    }
    try {
      return await verify();
    } finally {
      await change(moved!, values[0] ?? null);
    }
  }

  it('an untouched ledger holds, with its seals and their copies', async () => {
    expect(await verify()).toMatchObject({ ok: true, checkpoints: 2, firstBadId: null });
    const { rows } = await database.pool.query<{ kind: string }>(
      'select distinct kind from ledger_tx order by 1',
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['charge', 'reversal', 'topup']);
  });

  it(`${RUNS} changes of any column of any row are each found, and the changed row is named`, async () => {
    const tables = Object.keys(COLUMNS) as Table[];
    const sizes = Object.fromEntries(
      await Promise.all(tables.map(async (table) => [table, (await rowsOf(table)).length])),
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
          const target = (await rowsOf(table))[row]!;
          const before = target[column];
          if (typeof before !== 'string') return;
          const type = (COLUMNS[table] as Record<string, string>)[column]!;
          const after = forged(type, before, pick);
          const verdict = await verdictOn(table, String(target.place), column, type, [before, after]);
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
          else if (table !== 'ledger_account' && !SHARED.has(column)) {
            expect(verdict.firstBadId, about).toBe(`${table}:${target.identity}`);
            expect(verdict.problem, about).not.toBe('');
          }
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(tried).toBeGreaterThan(RUNS / 3);
    expect(await verify()).toMatchObject({ ok: true });
  }, 1_800_000);

  it('no column of a charge, stream or payment that money stands in goes unwatched, in any row', async () => {
    const unseen: string[] = [];
    let tried = 0;
    for (const table of ['charge', 'stream', 'payment'] as const)
      for (const [column, type] of Object.entries(COLUMNS[table]))
        for (const at of (await rowsOf(table)).keys()) {
          const target = (await rowsOf(table))[at]!;
          const before = target[column];
          const value = typeof before === 'string' ? forged(type, before, at) : null;
          // What is not set is set to a transaction or charge that exists.
          const after = value ?? (column === 'tx_id' || column === 'superseded_by' ? '1' : null);
          if (after === null) continue;
          const verdict = await verdictOn(table, String(target.place), column, type, [
            (before as string | null)!,
            after,
          ]);
          if (!verdict) continue;
          tried++;
          if (verdict.ok) unseen.push(`${table}.${column} of ${target.identity}: ${before} → ${after}`);
        }
    expect(unseen).toEqual([]);
    expect(tried).toBeGreaterThan(200);
    const { rows } = await database.pool.query<{ place: string; id: number; open: string; less: string }>(
      `select ctid::text as place, id, open::text as open, jsonb_set(open, '{p,0,4}', '"1"')::text as less
         from stream where jsonb_array_length(open -> 'p') > 0 limit 1`,
    );
    const { place, id, open, less } = rows[0]!;
    expect(await verdictOn('stream', place, 'open', 'jsonb', [open, less])).toMatchObject({
      ok: false,
      firstBadId: `stream:${id}`,
    });
    expect(await verify()).toMatchObject({ ok: true });
  }, 1_800_000);

  it('the id of a transaction can not be changed either', async () => {
    const target = (await rowsOf('ledger_tx'))[3]!;
    const id = String(target.identity);
    const verdict = await verdictOn('ledger_tx', String(target.place), 'id', 'bigint', [id, '900000']);
    expect(verdict).toMatchObject({ ok: false, firstBadId: id });
  });

  it('an entry moved to the pot of the same name on another campus is found', async () => {
    const { rows } = await database.pool.query<{ place: string; tx: string; own: number; other: number }>(
      `select e.ctid::text as place, e.tx_id::text as tx, a.id as own, b.id as other
         from ledger_entry e join ledger_account a on a.id = e.ledger_account_id
         join ledger_account b on b.name = a.name and b.campus_id <> a.campus_id where a.name = 'rev:electricity' limit 1`,
    );
    const { place, tx, own, other } = rows[0]!;
    const verdict = await verdictOn('ledger_entry', place, 'ledger_account_id', 'integer', [
      String(own),
      String(other),
    ]);
    expect(verdict).toMatchObject({ ok: false, firstBadId: tx });
  });

  it('every member of every charge line is covered by its transaction', async () => {
    const { rows } = await database.pool.query<{
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
          const { rows: now } = await database.pool.query<{ place: string }>(
            'select ctid::text as place from charge where tx_id = $1',
            [tx],
          );
          const verdict = await verdictOn('charge', now[0]!.place, 'lines', 'jsonb', [
            text,
            JSON.stringify(changed),
          ]);
          expect(verdict, `${member} of line ${n} of ${tx}`).toMatchObject({ ok: false, firstBadId: tx });
        }
  }, 1_800_000);

  it('a seal made while the ledger is being verified accuses nobody', async () => {
    const { n: before } = (await newestCheckpoint(database.pool))!;
    let sealed = false;
    const busy: Database = {
      ...database,
      pool: new Proxy(database.pool, {
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
                    await fillBooks(north, '2025-09-12');
                    await seal();
                  }
                  return answer;
                };
              },
            });
          };
        },
      }),
    };
    expect(await verifyLedger(busy, { signingKey, directory: seals })).toMatchObject({
      ok: true,
      checkpoints: before,
    });
    expect(await verify()).toMatchObject({ ok: true, checkpoints: before + 1 });
  });

  it('a ledger rolled back to an older true state is caught by the copies of its seals', async () => {
    const mirrored = [
      ...['ledger_tx', 'ledger_entry', 'ledger_checkpoint', 'ledger_account'],
      ...['stream', 'charge', 'payment'],
    ];
    // Foreign keys to the pots are the forger's to switch off as well: here nothing refers to them.
    for (const table of mirrored)
      await database.pool.query(`create table old_${table} as select * from ${table}`);
    await fillBooks(north, '2025-09-13');
    await seal();
    expect(await verify()).toMatchObject({ ok: true, checkpoints: 4 });
    for (const table of mirrored) {
      await database.pool.query(`delete from ${table}`);
      await database.pool.query(`insert into ${table} overriding system value select * from old_${table}`);
    }
    expect(await verifyLedger(database, { signingKey })).toMatchObject({ ok: true, checkpoints: 3 });
    expect(await verify()).toMatchObject({ ok: false, firstBadId: 'checkpoint:4' });
  });

  it('the newest sealed rows cut off are missed by their own seal', async () => {
    for (const newest of [1, 3]) {
      const client = await database.pool.connect();
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
      const verdict = await verify();
      await client.query('insert into ledger_tx select * from cut_tx');
      await client.query('insert into ledger_entry select * from cut_entry');
      await client.query('drop table cut_tx, cut_entry');
      client.release();
      expect(verdict.ok).toBe(false);
      expect(verdict.firstBadId).not.toBeNull();
    }
  });
});
