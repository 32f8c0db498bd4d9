import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../errors';
import { campusZone } from '../time/campusTime';
import { type TariffVersion, type TouSpan, validateTariffVersion } from './tariff';
import { prepareTariffBook } from './tariffBook';
import { bookOf, cst, flatTariff, ONE_DAY_TYPE, TARIFF_A, TARIFF_A_SPANS, TARIFF_B } from './testing';
import { cutByTier } from './tiers';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;

function refusal(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return [error.reason, error.details.field, error.message];
    throw error;
  }
  return null;
}

function withDay(spans: TouSpan[]): TariffVersion {
  return { ...TARIFF_A, periods: { DAY: spans } };
}

describe('validation of a tariff', () => {
  it('accepts the worked examples', () => {
    expect(refusal(() => validateTariffVersion(TARIFF_A))).toBeNull();
    expect(refusal(() => validateTariffVersion(TARIFF_B))).toBeNull();
  });

  it('names a gap of a day in words', () => {
    const spans = TARIFF_A_SPANS.filter((span) => span.startMinute !== 510);
    expect(refusal(() => validateTariffVersion(withDay(spans)))).toEqual([
      'PERIOD_GAP',
      '/periods/DAY/2',
      'In day type DAY, no period covers 08:30–11:30.',
    ]);
    expect(refusal(() => validateTariffVersion(withDay(TARIFF_A_SPANS.slice(0, -1))))?.[2]).toContain(
      '23:00–24:00',
    );
  });

  it('names an overlap in words', () => {
    const spans = TARIFF_A_SPANS.map((span) => ({ ...span }));
    spans[2]!.startMinute = 505;
    expect(refusal(() => validateTariffVersion(withDay(spans)))).toEqual([
      'PERIOD_OVERLAP',
      '/periods/DAY/2',
      'In day type DAY, 08:25–08:30 is covered twice.',
    ]);
  });

  it.each<[string, Partial<TariffVersion>, string, string]>([
    ['a missing price', { pricesMicro: [{ P: 1n, V: 1n }] }, 'PRICE_MISSING', '/prices/0/F'],
    ['a negative price', { pricesMicro: [{ P: 1n, V: -1n, F: 1n }] }, 'PRICE_NEGATIVE', '/prices/0/V'],
    ['a closed last tier', { tierLimitsMicro: [1n] }, 'LAST_TIER_OPEN', '/tiers'],
    ['tiers out of order', { tierLimitsMicro: [2n, 2n, null] }, 'TIER_ORDER', '/tiers/1'],
    ['a missing row of prices', { tierLimitsMicro: [2n, null] }, 'PRICE_ROWS', '/prices'],
    ['no day type', { periods: {} }, 'NO_DAY_TYPE', '/periods'],
  ])('refuses %s', (_, change, reason, field) => {
    expect(refusal(() => validateTariffVersion({ ...TARIFF_A, ...change }))?.slice(0, 2)).toEqual([
      reason,
      field,
    ]);
  });

  it('refuses tiers that count over nothing', () => {
    expect(refusal(() => validateTariffVersion({ ...TARIFF_B, accrual: 'NONE' }))?.[0]).toBe(
      'ACCRUAL_MISSING',
    );
  });

  it('refuses versions that begin at once, share a code, or change what tiers count over within a period', () => {
    const at = cst('2025-07-01 00:00');
    const twice = [flatTariff('X', at, 1n), flatTariff('Y', at, 2n)];
    expect(refusal(() => bookOf(twice))?.slice(0, 2)).toEqual(['VERSION_OVERLAP', '/versions/1/validFrom']);
    expect(refusal(() => bookOf([flatTariff('X', at, 1n), flatTariff('X', at + 1, 1n)]))?.[0]).toBe(
      'VERSION_CODE',
    );
    const yearly: TariffVersion = { ...TARIFF_B, code: 'B-2', accrual: 'YEAR', validFromMs: at };
    expect(refusal(() => bookOf([TARIFF_B, yearly]))?.[0]).toBe('ACCRUAL_CHANGE');
    const fromNewYear = { ...yearly, validFromMs: cst('2026-01-01 00:00') };
    expect(refusal(() => bookOf([TARIFF_B, fromNewYear]))).toBeNull();
  });

  it('refuses a calendar that names an unknown day type', () => {
    const calendar = { ...ONE_DAY_TYPE, exceptions: { '2025-10-01': 'HOLIDAY' } };
    const build = () =>
      prepareTariffBook({ versions: [TARIFF_A], calendar, zone: campusZone('Asia/Shanghai') });
    expect(refusal(build)?.slice(0, 2)).toEqual(['UNKNOWN_DAY_TYPE', '/calendar/exceptions/2025-10-01']);
  });
});

describe('tariff book', () => {
  const NIGHT_ONLY = [{ startMinute: 0, endMinute: 1_440, period: 'V' }];
  const withHoliday: TariffVersion = { ...TARIFF_A, periods: { DAY: TARIFF_A_SPANS, HOLIDAY: NIGHT_ONLY } };
  const calendar = {
    code: 'CN',
    weekdayTypes: ['DAY', 'DAY', 'DAY', 'DAY', 'DAY', 'HOLIDAY', 'HOLIDAY'],
    exceptions: { '2025-10-01': 'HOLIDAY', '2025-09-28': 'DAY' },
  };
  const zone = campusZone('Asia/Shanghai');
  const book = prepareTariffBook({ versions: [withHoliday], calendar, zone });

  it('follows weekdays, holidays and moved working days', () => {
    expect(book.at(cst('2025-09-30 09:00')).period).toBe('P');
    expect(book.at(cst('2025-10-01 09:00')).period).toBe('V');
    expect(book.at(cst('2025-09-27 09:00')).period).toBe('V');
    expect(book.at(cst('2025-09-28 09:00')).period).toBe('P');
  });

  it('takes the period in force just after an instant, and the next edge after it', () => {
    const edge = cst('2025-09-10 08:30');
    expect(book.at(edge - 1).period).toBe('F');
    expect(book.at(edge).period).toBe('P');
    expect(book.nextBoundaryAfter(edge - 1)).toBe(edge);
    expect(book.nextBoundaryAfter(edge)).toBe(cst('2025-09-10 11:30'));
    expect(book.nextBoundaryAfter(cst('2025-09-10 23:30'))).toBe(cst('2025-09-11 00:00'));
  });

  it('says that nothing can be rated before the first version', () => {
    expect(refusal(() => book.at(withHoliday.validFromMs - 1))?.[0]).toBe('NO_TARIFF');
    expect(book.nextBoundaryAfter(0)).toBe(withHoliday.validFromMs);
  });

  it('T7: at any instant exactly one version, period and tier is in force, in any zone', () => {
    const london = bookOf(
      [
        { ...TARIFF_A, validFromMs: Date.UTC(2024, 0, 1) },
        { ...TARIFF_A, code: 'A-2', validFromMs: Date.UTC(2025, 9, 26, 0, 40) },
      ],
      'Europe/London',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(book, london),
        fc.integer({ min: Date.UTC(2024, 0, 2), max: Date.UTC(2027, 0, 1) }),
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        (some, tsMs, accruedMicro) => {
          const segment = some.at(tsMs);
          expect(segment.fromMs).toBeLessThanOrEqual(tsMs);
          expect(segment.toMs).toBeGreaterThan(tsMs);
          const next = some.at(segment.toMs);
          expect(next.fromMs).toBe(segment.toMs);
          expect(some.at(tsMs)).toEqual(segment);
          expect(cutByTier(TARIFF_B.tierLimitsMicro, accruedMicro, 0n)).toHaveLength(1);
        },
      ),
      { numRuns: Math.max(500, RUNS) },
    );
  });

  it('begins an edge in a repeated hour at its first occurrence', () => {
    const spans = [
      { startMinute: 0, endMinute: 90, period: 'V' },
      { startMinute: 90, endMinute: 1_440, period: 'F' },
    ];
    const london = bookOf([withDay(spans)], 'Europe/London');
    const first = Date.UTC(2025, 9, 26, 0, 30);
    expect(london.at(first - 1).period).toBe('V');
    expect(london.at(first).period).toBe('F');
    expect(london.at(Date.UTC(2025, 9, 26, 1, 10)).period).toBe('F');
  });
});

describe('tiers', () => {
  const limits = TARIFF_B.tierLimitsMicro;
  it('parts sum to the quantity and a limit belongs to the tier below it', () => {
    expect(cutByTier(limits, 0n, 100_000_000n)).toEqual([{ tier: 1, quantityMicro: 100_000_000n }]);
    expect(cutByTier(limits, 100_000_000n, 1n)).toEqual([{ tier: 2, quantityMicro: 1n }]);
    expect(cutByTier(limits, 100_000_000n, 0n)).toEqual([{ tier: 2, quantityMicro: 0n }]);
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 9n }),
        fc.bigInt({ min: 0n, max: 10n ** 9n }),
        (accrued, quantity) => {
          const parts = cutByTier(limits, accrued, quantity);
          expect(parts.reduce((sum, part) => sum + part.quantityMicro, 0n)).toBe(quantity);
        },
      ),
      { numRuns: RUNS },
    );
  });
});
