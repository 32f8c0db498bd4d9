import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenConstraint, type Tx, withTransaction } from '../db/client';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { type TestAccount, TestCampus, type TestMeter } from '../db/testing/factories';
import { customerAccount, posting, revenueAccount } from '../domain/credit/posting';
import { cst, flatTariff, TARIFF_A } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyTopUp } from './applyTopUp';
import { silentLog } from './context';
import type { LedgerBook } from './ledgerBook';
import { openAccounts } from './openAccounts';
import { type LedgerRequest, postLedger } from './postLedger';
import { postOnce } from './postOnce';
import { currentRegistry } from './registry';
import { rerateDue } from './rerate';
import { type ReversalRequest, reverseCharge } from './reverseCharge';
import { booksOf, feed, says } from './testing/harness';
import { verifyLedger } from './verifyLedger';

const at = (time: string) => ({ clock: new FixedClock(cst(`2025-09-10 ${time}`)), log: silentLog });

describe('G24: a charge that is reversed', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let account: TestAccount;
  let meter: TestMeter;
  let charge: { id: bigint; key: string };

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database);
    account = await campus.account();
    meter = await campus.meter({ accountId: account.id, tariffId: await campus.tariff([TARIFF_A]) });
    await pay(account, 100_000_000n);
    await feed(database, [
      says(campus, meter.code, '2025-09-10 08:00', '1200.000'),
      says(campus, meter.code, '2025-09-10 09:00', '1201.234'),
    ]);
    charge = await chargeOf(account);
  });
  afterAll(() => database.drop());

  const pay = ({ code }: TestAccount, amountMicro: bigint) =>
    applyTopUp(database, at('07:00'), {
      campusId: campus.id,
      accountCode: code,
      amountMicro,
      channel: 'counter',
      reference: `G24-${code}`,
      actor: 'user:test',
    });

  const cash = async () => (await booksOf(database, account.id)).balance;

  async function chargeOf({ id }: TestAccount): Promise<{ id: bigint; key: string }> {
    const { rows } = await database.pool.query<{ id: bigint; key: string }>(
      'select t.id, t.key from charge c join ledger_tx t on t.id = c.tx_id where c.account_id = $1',
      [id],
    );
    expect(rows).toHaveLength(1);
    return rows[0]!;
  }

  async function entries(): Promise<number> {
    const { rows } = await database.pool.query<{ n: number }>('select count(*)::int as n from ledger_entry');
    return rows[0]!.n;
  }

  const reverse = (more: Partial<ReversalRequest> = {}) =>
    reverseCharge(database, at('09:30'), {
      campusId: campus.id,
      txId: charge.id,
      reason: 'meter of the neighbour',
      actor: 'user:one',
      approver: null,
      ...more,
    });

  /** Books straight into the ledger, under the account's lock. */
  const book = <T>(how: (tx: Tx, book: LedgerBook) => Promise<T>) =>
    withTransaction(database, async (tx) => {
      const registry = await currentRegistry(database, tx);
      const accounts = await openAccounts(tx, registry, [account.id]);
      return how(tx, accounts.book);
    });
  const own = () => ({ id: campus.id, currency: 'CNY' });
  const again = (amountMicro: bigint): LedgerRequest => ({
    key: charge.key,
    kind: 'charge',
    atMs: cst('2025-09-10 09:00'),
    postings: [
      posting(customerAccount(account.code, 'cash'), revenueAccount('electricity'), amountMicro, 'CNY'),
    ],
  });

  it('gives all of it back once; a second reversal is a conflict that names the first', async () => {
    expect(await cash()).toBe('99.153785');
    const first = await reverse();
    expect(first).toMatchObject({ accountCode: account.code, amountMicro: 846_215n });
    expect(await cash()).toBe('100.000000');
    const before = await entries();
    await expect(reverse({ reason: 'once more' })).rejects.toMatchObject({
      code: 'conflict',
      reason: 'REVERSED',
      message: `Transaction ${charge.id} has been reversed already, by transaction ${first.txId}.`,
    });
    expect(await entries()).toBe(before);
  });

  it('the charge’s key, replayed, is the transaction of then and books nothing; other money under it is a conflict', async () => {
    const before = await entries();
    const replay = (amountMicro: bigint) => book((tx, pots) => postOnce(tx, own(), pots, again(amountMicro)));
    expect(await replay(846_215n)).toEqual({ id: charge.id, replayed: true });
    await expect(replay(846_216n)).rejects.toMatchObject({ code: 'conflict', reason: 'KEY_REUSED' });
    // Whoever does not ask is stopped by the table itself.
    await book((tx, pots) => postLedger(tx, own(), pots, [again(846_215n)])).then(
      () => expect.unreachable(),
      (error: unknown) => expect(brokenConstraint(error)).toBe('ledger_tx_key'),
    );
    // The meter's message once more: it is known, and charges nothing.
    await feed(database, [says(campus, meter.code, '2025-09-10 09:00', '1201.234')]);
    expect(await entries()).toBe(before);
    expect(await cash()).toBe('100.000000');
  });

  it('stays so when a re-rate finds the same; a late reading that changes it makes the next revision', async () => {
    await database.pool.query(
      `insert into rerate_task (account_id, utility, from_ms, draft_id) values ($1, 'ELECTRICITY', 0, 0)`,
      [account.id],
    );
    expect(await rerateDue(database, at('09:40'))).toEqual({ accounts: 1 });
    expect(await cash()).toBe('100.000000');
    expect(await verifyLedger(database)).toMatchObject({ ok: true });

    await feed(database, [
      says(campus, meter.code, '2025-09-10 08:30', '1200.700', { rxMs: cst('2025-09-10 09:45') }),
    ]);
    // 0.700 at 0.5283 and 0.534 at 0.8432, of which a carry stays open.
    expect(await cash()).toBe('99.179922');
    const { charges } = await booksOf(database, account.id);
    expect(charges).toMatchObject([{ rev: 1, amount: '0.820078' }]);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });

  it('above 500.00 takes two people, gives debts back as debts, and nothing but charges is reversed', async () => {
    const tariffId = await campus.tariff([flatTariff('DEAR', cst('2024-01-01 00:00'), 600_000_000n)]);
    const other = await campus.account();
    const dear = await campus.meter({ accountId: other.id, tariffId });
    await pay(other, 10_000_000n);
    await feed(database, [
      says(campus, dear.code, '2025-09-10 08:00', '1.000'),
      says(campus, dear.code, '2025-09-10 09:00', '2.000'),
    ]);
    const { id: txId } = await chargeOf(other);
    const big = (approver: string | null) => reverse({ txId, approver });
    for (const approver of [null, 'user:one'])
      await expect(big(approver)).rejects.toMatchObject({ reason: 'SECOND_PERSON' });
    // 10.00 of it came from cash and 590.00 are owed, of which 100.00 are paid by now.
    expect((await booksOf(database, other.id)).balance).toBe('-590.000000');
    await applyTopUp(database, at('09:20'), {
      campusId: campus.id,
      accountCode: other.code,
      amountMicro: 100_000_000n,
      channel: 'counter',
      reference: 'G24-debt',
      actor: 'user:test',
    });
    await big('user:two');
    const { rows } = await database.pool.query<{ bucket: string; balance: bigint }>(
      'select bucket, balance_micro as balance from ledger_account where account_id = $1 order by bucket::text',
      [other.id],
    );
    expect(rows.filter(({ balance }) => balance !== 0n)).toEqual([{ bucket: 'CASH', balance: 110_000_000n }]);
    const { rows: topUps } = await database.pool.query<{ id: bigint }>(
      "select id from ledger_tx where kind = 'topup' limit 1",
    );
    await expect(reverse({ txId: topUps[0]!.id })).rejects.toMatchObject({ reason: 'NOT_REVERSIBLE' });
    await expect(reverse({ txId: 999_999n })).rejects.toMatchObject({ code: 'notFound' });
    await expect(reverse({ txId, reason: ' ' })).rejects.toMatchObject({ reason: 'REASON' });
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });

  it('above 500.00 a day takes two people also in parts', async () => {
    const tariffId = await campus.tariff([flatTariff('PART', cst('2024-01-01 00:00'), 300_000_000n)]);
    const other = await campus.account();
    const dear = await campus.meter({ accountId: other.id, tariffId });
    await pay(other, 900_000_000n);
    await feed(
      database,
      ['08:00', '09:00', '10:00'].map((time, i) =>
        says(campus, dear.code, `2025-09-10 ${time}`, `${i + 1}.000`),
      ),
    );
    const { rows } = await database.pool.query<{ id: bigint }>(
      'select tx_id as id from charge where account_id = $1 order by t0_ms',
      [other.id],
    );
    await reverse({ txId: rows[0]!.id });
    const second = { txId: rows[1]!.id };
    await expect(reverse(second)).rejects.toMatchObject({ reason: 'SECOND_PERSON' });
    expect(await reverse({ ...second, approver: 'user:two' })).toMatchObject({ amountMicro: 300_000_000n });
  });
});
