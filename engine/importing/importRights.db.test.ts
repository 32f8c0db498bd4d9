import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportDocument } from '../../contracts/importDocument';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { FixedClock } from '../../domain/time/clock';
import { silentLog } from '../context';
import { importCampus } from '../importCampus';
import type { ImportRights } from './importRights';
import { smallCampus } from './testDocument';

const NOW = Date.parse('2025-09-10T08:00:00+08:00');
const ADMIN = 'user:boss';
const context = { clock: new FixedClock(NOW), log: silentLog };
/** What an administrator alone may, and what with finance behind. */
const alone: ImportRights = { finance: false, answerable: ADMIN, second: null };
const withFinance: ImportRights = { ...alone, finance: true };

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const document = smallCampus();
  document.persons!.push({ code: 'BOSS', name: 'Boss' });
  document.users!.push(
    { code: 'boss', person: 'BOSS', roles: [{ role: 'ADMIN' }] },
    { code: 'money', roles: [{ role: 'FINANCE' }] },
  );
  expect(await refusals(document, null)).toEqual([]);
  await database.pool.query(
    "insert into accrual (account_id, utility, period_ms, quantity_micro, upto_ms) select id, 'ELECTRICITY', 0, 1, $1 from account where code = 'A-101'",
    [NOW],
  );
});
afterAll(() => database?.drop());

/** What an import is refused for, as code and pointer; it is applied where nothing is. Null: whoever installs imports. */
async function refusals(
  part: Omit<ImportDocument, 'campus'>,
  rights: ImportRights | null,
): Promise<string[]> {
  const { campus } = smallCampus();
  const options = { actor: 'key:K', ...(rights === null ? {} : { rights }) };
  const { applied, rows } = await importCampus(database, context, { campus, ...part }, options);
  const errors = rows.flatMap((row) => row.errors).map(({ code, pointer }) => `${code} ${pointer}`);
  expect(applied).toBe(errors.length === 0);
  return errors;
}

/** Refused to the administrator alone, and taken with finance behind. */
async function isOfFinance(part: Omit<ImportDocument, 'campus'>, expected: readonly string[]): Promise<void> {
  expect(await refusals(part, alone)).toEqual(expected);
  expect(await refusals(part, withFinance)).toEqual([]);
}

describe('money in an import', () => {
  it('comes into accounts, new ones and those that stand, by finance alone', async () => {
    const [, stands] = smallCampus().accounts!;
    const made = { code: 'A-NEW', kind: 'PERSON' as const, points: [] };
    await isOfFinance(
      {
        accounts: [
          { ...stands!, openingBalance: '70' },
          { ...made, openingBalance: '0.01' },
        ],
      },
      ['OPENING_BY_FINANCE /accounts/0/openingBalance', 'OPENING_BY_FINANCE /accounts/1/openingBalance'],
    );
    // What is booked may be named again, and nothing is no money.
    const again = [
      { ...stands!, openingBalance: '70' },
      { ...made, code: 'A-NONE', openingBalance: '0' },
    ];
    expect(await refusals({ accounts: again }, alone)).toEqual([]);
  });

  it('is lent, and taken back, by policies as finance agrees', async () => {
    await isOfFinance({ policies: [{ code: 'LENDS', emergencyCredit: '10' }] }, [
      'AGREED_BY_FINANCE /policies/0/emergencyCredit',
    ]);
    await isOfFinance({ policies: [{ code: 'ALWAYS', emergencyCredit: '5', recoveryPercent: 50 }] }, [
      'AGREED_BY_FINANCE /policies/0/emergencyCredit',
      'AGREED_BY_FINANCE /policies/0/recoveryPercent',
    ]);
    // The rest of a policy is the administrator's.
    const plain = { code: 'PLAIN', noCutPeriods: false, emergencyCredit: '0', recoveryPercent: 100 };
    expect(await refusals({ policies: [plain] }, alone)).toEqual([]);
    expect(await refusals({ policies: [{ code: 'LENDS', noCutPeriods: false }] }, alone)).toEqual([]);
    // Nor does an account come under a policy that lends by a detour.
    const [, account] = smallCampus().accounts!;
    const under = (policy: string) => ({ accounts: [{ ...account!, policy }] });
    await isOfFinance(under('LENDS'), ['AGREED_BY_FINANCE /accounts/0/policy']);
    await isOfFinance(under('PLAIN'), ['AGREED_BY_FINANCE /accounts/0/policy']);
    expect(await refusals(under('DEFAULT'), alone)).toEqual([]);
  });

  it('is asked for by days of a calendar: those to come are changed by finance, rated ones by nobody', async () => {
    const calendar = (days: Record<string, string>) => ({ calendars: [{ code: 'CAL', days }] });
    const rated = calendar({ '2025-10-01': 'HOLIDAY', '2025-09-10': 'HOLIDAY' });
    for (const rights of [alone, withFinance])
      expect(await refusals(rated, rights)).toEqual(['DAY_RATED /calendars/0/days/2025-09-10']);
    await isOfFinance(calendar({ '2025-10-01': 'HOLIDAY', '2025-10-02': 'HOLIDAY' }), [
      'AGREED_BY_FINANCE /calendars/0/days/2025-10-02',
    ]);
    await isOfFinance(calendar({ '2025-10-02': 'HOLIDAY' }), [
      'AGREED_BY_FINANCE /calendars/0/days/2025-10-01',
    ]);
    // A calendar that prices nothing yet is set up.
    const free = { code: 'FREE', days: { '2025-12-24': 'HOLIDAY' } };
    expect(await refusals({ calendars: [free] }, alone)).toEqual([]);
    expect(await refusals({ calendars: [{ ...free, days: {} }] }, alone)).toEqual([]);
  });
});

describe('roles in an import', () => {
  const user = (code: string, role: 'STUDENT' | 'AUDITOR' | 'ADMIN', person?: string | null) => ({
    users: [{ code, roles: [{ role }], ...(person === undefined ? {} : { person, name: code }) }],
  });

  it('are not changed for whoever answers for it, under whichever of their sign-ins', async () => {
    const own = ['OWN_ROLE /users/0/roles'];
    expect(await refusals(user('boss', 'AUDITOR'), alone)).toEqual(own);
    expect(await refusals(user('second', 'AUDITOR', 'BOSS'), alone)).toEqual(own);
    // Nor by one that leaves the person in the same breath.
    expect(await refusals(user('second', 'STUDENT', 'BOSS'), null)).toEqual([]);
    expect(await refusals(user('second', 'AUDITOR', null), alone)).toEqual(own);
    expect(await refusals(user('other', 'AUDITOR'), alone)).toEqual([]);
  });

  it('are given as far as whoever made the key gives them now', async () => {
    const none = ['ROLE_OF_MAKER /users/0/roles'];
    for (const answerable of [null, 'user:warden', 'user:gone', 'key:K', 'boss'])
      expect(await refusals(user('third', 'STUDENT'), { finance: true, answerable, second: null })).toEqual(
        none,
      );
    expect(await refusals(user('third', 'STUDENT'), alone)).toEqual([]);
    // Naming what stands is no change.
    expect(
      await refusals(user('third', 'STUDENT'), { finance: true, answerable: null, second: null }),
    ).toEqual([]);
    for (const roles of [[{ role: 'ADMIN' as const, scope: 'B1' }], [{ role: 'AUDITOR' as const }]]) {
      expect(await refusals({ users: [{ code: 'boss', roles }] }, null)).toEqual([]);
      expect(await refusals(user('third', 'AUDITOR'), alone)).toEqual(none);
    }
    expect(await refusals(user('boss', 'ADMIN'), null)).toEqual([]);
    const off = { users: [{ code: 'boss', disabled: true, roles: [{ role: 'ADMIN' as const }] }] };
    expect(await refusals(off, null)).toEqual([]);
    expect(await refusals(user('third', 'AUDITOR'), alone)).toEqual(none);
  });
});
