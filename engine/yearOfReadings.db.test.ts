import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import type { TariffVersion } from '../domain/tariffs/tariff';
import { cst, micro } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from './context';
import type { IncomingReading } from './ingestTypes';
import { readWindow, windowLines } from './openWindow';
import { rerateDue } from './rerate';
import { feed, says } from './testing/harness';
import { type NaiveGrant, type NaiveReading, type NaiveVersion, naiveBill } from './testing/naiveCalculator';
import { verifyLedger } from './verifyLedger';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const ACCOUNTS = FULL ? 200 : 4;
const DAYS = FULL ? 365 : 70;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OFFSET_MS = 8 * HOUR_MS;
const START_MS = cst('2025-01-20 00:00');
const START_DAY = (START_MS + OFFSET_MS) / DAY_MS;

const SPANS = [
  { from: 0, to: 425, period: 'V' },
  { from: 425, to: 510, period: 'F' },
  { from: 510, to: 1021, period: 'P' },
  { from: 1021, to: 1440, period: 'F' },
];
const ONE = [{ from: 0, to: 1440, period: 'F' }];

/** Versions that change prices, periods, tiers and surcharges within the year. */
const VERSIONS: readonly NaiveVersion[] = [
  {
    fromDay: START_DAY - 400,
    spans: SPANS,
    limits: [90, 160, null],
    prices: [
      { V: '0.2683', F: '0.528301', P: '0.8432' },
      { V: '0.3183', F: '0.578301', P: '0.8932' },
      { V: '0.5683', F: '0.828301', P: '1.1432' },
    ],
  },
  {
    fromDay: START_DAY + 33,
    spans: SPANS,
    limits: [80, null],
    prices: [
      { V: '0.271828', F: '0.5', P: '0.9' },
      { V: '0.371829', F: '0.6', P: '1.000001' },
    ],
    perUnit: '0.0123',
    perDay: '0.333333',
    percent: '-2.5',
    tax: '13.000007',
  },
  {
    fromDay: START_DAY + 61,
    spans: ONE,
    limits: [null],
    prices: [{ F: '0.618033' }],
    percent: '4.75',
    tax: '9',
  },
];

/** A stream of numbers that is the same in each run. */
function numbers(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return state / 4_294_967_296;
  };
}

function storedVersion(version: NaiveVersion, i: number): TariffVersion {
  const surcharge = (code: string, kind: 'PER_UNIT' | 'PER_DAY' | 'PERCENT' | 'TAX', value?: string) =>
    value === undefined ? [] : [{ code, kind, valueMicro: micro(value) }];
  return {
    code: String(i),
    validFromMs: version.fromDay * DAY_MS - OFFSET_MS,
    accrual: 'MONTH',
    periods: {
      DAY: version.spans.map(({ from, to, period }) => ({ startMinute: from, endMinute: to, period })),
    },
    tierLimitsMicro: version.limits.map((limit) => (limit === null ? null : BigInt(limit) * 1_000_000n)),
    pricesMicro: version.prices.map((prices) =>
      Object.fromEntries(Object.entries(prices).map(([period, price]) => [period, micro(price)])),
    ),
    surcharges: [
      ...surcharge('levy', 'PER_UNIT', version.perUnit),
      ...surcharge('standing', 'PER_DAY', version.perDay),
      ...surcharge('rebate', 'PERCENT', version.percent),
      ...surcharge('vat', 'TAX', version.tax),
    ],
  };
}

interface Used {
  readonly accountId: number;
  readonly readings: readonly NaiveReading[];
  readonly grant: NaiveGrant | null;
}

describe(`${ACCOUNTS} accounts, ${DAYS} days of hourly readings, some of them late`, () => {
  let database: TestDatabase;
  let campus: TestCampus;
  const used: Used[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database, { lateLimitDays: 400 });
    const tariffId = await campus.tariff(VERSIONS.map(storedVersion));
    const all: IncomingReading[] = [];
    for (let a = 0; a < ACCOUNTS; a++) {
      const next = numbers(a + 1);
      const account = await campus.account();
      const meter = await campus.meter({ accountId: account.id, tariffId, imaxA: 200 });
      const grant: NaiveGrant | null =
        a % 3 === 0
          ? null
          : {
              units: 5 + Math.floor(next() * 20),
              heads: Array.from({ length: 1 + Math.floor(next() * 4) }, () => {
                const from = START_DAY - 40 + Math.floor(next() * 80);
                return { from, to: from + 20 + Math.floor(next() * 200) };
              }),
              advancesTier: next() < 0.5,
              carryOver: next() < 0.5,
              fromDay: START_DAY - 10 + Math.floor(next() * 30),
            };
      if (grant) await grantUnits(account.id, grant);
      const readings: NaiveReading[] = [];
      let thousandths = Math.floor(next() * 1e6);
      for (let h = 0; h <= DAYS * 24; h++) {
        // Not on the hour, so that edges of periods and days cut intervals; a few hours are silent.
        if (h > 0 && next() < 0.03) continue;
        const atMs = START_MS + h * HOUR_MS + Math.floor(next() * 3_000_000);
        if (readings.length > 0) thousandths += Math.floor(next() * next() * 1_200);
        readings.push({ atMs, thousandths });
      }
      for (const { atMs, thousandths: value } of readings) {
        const late = next() < 0.002 ? Math.floor(next() * 20 * DAY_MS) : 0;
        all.push(says(campus, meter.code, atMs, (value / 1000).toFixed(3), { rxMs: atMs + late }));
      }
      used.push({ accountId: account.id, readings, grant });
    }
    all.sort((x, y) => x.rxMs - y.rxMs);
    await feed(database, all, { batch: 500, supply: false });
  }, 3_600_000);
  afterAll(() => database?.drop());

  async function grantUnits(accountId: number, grant: NaiveGrant): Promise<void> {
    const fund = await campus.fund();
    const dayAt = (day: number) => new Date(day * DAY_MS - OFFSET_MS);
    for (const head of grant.heads) await campus.head(accountId, dayAt(head.from), dayAt(head.to));
    await campus.freeUnits({
      accountId,
      fundId: fund.id,
      quantityMicro: BigInt(grant.units) * 1_000_000n,
      perHead: true,
      validFrom: dayAt(grant.fromDay),
      advancesTier: grant.advancesTier,
      carryOver: grant.carryOver,
    });
  }

  /** Exact lines of the energy, merged by local day, period, tier and payer. */
  async function linesOf(accountId: number): Promise<Map<string, bigint>> {
    const charges = await database.pool.query<{ t0: bigint; lines: Record<string, string>[] }>(
      'select t0_ms as t0, lines from charge where account_id = $1 and superseded_by is null',
      [accountId],
    );
    const streams = await database.pool.query<{ open: unknown }>(
      'select open from stream where account_id = $1',
      [accountId],
    );
    const lines = new Map<string, bigint>();
    const add = (t0Ms: number, period: string, tier: string, payer: string, micros: bigint) => {
      if (tier === '0' || micros === 0n) return;
      const day = Math.floor((t0Ms + OFFSET_MS) / DAY_MS);
      const key = `${day} ${period} ${tier} ${payer.startsWith('FUND') ? 'FUND' : payer}`;
      lines.set(key, (lines.get(key) ?? 0n) + micros);
    };
    for (const { t0, lines: stored } of charges.rows)
      for (const line of stored) add(Number(t0), line.period!, line.tier!, line.payer!, BigInt(line.q_u!));
    for (const { open } of streams.rows) {
      const window = readWindow(open);
      for (const line of window ? windowLines(window) : [])
        add(window!.fromMs, line.period, String(line.tier), line.payer, line.quantityMicro);
    }
    return lines;
  }

  it('cost what a naive calculator with fractions says, to the last micro-unit', async () => {
    for (const { accountId, readings, grant } of used) {
      const bill = naiveBill(readings, VERSIONS, grant, OFFSET_MS);
      expect([...(await linesOf(accountId))].sort()).toEqual([...bill.quantities].sort());
      const { rows } = await database.pool.query<{
        owed: bigint;
        sides: Record<string, [string, string]> | null;
      }>(
        `select -b.balance_micro as owed, s.extra as sides from account_balance b join stream s on s.account_id = b.account_id
          where b.account_id = $1`,
        [accountId],
      );
      expect(rows[0]!.owed).toBe(bill.customerMicro);
      const fund = Object.entries(rows[0]!.sides ?? {})
        .filter(([key]) => key.startsWith('FUND'))
        .map(([key, [n]]) => {
          const scale = key.endsWith(':PERCENT') ? 14n : key.endsWith(':TAX') ? 22n : 6n;
          const [numerator, unit] = [BigInt(n), 10n ** scale];
          return numerator % unit < 0n ? numerator / unit - 1n : numerator / unit;
        });
      expect(fund.reduce((sum, micros) => sum + micros, 0n)).toBe(bill.fundMicro);
    }
  }, 1_800_000);

  it('come out byte-equal when all of it is rated again from the raw readings', async () => {
    const state = `select (select md5(string_agg(concat_ws(' ', id, rev, superseded_by, lines, amount_micro, extra), ';' order by id)) from charge) as charges,
                          (select count(*)::int from ledger_tx where kind = 'reversal') as reversals,
                          (select md5(string_agg(concat_ws(' ', numerator_pico, posted_micro, extra), ';' order by id)) from stream) as streams`;
    const before = (await database.pool.query(state)).rows[0];
    await database.pool.query(
      `insert into rerate_task (account_id, utility, from_ms, draft_id)
       select id, 'ELECTRICITY', $1, 0 from account where campus_id = $2`,
      [cst('2025-01-01 00:00'), campus.id],
    );
    const ctx = { clock: new FixedClock(START_MS + (DAYS + 30) * DAY_MS), log: silentLog };
    let done = 0;
    for (let n = -1; n !== 0; done += n) n = (await rerateDue(database, ctx)).accounts;
    expect(done).toBe(ACCOUNTS);
    expect((await database.pool.query(state)).rows[0]).toEqual(before);
    expect(before.reversals).toBeGreaterThan(0);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  }, 3_600_000);
});
