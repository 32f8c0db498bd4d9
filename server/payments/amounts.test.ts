import { expect, it } from 'vitest';
import { paidMinor } from './amounts';

it('what was paid is read in the smallest unit of its own currency', () => {
  expect(paidMinor(1_500, 'cny')).toEqual({ amountMicro: 15_000_000n, currency: 'CNY' });
  expect(paidMinor(1_500, 'jpy')).toEqual({ amountMicro: 1_500_000_000n, currency: 'JPY' });
  expect(paidMinor(1_234, 'KWD')).toEqual({ amountMicro: 1_234_000n, currency: 'KWD' });
  for (const [value, currency] of [
    [15.5, 'CNY'],
    [0, 'CNY'],
    ['1500', 'CNY'],
    [1_500, 'YUAN'],
    [1_500, undefined],
  ])
    expect(paidMinor(value, currency)).toBeNull();
});
