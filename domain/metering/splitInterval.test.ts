import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconcileRateShares, splitLinear } from './splitInterval';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;

describe('linear split', () => {
  it('T3: segments are never negative and always sum to the delta', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 24n }),
        fc.integer({ min: 2, max: 40 * 86_400_000 }),
        fc.array(fc.double({ min: 0.000001, max: 0.999999, noNaN: true }), { maxLength: 30 }),
        (quantityMicro, lengthMs, shares) => {
          const fromMs = 1_757_462_400_000;
          const inside = shares.map((share) => fromMs + Math.floor(share * lengthMs));
          const edgesMs = [...new Set(inside)].filter((ms) => ms > fromMs).sort((a, b) => a - b);
          const parts = splitLinear(quantityMicro, fromMs, fromMs + lengthMs, edgesMs);
          expect(parts).toHaveLength(edgesMs.length + 1);
          expect(parts.every((part) => part >= 0n)).toBe(true);
          expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(quantityMicro);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('taking edges away only joins segments: the order of cutting does not matter', () => {
    const edgesMs = [7, 31, 64, 99];
    const fine = splitLinear(1_000_003n, 0, 120, edgesMs);
    const coarse = splitLinear(1_000_003n, 0, 120, [31, 99]);
    expect(coarse).toEqual([fine[0]! + fine[1]!, fine[2]! + fine[3]!, fine[4]!]);
  });
});

describe('rate registers', () => {
  const shares = (...quantities: bigint[]) =>
    quantities.map((quantityMicro, i) => ({ period: `T${i + 1}`, quantityMicro }));
  const quantities = (settled: ReturnType<typeof reconcileRateShares>) =>
    settled?.map((s) => s.quantityMicro);

  it('are trusted within one LSB each; the difference falls to the last', () => {
    expect(quantities(reconcileRateShares(103n, shares(50n, 50n), 10n))).toEqual([50n, 53n]);
    expect(quantities(reconcileRateShares(80n, shares(50n, 50n), 10n))).toEqual([50n, 30n]);
    expect(reconcileRateShares(121n, shares(50n, 50n), 10n)).toBeNull();
  });

  it('never leave a negative share', () => {
    expect(quantities(reconcileRateShares(90n, shares(95n, 5n), 10n))).toEqual([90n, 0n]);
    expect(reconcileRateShares(90n, shares(95n, -5n), 10n)).toBeNull();
  });

  it('that are absent say nothing', () => {
    expect(reconcileRateShares(90n, [], 10n)).toBeNull();
  });
});
