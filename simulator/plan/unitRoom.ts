import type { ImportRow } from '../../contracts/importDocument';
import type { PlanDocument } from './traits';

/** The room of the demo whose account holds kWh in place of money, and the sign-in of one who lives there. */
export const UNIT_ROOM = { account: 'A-7-102', user: 'student-kwh' };
/** Sells its kWh, at these prices up to these quantities a month. */
const SOLD_BY = 'E-TIERED';
const PRICES = [
  { from: 0, price: 0.5 },
  { from: 100, price: 0.55 },
  { from: 200, price: 0.8 },
] as const;

const ONE_FOR_ONE: ImportRow<'tariffs'> = {
  code: 'E-UNITS',
  name: { zh: '按量扣减（1 千瓦时扣 1 千瓦时）', en: 'Units, one for one' },
  utility: 'ELECTRICITY',
  versions: [{ validFrom: '2020-01-01T00:00:00+08:00', prices: { ALL: '1' } }],
};
const POLICY: ImportRow<'policies'> = {
  code: 'UNITS',
  name: { zh: '电量账户（剩 20、5 千瓦时提醒）', en: 'Accounts in kWh, warned at 20 and 5' },
  noCutPeriods: true,
  unitLevels: ['20', '5'],
};

/**
 * Lets one room of Dorm 7 hold kWh, empty as an import leaves it, and gives somebody who lives there a sign-in. A campus too
 * small to have the room stays as it is.
 */
export function addUnitRoom(document: PlanDocument): void {
  const account = document.accounts.find(({ code }) => code === UNIT_ROOM.account);
  const home = document.occupancies.find((row) => row.account === UNIT_ROOM.account);
  if (!account || !home) return;
  // Plans share their lists of tariffs and policies.
  document.tariffs = [...document.tariffs, ONE_FOR_ONE];
  document.policies = [...document.policies, POLICY];
  Object.assign(account, {
    unit: 'KWH',
    soldBy: SOLD_BY,
    tariff: ONE_FOR_ONE.code,
    policy: POLICY.code,
  });
  document.users.push({
    code: UNIT_ROOM.user,
    person: home.person,
    roles: [{ role: 'STUDENT', scope: UNIT_ROOM.account.slice(2) }],
  });
}

/** What this many kWh cost who has bought none this month, in whole fen of µ-currency. */
export function costOfUnits(kwh: number): bigint {
  const cost = PRICES.reduce((sum, { from, price }, at) => {
    const to = PRICES[at + 1]?.from ?? Number.POSITIVE_INFINITY;
    return sum + price * Math.max(0, Math.min(kwh, to) - from);
  }, 0);
  return BigInt(Math.round(cost * 100)) * 10_000n;
}
