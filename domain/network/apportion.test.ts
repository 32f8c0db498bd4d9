import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apportion } from './apportion';
import { lineLoss } from './lineLoss';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;

const amounts = (poolMicro: bigint, weights: Record<string, bigint>): bigint[] =>
  apportion(
    poolMicro,
    Object.entries(weights).map(([accountCode, weight]) => ({ accountCode, weight })),
  ).map(({ amountMicro }) => amountMicro);

describe('apportionment', () => {
  it('G15a: by heads, the remainder to the largest fractions', () => {
    expect(amounts(65_222_333n, { 'A-101': 3n, 'A-102': 4n, 'A-103': 2n })).toEqual([
      21_740_778n,
      28_987_703n,
      14_493_852n,
    ]);
  });
  it('G15b: a tie goes to the lowest account code, in whatever order they stand', () => {
    expect(amounts(10_000_000n, { A: 1n, B: 1n, C: 1n })).toEqual([3_333_334n, 3_333_333n, 3_333_333n]);
    expect(amounts(10_000_000n, { C: 1n, B: 1n, A: 1n })).toEqual([3_333_333n, 3_333_333n, 3_333_334n]);
  });
  it('T3: shares sum to the pool, differ from the exact share by less than 1 µ and follow the weights', () => {
    const weight = fc.bigInt(0n, 10n ** 12n);
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 15n),
        fc.array(weight, { minLength: 1, maxLength: 40 }),
        (pool, list) => {
          const total = list.reduce((sum, one) => sum + one, 0n);
          fc.pre(total > 0n);
          const weights = list.map((one, index) => ({ accountCode: `R${index}`, weight: one }));
          const shares = apportion(pool, weights);
          expect(shares.reduce((sum, { amountMicro }) => sum + amountMicro, 0n)).toBe(pool);
          shares.forEach(({ accountCode, amountMicro }, index) => {
            expect(accountCode).toBe(`R${index}`);
            const floor = (pool * list[index]!) / total;
            expect(amountMicro === floor || amountMicro === floor + 1n).toBe(true);
            if (list[index] === 0n) expect(amountMicro).toBe(0n);
          });
        },
      ),
      { numRuns: RUNS },
    );
  });
  it('refuses negative weights and a pool that nobody bears', () => {
    expect(() => amounts(1n, { A: -1n, B: 2n })).toThrow(/weight/);
    expect(() => amounts(1n, { A: 0n })).toThrow(/weight/);
    expect(() => amounts(-1n, { A: 1n })).toThrow(/pool/);
  });
});

describe('line loss', () => {
  const flows = {
    importMicro: 250_400_000n,
    pvMicro: 12_000_000n,
    exportMicro: 3_400_000n,
    childrenMicro: 240_150_000n,
    completenessPpm: 1_000_000,
    driftMaxS: 0,
  };
  it('the worked example: 18.85 kWh, 7.278 %', () => {
    expect(lineLoss(flows)).toEqual({
      known: true,
      lossMicro: 18_850_000n,
      supplyMicro: 259_000_000n,
      lossPpm: 72_779n,
    });
  });
  it('is unknown, not 0, below 98 % completeness, above 60 s of drift and without supply', () => {
    expect(lineLoss({ ...flows, completenessPpm: 979_999 })).toEqual({ known: false, reason: 'INCOMPLETE' });
    expect(lineLoss({ ...flows, completenessPpm: 980_000 }).known).toBe(true);
    expect(lineLoss({ ...flows, driftMaxS: 61 })).toEqual({ known: false, reason: 'CLOCK_DRIFT' });
    expect(lineLoss({ ...flows, importMicro: 0n, pvMicro: 0n })).toEqual({
      known: false,
      reason: 'NO_SUPPLY',
    });
  });
  it('may be negative when the children measured more', () => {
    expect(lineLoss({ ...flows, childrenMicro: 260_000_000n })).toMatchObject({
      lossMicro: -1_000_000n,
      lossPpm: -3_862n,
    });
  });
});
