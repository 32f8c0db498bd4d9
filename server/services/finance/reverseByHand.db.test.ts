import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopedSource } from '../../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/createTestDatabase';
import { FixedClock } from '../../../domain/time/clock';
import { silentLog } from '../../../engine/context';
import { importCampus } from '../../../engine/importCampus';
import { SignInLimit } from '../../auth/signInLimit';
import { callerOf } from '../../testing/callerOf';
import { reportReadings } from '../../testing/reportReadings';
import { TEST_NOW_MS } from '../../testing/startTestServer';
import { testCampusDocument } from '../../testing/testCampus';
import { toTrpcError } from '../../trpc/toTrpcError';
import { reverseByHand } from './reverseByHand';

const document = {
  ...testCampusDocument,
  tariffs: [
    ...testCampusDocument.tariffs,
    { code: 'DEAR', versions: [{ validFrom: '2025-01-01', prices: { ALL: '600' } }] },
  ],
  accounts: testCampusDocument.accounts.map((account) =>
    account.code === 'A-102' ? { ...account, tariff: 'DEAR' } : account,
  ),
  users: [
    ...testCampusDocument.users,
    { code: 'finance2', name: 'Finance Two', password: 'finance-two-pass', roles: [{ role: 'FINANCE' }] },
  ],
};

describe('finance gives a charge back', () => {
  let database: TestDatabase;
  const clock = new FixedClock(TEST_NOW_MS);
  const engine = { clock, log: silentLog };

  beforeAll(async () => {
    database = await createTestDatabase();
    const { rows } = await importCampus(database, engine, document, { actor: 'test' });
    expect(rows.flatMap((row) => row.errors)).toEqual([]);
    for (const meter of ['M-101', 'M-102'])
      await reportReadings({ database, clock }, meter, [
        ['10:00', '10.000'],
        ['11:00', '11.000'],
      ]);
  });
  afterAll(() => database.drop());

  async function reverse(
    userCode: string,
    accountCode: string,
    second?: { name: string; password: string },
  ): Promise<unknown> {
    const { rows } = await database.pool.query<{ id: bigint }>(
      'select c.tx_id as id from charge c join account a on a.id = c.account_id where a.code = $1',
      [accountCode],
    );
    const caller = await callerOf(database, userCode, clock.now());
    const deps = {
      database,
      engine,
      reader: scopedSource(database, caller.reach),
      signInLimit: new SignInLimit(clock),
      demo: false,
    };
    return reverseByHand(deps, caller, {
      txId: rows[0]!.id.toString(),
      reason: 'wrong meter',
      ...(second ? { second } : {}),
    }).catch((error: unknown) => Promise.reject(toTrpcError(error)));
  }

  it('with an audit line in the same transaction; a second time is answered with 409', async () => {
    await expect(reverse('student', 'A-101')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(reverse('admin', 'A-101')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await reverse('finance', 'A-101')).toMatchObject({ accountCode: 'A-101', amount: '0.528300' });
    await expect(reverse('finance2', 'A-101')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/reversed already, by transaction \d+/),
    });
    const { rows } = await database.pool.query(
      "select actor, target, after->>'reason' as reason from audit_log where action = 'CHARGE_REVERSED'",
    );
    expect(rows).toEqual([{ actor: 'user:finance', target: 'account:A-101', reason: 'wrong meter' }]);
  });

  it('above 500.00 only with a second person of finance, who says so by password', async () => {
    const refused = { code: 'PRECONDITION_FAILED' };
    await expect(reverse('finance', 'A-102')).rejects.toMatchObject(refused);
    await expect(
      reverse('finance', 'A-102', { name: 'finance', password: 'finance-pass' }),
    ).rejects.toMatchObject(refused);
    await expect(
      reverse('finance', 'A-102', { name: 'admin', password: 'admin-pass' }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(
      await reverse('finance', 'A-102', { name: 'finance2', password: 'finance-two-pass' }),
    ).toMatchObject({ amount: '600.000000' });
  });
});
