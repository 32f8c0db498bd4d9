import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { type ManyRoom, makeManyRooms } from '../db/testing/manyRooms';
import { cst, TARIFF_A, TARIFF_B } from '../domain/tariffs/testing';
import type { IncomingReading } from './ingestTypes';
import { feed, says } from './testing/harness';
import { verifyLedger } from './verifyLedger';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const RUNS = FULL ? 1_000 : 100;
const ROOMS_AT_ONCE = 75;
const MINUTE_MS = 60_000;
/** Shows 999,999.999 kWh before it starts over. */
const MODULUS_MICRO = 1_000_000_000_000n;

/** What a meter does between two readings: honest use, or one of the faults that the register rules know. */
const step = fc.record({
  afterMinutes: fc.integer({ min: 1, max: 200 }),
  whPerMinute: fc.integer({ min: 0, max: 300 }),
  fault: fc.oneof(
    { weight: 8, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('ZERO', 'SPIKE', 'JITTER', 'RESET', 'REPEAT', 'CONTRADICT') },
  ),
});

const caseArbitrary = fc.record({
  tariff: fc.constantFrom('A' as const, 'B' as const),
  startHours: fc.integer({ min: 0, max: 30 * 24 }),
  startWh: fc.constantFrom(1_000_000, 999_990_000, 999_999_500),
  meters: fc.array(fc.array(step, { minLength: 2, maxLength: 14 }), { minLength: 1, maxLength: 2 }),
  credit: fc.boolean(),
  cuts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 40, maxLength: 40 }),
});
type Case = typeof caseArbitrary extends fc.Arbitrary<infer T> ? T : never;

describe('T2: how readings are cut into batches changes nothing', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let tariffs: Record<Case['tariff'], number>;
  /** Made many together, for whoever needs one. */
  const pools: Record<Case['tariff'], ManyRoom[]> = { A: [], B: [] };

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database);
    tariffs = { A: await campus.tariff([TARIFF_A]), B: await campus.tariff([TARIFF_B]) };
  });
  afterAll(() => database.drop());

  async function build(one: Case): Promise<{ accountId: number; meters: readonly string[] }> {
    const rooms = pools[one.tariff];
    if (rooms.length === 0)
      rooms.push(
        ...(await makeManyRooms(campus, {
          count: ROOMS_AT_ONCE,
          metersEach: 2,
          tariffId: tariffs[one.tariff],
          imaxA: 100,
          modulusMicro: MODULUS_MICRO,
        })),
      );
    const account = rooms.pop()!;
    // Below 5.00 a window is posted with every reading, above it per quarter hour: both must hold.
    if (one.credit)
      await database.pool.query('update account set ec_state = $2, ec_limit_micro = $3 where id = $1', [
        account.id,
        'ACTIVE',
        1_000_000_000_000n,
      ]);
    return { accountId: account.id, meters: account.meterCodes };
  }

  function streamOf(one: Case, meters: readonly string[]): IncomingReading[] {
    const readings = one.meters.flatMap((steps, m) => {
      const code = meters[m]!;
      let atMs = cst('2025-09-10 00:00') + one.startHours * 3_600_000 + m * 11_000;
      let wh: number = one.startWh;
      const text = (value: number) => ((value % 1_000_000_000) / 1000).toFixed(3);
      const own = [says(campus, code, atMs, text(wh))];
      for (const { afterMinutes, whPerMinute, fault } of steps) {
        atMs += afterMinutes * MINUTE_MS;
        if (fault === 'RESET') wh = 0;
        wh += Math.min(afterMinutes * whPerMinute, 19_000 * (afterMinutes / 60));
        wh = Math.floor(wh);
        const shown =
          fault === 'ZERO' ? 0 : fault === 'SPIKE' ? wh + 90_000_000 : fault === 'JITTER' ? wh - 1 : wh;
        own.push(says(campus, code, atMs, text(Math.max(0, shown))));
        if (fault === 'REPEAT') own.push(own[own.length - 1]!);
        if (fault === 'CONTRADICT') own.push(says(campus, code, atMs, text(wh + 100)));
      }
      return own;
    });
    return readings
      .map((reading, at) => ({ reading, at }))
      .sort((a, b) => a.reading.rxMs - b.reading.rxMs || a.at - b.at)
      .map(({ reading }) => reading);
  }

  /**
   * All that an account's readings came to. What a charge that was rated again took over as carry, and so the micro-unit by which
   * it is rounded, is told by when it was booked: amounts are compared as totals.
   */
  async function outcome(accountId: number): Promise<unknown> {
    const mine = `(select i.meter_id from meter_install i join account_point p on p.point_id = i.point_id where p.account_id = $1)`;
    const nth = `(select count(*) from meter o where o.id < x.meter_id and o.id in ${mine})`;
    const { rows } = await database.pool.query(
      `select (select balance_micro from account_balance where account_id = $1) as balance,
              (select jsonb_object_agg(bucket, balance_micro) from ledger_account where account_id = $1) as pots,
              (select jsonb_agg(jsonb_build_array(utility, period_ms, quantity_micro) order by period_ms)
                 from accrual where account_id = $1) as accruals,
              (select jsonb_agg(jsonb_build_array(numerator_pico::text, posted_micro) order by s.point_id)
                 from stream s where account_id = $1) as streams,
              (select jsonb_agg(jsonb_build_array(${nth}, epoch, t0_ms, t1_ms, rev, start_micro, end_micro, quantity_micro,
                        accrued_micro, lines) order by t0_ms, meter_id, epoch, rev)
                 from charge x where account_id = $1) as charges,
              (select sum(amount_micro)::text from charge where account_id = $1 and superseded_by is null) as charged,
              (select jsonb_agg(jsonb_build_array(${nth}, ts, value_micro, quality, epoch, quantity_micro) order by ts, meter_id)
                 from reading x where meter_id in ${mine}) as readings,
              (select jsonb_agg(jsonb_build_array(${nth}, hour, quantity_micro, readings) order by hour, meter_id)
                 from reading_hourly x where meter_id in ${mine}) as hours,
              (select jsonb_agg(jsonb_build_array(${nth}, epoch, opened_ms, reason, start_micro) order by meter_id, epoch)
                 from register_epoch x where meter_id in ${mine}) as epochs,
              (select jsonb_agg(jsonb_build_array(${nth}, ts_ms, reason, count) order by ts_ms, reason, meter_id)
                 from quarantine x where meter_id in ${mine}) as quarantine`,
      [accountId],
    );
    return rows[0];
  }

  it(`holds for ${RUNS} streams with faults, posted at once and per window`, async () => {
    await fc.assert(
      fc.asyncProperty(caseArbitrary, async (one) => {
        const single = await build(one);
        const cut = await build(one);
        const whole = await build(one);
        await feed(database, streamOf(one, single.meters), { supply: false });
        const stream = streamOf(one, cut.meters);
        for (let at = 0, k = 0; at < stream.length; k++) {
          const size = one.cuts[k % one.cuts.length]!;
          await feed(database, stream.slice(at, at + size), { batch: size, supply: false });
          at += size;
        }
        await feed(database, streamOf(one, whole.meters), { batch: 1_000, supply: false });
        const expected = await outcome(single.accountId);
        expect(await outcome(cut.accountId)).toEqual(expected);
        expect(await outcome(whole.accountId)).toEqual(expected);
      }),
      { numRuns: RUNS, endOnFailure: FULL },
    );
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  }, 1_800_000);
});
