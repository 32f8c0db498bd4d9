import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printedShares } from './shares';

test('shares as printed add up to the whole, however they fall', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 9 }),
      (values) => {
        const shares = printedShares(values);
        const whole = values.some((value) => value > 0) ? 1_000 : 0;
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(whole);
        expect(shares.every((share) => share >= 0)).toBe(true);
      },
    ),
  );
});

test('a share of 10 % and more is whole percents, and no share is off by more than its rounding', () => {
  const values = [390, 147, 94.3, 86.5, 59.6, 42, 44.6];
  const shares = printedShares(values);
  expect(shares).toEqual([450, 170, 110, 100, 69, 49, 52]);
});

test('a lone use is all of it', () => {
  expect(printedShares([12])).toEqual([1_000]);
  expect(printedShares([0, 0])).toEqual([0, 0]);
});
