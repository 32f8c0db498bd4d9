import { expect, test } from 'vitest';
import { sheetText } from './sheetText';

test('a bank sheet is read in UTF-8 and in the encoding of Chinese banks', () => {
  expect(sheetText(new TextEncoder().encode('流水号,金额'))).toBe('流水号,金额');
  // 金额 in GB 18030.
  expect(sheetText(new Uint8Array([0xbd, 0xf0, 0xb6, 0xee, 0x2c, 0x31]))).toBe('金额,1');
});
