import { expect, test } from 'vitest';
import { safeNext } from './signIn';

test.each([
  ['/alarms/41?priority=1', '/alarms/41?priority=1'],
  [null, '/'],
  ['https://elsewhere.example', '/'],
  ['//elsewhere.example', '/'],
  ['/\\elsewhere.example', '/'],
  ['javascript:alert(1)', '/'],
])('after signing in nobody is led to another site: %s', (next, path) => {
  expect(safeNext(next)).toBe(path);
});
