import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../db/client';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import { proofOfEvidence } from '../domain/credit/chargeEvidence';
import { verifyCharge } from '../domain/credit/verifyCharge';
import type { TariffVersion } from '../domain/tariffs/tariff';
import { cst, flatTariff, TARIFF_A, TARIFF_B } from '../domain/tariffs/testing';
import { nodeSha256 } from './context';
import { freezeEvidence } from './disputeEvidence';
import type { IncomingReading } from './ingestTypes';
import { currentRegistry } from './registry';
import { feed, says } from './testing/harness';
import { verifyLedger } from './verifyLedger';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const RUNS = FULL ? 1_000 : 100;
const PROVEN = FULL ? 5_000 : 400;
const HOUR_MS = 3_600_000;

/** One account with one or two meters, and what they report: steps of time and use. */
interface Case {
  tariff: 'A' | 'B' | 'F' | 'S';
  /** Free units of the account. */
  grants: {
    wh: number;
    heads: { fromDay: number; days: number | null }[] | null;
    fromDay: number | null;
    days: number | null;
    advancesTier: boolean;
    carryOver: boolean;
  }[];
  startMs: number;
  meters: { steps: { afterMinutes: number; whPerMinute: number }[] }[];
  /** Keys by which the shuffled run is ordered, and which readings come several times. */
  order: number[];
  repeat: number[];
  batch: number;
}

const grantArbitrary = fc.record({
  wh: fc.integer({ min: 1_000, max: 150_000 }),
  heads: fc.option(
    fc.array(
      fc.record({
        fromDay: fc.integer({ min: -40, max: 40 }),
        days: fc.option(fc.integer({ min: 1, max: 40 })),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  ),
  fromDay: fc.option(fc.integer({ min: -40, max: 30 })),
  days: fc.option(fc.integer({ min: 1, max: 60 })),
  advancesTier: fc.boolean(),
  carryOver: fc.boolean(),
});

const DAY_MS = 24 * HOUR_MS;
const DAY_0 = cst('2025-09-10 00:00');

/** Tiers with every kind of surcharge. */
const TARIFF_S: TariffVersion = {
  ...TARIFF_B,
  code: 'S-1',
  surcharges: [
    { code: 'levy', kind: 'PER_UNIT', valueMicro: 12_345n },
    { code: 'standing', kind: 'PER_DAY', valueMicro: 333_333n },
    { code: 'rebate', kind: 'PERCENT', valueMicro: -7_123_456n },
    { code: 'vat', kind: 'TAX', valueMicro: 6_999_999n },
  ],
};

const caseArbitrary: fc.Arbitrary<Case> = fc.record({
  tariff: fc.constantFrom('A' as const, 'B' as const, 'F' as const, 'S' as const),
  grants: fc.oneof(
    { weight: 1, arbitrary: fc.constant<Case['grants']>([]) },
    { weight: 2, arbitrary: fc.array(grantArbitrary, { minLength: 1, maxLength: 2 }) },
  ),
  startMs: fc.integer({ min: 0, max: 30 * 24 }).map((hours) => cst('2025-09-10 00:00') + hours * HOUR_MS),
  meters: fc.array(
    fc.record({
      steps: fc.array(
        fc.record({
          afterMinutes: fc.integer({ min: 1, max: 500 }),
          whPerMinute: fc.integer({ min: 0, max: 400 }),
        }),
        { minLength: 2, maxLength: 9 },
      ),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  order: fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 40, maxLength: 40 }),
  repeat: fc.array(fc.nat({ max: 2 }), { minLength: 40, maxLength: 40 }),
  batch: fc.integer({ min: 1, max: 7 }),
});

/**
 * The second meter passes two tiers in one interval over midnight; then the last reading to arrive falls into a charge of the
 * first meter that began at that midnight, with use from before they were passed.
 */
const LATE_INTO_A_TIER: Case = {
  tariff: 'B',
  grants: [],
  startMs: cst('2025-10-09 17:00'),
  meters: [
    {
      steps: [
        { afterMinutes: 141, whPerMinute: 45 },
        { afterMinutes: 290, whPerMinute: 275 },
        { afterMinutes: 478, whPerMinute: 361 },
        { afterMinutes: 457, whPerMinute: 116 },
      ],
    },
    { steps: [{ afterMinutes: 456, whPerMinute: 308 }] },
  ],
  order: [0, 2, 5, 4, 3, 6, 1],
  repeat: [],
  batch: 1,
};

describe('T1 confluence: order, repetition and delay of clean readings change no money', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let tariffs: Record<Case['tariff'], number>;

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database, { lateLimitDays: 60 });
    tariffs = {
      A: await campus.tariff([TARIFF_A]),
      B: await campus.tariff([TARIFF_B]),
      S: await campus.tariff([TARIFF_S]),
      F: await campus.tariff([flatTariff('F-1', cst('2024-01-01 00:00'), 528_300n)]),
    };
  });
  afterAll(() => database.drop());

  async function build(one: Case): Promise<{ accountId: number; meters: TestMeter[] }> {
    const account = await campus.account();
    const dayAt = (day: number) => new Date(DAY_0 + day * DAY_MS);
    for (const grant of one.grants) {
      const fund = await campus.fund();
      const from = grant.fromDay ?? -100;
      for (const head of grant.heads ?? [])
        await campus.head(
          account.id,
          dayAt(head.fromDay),
          head.days === null ? null : dayAt(head.fromDay + head.days),
        );
      await campus.freeUnits({
        accountId: account.id,
        fundId: fund.id,
        quantityMicro: BigInt(grant.wh) * 1_000n,
        perHead: grant.heads !== null,
        validFrom: dayAt(from),
        validTo: grant.days === null ? null : dayAt(from + grant.days),
        advancesTier: grant.advancesTier,
        carryOver: grant.carryOver,
      });
    }
    const meters: TestMeter[] = [];
    for (const _ of one.meters)
      meters.push(await campus.meter({ accountId: account.id, tariffId: tariffs[one.tariff], imaxA: 2_000 }));
    return { accountId: account.id, meters };
  }

  function readingsOf(one: Case, meters: readonly TestMeter[]): IncomingReading[] {
    const readings: IncomingReading[] = [];
    let newestMs = 0;
    one.meters.forEach(({ steps }, i) => {
      let atMs = one.startMs + i * 7_000;
      let wh = 1_000_000;
      readings.push(says(campus, meters[i]!.code, atMs, (wh / 1000).toFixed(3)));
      for (const step of steps) {
        atMs += step.afterMinutes * 60_000;
        wh += step.afterMinutes * step.whPerMinute;
        readings.push(says(campus, meters[i]!.code, atMs, (wh / 1000).toFixed(3)));
      }
      newestMs = Math.max(newestMs, atMs);
    });
    return readings
      .sort((a, b) => a.reading.tsMs! - b.reading.tsMs!)
      .map((r) => ({ ...r, rxMs: newestMs + 60_000 }));
  }

  async function outcome(accountId: number) {
    const { rows } = await database.pool.query(
      `select (select balance_micro from account_balance where account_id = $1) as balance,
              (select sum(numerator_pico)::text from stream where account_id = $1) as pico,
              (select jsonb_agg(jsonb_build_array(utility, period_ms, quantity_micro) order by period_ms)
                 from accrual where account_id = $1 and quantity_micro > 0) as accrual,
              (select coalesce(sum(quantity_micro), 0)::text from reading r join meter_install i on i.meter_id = r.meter_id
                 join account_point p on p.point_id = i.point_id where p.account_id = $1) as used,
              (select coalesce(sum(quantity_micro), 0)::text from reading_hourly r join meter_install i on i.meter_id = r.meter_id
                 join account_point p on p.point_id = i.point_id where p.account_id = $1) as hourly,
              (select jsonb_object_agg(bucket, balance_micro) from ledger_account where account_id = $1) as pots,
              (select jsonb_agg(jsonb_build_array(u.period_ms, u.granted_micro, u.carried_micro, u.used_micro)
                                order by u.period_ms, u.entitlement_id)
                 from entitlement_use u where u.account_id = $1 and u.used_micro > 0) as free,
              -- Keys name funds, whose codes are counted: the two accounts of a case have others, of another length at 999 and 1000.
              (select jsonb_agg(x.value ->> 0 order by regexp_replace(x.key, '[0-9]+', '', 'g'), (x.value ->> 0)::numeric)
                 from stream s cross join lateral jsonb_each(s.extra) x
                where s.account_id = $1 and (x.value ->> 0) <> '0') as sides,
              (select count(*) from quarantine q join meter_install i on i.meter_id = q.meter_id
                 join account_point p on p.point_id = i.point_id where p.account_id = $1) as quarantined`,
      [accountId],
    );
    return rows[0];
  }

  it(`holds for ${RUNS} cases over tariffs with periods, tiers, surcharges, free units and month ends`, async () => {
    await fc.assert(
      fc.asyncProperty(caseArbitrary, async (one) => {
        const sorted = await build(one);
        const shuffled = await build(one);
        await feed(database, readingsOf(one, sorted.meters), { batch: 5, supply: false });
        const disorderly = readingsOf(one, shuffled.meters)
          .flatMap((reading, i) =>
            Array.from({ length: 1 + (one.repeat[i] ?? 0) }, (_, k) => ({
              reading,
              key: (one.order[i] ?? 0) * 3 + k * 333_331,
            })),
          )
          .sort((a, b) => (a.key % 1_000_003) - (b.key % 1_000_003))
          .map(({ reading }) => reading);
        await feed(database, disorderly, { batch: one.batch, supply: false });
        // Windows still open hold the same money either way; posting them all makes the pots comparable too.
        const left = await outcome(sorted.accountId);
        const right = await outcome(shuffled.accountId);
        expect({ ...right, pots: null }).toEqual({ ...left, pots: null });
        expect(right.used).toBe(right.hourly);
      }),
      { numRuns: RUNS, endOnFailure: FULL, examples: [[LATE_INTO_A_TIER]] },
    );
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  }, 1_500_000);

  it(`each charge follows from its evidence alone, as far as it says, and none is called wrong (${PROVEN} of them)`, async () => {
    const { rows } = await database.pool.query<{ id: bigint }>(
      'select id from charge order by md5(id::text) limit $1',
      [PROVEN],
    );
    const outcomes = { EQUAL: 0, PART: 0, DIFFERENT: 0 };
    for (const { id } of rows) {
      const { text } = await withTransaction(database, async (tx) => {
        const { campuses } = await currentRegistry(database, tx);
        return freezeEvidence(tx, campuses.get(campus.id)!, id, cst('2026-01-01 00:00'));
      });
      outcomes[verifyCharge(proofOfEvidence(text)!, nodeSha256).outcome]++;
    }
    expect(outcomes.DIFFERENT).toBe(0);
    expect(outcomes.EQUAL).toBeGreaterThan(outcomes.PART);
  }, 600_000);
});
