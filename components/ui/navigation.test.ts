import { expect, test } from 'vitest';
import { isCurrent, navigationFor } from './navigation';
import { themeFrom } from './theme';

const keys = (roles: string[]) => navigationFor(roles).map((item) => item.key);

test('a role sees what it works with and nothing it never does', () => {
  expect(keys(['DEPARTMENT_HEAD'])).toEqual(['quota']);
  expect(keys(['STUDENT'])).toEqual(['me']);
  expect(keys(['FINANCE'])).toEqual(['alarms', 'balances', 'finance']);
  expect(keys(['ENERGY_MANAGER'])).toContain('balances');
});

test('several roles add up, each page once, in the same order for everyone', () => {
  expect(keys(['FINANCE', 'SECURITY'])).toEqual([
    'overview',
    'alarms',
    'map',
    'balances',
    'control',
    'finance',
  ]);
});

test('a room belongs to the map', () => {
  const map = navigationFor(['ENERGY_MANAGER']).find((item) => item.key === 'map')!;
  expect(isCurrent(map, '/rooms/7-412')).toBe(true);
  expect(isCurrent(map, '/mapping')).toBe(false);
  expect(isCurrent(map, '/map')).toBe(true);
});

test('the theme is the chosen one, else dark for security at night, else the system', () => {
  expect(themeFrom('light', 'SECURITY', 22)).toBe('light');
  expect(themeFrom(undefined, 'SECURITY', 19)).toBe('dark');
  expect(themeFrom(undefined, 'SECURITY', 6)).toBe('dark');
  expect(themeFrom(undefined, 'SECURITY', 7)).toBe('system');
  expect(themeFrom('purple')).toBe('system');
});
