import type { TariffVersion } from '../../domain/tariffs/tariff';
import { cst, micro } from '../../domain/tariffs/testing';
import type { NaiveGrant, NaiveReading, NaiveVersion } from './naiveCalculator';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Local time less UTC. */
export const OFFSET_MS = 8 * HOUR_MS;
export const START_MS = cst('2025-01-20 00:00');
const START_DAY = (START_MS + OFFSET_MS) / DAY_MS;
/** Share of readings that come up to 20 days late; each of them has its month rated again, so a whole year has fewer. */
const lateShare = (days: number) => (days > 100 ? 0.0007 : 0.002);

const SPANS = [
  { from: 0, to: 425, period: 'V' },
  { from: 425, to: 510, period: 'F' },
  { from: 510, to: 1021, period: 'P' },
  { from: 1021, to: 1440, period: 'F' },
];
const ONE = [{ from: 0, to: 1440, period: 'F' }];

/** Versions that change prices, periods, tiers and surcharges within the year. */
export const VERSIONS: readonly NaiveVersion[] = [
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
  {
    fromDay: START_DAY + 140,
    spans: SPANS,
    limits: [120, 200, null],
    prices: [
      { V: '0.31', F: '0.55', P: '0.87' },
      { V: '0.36', F: '0.6', P: '0.920001' },
      { V: '0.61', F: '0.85', P: '1.17' },
    ],
  },
  {
    fromDay: START_DAY + 251,
    spans: SPANS,
    limits: [100, null],
    prices: [
      { V: '0.2999', F: '0.5432', P: '0.8642' },
      { V: '0.3999', F: '0.6432', P: '0.9642' },
    ],
    perUnit: '-0.0045',
    perDay: '0.25',
    tax: '6',
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

export function storedVersion(version: NaiveVersion, i: number): TariffVersion {
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

/** What one account was granted and used over so many days, and how late each reading came; the same each time it is asked. */
export function yearOf(
  a: number,
  days: number,
): { grant: NaiveGrant | null; readings: NaiveReading[]; lateMs: number[] } {
  const next = numbers(a + 1);
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
  const readings: NaiveReading[] = [];
  let thousandths = Math.floor(next() * 1e6);
  for (let h = 0; h <= days * 24; h++) {
    // Not on the hour, so that edges of periods and days cut intervals; a few hours are silent.
    if (h > 0 && next() < 0.03) continue;
    const atMs = START_MS + h * HOUR_MS + Math.floor(next() * 3_000_000);
    if (readings.length > 0) thousandths += Math.floor(next() * next() * 1_200);
    readings.push({ atMs, thousandths });
  }
  const lateMs = readings.map(() => (next() < lateShare(days) ? Math.floor(next() * 20 * DAY_MS) : 0));
  return { grant, readings, lateMs };
}
