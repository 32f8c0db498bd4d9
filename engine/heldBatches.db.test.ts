import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { TestCampus } from '../db/testing/factories';
import { cst, flatTariff, TARIFF_B } from '../domain/tariffs/testing';
import { booksOf, feed, says } from './testing/harness';
import { HeldRooms, QUARTER } from './testing/heldRooms';
import { verifyLedger } from './verifyLedger';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 200 : 10;
const START = cst('2025-09-10 00:00');

/** Use of a new meter by quarter hours, Wh, small ones with a jump or two among them, and how it is cut into batches. */
const caseArbitrary = fc.record({
  usual: fc.array(fc.integer({ min: 20, max: 200 }), { minLength: 38, maxLength: 45 }),
  jumps: fc.uniqueArray(
    fc.record({ at: fc.integer({ min: 31, max: 44 }), wh: fc.constantFrom<number[]>(4_000, 12_000, 12_000) }),
    {
      selector: ({ at }) => at,
      minLength: 1,
      maxLength: 2,
    },
  ),
  tiers: fc.boolean(),
  credit: fc.boolean(),
  cuts: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 50, maxLength: 50 }),
});
type Case = typeof caseArbitrary extends fc.Arbitrary<infer T> ? T : never;

describe('a charge far beyond the usual, however its readings are cut into batches', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let tariffs: { flat: number; tiers: number };

  beforeAll(async () => {
    ({ database, campus } = await HeldRooms.start());
    tariffs = {
      flat: await campus.tariff([flatTariff('F', cst('2024-01-01 00:00'), 1_000_000n)]),
      tiers: await campus.tariff([
        {
          ...TARIFF_B,
          tierLimitsMicro: [3_000_000n, 8_000_000n, null],
          pricesMicro: [{ ALL: 1_000_000n }, { ALL: 1_500_000n }, { ALL: 2_000_000n }],
        },
      ]),
    };
  });
  afterAll(() => database.drop());

  /** What became of the readings of a new meter. */
  async function outcome({ usual, jumps, tiers, credit }: Omit<Case, 'cuts'>, cuts: readonly number[]) {
    const account = await campus.account();
    const meter = await campus.meter({
      ...{ intervalS: 900, imaxA: 200 },
      ...{ accountId: account.id, tariffId: tiers ? tariffs.tiers : tariffs.flat },
    });
    if (credit)
      await database.pool.query(
        "update account set ec_state = 'ACTIVE', ec_limit_micro = 1000000000 where id = $1",
        [account.id],
      );
    let wh = 0;
    const readings = [0, ...usual].map((used, n) => {
      wh += jumps.find(({ at }) => at === n)?.wh ?? used;
      return says(campus, meter.code, START + n * QUARTER, (wh / 1_000).toFixed(3));
    });
    let from = 0;
    for (const size of cuts) {
      const batch = readings.slice(from, from + size);
      if (batch.length > 0) await feed(database, batch, { batch: batch.length });
      from += size;
    }
    const { quarantine, charges, ...books } = await booksOf(database, account.id);
    const { rows: states } = await database.pool.query(
      `select extract(epoch from ts)::float8 as at, quality, quantity_micro from reading where meter_id = $1 order by ts`,
      [meter.id],
    );
    const { rows: alarms } = await database.pool.query(
      `select active, evidence - 'meter' - 'point' as evidence from alarm where rule = 'BALANCE_ANOMALY' and subject_id = $1 order by id`,
      [meter.pointId],
    );
    return { books, charges, quarantine, states, alarms };
  }

  it('is held also where the usual charges come in the same batch as the jump', async () => {
    const one = { usual: Array.from({ length: 45 }, () => 100), jumps: [{ at: 42, wh: 12_000 }] };
    for (const cuts of [[50], Array.from({ length: 50 }, () => 1)]) {
      const { alarms, books } = await outcome({ ...one, tiers: false, credit: true }, cuts);
      expect(alarms, `${cuts.length} batches`).toMatchObject([{ active: true, evidence: { charges: 41 } }]);
      expect(books.balance).toBe('-4.100000');
    }
  });

  it('same readings, any batches: the same holds, charges and ledger', async () => {
    let held = 0;
    await fc.assert(
      fc.asyncProperty(caseArbitrary, async ({ cuts, ...one }) => {
        const alone = await outcome(
          one,
          Array.from({ length: 50 }, () => 1),
        );
        if (alone.alarms.length > 0) held++;
        expect(await outcome(one, cuts)).toEqual(alone);
        expect(await outcome(one, [50])).toEqual(alone);
      }),
      { numRuns: RUNS },
    );
    expect(held, 'some of them are held').toBeGreaterThan(RUNS / 4);
    expect((await verifyLedger(database)).problem).toBeNull();
  });
});
