import { describe, expect, it } from 'vitest';
import { campusZone } from '../time/campusTime';
import { type AccountCredit, EMPTY_BUCKETS } from './buckets';
import { takeCharge } from './consumption';
import { NO_EMERGENCY_CREDIT } from './emergencyCredit';
import { grantTermAt } from './moneyGrant';
import { revenueAccount } from './posting';

const zone = campusZone('Asia/Shanghai');
const NOW = zone.utcOf(2025, 9, 20, 12 * 60);
const OCTOBER = zone.utcOf(2025, 10, 1);

describe('the term of a grant', () => {
  const monthly = { code: 'AID', monthly: true, carryOver: false, validToMs: null, expiresMs: null };

  it.each([
    ['a month', {}, { periodMs: zone.utcOf(2025, 9, 1), code: 'AID.2025-09', expiresMs: OCTOBER }],
    ['a month that its entitlement ends', { validToMs: NOW + 1 }, { expiresMs: NOW + 1 }],
    ['a month that rolls over', { carryOver: true }, { code: 'AID.2025-09', expiresMs: null }],
    [
      'one that rolls over up to an end',
      { carryOver: true, validToMs: OCTOBER + 1 },
      { expiresMs: OCTOBER + 1 },
    ],
    ['once', { monthly: false, expiresMs: NOW + 5 }, { periodMs: 0, code: 'AID', expiresMs: NOW + 5 }],
  ])('%s', (_name, change, expected) => {
    expect(grantTermAt({ ...monthly, ...change }, zone, NOW)).toMatchObject(expected);
  });
});

it('use that began after a subsidy had lapsed is not paid by it, whenever it is booked', () => {
  const credit: AccountCredit = {
    accountCode: 'A1',
    ccy: 'CNY',
    buckets: {
      ...EMPTY_BUCKETS,
      cashMicro: 10n,
      subsidies: [{ grantId: 'AID', balanceMicro: 10n, expiresAt: NOW }],
    },
    emergencyCredit: NO_EMERGENCY_CREDIT,
  };
  const payers = (usedMs: number | null) =>
    takeCharge(credit, 4n, revenueAccount('electricity'), usedMs).postings.map(({ s }) => s);
  expect(payers(NOW - 1)).toEqual(['cust:A1:subsidy:AID']);
  expect(payers(NOW)).toEqual(['cust:A1:cash']);
  expect(payers(null)).toEqual(['cust:A1:subsidy:AID']);
});
