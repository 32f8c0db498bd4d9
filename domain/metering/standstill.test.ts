import { expect, it } from 'vitest';
import { standstillIsMissing } from './standstill';

it('a bare electricity register that stands still for long was not read; a measured rest is no use', () => {
  const bare = { utility: 'ELECTRICITY', feedsIn: false, reportsState: false } as const;
  expect(standstillIsMissing(bare)).toBe(true);
  expect(standstillIsMissing({ ...bare, reportsState: true })).toBe(false);
  expect(standstillIsMissing({ ...bare, feedsIn: true })).toBe(false);
  expect(standstillIsMissing({ ...bare, utility: 'WATER' })).toBe(false);
  expect(standstillIsMissing({ ...bare, utility: 'GAS' })).toBe(false);
});
