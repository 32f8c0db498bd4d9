import { expect, test } from 'vitest';
import { freshnessOf } from './freshness';

const INTERVAL = 10_000;

test.each([
  [0, 'fresh'],
  [2 * INTERVAL, 'fresh'],
  [2 * INTERVAL + 1, 'late'],
  [4 * INTERVAL, 'late'],
  [4 * INTERVAL + 1, 'stale'],
  [86_400_000, 'stale'],
  [86_400_001, 'lost'],
  [null, 'lost'],
] as const)('a datum of %s ms from a meter of 10 s is %s', (age, state) => {
  expect(freshnessOf(age, INTERVAL)).toBe(state);
});

test('freshness follows the meter, not the clock: a quarter-hour meter is fresh after 20 min', () => {
  expect(freshnessOf(20 * 60_000, 15 * 60_000)).toBe('fresh');
});
