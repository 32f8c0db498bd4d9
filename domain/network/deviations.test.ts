import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beyondBand, deepestDeviations, type LoadNode } from './deviations';

const band = (low: number, high: number) => ({ low, high, median: (low + high) / 2, samples: 4 });
const node = (
  key: string,
  parent: string | null,
  nowW: number | null,
  low: number,
  high: number,
): LoadNode => ({
  key,
  parent,
  nowW,
  band: band(low, high),
});

describe('what is furthest from usual', () => {
  test('a feeder gives way to the one room that explains it', () => {
    const found = deepestDeviations(
      [
        node('TR', null, 930, 800, 900),
        node('F', 'TR', 330, 200, 300),
        node('R', 'F', 100, 40, 72),
        node('S', 'F', 50, 40, 60),
      ],
      1,
      8,
    );
    expect(found.map(({ key, beyondW }) => [key, beyondW])).toEqual([['R', 28]]);
  });

  test('a feeder stands for many rooms of which none explains it, and they are not listed again', () => {
    const rooms = Array.from({ length: 10 }, (_, i) => node(`R${i}`, 'F', 110, 60, 100));
    const found = deepestDeviations([node('F', null, 1_100, 700, 1_000), ...rooms], 1, 8);
    expect(found.map(({ key }) => key)).toEqual(['F']);
  });

  test('a room that goes the other way is listed beside its feeder', () => {
    const found = deepestDeviations([node('F', null, 1_100, 700, 1_000), node('R', 'F', 10, 60, 100)], 1, 8);
    expect(found.map(({ key, beyondW }) => [key, beyondW])).toEqual([
      ['F', 100],
      ['R', -50],
    ]);
  });

  test('what is silent or has no band deviates from nothing', () => {
    expect(beyondBand(null, band(1, 2))).toBe(0);
    expect(beyondBand(5, null)).toBe(0);
    expect(deepestDeviations([node('F', null, null, 1, 2)], 1, 8)).toEqual([]);
  });

  test('noise is left out, the furthest comes first, and no more than asked for', () => {
    const nodes = Array.from({ length: 20 }, (_, i) => node(`P${i}`, null, 100 + i, 0, 100));
    const found = deepestDeviations(nodes, 5, 3);
    expect(found.map(({ key }) => key)).toEqual(['P19', 'P18', 'P17']);
  });

  test('nothing inside its band is ever listed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.option(fc.nat(19)))), (rows) => {
        const nodes = rows.map(([nowW, parent], i) =>
          node(String(i), parent === null || parent >= i ? null : String(parent), nowW, 50, 150),
        );
        for (const { beyondW, nowW } of deepestDeviations(nodes, 1, 100)) {
          expect(nowW < 50 || nowW > 150).toBe(true);
          expect(Math.abs(beyondW)).toBeGreaterThan(0);
        }
      }),
    );
  });
});
