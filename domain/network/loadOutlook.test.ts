import { describe, expect, test } from 'vitest';
import { type ForecastHour, forecastHours } from './dayForecast';
import { byPressure, type GridEntry, loadOutlook } from './loadOutlook';

const HOUR = 3_600_000;
const hour = (index: number, expectedW: number): ForecastHour => ({
  startMs: index * HOUR,
  endMs: (index + 1) * HOUR,
  expectedW,
  lowW: expectedW * 0.9,
  highW: expectedW * 1.1,
});

describe('the outlook of a feeder', () => {
  const NOW = HOUR / 2;
  const IDLE = { nowMs: NOW, nowW: null };

  test('names the first hour that reaches 80 % and the first that reaches the rating', () => {
    const hours = [60, 79.9, 80, 99, 100, 70].map((kw, at) => hour(at, kw * 1_000));
    expect(loadOutlook(hours, 6, 100_000, IDLE)).toEqual({
      kind: 'BREACH',
      warnMs: 2 * HOUR,
      overMs: 4 * HOUR,
      peakMs: 4 * HOUR,
      peakW: 100_000,
    });
  });

  test('expects no breach below 80 %, and one that stands already begins now', () => {
    const calm = [60, 79, 40].map((kw, at) => hour(at, kw * 1_000));
    expect(loadOutlook(calm, 3, 100_000, IDLE)).toMatchObject({ kind: 'CALM', warnMs: null, overMs: null });
    expect(loadOutlook([hour(0, 90_000)], 1, 100_000, IDLE)).toMatchObject({ kind: 'BREACH', warnMs: NOW });
  });

  test('what is passed already is passed now, whatever the hours ahead are like', () => {
    const calm = [40, 30].map((kw, at) => hour(at, kw * 1_000));
    expect(loadOutlook(calm, 2, 100_000, { nowMs: NOW, nowW: 128_000 })).toEqual({
      kind: 'BREACH',
      warnMs: NOW,
      overMs: NOW,
      peakMs: NOW,
      peakW: 128_000,
    });
    expect(loadOutlook(calm, 2, 100_000, { nowMs: NOW, nowW: 50_000 })).toMatchObject({
      kind: 'CALM',
      peakMs: NOW,
      peakW: 50_000,
    });
  });

  test('learns where an hour ahead has too little history, and says nothing without a rating', () => {
    expect(loadOutlook([hour(0, 90_000)], 2, 100_000, IDLE)).toEqual({ kind: 'LEARNING' });
    expect(loadOutlook([], 2, 100_000, IDLE)).toEqual({ kind: 'LEARNING' });
    expect(loadOutlook([hour(0, 90_000)], 1, null, IDLE)).toEqual({ kind: 'NO_RATING' });
  });

  test('an evening a quarter above usual is expected to pass the warning that a usual one stays below', () => {
    const band = { low: 65_000, median: 70_000, high: 75_000, samples: 4 };
    const ahead = [0, 1, 2].map((at) => ({ startMs: at * HOUR, endMs: (at + 1) * HOUR, band }));
    expect(loadOutlook(forecastHours(ahead, 0, 1), 3, 100_000, { nowMs: 0, nowW: null })).toMatchObject({
      kind: 'CALM',
    });
    // 70 · (1 + 0.25 · (1 − 0.5 h / 6 h)) = 86.0
    const [first] = forecastHours(ahead, 0, 1.25);
    expect(first!.expectedW).toBeCloseTo(86_042, 0);
    expect(loadOutlook(forecastHours(ahead, 0, 1.25), 3, 100_000, { nowMs: 0, nowW: null })).toMatchObject({
      kind: 'BREACH',
    });
  });
});

test('the worst feeder stands first, by its load or by what is expected of it; the unknown stand last', () => {
  const entry = (code: string, share: number | null, peakW: number | null): GridEntry => ({
    code,
    share,
    ratingW: 100,
    outlook:
      peakW === null ? { kind: 'LEARNING' } : { kind: 'CALM', warnMs: null, overMs: null, peakMs: 0, peakW },
  });
  const list = [
    entry('silent', null, null),
    entry('busy', 0.7, 60),
    entry('later', 0.2, 90),
    entry('also-silent', null, null),
    entry('over', 1.1, null),
  ];
  expect(list.sort(byPressure).map(({ code }) => code)).toEqual([
    ...['over', 'later', 'busy', 'also-silent', 'silent'],
  ]);
});
