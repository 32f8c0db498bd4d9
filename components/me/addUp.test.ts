import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addUp, down, nearest } from './addUp';

const FEN = 10_000n;
const sum = (parts: readonly bigint[]) => parts.reduce((total, part) => total + part, 0n);

describe('parts that are shown beside their sum', () => {
  it('add up to it where each rounded by itself would not', () => {
    const days = [5_249_000n, 5_249_000n, 5_249_000n];
    expect(sum(days.map((day) => down(day, FEN)))).not.toBe(down(sum(days), FEN));
    expect(addUp(days, FEN, down(sum(days), FEN))).toEqual([5_250_000n, 5_250_000n, 5_240_000n]);
  });

  it('add up whatever they are, rounded down or to the nearest, none of them off by a step, what is nothing stays nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 31 }),
        fc.constantFrom(10_000n, 100_000n),
        fc.constantFrom(down, nearest),
        (parts, step, rounded) => {
          const shown = addUp(parts, step, rounded(sum(parts), step));
          expect(sum(shown)).toBe(rounded(sum(parts), step));
          for (const [i, part] of parts.entries()) {
            const off = shown[i]! - part;
            expect(off < step && off > -step).toBe(true);
            expect(shown[i]! % step).toBe(0n);
            if (part === 0n) expect(shown[i]).toBe(0n);
          }
        },
      ),
    );
  });

  it('add up where some are credits', () => {
    const parts = [-1_234_567n, 2_345_678n, -999n];
    const shown = addUp(parts, FEN, down(sum(parts), FEN));
    expect(sum(shown)).toBe(down(sum(parts), FEN));
  });
});
