import { expect, it } from 'vitest';
import { registerText } from './registerText';

const plain = { ratio: 1, registerDecimals: 3, registerModulus: 1_000_000 };

it.each([
  [0, plain, '0.000'],
  [1_234_567, plain, '1.234'],
  [999_999_999_999, plain, '999999.999'],
  [1_000_000_001_000, plain, '0.001'],
  [12_345_678, { ...plain, registerDecimals: 0 }, '12'],
  [12_345_678, { ...plain, ratio: 80 }, '0.154'],
  [80_000_000, { ...plain, ratio: 80 }, '1.000'],
])(
  'a total of %i µ shows truncated, divided by the ratio and wrapped at the modulus',
  (total, display, text) => {
    expect(registerText(total, display)).toBe(text);
  },
);
