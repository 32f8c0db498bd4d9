import { describe, expect, it } from 'vitest';
import { isStillLow } from './lowBalanceLevels';

const HOUR_MS = 3_600_000;

describe('a notice of a low balance', () => {
  it.each([
    ['MONEY_5', 5_000_000n, null, true],
    ['MONEY_5', 5_000_001n, null, false],
    ['MONEY_20', 8_000_000n, null, true],
    ['UNITS_7.5', 7_500_000n, null, true],
    ['UNITS_7.5', 7_500_001n, null, false],
    ['TIME_24H', 500_000_000n, 24 * HOUR_MS, true],
    ['TIME_24H', 500_000_000n, 24 * HOUR_MS + 1, false],
    ['TIME_24H', 500_000_000n, Number.POSITIVE_INFINITY, false],
    ['TIME_24H', 500_000_000n, null, true],
    ['OF_A_LATER_VERSION', 500_000_000n, null, true],
  ])('of level %s lasts with %s µ and %s ms left: %s', (code, availableMicro, timeLeftMs, lasts) => {
    expect(isStillLow(code, { availableMicro, timeLeftMs })).toBe(lasts);
  });
});
