import { describe, expect, it } from 'vitest';
import { balanceAnomalyParams, isAfterGap, isBalanceAnomaly, LEAST_CHARGES } from './balanceAnomaly';

const yuan = (amount: number) => BigInt(Math.round(amount * 1e6));
const PARAMS = balanceAnomalyParams({});

describe('a charge far beyond the usual', () => {
  const usual = { count: LEAST_CHARGES, p99Micro: yuan(0.5) };

  it('is over 20 times the 99th percentile, and not at it', () => {
    expect(isBalanceAnomaly(yuan(10), usual, PARAMS)).toBe(false);
    expect(isBalanceAnomaly(yuan(10.000001), usual, PARAMS)).toBe(true);
  });

  it('can not be told from fewer than 30 charges', () => {
    expect(isBalanceAnomaly(yuan(1_000), { ...usual, count: LEAST_CHARGES - 1 }, PARAMS)).toBe(false);
  });

  it('is none where it is small in itself, however little an account used so far', () => {
    const idle = { count: 500, p99Micro: 0n };
    expect(isBalanceAnomaly(yuan(5), idle, PARAMS)).toBe(false);
    expect(isBalanceAnomaly(yuan(5.01), idle, PARAMS)).toBe(true);
    expect(isBalanceAnomaly(yuan(5.01), idle, balanceAnomalyParams({ leastAmount: 50 }))).toBe(false);
  });

  it('is none after a gap: longer than two hours and than two intervals', () => {
    const hour = 3_600_000;
    expect(isAfterGap(0, 2 * hour, 60_000)).toBe(false);
    expect(isAfterGap(0, 2 * hour + 1, 60_000)).toBe(true);
    expect(isAfterGap(0, 3 * hour, 2 * hour)).toBe(false);
  });
});
