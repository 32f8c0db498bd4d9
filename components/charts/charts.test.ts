import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spread } from './annotate';
import { LATENCY_EDGES_MS, latencyCounts, percentile } from './latency';
import { loadAxisMax } from './roomLoad';
import { axisStep } from './theme';
import { toWallMs, wallHourLabel } from './wallTime';

describe('time axis', () => {
  test('midnight of the campus is midnight of the chart, in winter and in summer', () => {
    expect(new Date(toWallMs(Date.UTC(2026, 10, 11, 16), 'Asia/Shanghai')).toISOString()).toBe(
      '2026-11-12T00:00:00.000Z',
    );
    expect(new Date(toWallMs(Date.UTC(2026, 6, 1, 4), 'America/New_York')).toISOString()).toBe(
      '2026-07-01T00:00:00.000Z',
    );
    expect(new Date(toWallMs(Date.UTC(2026, 11, 1, 5), 'America/New_York')).toISOString()).toBe(
      '2026-12-01T00:00:00.000Z',
    );
  });

  test('the day ends at 24:00', () => {
    const start = Date.UTC(2026, 10, 12);
    expect(wallHourLabel(start, start)).toBe('00:00');
    expect(wallHourLabel(start + 86_400_000, start)).toBe('24:00');
  });
});

describe('value axis', () => {
  test('a step gives two to five lines and is round', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (max) => {
        const lines = max / axisStep(max);
        expect(lines).toBeLessThanOrEqual(4.0001);
        expect(lines).toBeGreaterThan(1.5);
      }),
    );
  });

  test('there is room above the limit and above the load', () => {
    expect(loadAxisMax([[0, 1_240]], 800)).toBe(1_500);
    expect(loadAxisMax([[0, 100]], 800)).toBe(1_000);
    expect(loadAxisMax([], null)).toBeGreaterThan(0);
  });
});

test('labels never overlap, keep their order and stay above the foot', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 1, maxLength: 6 }), (wanted) => {
      const out = spread(wanted, 16, 150);
      const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!);
      order.forEach((index, place) => {
        expect(out[index]!).toBeLessThanOrEqual(150);
        const before = order[place - 1];
        if (before !== undefined) expect(out[index]! - out[before]!).toBeGreaterThanOrEqual(16);
      });
    }),
  );
});

describe('latency', () => {
  test('percentiles are real samples by nearest rank', () => {
    const samples = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(percentile(samples, 0.5)).toBe(50);
    expect(percentile(samples, 0.95)).toBe(95);
    expect(percentile([7], 0.95)).toBe(7);
    expect(percentile([], 0.5)).toBeNull();
  });

  test('every sample stands in exactly one bar, the last holds the tail', () => {
    const counts = latencyCounts([0, 49, 50, 999, 1_000, 60_000]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6);
    expect(counts[0]).toBe(2);
    expect(counts[LATENCY_EDGES_MS.indexOf(800)]).toBe(1);
    expect(counts.at(-1)).toBe(1);
  });
});
