import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../db/client';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import { cst, TARIFF_A, TARIFF_B } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyTopUp } from './applyTopUp';
import { silentLog } from './context';
import { ingestReadings } from './ingestReadings';
import { postDueWindows } from './postDueWindows';
import { booksOf, says } from './testing/harness';
import { verifyLedger } from './verifyLedger';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 200 : 30;
const MINUTE_MS = 60_000;

interface Process extends Database {
  commits: boolean;
}

/** The same object but for one method. */
function overriding<T extends object>(target: T, name: keyof T, method: unknown): T {
  return new Proxy(target, {
    get(_target, key) {
      if (key === name) return method;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** What happens to one account, by which of two processes. */
const act = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('READ' as const) },
    { weight: 1, arbitrary: fc.constantFrom('LATE', 'TOP_UP', 'POST', 'POLICY', 'SPIKE', 'FAIL') },
  ),
  process: fc.nat({ max: 1 }),
  meter: fc.nat({ max: 1 }),
  // Mostly within a quarter hour, since an account that posted is read anew.
  afterMinutes: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(1, 2) },
    { weight: 1, arbitrary: fc.integer({ min: 3, max: 40 }) },
  ),
  whPerMinute: fc.integer({ min: 0, max: 300 }),
});

const caseArbitrary = fc.record({
  tariff: fc.constantFrom('A' as const, 'B' as const),
  /** Poor accounts post with every reading, rich ones per quarter hour. */
  fen: fc.constantFrom(100, 100_000),
  acts: fc.array(act, { minLength: 4, maxLength: 25 }),
});
type Case = typeof caseArbitrary extends fc.Arbitrary<infer T> ? T : never;

describe('what a process remembers of accounts and meters', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let tariffs: Record<Case['tariff'], number>;

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database);
    tariffs = { A: await campus.tariff([TARIFF_A]), B: await campus.tariff([TARIFF_B]) };
  });
  afterAll(() => database.drop());

  /** Memory hangs on the handle: another handle on the same pool remembers nothing. */
  function newProcess(): Process {
    const process: Process = {
      ...database,
      commits: true,
      pool: overriding(database.pool, 'connect', async () => {
        const client = await database.pool.connect();
        return overriding(client, 'query', (text: string, ...rest: never[]) =>
          text === 'commit' && !process.commits
            ? Promise.reject(new Error('cut off'))
            : client.query(text, ...rest),
        );
      }),
    };
    return process;
  }

  async function run(one: Case, processOf: (number: number) => Process) {
    const account = await campus.account();
    const meters: TestMeter[] = [];
    for (let i = 0; i < 2; i++)
      meters.push(await campus.meter({ accountId: account.id, tariffId: tariffs[one.tariff], imaxA: 100 }));
    const startMs = cst('2025-09-10 08:00');
    let atMs = startMs;
    let payments = 0;
    const wh = [1_000_000, 2_000_000];
    const ctx = () => ({ clock: new FixedClock(atMs), log: silentLog });
    const topUp = (process: Process, fen: number) =>
      applyTopUp(process, ctx(), {
        campusId: campus.id,
        accountCode: account.code,
        amountMicro: BigInt(fen) * 10_000n,
        channel: 'counter',
        reference: `${account.code}-${payments++}`,
        actor: 'user:test',
      });
    const report = (process: Process, meter: number, ms: number, wattHours: number) =>
      ingestReadings(process, ctx(), [
        says(campus, meters[meter]!.code, ms, (wattHours / 1000).toFixed(3), { rxMs: atMs }),
      ]);
    await topUp(processOf(0), one.fen);
    for (const { kind, process, meter, afterMinutes, whPerMinute } of one.acts) {
      atMs += afterMinutes * MINUTE_MS;
      const by = processOf(process);
      switch (kind) {
        case 'READ':
          wh[meter]! += afterMinutes * whPerMinute;
          await report(by, meter, atMs, wh[meter]!);
          break;
        case 'LATE':
          await report(by, meter, atMs - (afterMinutes * MINUTE_MS) / 2 - 1_000, wh[meter]!);
          break;
        case 'TOP_UP':
          await topUp(by, 1 + whPerMinute);
          break;
        case 'POST':
          await postDueWindows(by, ctx());
          break;
        case 'POLICY':
          await database.pool.query('update account set eligible_ms = null where id = $1', [account.id]);
          break;
        case 'SPIKE':
          await report(by, meter, atMs, wh[meter]! + 50_000_000);
          break;
        case 'FAIL':
          // The commit never comes: what the batch did in memory must be gone with it.
          by.commits = false;
          await expect(report(by, meter, atMs, wh[meter]! + 500)).rejects.toThrow('cut off');
          by.commits = true;
          break;
      }
    }
    const { rows } = await database.pool.query(
      `select (select jsonb_object_agg(bucket, balance_micro) from ledger_account where account_id = $1) as pots,
              (select jsonb_agg(jsonb_build_array(utility, period_ms, quantity_micro, upto_ms) order by period_ms)
                 from accrual where account_id = $1 and quantity_micro > 0) as accrual,
              (select jsonb_agg(jsonb_build_array(s.register, s.open - 'm', s.open_upto_ms) order by s.id)
                 from stream s where account_id = $1) as windows,
              (select jsonb_agg(to_jsonb(m) - 'meter_id' #- '{detection,BALANCE_ANOMALY,quarter,accountId}'
                                #- '{detection,BALANCE_ANOMALY,usual,accountId}' order by m.meter_id) from meter_state m
                where m.meter_id = any($2)) as meters`,
      [account.id, meters.map((m) => m.id)],
    );
    return { books: await booksOf(database, account.id), ...rows[0] };
  }

  it(`is used only while nobody else wrote: ${RUNS} histories by two processes end as by processes without memory`, async () => {
    await fc.assert(
      fc.asyncProperty(caseArbitrary, async (one) => {
        const two = [newProcess(), newProcess()];
        const remembered = await run(one, (number) => two[number]!);
        const fresh = await run(one, newProcess);
        expect(remembered).toEqual(fresh);
      }),
      { numRuns: RUNS },
    );
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  }, 1_800_000);
});
