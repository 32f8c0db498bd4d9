import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withTransaction } from '../../../db/client';
import { insertOrder } from '../../../db/queries/paymentOrders';
import { scopedSource } from '../../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/createTestDatabase';
import type { PaymentChannel } from '../../../domain/credit/posting';
import { FixedClock } from '../../../domain/time/clock';
import { applyTopUp } from '../../../engine/applyTopUp';
import { silentLog } from '../../../engine/context';
import { importCampus } from '../../../engine/importCampus';
import { takePayment } from '../../../engine/payments/takePayment';
import { takeTransfer } from '../../../engine/payments/takeTransfer';
import { createApiKey, readApiKey } from '../../auth/apiKeys';
import type { Caller } from '../../auth/caller';
import { SignInLimit } from '../../auth/signInLimit';
import { callerOf } from '../../testing/callerOf';
import { TEST_NOW_MS } from '../../testing/startTestServer';
import { testCampusDocument } from '../../testing/testCampus';
import { takeOverCounter, topUpAccount } from '../accounts/topUp';
import {
  agreeOnTerms,
  decideMoneyGift,
  declareNoCutTime,
  draftMoneyGift,
  openFund,
} from '../credit/staffActs';
import { viewGrants } from '../credit/viewGrants';
import { readReceipt } from '../receipts/readReceipt';
import { readRoomHistory } from '../rooms/readHistory';
import { assignAccountTariff, lockMonthOf } from '../tariffs/draftTariff';
import { handOut, refundAccount, resolveSuspenseItem } from './financeDesk';
import { importBankSheet } from './importBankSheet';

const campus = {
  ...testCampusDocument,
  persons: [
    ...testCampusDocument.persons,
    { code: 'ST2', name: 'Student Two' },
    { code: 'FIN', name: 'One of finance' },
  ],
  occupancies: [...testCampusDocument.occupancies, { account: 'A-101', person: 'ST2', from: '2025-09-01' }],
  accounts: [
    ...testCampusDocument.accounts,
    ...['A-FREE', 'A-ALSO'].map((code) => ({ code, kind: 'PERSON', points: [] })),
  ],
  users: [
    ...testCampusDocument.users,
    { code: 'mate', person: 'ST2', roles: [{ role: 'STUDENT' }] },
    {
      code: 'finance-n',
      name: 'Finance North',
      password: 'north-pass',
      roles: [{ role: 'FINANCE', scope: 'N' }],
    },
    // One human being with two sign-ins.
    { code: 'day', person: 'FIN', password: 'day-password', roles: [{ role: 'FINANCE' }] },
    { code: 'night', person: 'FIN', password: 'night-password', roles: [{ role: 'FINANCE' }] },
    { code: 'energy-n', name: 'Energy North', roles: [{ role: 'ENERGY_MANAGER', scope: 'N' }] },
  ],
};

describe('money, for those who may', () => {
  let database: TestDatabase;
  const clock = new FixedClock(TEST_NOW_MS);
  const engine = { clock, log: silentLog };

  beforeAll(async () => {
    database = await createTestDatabase();
    const result = await importCampus(database, engine, campus, { actor: 'test' });
    expect(result.rows.flatMap((row) => row.errors)).toEqual([]);
  });
  afterAll(() => database.drop());

  async function as(code: string) {
    const caller = await callerOf(database, code, clock.now());
    const deps = {
      database,
      engine,
      reader: scopedSource(database, caller.reach),
      signInLimit: new SignInLimit(clock),
      demo: false,
    };
    return { caller, deps };
  }

  it('finance of one building moves the money of no other, nor what is of the whole campus', async () => {
    const { caller, deps } = await as('finance-n');
    const refund = (accountCode: string) =>
      refundAccount(deps, caller, { accountCode, amount: '1.00', reason: 'test' });
    await expect(refund('A-201')).rejects.toMatchObject({ reason: 'ACCOUNT' });
    expect(await refund('A-101')).toMatchObject({ amountMicro: 1_000_000n });
    const terms = { class: 'POSTPAID', graceDays: null, graceLimit: null, recovery: null } as const;
    await expect(agreeOnTerms(deps, caller, { ...terms, accountCode: 'A-201' })).rejects.toMatchObject({
      reason: 'ACCOUNT',
    });
    const gift = { amount: '1.00', paymentId: null, reason: 'test' };
    await expect(draftMoneyGift(deps, caller, { ...gift, accountCode: 'A-201' })).rejects.toMatchObject({
      reason: 'ACCOUNT',
    });
    for (const act of [
      openFund(deps, caller, { code: 'F', name: 'F', nameEn: null, budget: null }),
      decideMoneyGift(deps, caller, { id: 1, approve: true }),
      handOut(deps, caller, { refundNo: '0'.repeat(26), reference: 'X' }),
      lockMonthOf(deps, caller, '2025-08'),
    ])
      await expect(act).rejects.toMatchObject({ reason: 'CAMPUS_WIDE' });
    // Nor is the consent of one lent to another building.
    const whole = await as('finance');
    clock.advance(86_400_000);
    await applyTopUp(database, engine, {
      campusId: whole.caller.campus.id,
      accountCode: 'A-201',
      amountMicro: 900_000_000n,
      channel: 'counter',
      reference: 'big',
      actor: 'test',
    });
    await expect(
      refundAccount(whole.deps, whole.caller, {
        accountCode: 'A-201',
        amount: '800.00',
        reason: 'test',
        second: { name: 'finance-n', password: 'north-pass' },
      }),
    ).rejects.toMatchObject({ reason: 'ACCOUNT' });
  });

  it('one person with two sign-ins is no second person, neither beside an act nor for a draft', async () => {
    const { caller, deps } = await as('day');
    const second = { name: 'night', password: 'night-password' };
    const refund = { accountCode: 'A-201', amount: '800.00', reason: 'test' };
    await expect(refundAccount(deps, caller, { ...refund, second })).rejects.toMatchObject({
      reason: 'SECOND_PERSON',
    });
    await expect(
      assignAccountTariff(deps, caller, { account: 'A-201', tariff: 'FLAT', fromMs: null, second }),
    ).rejects.toMatchObject({ reason: 'TWO_PERSONS' });
    const gift = { accountCode: 'A-201', amount: '1.00', paymentId: null, reason: 'test' };
    const { id } = await draftMoneyGift(deps, caller, gift);
    const night = await as('night');
    expect((await viewGrants(night.deps, night.caller, { account: 'A-201' })).gifts).toMatchObject([
      { id, isOwn: true },
    ]);
    await expect(decideMoneyGift(night.deps, night.caller, { id, approve: true })).rejects.toMatchObject({
      reason: 'OWN_DRAFT',
    });
    // Another human being may.
    const other = await as('finance');
    await decideMoneyGift(other.deps, other.caller, { id, approve: true });
    const consent = { name: 'finance', password: 'finance-pass' };
    await assignAccountTariff(deps, caller, {
      ...{ account: 'A-201', tariff: 'FLAT', fromMs: null, second: consent },
    });
    await refundAccount(deps, caller, { ...refund, second: consent });
    const { rows } = await database.pool.query(
      `select actor, after ->> 'to' as "to", after ->> 'of' as "of" from audit_log where action = 'CONSENT' order by id`,
    );
    expect(rows).toEqual(
      ['TARIFF_ASSIGNED', 'REFUND'].map((to) => ({ actor: 'user:finance', to, of: 'user:day' })),
    );
  });

  /** As if somebody had taken so much in so many parts within the day. */
  const tookAlready = (actor: string, parts: number, amountMicro: bigint) =>
    database.pool.query(
      `insert into payment (id, campus_id, account_id, channel, reference, amount_micro, tx_id, actor, accepted_at, command_ids)
       select $1 || $5 || '-' || n, campus_id, id, 'counter', $1 || $5 || '-' || n, $3, -n, $1, $4, '{}' from account, generate_series(1, $2) n where code = 'A-202'`,
      [actor, parts, amountMicro.toString(), new Date(clock.now()), String(clock.now())],
    );

  it('a cashier alone credits no more than 500.00 a day to an account and 20,000.00 in all, a second one consents to more', async () => {
    clock.advance(2 * 86_400_000);
    const { caller, deps } = await as('day');
    let n = 0;
    const take = (accountCode: string, amount: string, second?: { name: string; password: string }) =>
      takeOverCounter(deps, caller, { accountCode, amount, reference: `desk-${++n}`, second });
    const finance = { name: 'finance', password: 'finance-pass' };
    const none = { reason: 'SECOND_PERSON', details: { field: '/second' } };
    await take('A-101', '300.00');
    await expect(take('A-101', '200.01')).rejects.toMatchObject(none);
    await take('A-101', '200.00');
    // Neither under another sign-in of the same person, nor by one who may not there; and what was booked is answered again.
    await expect(take('A-101', '0.01', { name: 'night', password: 'night-password' })).rejects.toMatchObject(
      none,
    );
    await expect(
      take('A-201', '600.00', { name: 'finance-n', password: 'north-pass' }),
    ).rejects.toMatchObject({ reason: 'ACCOUNT' });
    expect(
      await takeOverCounter(deps, caller, { accountCode: 'A-101', amount: '200.00', reference: 'desk-3' }),
    ).toMatchObject({ replayed: true });
    await take('A-201', '900.00', finance);
    await expect(
      takeOverCounter(deps, caller, { accountCode: 'A-201', amount: '1.00', reference: 'opening-A-201x' }),
    ).rejects.toMatchObject({ reason: 'REFERENCE_OPENING' });
    // Of many at once as many are taken as the limit holds.
    const parts = await Promise.allSettled(Array.from({ length: 8 }, () => take('A-102', '100.00')));
    expect(parts.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);

    // 1,000.00 so far; what took two people counts towards no day, what was taken under the other sign-in does.
    await tookAlready('user:night', 37, 500_000_000n);
    await tookAlready('user:day', 9, 50_000_000n);
    await expect(take('A-FREE', '50.01')).rejects.toMatchObject({ reason: 'DESK_DAY' });
    // Nor by two at the same moment.
    const door = await database.pool.connect();
    await door.query('begin; lock table payment in share mode');
    const pair = Promise.allSettled([take('A-FREE', '50.00'), take('A-ALSO', '50.00')]);
    await vi.waitFor(
      async () => {
        const { rows } = await door.query<{ n: number }>(
          'select count(*)::int as n from pg_locks where not granted',
        );
        expect(rows[0]!.n).toBeGreaterThanOrEqual(2);
      },
      { timeout: 10_000 },
    );
    await door.query('commit');
    door.release();
    const both = await pair;
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(take('A-FREE', '0.01')).rejects.toMatchObject({ reason: 'DESK_DAY' });
    await take('A-FREE', '0.01', finance);
    // Another cashier goes on, and so does this one on the next day.
    const other = await as('finance');
    await takeOverCounter(other.deps, other.caller, {
      ...{ accountCode: 'A-FREE', amount: '1.00', reference: 'other' },
    });
    clock.advance(86_400_001);
    await take('A-FREE', '50.01');
    const consents = await database.pool.query(
      "select 1 from audit_log where action = 'CONSENT' and after ->> 'to' = 'TOP_UP'",
    );
    expect(consents.rowCount).toBe(2);
  });

  it('bank lists and what they left in suspense count with the desk: 20,000.00 a day on one person’s word, a second one consents to more', async () => {
    clock.advance(2 * 86_400_000);
    const { caller, deps } = await as('night');
    await tookAlready('user:day', 39, 500_000_000n);
    const csv = [
      'reference,amount,account',
      'L-1,400.00,A-101',
      'L-2,100.01,A-FREE',
      'L-3,50.00,A-NOBODY',
      'L-4,100.00,A-FREE',
    ].join('\n');
    const read = async (second?: { name: string; password: string }) => {
      const taken = await importBankSheet(deps, caller, { csv, ...(second ? { second } : {}) });
      expect(taken.needSecond).toBe(taken.rows.filter(({ verdict }) => /SECOND/.test(verdict)).length);
      return taken.rows.map(({ verdict }) => verdict);
    };
    expect(await read()).toEqual(['CREDITED', 'DAY_NEEDS_SECOND', 'SUSPENSE', 'CREDITED']);
    // The other sign-in of the same person is no second one.
    expect(await read({ name: 'day', password: 'day-password' })).toEqual([
      ...['ALREADY', 'DAY_NEEDS_SECOND', 'ALREADY', 'ALREADY'],
    ]);
    const desk = { accountCode: 'A-ALSO', amount: '0.01', reference: 'after-the-list' };
    await expect(takeOverCounter(deps, caller, desk)).rejects.toMatchObject({ reason: 'DESK_DAY' });
    const { rows } = await database.pool.query<{ id: string }>(
      "select id from suspense_item where provider_txn = 'L-3'",
    );
    const credit = { kind: 'CREDIT' as const, accountCode: 'A-ALSO' };
    const place = { id: rows[0]!.id, decision: credit, note: 'asked the payer' };
    await expect(resolveSuspenseItem(deps, caller, place)).rejects.toMatchObject({ reason: 'DESK_DAY' });
    const second = { name: 'finance', password: 'finance-pass' };
    await resolveSuspenseItem(deps, caller, { ...place, second });
    expect(await read(second)).toEqual(['ALREADY', 'CREDITED', 'ALREADY', 'ALREADY']);
    const approved = await database.pool.query(
      "select reference, approver from payment where reference like 'L-%' order by reference",
    );
    expect(approved.rows).toEqual([
      { reference: 'L-1', approver: null },
      { reference: 'L-2', approver: 'user:finance' },
      { reference: 'L-3', approver: 'user:finance' },
      { reference: 'L-4', approver: null },
    ]);
    // Another person reads on, and so does this one on the next day.
    const other = await as('finance');
    const more = { csv: 'reference,amount,account\nL-5,1.00,A-ALSO' };
    expect((await importBankSheet(other.deps, other.caller, more)).rows[0]!.verdict).toBe('CREDITED');
    clock.advance(86_400_001);
    await takeOverCounter(deps, caller, desk);
  });

  it('keys credit no more than 500.00 a day to an account, and all of a campus together 50,000.00', async () => {
    clock.advance(2 * 86_400_000);
    const made = async () => {
      const campusId = (await as('admin')).caller.campus.id;
      const { key } = await createApiKey(
        { database, clock },
        { campusId, name: 'Card', scopes: ['vend'], spaceId: null },
      );
      return (await readApiKey({ database, clock }, key, '192.0.2.1'))!;
    };
    const [one, two] = [await made(), await made()];
    let n = 0;
    const credit = (key: Caller, accountCode: string, amount: string, channel: PaymentChannel) =>
      topUpAccount({ database, engine, reader: scopedSource(database, key.reach) }, key, {
        ...{ accountCode, amount, channel, reference: `key-${++n}` },
      });
    const limit = { code: 'refused', reason: 'KEY_LIMIT', details: { field: '/amount' } };
    await expect(credit(one, 'A-101', '500.01', 'card')).rejects.toMatchObject(limit);
    await credit(one, 'A-101', '300.00', 'card');
    await expect(credit(two, 'A-101', '200.01', 'bank')).rejects.toMatchObject(limit);
    await tookAlready('key:OTHER', 99, 500_000_000n);
    await expect(credit(two, 'A-201', '200.01', 'counter')).rejects.toMatchObject(limit);
    await credit(two, 'A-201', '200.00', 'counter');
    await expect(credit(one, 'A-102', '0.01', 'card')).rejects.toMatchObject(limit);
    clock.advance(86_400_001);
    await credit(one, 'A-102', '0.01', 'card');
  });

  it('an energy manager of one building bars no cuts on the whole campus', async () => {
    const { caller, deps } = await as('energy-n');
    const now = clock.now();
    await expect(
      declareNoCutTime(deps, caller, {
        policyCode: null,
        kind: 'HEAT',
        fromMs: now,
        toMs: now + 86_400_000,
        reason: 'test',
      }),
    ).rejects.toMatchObject({ reason: 'CAMPUS_WIDE' });
  });

  /** An order of the student's for the room's account; the provider tells of a payment for it. */
  async function ordered(orderNo: string): Promise<void> {
    const payer = await as('student');
    const { campusId, personId } = payer.caller.permission('TOP_UP_OWN')!.scope;
    const { rows } = await database.pool.query<{ id: number }>("select id from account where code = 'A-101'");
    await withTransaction(database, (tx) =>
      insertOrder(tx.client, {
        ...{ orderNo, campusId, accountId: rows[0]!.id, personId, actor: payer.caller.actor },
        ...{ channel: 'wechat', amountMicro: 20_000_000n, currency: 'CNY', clientToken: orderNo },
        ...{ createdMs: clock.now(), lookDueMs: clock.now() },
      }),
    );
  }

  const told = (orderNo: string, txn: string, amountMicro = 20_000_000n) =>
    takePayment(database, engine, {
      ...{ channel: 'wechat', source: 'HOOK', eventId: `E-${txn}`, orderNo },
      payment: { txn, amountMicro, currency: 'CNY' },
      ...{ paidMs: null, bodyHash: null, address: null },
    });

  /** The number of the transaction that credited a payment. */
  async function creditOf(reference: string): Promise<{ txId: string }> {
    const { rows } = await database.pool.query<{ txId: string }>(
      'select tx_id::text as "txId" from payment where reference = $1',
      [reference],
    );
    return rows[0]!;
  }

  async function seenBy(code: string): Promise<string[]> {
    const { deps, caller } = await as(code);
    return (await readRoomHistory(deps, caller, { code: 'N-101' })).events.flatMap((event) =>
      event.kind === 'PAYMENT' ? [event.reference] : [],
    );
  }

  async function opens(code: string, input: { txId: string }): Promise<boolean> {
    const { deps, caller } = await as(code);
    return readReceipt(deps, caller, input).then(
      ({ txId }) => txId === input.txId,
      (error: { reason?: string }) => {
        expect(error.reason).toBe('TRANSACTION');
        return false;
      },
    );
  }

  it('who lives together sees what the room has, and not what the other paid', async () => {
    await ordered('ORDER-OF-ONE');
    await told('ORDER-OF-ONE', 'T-1');
    const credit = await creditOf('T-1');
    const desk = await as('finance');
    await refundAccount(desk.deps, desk.caller, { accountCode: 'A-101', amount: '1.00', reason: 'test' });
    const back = await database.pool.query<{ txId: string }>(
      `select r.tx_id::text as "txId" from refund r join payment p on p.id = r.payment_id where p.reference = 'T-1'`,
    );
    for (const [who, sees] of [
      ['student', true],
      ['mate', false],
      ['finance', true],
    ] as const) {
      expect(await opens(who, credit), who).toBe(sees);
      expect(await opens(who, back.rows[0]!), who).toBe(sees);
      expect((await seenBy(who)).includes('T-1'), who).toBe(sees);
    }
  });

  it('what finance credits out of suspense is seen by who paid it, and of an unknown payer by no resident', async () => {
    await ordered('ORDER-OTHER-AMOUNT');
    await ordered('ORDER-TWICE');
    await told('ORDER-OTHER-AMOUNT', 'T-OTHER-AMOUNT', 7_000_000n);
    await told('ORDER-TWICE', 'T-FIRST');
    await told('ORDER-TWICE', 'T-SECOND');
    await told('ORDER-OF-NOBODY', 'T-UNKNOWN');
    const { deps, caller } = await as('finance');
    const { campusId } = caller.permission('VIEW_MONEY')!.scope;
    await takeTransfer(database, engine, {
      ...{ campusId, reference: 'B-UNKNOWN', amountMicro: 3_000_000n, currency: 'CNY' },
      ...{ accountCode: 'the room on the left', actor: caller.actor, approver: null },
    });
    const items = await database.pool.query<{ id: string; txn: string }>(
      'select id, provider_txn as txn from suspense_item where resolved_ms is null order by txn',
    );
    expect(items.rows.map(({ txn }) => txn)).toEqual([
      'B-UNKNOWN',
      'T-OTHER-AMOUNT',
      'T-SECOND',
      'T-UNKNOWN',
    ]);
    for (const { id } of items.rows)
      await resolveSuspenseItem(deps, caller, {
        id,
        decision: { kind: 'CREDIT', accountCode: 'A-101' },
        note: 'asked',
      });
    for (const [reference, isPayers] of [
      ['T-OTHER-AMOUNT', true],
      ['T-SECOND', true],
      ['T-UNKNOWN', false],
      ['B-UNKNOWN', false],
    ] as const)
      for (const [who, sees] of [
        ['student', isPayers],
        ['mate', false],
        ['finance', true],
      ] as const) {
        expect((await seenBy(who)).includes(reference), `${reference} by ${who}`).toBe(sees);
        expect(await opens(who, await creditOf(reference)), `${reference} by ${who}`).toBe(sees);
      }
  });
});
