import { describe, expect, it } from 'vitest';
import { DomainError } from '../errors';
import { freshAccrual, rateInterval } from './rateSegment';
import { bookOf, cst, flatTariff, TARIFF_A, TARIFF_B } from './testing';

const book = bookOf([TARIFF_A]);
const NONE = { periodStartMs: 0, quantityMicro: 0n };

function estimated(
  fromMs: number,
  toMs: number,
  options: Partial<Parameters<typeof rateInterval>[3]> = {},
  some = book,
) {
  const { pieces } = rateInterval(
    some,
    freshAccrual(some, fromMs),
    { fromMs, toMs, quantityMicro: 1_000_000n },
    { intervalMs: 10_000, ...options },
  );
  const marks = new Set(pieces.map((piece) => piece.estimated));
  expect(marks.size).toBe(1);
  return marks.has(true);
}

describe('the mark "estimated"', () => {
  it('needs more than two hours and an edge: exactly two hours are no gap', () => {
    expect(estimated(cst('2025-09-10 07:30'), cst('2025-09-10 09:30'))).toBe(false);
    expect(estimated(cst('2025-09-10 07:30'), cst('2025-09-10 09:30') + 1)).toBe(true);
    expect(estimated(cst('2025-09-10 00:30'), cst('2025-09-10 06:30'))).toBe(false);
  });

  it('grants a slow meter two of its own intervals', () => {
    const day = { intervalMs: 6 * 3_600_000 };
    expect(estimated(cst('2025-09-10 00:30'), cst('2025-09-10 12:30'), day)).toBe(false);
    expect(estimated(cst('2025-09-10 00:30'), cst('2025-09-10 12:30') + 1, day)).toBe(true);
  });

  it('takes neither a midnight nor a tier limit for an edge', () => {
    expect(estimated(cst('2025-09-10 23:00'), cst('2025-09-11 06:00'))).toBe(false);
    const tiers = bookOf([{ ...TARIFF_B, tierLimitsMicro: [500_000n, 900_000n, null] }]);
    expect(estimated(cst('2025-09-10 08:00'), cst('2025-09-11 08:00'), {}, tiers)).toBe(false);
  });

  it('takes an accrual start, a version edge and a change of occupancy for edges', () => {
    const tiers = bookOf([TARIFF_B]);
    expect(estimated(cst('2025-09-30 20:00'), cst('2025-10-01 04:00'), {}, tiers)).toBe(true);
    const twice = bookOf([
      flatTariff('X', cst('2024-01-01 00:00'), 5n),
      flatTariff('Y', cst('2025-09-10 10:00'), 5n),
    ]);
    expect(estimated(cst('2025-09-10 08:00'), cst('2025-09-10 12:00'), {}, twice)).toBe(true);
    const change = { breakAtMs: [cst('2025-09-10 03:00')] };
    expect(estimated(cst('2025-09-10 00:30'), cst('2025-09-10 06:30'), change)).toBe(true);
  });

  it('marks what a person approved', () => {
    expect(estimated(cst('2025-09-10 12:00'), cst('2025-09-10 12:01'), { approved: true })).toBe(true);
  });
});

describe('measured rate registers', () => {
  const gap = { fromMs: cst('2025-09-10 00:00'), toMs: cst('2025-09-11 12:00'), quantityMicro: 4_000_000n };
  const shares = (p: bigint, f: bigint) => ({
    lsbMicro: 10_000n,
    shares: [
      { period: 'P', quantityMicro: p },
      { period: 'F', quantityMicro: f },
    ],
  });

  it('that do not add up fall back to the linear split, which is estimated', () => {
    const rateRegisters = shares(1_000_000n, 2_000_000n);
    const rated = rateInterval(book, NONE, { ...gap, rateRegisters }, { intervalMs: 10_000 });
    expect(rated.pieces.some((piece) => piece.period === 'V' && piece.estimated)).toBe(true);
  });

  it('split linearly within each register’s share at midnight', () => {
    const rateRegisters = shares(2_000_000n, 2_000_000n);
    const rated = rateInterval(book, NONE, { ...gap, rateRegisters }, { intervalMs: 10_000 });
    const peak = rated.pieces.filter((piece) => piece.period === 'P');
    // Eight peak hours on the first day, three on the second.
    expect(peak.map((piece) => piece.quantityMicro)).toEqual([1_454_545n, 545_455n]);
    expect(rated.pieces.every((piece) => !piece.estimated)).toBe(true);
  });

  it('are believed where the meter’s clock enters a period a little early', () => {
    const rateRegisters = shares(1_000n, 3_999_000n);
    const early = { fromMs: cst('2025-09-10 08:20'), toMs: cst('2025-09-10 08:30') };
    const rated = rateInterval(book, NONE, { ...gap, ...early, rateRegisters }, { intervalMs: 10_000 });
    expect(rated.pieces.map((piece) => [piece.period, piece.quantityMicro, piece.priceMicro])).toEqual([
      ['P', 1_000n, 843_200n],
      ['F', 3_999_000n, 528_300n],
    ]);
  });

  it('that name a period without a price fall back to the linear split', () => {
    const rateRegisters = { lsbMicro: 1n, shares: [{ period: 'SHARP', quantityMicro: 4_000_000n }] };
    const rated = rateInterval(book, NONE, { ...gap, rateRegisters }, { intervalMs: 10_000 });
    expect(rated.pieces.some((piece) => piece.period === 'SHARP')).toBe(false);
  });
});

describe('refusals of rating', () => {
  it('an accrual of a later period than the interval', () => {
    const tiers = bookOf([TARIFF_B]);
    const later = { periodStartMs: cst('2025-10-01 00:00'), quantityMicro: 1n };
    const interval = { fromMs: cst('2025-09-10 08:00'), toMs: cst('2025-09-10 09:00'), quantityMicro: 1n };
    expect(() => rateInterval(tiers, later, interval, { intervalMs: 1 })).toThrow(DomainError);
  });

  it('an empty interval', () => {
    expect(() =>
      rateInterval(book, NONE, { fromMs: 1, toMs: 1, quantityMicro: 0n }, { intervalMs: 1 }),
    ).toThrow(RangeError);
  });

  it('a charge does not reach over a midnight at which its interval begins', () => {
    const fromMs = cst('2025-09-10 00:00');
    const interval = { fromMs, toMs: fromMs + 60_000, quantityMicro: 1n };
    expect(rateInterval(book, NONE, interval, { intervalMs: 1 }).pieces[0]?.breakBefore).toBe(true);
    const later = { ...interval, fromMs: fromMs + 1 };
    expect(rateInterval(book, NONE, later, { intervalMs: 1 }).pieces[0]?.breakBefore).toBe(false);
  });
});
