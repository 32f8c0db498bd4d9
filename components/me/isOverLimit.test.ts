import { expect, it } from 'vitest';
import { isCutOverLimit, isOverLimit } from './isOverLimit';

const at = (powerW: number | null, limitW: number | null = 800) => ({ powerW, limitW });

it('a load above the limit of its room is over it, and one at the limit or without a limit is not', () => {
  expect(isOverLimit(at(1_095), 'CLOSED', 5_000, 10_000)).toBe(true);
  expect(isOverLimit(at(800.4), 'UNKNOWN', 5_000, 10_000)).toBe(true);
  expect(isOverLimit(at(800), 'CLOSED', 5_000, 10_000)).toBe(false);
  expect(isOverLimit(at(1_095, null), 'CLOSED', 5_000, 10_000)).toBe(false);
  expect(isOverLimit(at(null), 'CLOSED', 5_000, 10_000)).toBe(false);
});

it('nobody is warned by a load that was heard of too long ago, or while supply is off', () => {
  expect(isOverLimit(at(1_095), 'CLOSED', 39_000, 10_000)).toBe(true);
  expect(isOverLimit(at(1_095), 'CLOSED', 41_000, 10_000)).toBe(false);
  expect(isOverLimit(at(1_095), 'CLOSED', null, 10_000)).toBe(false);
  expect(isOverLimit(at(1_095), 'OPEN', 5_000, 10_000)).toBe(false);
});

it('a resident reads that the power is cut only where it is: a point that only tells, or cannot switch, cuts nothing', () => {
  expect(isCutOverLimit({ hasRelay: true, limit: { trips: true } })).toBe(true);
  expect(isCutOverLimit({ hasRelay: true, limit: { trips: false } })).toBe(false);
  expect(isCutOverLimit({ hasRelay: false, limit: { trips: true } })).toBe(false);
  expect(isCutOverLimit({ hasRelay: true, limit: null })).toBe(false);
});
