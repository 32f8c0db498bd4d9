import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookOf, cst, flatTariff, TARIFF_A, TARIFF_B } from './testing';
import { chargesUnits, priceOfUnits, saleLines, sellUnits, unitsStillSold } from './unitSale';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;
const NOON = cst('2025-09-10 12:00');

describe('units that money buys', () => {
  it('cost the price of the instant, tier by tier from what was bought before', () => {
    expect(sellUnits(bookOf([TARIFF_A]), 0n, cst('2025-09-10 09:00'), 8_432_000n)).toEqual({
      quantityMicro: 10_000_000n,
      period: 'P',
      tariffVersion: 'A-1',
      parts: [{ tier: 1, quantityMicro: 10_000_000n, priceMicro: 843_200n }],
    });
    // 5 kWh at 0.50, 100 at 0.55 and 15 at 0.80: G3b the other way round.
    expect(sellUnits(bookOf([TARIFF_B]), 95_000_000n, NOON, 69_500_000n)).toEqual({
      quantityMicro: 120_000_000n,
      period: 'ALL',
      tariffVersion: 'B-1',
      parts: [
        { tier: 1, quantityMicro: 5_000_000n, priceMicro: 500_000n },
        { tier: 2, quantityMicro: 100_000_000n, priceMicro: 550_000n },
        { tier: 3, quantityMicro: 15_000_000n, priceMicro: 800_000n },
      ],
    });
  });

  it('never cost more than was paid, and one µ-unit more would', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 400_000_000n }),
        fc.bigInt({ min: 1n, max: 500_000_000n }),
        (before, amount) => {
          const { quantityMicro, parts } = sellUnits(bookOf([TARIFF_B]), before, NOON, amount);
          const cost = parts.reduce((sum, part) => sum + part.quantityMicro * part.priceMicro, 0n);
          expect(cost).toBeLessThanOrEqual(amount * 1_000_000n);
          expect(cost + 800_000n).toBeGreaterThan(amount * 1_000_000n - 1n);
          expect(parts.reduce((sum, part) => sum + part.quantityMicro, 0n)).toBe(quantityMicro);
          // Bought in two payments they are the same units, but for the fractions rounded down.
          const half = amount / 2n;
          if (half > 0n) {
            const first = sellUnits(bookOf([TARIFF_B]), before, NOON, half).quantityMicro;
            const second = sellUnits(bookOf([TARIFF_B]), before + first, NOON, amount - half).quantityMicro;
            expect(quantityMicro - first - second).toBeGreaterThanOrEqual(0n);
            expect(quantityMicro - first - second).toBeLessThanOrEqual(3n);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('stay sold as far as their money stays, the ones sold last going first', () => {
    const lines = saleLines(sellUnits(bookOf([TARIFF_B]), 95_000_000n, NOON, 69_500_000n));
    // The 15 kWh of tier 3 cost 12.00, so 1.00 less takes 1.25 of them; 12.55 less takes one of tier 2 besides.
    expect(unitsStillSold(lines, 68_500_000n)).toBe(118_750_000n);
    expect(unitsStillSold(lines, 56_950_000n)).toBe(104_000_000n);
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 300_000_000n }),
        fc.bigInt({ min: 1n, max: 500_000_000n }),
        fc.bigInt({ min: 0n, max: 1_000_000n }),
        (before, amount, share) => {
          const sale = sellUnits(bookOf([TARIFF_B]), before, NOON, amount);
          const own = saleLines(sale);
          expect(unitsStillSold(own, amount)).toBe(sale.quantityMicro);
          expect(unitsStillSold(own, 0n)).toBe(0n);
          // Of any part of them, the least money that keeps it sold does, and a µ less does not.
          const some = (sale.quantityMicro * share) / 1_000_000n;
          const money = priceOfUnits(own, some);
          expect(money).toBeLessThanOrEqual(amount);
          expect(unitsStillSold(own, money)).toBeGreaterThanOrEqual(some);
          if (money > 0n) expect(unitsStillSold(own, money - 1n)).toBeLessThan(some);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('are sold by plain prices alone', () => {
    const free = bookOf([flatTariff('FREE', cst('2024-01-01 00:00'), 0n)]);
    expect(() => sellUnits(free, 0n, NOON, 1n)).toThrow('plain prices');
  });
});

describe('a tariff that charges one unit for one unit', () => {
  it('has the one price 1', () => {
    expect(chargesUnits(flatTariff('ONE', 0, 1_000_000n))).toBe(true);
    expect(chargesUnits(flatTariff('OTHER', 0, 999_999n))).toBe(false);
    expect(chargesUnits(TARIFF_B)).toBe(false);
  });
});
