import { expect, test } from 'vitest';
import { outlookCase } from './outlookCase';

test.each([
  [null, null, 'calm'],
  [60, null, 'warn'],
  [60, 90, 'over'],
  [10, null, 'warned'],
  [10, 90, 'warnedThenOver'],
  [10, 10, 'isOver'],
] as const)('80 %% at %s and the rating at %s, seen at 10: %s', (warnMs, overMs, said) => {
  expect(outlookCase(warnMs, overMs, 10)).toBe(said);
});
