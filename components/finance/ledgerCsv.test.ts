import { expect, test } from 'vitest';
import type { LedgerRow } from './financeTypes';
import { ledgerCsv } from './ledgerCsv';

const charges: LedgerRow = {
  ...{ txId: 77n, n: 0, tMs: 0, kind: 'charge', entries: 8, fromSeq: 2n, accountSeq: 9n, key: null },
  ...{ accountCode: null, spaceCode: null, potKey: 'p', pot: 'cash', unit: null, amountMicro: -6n },
  ...{ balanceAfterMicro: 4n, channel: null, reference: null, operator: null },
  ...{ reverses: null, reversedBy: null, chargeId: null },
};

test('charges of a day name no transaction; all other entries name theirs', () => {
  const rows = [charges, { ...charges, kind: 'topup' }, { ...charges, accountCode: 'A1' }];
  const [header, ...lines] = [...ledgerCsv(rows, 'Asia/Shanghai', 'CNY')];
  expect(header![0]).toBe('transaction');
  expect(lines.map(([transaction]) => transaction)).toEqual(['', '77', '77']);
});
