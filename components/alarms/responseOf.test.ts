import { expect, test } from 'vitest';
import { responseOf } from './responseOf';

test('nobody is told to cut rooms over their limit where none is, nor while the feeder is back in its rating', () => {
  expect(responseOf({ returnedAt: null }, 3)).toBe('response');
  expect(responseOf({ returnedAt: null }, 0)).toBe('responseNoneOver');
  expect(responseOf({ returnedAt: 5 }, 3)).toBe('responseReturned');
  expect(responseOf({ returnedAt: 5 }, null)).toBe('response');
});
