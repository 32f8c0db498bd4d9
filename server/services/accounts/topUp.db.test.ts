import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDb, type Database } from '../../../db/client';
import { scopedSource } from '../../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/createTestDatabase';
import { FixedClock } from '../../../domain/time/clock';
import { silentLog } from '../../../engine/context';
import { importCampus } from '../../../engine/importCampus';
import { verifyLedger } from '../../../engine/verifyLedger';
import { callerOf } from '../../testing/callerOf';
import { TEST_NOW_MS } from '../../testing/startTestServer';
import { testCampusDocument } from '../../testing/testCampus';
import { topUpAccount } from './topUp';

const clock = new FixedClock(TEST_NOW_MS);
const engine = { clock, log: silentLog };
let home: TestDatabase;
/** One connection: whoever holds one and asks for another waits for ever. */
let narrow: Database;

beforeAll(async () => {
  home = await createTestDatabase();
  const imported = await importCampus(home, engine, testCampusDocument, { actor: 'test' });
  expect(imported.applied).toBe(true);
  narrow = createDb(home.url, 1, 'one connection');
});
afterAll(async () => {
  await narrow.close();
  await home.drop();
});

async function pay(reference: string, accountCode = 'A-101') {
  const caller = await callerOf(home, 'finance', TEST_NOW_MS);
  return topUpAccount({ database: narrow, engine, reader: scopedSource(narrow, caller.reach) }, caller, {
    accountCode,
    amount: '20.00',
    channel: 'counter',
    reference,
  });
}

const rowsOf = async (table: string, where: string) =>
  (await home.pool.query<{ n: number }>(`select count(*)::int as n from ${table} where ${where}`)).rows[0]!.n;

it('a payment needs one connection at a time, however many come at once', async () => {
  const paid = await Promise.all(
    Array.from({ length: 40 }, (_, n) => pay(`at-once-${n}`, `A-${[101, 102, 201, 202][n % 4]}`)),
  );
  expect(new Set(paid.map(({ txId }) => txId)).size).toBe(40);
  expect(await rowsOf('payment', "reference like 'at-once-%'")).toBe(40);
  expect(await rowsOf('audit_log', "action = 'TOP_UP'")).toBe(40);
  expect(await verifyLedger(home)).toMatchObject({ ok: true });
});

it('a payment asks the database at most fourteen times, twice of them what may be taken', async () => {
  await pay('warm');
  const { rows } = await narrow.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const asked: unknown[] = [];
  const real = pg.Client.prototype.query;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    if ((this as unknown as { processID: number }).processID === rows[0]!.pid) asked.push(args[0]);
    return (real as (...given: unknown[]) => unknown).apply(this, args);
  } as typeof real;
  try {
    await pay('counted');
  } finally {
    pg.Client.prototype.query = real;
  }
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.length).toBeLessThanOrEqual(14);
});

it('money and the line that tells of it stand or fall together', async () => {
  await home.pool.query("alter table audit_log add constraint refuses check (action <> 'TOP_UP') not valid");
  await expect(pay('refused')).rejects.toThrow();
  expect(await rowsOf('payment', "reference = 'refused'")).toBe(0);
  expect(await rowsOf('ledger_tx', "key = 'topup:counter:refused'")).toBe(0);
  await home.pool.query('alter table audit_log drop constraint refuses');
  expect(await pay('refused')).toMatchObject({ replayed: false });
  expect(await pay('refused')).toMatchObject({ replayed: true });
  expect(
    await rowsOf(
      'audit_log',
      `action = 'TOP_UP' and after ->> 'payment' =
    (select id from payment where reference = 'refused')`,
    ),
  ).toBe(1);
});
