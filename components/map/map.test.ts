import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { campusGeometry } from './geometry';
import { boxAround, fitsInside, placeInside } from './labelPlace';
import { LOAD_LABELS, loadStep } from './loadBands';

const square = (west: number, south: number, size: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [west + size, south],
      [west + size, south + size],
      [west, south + size],
      [west, south],
    ],
  ],
});

/** A U open to the south, 100 wide and 60 high, its wings 30 wide, in px. */
const U = [
  { x: 0, y: 0 },
  { x: 100, y: 0 },
  { x: 100, y: 60 },
  { x: 70, y: 60 },
  { x: 70, y: 30 },
  { x: 30, y: 30 },
  { x: 30, y: 60 },
  { x: 0, y: 60 },
];

describe('places of a campus', () => {
  const geometry = campusGeometry([
    { code: 'A', kind: 'BUILDING', name: 'A', geometry: square(120, 31, 0.001) },
    { code: 'B', kind: 'BUILDING', name: 'B', geometry: null },
    { code: 'C', kind: 'BUILDING', name: 'C', geometry: { type: 'Point', coordinates: [0, 0] } },
    {
      code: 'R',
      kind: 'ZONE',
      name: 'Roads',
      geometry: {
        type: 'LineString',
        coordinates: [
          [120, 31],
          [121, 32],
        ],
      },
    },
  ]);

  test('a building without usable coordinates is listed as unplaced and drawn nowhere', () => {
    expect(geometry.buildings.map(({ code }) => code)).toEqual(['A']);
    expect(geometry.unplaced.map(({ code }) => code)).toEqual(['B', 'C']);
  });

  test('the view holds the buildings, not the roads that lead away', () => {
    expect(geometry.bounds).toEqual([120, 31, 120.001, 31.001]);
  });

  test('a building carries its worst alarm at its north-east corner and its label inside', () => {
    const [building] = geometry.buildings;
    expect(building!.corner).toEqual([120.001, 31.001]);
    expect(building!.label[0]).toBeCloseTo(120.0005, 4);
    expect(building!.label[1]).toBeCloseTo(31.0005, 4);
  });

  test('a campus without coordinates has no view', () => {
    expect(campusGeometry([]).bounds).toBeNull();
  });
});

describe('labels in buildings', () => {
  test('a label never leaves its building', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 90 }), fc.integer({ min: 4, max: 50 }), (width, height) => {
        const at = placeInside(U, { x: 50, y: 45 }, width, height, []);
        if (at) expect(fitsInside(boxAround(at, width, height), U)).toBe(true);
      }),
    );
  });

  test('the gap of a U is no place for it, the bar above is', () => {
    expect(fitsInside(boxAround({ x: 50, y: 45 }, 20, 10), U)).toBe(false);
    expect(placeInside(U, { x: 50, y: 45 }, 60, 24, [])!.y).toBeLessThanOrEqual(18);
    expect(placeInside(U, { x: 50, y: 45 }, 60, 40, [])).toBeNull();
  });

  test('it keeps clear of a mark when it can', () => {
    const mark = boxAround({ x: 100, y: 0 }, 30, 30);
    const at = placeInside(U, { x: 80, y: 14 }, 40, 20, [mark])!;
    expect(at.x + 20).toBeLessThanOrEqual(mark.left);
  });
});

describe('load bands', () => {
  test.each([
    [0, 1],
    [19.9, 1],
    [20, 2],
    [79.9, 5],
    [80, 6],
    [140, 6],
    [-5, 1],
  ])('%d %% of capacity is step %d', (percent, step) => {
    expect(loadStep(percent)).toBe(step);
  });

  test('no data is no step, and every step has words', () => {
    expect(loadStep(null)).toBeNull();
    expect(loadStep(Number.NaN)).toBeNull();
    expect(LOAD_LABELS).toEqual(['< 20', '20–35', '35–50', '50–65', '65–80', '≥ 80']);
  });
});
