import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noScope } from '../../../db/queries/scope';
import { scopedSource } from '../../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/createTestDatabase';
import { FixedClock } from '../../../domain/time/clock';
import { silentLog } from '../../../engine/context';
import { grantSubsidies } from '../../../engine/grantSubsidies';
import { importCampus } from '../../../engine/importCampus';
import { SignInLimit } from '../../auth/signInLimit';
import { callerOf } from '../../testing/callerOf';
import { reportReadings } from '../../testing/reportReadings';
import { TEST_NOW_MS } from '../../testing/startTestServer';
import { testCampusDocument } from '../../testing/testCampus';
import { findAccounts, viewAccount } from '../finance/viewAccount';
import type { OwnRoom } from '../me/ownRoom';
import { readStanding } from './readStanding';
import { confirmOwnRestore, ownRoomPlace, takeOwnEmergencyCredit } from './residentActs';
import { agreeOnTerms, decideMoneySubsidy, declareNoCutTime, draftMoneySubsidy, openFund } from './staffActs';
import { viewGrants } from './viewGrants';
import { viewNoCut } from './viewNoCut';

const HOUR_MS = 3_600_000;

const campus = {
  ...testCampusDocument,
  policies: [{ code: 'DEFAULT', noCutPeriods: false, emergencyCredit: '10.00' }],
  accounts: testCampusDocument.accounts.map((account) => ({
    ...account,
    openingBalance: account.code === 'A-101' ? '3.00' : '40.00',
  })),
  persons: [
    { code: 'ST1', name: 'Student One' },
    { code: 'ST2', name: 'Next door' },
  ],
  occupancies: [
    { account: 'A-101', person: 'ST1', from: '2025-09-01' },
    { account: 'A-102', person: 'ST2', from: '2025-09-01' },
  ],
  users: [
    ...testCampusDocument.users.filter(({ code }) => code !== 'student'),
    { code: 'one', person: 'ST1', roles: [{ role: 'STUDENT' }] },
    { code: 'two', person: 'ST2', roles: [{ role: 'STUDENT' }] },
    { code: 'finance2', name: 'Second of finance', password: 'second-pass', roles: [{ role: 'FINANCE' }] },
  ],
};

describe('credit, for those who may', () => {
  let database: TestDatabase;
  const clock = new FixedClock(TEST_NOW_MS);
  const engine = { clock, log: silentLog };

  beforeAll(async () => {
    database = await createTestDatabase();
    const result = await importCampus(database, engine, campus, { actor: 'test' });
    expect(result.rows.flatMap((row) => row.errors)).toEqual([]);
    await reportReadings({ database, clock }, 'M-101', [['11:59', '10.000']], { relay: 1, powerW: 100 });
  });
  afterAll(() => database.drop());

  async function as(code: string) {
    const caller = await callerOf(database, code, clock.now());
    const signIn = { signInLimit: new SignInLimit(clock), demo: false };
    return { caller, deps: { database, engine, reader: scopedSource(database, caller.reach), ...signIn } };
  }

  async function own(code: string, room: string) {
    const { caller, deps } = await as(code);
    const { rows } = await database.pool.query<{ person_id: number }>(
      'select person_id from app_user where code = $1',
      [code],
    );
    const place: OwnRoom = {
      code: room,
      scope: { ...noScope(caller.campus.id, new Date(clock.now())), personId: rows[0]!.person_id },
    };
    return { caller, deps, place };
  }

  async function standing(code: string, room: string) {
    const { caller, deps, place } = await own(code, room);
    return readStanding(deps, caller, await ownRoomPlace(deps, place));
  }

  const auditOf = async (action: string) =>
    (
      await database.pool.query<{ target: string }>('select target from audit_log where action = $1', [
        action,
      ])
    ).rows;

  it('a resident sees the parts of the own balance, what may be done, and the rule behind supply', async () => {
    expect(await standing('one', 'N-101')).toMatchObject({
      account: { code: 'A-101', class: 'PREPAID' },
      balance: { cashMicro: '3000000', giftMicro: '0', subsidies: [], arrearsMicro: '0' },
      emergencyCredit: { limitMicro: '10000000', owedMicro: '0', mayTake: true, nextFromMs: null },
      points: [
        {
          code: 'P-101',
          position: 'CLOSED',
          reasons: [],
          next: { act: 'NONE', confirmationsLeft: 3 },
          decision: { act: 'NONE', rule: 'CREDIT_LEFT' },
        },
      ],
    });
    expect(await standing('two', 'N-102')).toMatchObject({ emergencyCredit: { mayTake: false } });
  });

  it('and of nobody else’s room, nor acts on it', async () => {
    await expect(standing('two', 'N-101')).rejects.toMatchObject({ code: 'notFound' });
    const { caller, deps, place } = await own('two', 'N-102');
    await expect(confirmOwnRestore(deps, caller, place, 'P-101')).rejects.toMatchObject({ reason: 'POINT' });
  });

  it('an emergency credit is taken once, and its audit line stands once', async () => {
    const { caller, deps, place } = await own('one', 'N-101');
    await takeOwnEmergencyCredit(deps, caller, place);
    await takeOwnEmergencyCredit(deps, caller, place);
    expect(await auditOf('EMERGENCY_CREDIT_TAKEN')).toEqual([{ target: 'account:A-101' }]);
    expect(await standing('one', 'N-101')).toMatchObject({
      balance: { availableMicro: '13000000' },
      emergencyCredit: { state: 'ACTIVE', headroomMicro: '10000000', mayTake: false },
    });
  });

  it('a subsidy is drafted by one of finance, approved by another, and shown with its end', async () => {
    const first = await as('finance');
    const second = await as('finance2');
    await openFund(first.deps, first.caller, { code: 'AID', name: '助学', nameEn: 'Aid', budget: '100.00' });
    const expiresMs = clock.now() + 48 * HOUR_MS;
    await draftMoneySubsidy(first.deps, first.caller, {
      code: 'AID-101',
      accountCode: 'A-101',
      fundCode: 'AID',
      amount: '20.00',
      monthly: false,
      carryOver: false,
      fromMs: clock.now(),
      toMs: null,
      expiresMs,
      note: 'scholarship',
    });
    await grantSubsidies(database, engine);
    expect(await standing('one', 'N-101')).toMatchObject({ balance: { subsidies: [] } });
    const decide = ({ deps, caller }: typeof first) =>
      decideMoneySubsidy(deps, caller, { code: 'AID-101', approve: true });
    await expect(decide(first)).rejects.toMatchObject({ reason: 'OWN_DRAFT' });
    await decide(second);
    await expect(decide(second)).rejects.toMatchObject({ reason: 'DECIDED' });
    await grantSubsidies(database, engine);
    expect(await standing('one', 'N-101')).toMatchObject({
      balance: { subsidies: [{ grant: 'AID-101', balanceMicro: '20000000', expiresMs }] },
    });
    expect(await auditOf('SUBSIDY_APPROVED')).toEqual([{ target: 'subsidy:AID-101' }]);
    const grants = await viewGrants(second.deps, second.caller, { account: 'A-101' });
    expect(grants).toMatchObject({
      funds: [{ code: 'AID', unusedMicro: 20_000_000n, lapsesMs: expiresMs, stoppedMs: null }],
      subsidies: [{ code: 'AID-101', state: 'APPROVED', decidedByName: 'Second of finance', isOwn: false }],
    });
    expect((await viewGrants(first.deps, first.caller, { account: null })).subsidies[0]!.isOwn).toBe(true);
    expect((await viewGrants(first.deps, first.caller, { account: 'A-102' })).subsidies).toEqual([]);
    expect(await viewAccount(first.deps, first.caller, 'A-101')).toMatchObject({
      account: { code: 'A-101', spaceCode: 'N-101', status: 'ACTIVE' },
      terms: { class: 'PREPAID', graceDays: null, recovery: null },
      funds: { 'AID-101': 'AID' },
      tariffs: [{ utility: 'ELECTRICITY', tariffCode: 'FLAT', toMs: null }],
    });
  });

  it('finance finds an account by code or room, and a person by their whole name or number alone', async () => {
    const { deps, caller } = await as('finance');
    const codes = async (text: string) => (await findAccounts(deps, caller, text)).map(({ code }) => code);
    expect(await codes('n-101')).toEqual(['A-101']);
    expect(await codes('A-10')).toEqual(expect.arrayContaining(['A-101', 'A-102']));
    expect(await codes('st1')).toEqual(['A-101']);
    expect(await codes('next DOOR')).toEqual(['A-102']);
    expect(await codes('Student')).toEqual([]);
    expect(await codes('%')).toEqual([]);
    for (const other of ['one', 'energy', 'admin']) {
      const { deps: theirs, caller: asked } = await as(other);
      await expect(findAccounts(theirs, asked, '101'), other).rejects.toMatchObject({
        code: 'forbidden',
      });
      await expect(viewAccount(theirs, asked, 'A-101'), other).rejects.toMatchObject({ code: 'forbidden' });
    }
  });

  it('terms are for two people of finance to agree on, times without cuts an energy manager’s to declare, each with its audit line', async () => {
    const finance = await as('finance');
    const energy = await as('energy');
    const terms = {
      accountCode: 'A-102',
      class: 'SPECIAL' as const,
      graceDays: 7,
      graceLimit: null,
      recovery: null,
    };
    await expect(agreeOnTerms(energy.deps, energy.caller, terms)).rejects.toMatchObject({
      code: 'forbidden',
    });
    const agreeWith = (name: string, password: string) =>
      agreeOnTerms(finance.deps, finance.caller, { ...terms, second: { name, password } });
    await expect(agreeOnTerms(finance.deps, finance.caller, terms)).rejects.toMatchObject({
      reason: 'TWO_PERSONS',
    });
    await expect(agreeWith('finance', 'finance-pass')).rejects.toMatchObject({ reason: 'TWO_PERSONS' });
    await expect(agreeWith('admin', 'admin-pass')).rejects.toMatchObject({ code: 'forbidden' });
    await agreeWith('finance2', 'second-pass');
    expect(await standing('two', 'N-102')).toMatchObject({
      account: { class: 'SPECIAL' },
      // Its days begin when credit is used up, and it isn't.
      grace: { untilMs: null },
    });
    const time = {
      policyCode: null,
      kind: 'HEAT' as const,
      fromMs: clock.now(),
      toMs: clock.now() + 24 * HOUR_MS,
      reason: '41 °C',
    };
    await expect(declareNoCutTime(finance.deps, finance.caller, time)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await declareNoCutTime(energy.deps, energy.caller, time);
    expect(await standing('two', 'N-102')).toMatchObject({ noCut: { kind: 'HEAT', untilMs: time.toMs } });
    expect(await auditOf('CREDIT_TERMS_SET')).toEqual([{ target: 'account:A-102' }]);
    expect(await auditOf('CONSENT')).toEqual([{ target: 'account:A-102' }]);
    expect(await auditOf('NO_CUT_DECLARED')).toHaveLength(1);
    expect(await viewNoCut(energy.deps, energy.caller)).toMatchObject({
      times: [{ kind: 'HEAT', reason: '41 °C', toMs: time.toMs, endedMs: null }],
      policies: [{ code: 'DEFAULT' }],
    });
  });
});
