import { expect, test } from 'vitest';
import { exactMicro, exactPico } from './exact';

test.each([
  [3_486_412_000n, 3, '3,486.412'],
  [3_486_412_345n, 3, '3,486.412345'],
  [-65_507n, 6, '−0.065507'],
  [0n, 0, '0'],
  [1_000_000n, 0, '1'],
])('a proof prints every digit that counts and no other: %s µ', (micro, least, text) => {
  expect(exactMicro(micro, least)).toBe(text);
});

test('what is left below a millionth is printed too', () => {
  expect(exactPico(414_500n)).toBe('0.0000004145');
});
