import { expect, test } from 'vitest';
import { forecastEnergyMicro, forecastHours } from './dayForecast';

const HOUR = 3_600_000;
const band = (median: number) => ({ low: median * 0.9, median, high: median * 1.1, samples: 4 });
const hours = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    startMs: (from + i) * HOUR,
    endMs: (from + i + 1) * HOUR,
    band: band(1_000),
  }));

test('without a word about today the hours come as usual', () => {
  const forecast = forecastHours(hours(12, 3), 12 * HOUR, null);
  expect(forecast.map(({ expectedW }) => expectedW)).toEqual([1_000, 1_000, 1_000]);
});

test('what makes today unusual moves the next hours and has worn off six hours on', () => {
  const forecast = forecastHours(hours(12, 8), 12 * HOUR, 1.2);
  expect(forecast[0]!.expectedW).toBeGreaterThan(1_150);
  expect(forecast[0]!.expectedW).toBeGreaterThan(forecast[3]!.expectedW);
  expect(forecast[7]!.expectedW).toBe(1_000);
  expect(forecast[0]!.lowW / forecast[0]!.expectedW).toBeCloseTo(0.9);
});

test('a mad reading does not make a mad forecast', () => {
  expect(forecastHours(hours(12, 1), 12 * HOUR, 40)[0]!.expectedW).toBeLessThanOrEqual(1_400);
  expect(forecastHours(hours(12, 1), 12 * HOUR, 0)[0]!.expectedW).toBeGreaterThanOrEqual(700);
});

test('an hour without history is left out, and the hour under way counts by what is left of it', () => {
  const forecast = forecastHours([{ startMs: 0, endMs: HOUR, band: null }, ...hours(1, 2)], HOUR * 1.5, null);
  expect(forecast).toHaveLength(2);
  expect(forecastEnergyMicro(forecast, HOUR * 1.5)).toBe(1_500_000n);
});
