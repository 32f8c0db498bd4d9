import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenConstraint, withTransaction } from '../db/client';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { type TestAccount, TestCampus, type TestMeter } from '../db/testing/factories';
import { customerAccount, posting, revenueAccount, reversePostings } from '../domain/credit/posting';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyTopUp } from './applyTopUp';
import { silentLog } from './context';
import { openAccounts } from './openAccounts';
import { type LedgerRequest, postLedger } from './postLedger';
import { currentRegistry } from './registry';
import { booksOf, feed, says } from './testing/harness';

describe('G24: a charge that is reversed', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let account: TestAccount;
  let meter: TestMeter;

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database);
    const tariffId = await campus.tariff([flatTariff('F', cst('2024-01-01 00:00'), 846_215n)]);
    account = await campus.account();
    meter = await campus.meter({ accountId: account.id, tariffId });
    await applyTopUp(
      database,
      { clock: new FixedClock(cst('2025-09-10 07:00')), log: silentLog },
      {
        campusId: campus.id,
        accountCode: account.code,
        amountMicro: 100_000_000n,
        channel: 'counter',
        reference: 'G24',
        actor: 'user:test',
      },
    );
    await feed(database, [
      says(campus, meter.code, '2025-09-10 08:00', '1200.000'),
      says(campus, meter.code, '2025-09-10 09:00', '1201.000'),
    ]);
  });
  afterAll(() => database.drop());

  const cash = async () => (await booksOf(database, account.id)).balance;

  async function entries(): Promise<number> {
    const { rows } = await database.pool.query<{ n: number }>('select count(*)::int as n from ledger_entry');
    return rows[0]!.n;
  }

  const post = (request: LedgerRequest) =>
    withTransaction(database, async (tx) => {
      const registry = await currentRegistry(database, tx);
      const accounts = await openAccounts(tx, registry, [account.id]);
      return postLedger(tx, { id: campus.id, currency: 'CNY' }, accounts.book, [request]);
    });

  it('gives all of it back, once; the charge’s own key books nothing a second time', async () => {
    expect(await cash()).toBe('99.153785');
    const { rows } = await database.pool.query<{ id: bigint; key: string }>(
      "select id, key from ledger_tx where kind = 'charge'",
    );
    const [charge] = rows;
    const postings = [
      posting(customerAccount(account.code, 'cash'), revenueAccount('electricity'), 846_215n, 'CNY'),
    ];
    const reversal: LedgerRequest = {
      key: `reverse:${charge!.id}`,
      kind: 'reversal',
      atMs: cst('2025-09-10 09:30'),
      postings: reversePostings(postings),
      reverses: charge!.id,
    };
    await post(reversal);
    expect(await cash()).toBe('100.000000');
    const before = await entries();
    const broken = (request: LedgerRequest) =>
      post(request).then(
        () => 'booked',
        (error: unknown) => brokenConstraint(error),
      );
    expect(await broken(reversal)).toBe('ledger_tx_key');
    expect(await broken({ ...reversal, key: 'reverse:again' })).toBe('ledger_tx_reverses');
    expect(await broken({ key: charge!.key, kind: 'charge', atMs: reversal.atMs, postings })).toBe(
      'ledger_tx_key',
    );
    // The meter's message once more: it is known, and charges nothing.
    await feed(database, [says(campus, meter.code, '2025-09-10 09:00', '1201.000')]);
    expect(await entries()).toBe(before);
    expect(await cash()).toBe('100.000000');
  });
});
