import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import { TARIFF_B } from '../domain/tariffs/testing';
import { releaseHeldCharge } from './releaseHeldCharge';
import { booksOf, feed, says } from './testing/harness';
import { at, MIDNIGHT, MINUTE, QUARTER } from './testing/heldRooms';
import { verifyLedger } from './verifyLedger';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 300 : 30;
const HISTORY = 40;

/** The price changes so often that the order of use tells in the money. */
const HALF_HOURS = Array.from({ length: 48 }, (_, i) => ({
  startMinute: i * 30,
  endMinute: (i + 1) * 30,
  period: i % 2 === 0 ? 'X' : 'Y',
}));

interface Case {
  /** Readings of two meters in the order of their arrival: how much later, which one, and how much it was used since its last. */
  readonly steps: readonly { minutes: number; meter: number; whPerMinute: number; releases: boolean }[];
  readonly freeWh: number | null;
  readonly advancesTier: boolean;
}

const caseArbitrary: fc.Arbitrary<Case> = fc.record({
  steps: fc.array(
    fc.record({
      minutes: fc.integer({ min: 1, max: 25 }),
      meter: fc.nat({ max: 1 }),
      whPerMinute: fc.integer({ min: 0, max: 90 }),
      releases: fc.boolean(),
    }),
    { minLength: 6, maxLength: 16 },
  ),
  freeWh: fc.option(fc.integer({ min: 1, max: 12_000 })),
  advancesTier: fc.boolean(),
});

let database: TestDatabase;
let campus: TestCampus;
let tariffId: number;

beforeAll(async () => {
  database = await createTestDatabase();
  campus = await TestCampus.create(database);
  // The first tier is nearly used up by the history, and the second is dear.
  tariffId = await campus.tariff([
    {
      ...TARIFF_B,
      tierLimitsMicro: [8_400_000n, 10_000_000n, null],
      periods: { DAY: HALF_HOURS },
      pricesMicro: [
        { X: 500_000n, Y: 500_000n },
        { X: 10_000_000n, Y: 20_000_000n },
        { X: 40_000_000n, Y: 30_000_000n },
      ],
    },
  ]);
});
afterAll(() => database.drop());

/** @param guarded false: nothing is ever held */
async function outcomeOf({ steps, freeWh, advancesTier }: Case, guarded: boolean) {
  const account = await campus.account();
  if (freeWh !== null) {
    const fund = await campus.fund();
    await campus.freeUnits({
      accountId: account.id,
      fundId: fund.id,
      quantityMicro: BigInt(freeWh) * 1_000n,
      advancesTier,
    });
  }
  const meters: TestMeter[] = [];
  for (let i = 0; i < 2; i++)
    meters.push(await campus.meter({ accountId: account.id, tariffId, intervalS: 900 }));
  await campus.changed();
  let atMs = MIDNIGHT - HISTORY * QUARTER;
  const wh = [0, 0];
  const lastMs = [atMs, atMs];
  const reading = (meter: number) => says(campus, meters[meter]!.code, atMs, (wh[meter]! / 1_000).toFixed(3));
  const history = [0, 1].map(reading);
  for (let i = 0; i < HISTORY; i++) {
    atMs += QUARTER;
    for (const meter of [0, 1]) {
      wh[meter]! += 100;
      lastMs[meter] = atMs;
      history.push(reading(meter));
    }
  }
  await feed(database, history, { supply: guarded, batch: 8 });
  let held = 0;
  const release = async (meter: number) => {
    if (!guarded) return;
    await releaseHeldCharge(database, at(atMs), {
      campusId: campus.id,
      pointCode: meters[meter]!.pointCode,
      actor: 'user:finance',
      note: 'seen',
    }).then(
      () => held++,
      (error: { reason?: string }) => expect(error.reason).toBe('NO_HELD_CHARGE'),
    );
  };
  for (const { minutes, meter, whPerMinute, releases } of steps) {
    atMs += minutes * MINUTE;
    wh[meter]! += Math.round(((atMs - lastMs[meter]!) / MINUTE) * whPerMinute);
    lastMs[meter] = atMs;
    await feed(database, [reading(meter)], { supply: guarded });
    if (releases) await release(meter);
  }
  for (const meter of [0, 1]) await release(meter);
  const { rows } = await database.pool.query(
    `select (select jsonb_agg(jsonb_build_array(utility, period_ms, quantity_micro) order by period_ms)
               from accrual where account_id = $1 and quantity_micro > 0) as accrual,
            (select jsonb_agg(jsonb_build_array(u.period_ms, u.used_micro) order by u.period_ms, u.entitlement_id)
               from entitlement_use u where u.account_id = $1 and u.used_micro > 0) as free,
            (select sum(quantity_micro)::text from reading where meter_id = any($2)) as used,
            (select sum(quantity_micro)::text from reading_hourly where meter_id = any($2)) as hourly`,
    [account.id, meters.map(({ id }) => id)],
  );
  const { numeratorPico, quarantine } = await booksOf(database, account.id);
  return { held, books: { numeratorPico, quarantine, ...rows[0] } };
}

it(`what was held and released ends as what was never held, with tiers and free units that two meters share (${RUNS} histories)`, async () => {
  let held = 0;
  await fc.assert(
    fc.asyncProperty(caseArbitrary, async (one) => {
      const guarded = await outcomeOf(one, true);
      held += guarded.held;
      expect(guarded.books).toEqual((await outcomeOf(one, false)).books);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(held).toBeGreaterThan(0);
  expect(await verifyLedger(database)).toMatchObject({ ok: true });
}, 900_000);
