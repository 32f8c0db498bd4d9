import { expect, it } from 'vitest';
import { openPages } from './openPages';
import type { Role } from './roles';
import type { Session } from './session';

const pagesOf = (role: Role) =>
  openPages({ bindings: [{ role, spaceId: null, departmentId: null }] } as unknown as Session).sort();

it('a role is led to the pages that open for it and to no other', () => {
  expect(pagesOf('STUDENT')).toEqual(['me', 'rooms']);
  expect(pagesOf('FINANCE')).toEqual([
    'alarms',
    'balances',
    'finance',
    'finance/accounts',
    'finance/disputes',
    'finance/payments',
    'overview',
    'rooms',
  ]);
  expect(pagesOf('AUDITOR')).toEqual([
    'admin',
    'alarms',
    'alarms/findings',
    'alarms/review',
    'control',
    'finance',
    'grid',
    'map',
    'meters',
    'overview',
    'quota',
  ]);
  expect(pagesOf('ADMIN')).toEqual([
    'admin',
    'alarms',
    'alarms/findings',
    'alarms/review',
    'control',
    'grid',
    'map',
    'meters',
    'overview',
  ]);
  expect(pagesOf('ENERGY_MANAGER')).toEqual([
    'admin',
    'alarms',
    'alarms/findings',
    'alarms/review',
    'balances',
    'control',
    'grid',
    'map',
    'meters',
    'overview',
    'quota',
    'rooms',
  ]);
});
