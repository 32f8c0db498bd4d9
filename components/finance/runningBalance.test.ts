import { expect, test } from 'vitest';
import type { LedgerRow } from './financeTypes';
import { recompute } from './runningBalance';

const row = (seq: bigint, amountMicro: bigint, balanceAfterMicro: bigint, pot = 'cash'): LedgerRow => ({
  txId: seq,
  n: pot === 'cash' ? 0 : 1,
  tMs: 0,
  kind: 'charge',
  entries: 1,
  fromSeq: seq,
  key: 'k',
  accountCode: 'A1',
  spaceCode: null,
  potKey: `A1:${pot}`,
  unit: null,
  pot,
  amountMicro,
  accountSeq: seq,
  balanceAfterMicro,
  channel: null,
  reference: null,
  operator: null,
  reverses: null,
  reversedBy: null,
  chargeId: null,
});

test('each pot is recomputed for itself, newest first on screen', () => {
  const rows = [row(4n, -3n, 5n), row(3n, -2n, 8n), row(3n, 7n, 7n, 'gift'), row(1n, 10n, 10n)];
  expect(Object.fromEntries(recompute(rows))).toEqual({
    '1:0': 'EQUAL',
    '3:1': 'FIRST',
    '3:0': 'FIRST',
    '4:0': 'EQUAL',
  });
});

test('a balance that does not follow is told', () => {
  expect(recompute([row(2n, -1n, 8n), row(1n, 10n, 10n)]).get('2:0')).toBe('DIFFERENT');
});

test('the charges of a day follow the entry before the first of them', () => {
  const day = { ...row(9n, -6n, 4n), fromSeq: 2n, entries: 8 };
  expect(recompute([day, row(1n, 10n, 10n)]).get('9:0')).toBe('EQUAL');
  expect(recompute([{ ...day, fromSeq: 3n }, row(1n, 10n, 10n)]).get('9:0')).toBe('FIRST');
});
