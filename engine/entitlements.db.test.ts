import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { cst, flatTariff, micro, TARIFF_B } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { textFromMicro } from '../domain/units';
import { silentLog } from './context';
import { decideOnFreeUnits, draftFreeUnits } from './grantFreeUnits';
import { rerateDue } from './rerate';
import { booksOf, feed, says } from './testing/harness';
import { verifyLedger } from './verifyLedger';
import { watchFunds } from './watchFunds';

let database: TestDatabase;
let campus: TestCampus;

beforeAll(async () => {
  database = await createTestDatabase();
  campus = await TestCampus.create(database, { lateLimitDays: 60 });
});
afterAll(() => database.drop());

/** What a fund's pot lost, as text. */
async function paidBy(code: string): Promise<string> {
  const { rows } = await database.pool.query<{ paid: bigint }>(
    `select coalesce(-sum(e.amount_micro), 0)::bigint as paid from ledger_entry e
       join ledger_account a on a.id = e.ledger_account_id where a.campus_id = $1 and a.name = $2`,
    [campus.id, `fund:${code}`],
  );
  return textFromMicro(rows[0]!.paid);
}

const flat = () => campus.tariff([flatTariff('F', cst('2024-01-01 00:00'), 528_300n)]);

describe('free units from the register to the ledger', () => {
  it('G8a: of 4 kWh the last 1.5 free ones are booked to the fund, the rest to the account', async () => {
    const fund = await campus.fund();
    const account = await campus.account();
    const meter = await campus.meter({ accountId: account.id, tariffId: await flat() });
    for (let head = 0; head < 4; head++) await campus.head(account.id, new Date(cst('2025-08-25 00:00')));
    await campus.freeUnits({
      accountId: account.id,
      fundId: fund.id,
      quantityMicro: micro('8'),
      perHead: true,
    });
    const at = (time: string, value: string) => says(campus, meter.code, time, value);
    await feed(
      database,
      [
        at('2025-09-10 06:00', '100.000'),
        at('2025-09-10 12:00', '130.500'),
        at('2025-09-10 13:00', '134.500'),
      ],
      { supply: false },
    );
    await feed(database, [at('2025-09-10 13:16', '134.500')], { supply: false });
    const books = await booksOf(database, account.id);
    expect(books.balance).toBe('-1.320750');
    expect(await paidBy(fund.code)).toBe(textFromMicro((32_000_000n * 528_300n) / 1_000_000n));
    const last = books.charges.find((charge) => charge.quantity === '4.000000');
    expect(last?.lines).toMatchObject([
      { payer: `FUND:${fund.code}`, q_u: '1500000', amount_n: (1_500_000n * 528_300n).toString() },
      { payer: 'CUSTOMER', q_u: '2500000' },
    ]);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });

  it.each([
    [true, '-56.000000'],
    [false, '-55.500000'],
  ])('G8b: 120 kWh over tiers, 10 free, counted towards the tiers: %s', async (advancesTier, balance) => {
    const fund = await campus.fund();
    const account = await campus.account();
    const meter = await campus.meter({
      accountId: account.id,
      tariffId: await campus.tariff([TARIFF_B]),
      imaxA: 2_000,
    });
    await campus.freeUnits({
      accountId: account.id,
      fundId: fund.id,
      quantityMicro: micro('10'),
      advancesTier,
    });
    await feed(
      database,
      [
        says(campus, meter.code, '2025-09-10 06:00', '0'),
        says(campus, meter.code, '2025-09-10 12:00', '120'),
      ],
      { supply: false },
    );
    expect((await booksOf(database, account.id)).balance).toBe(balance);
    expect(await paidBy(fund.code)).toBe('5.000000');
  });
});

it('over the start of a month, free units are new and the tiers of a year go on', async () => {
  const fund = await campus.fund();
  const account = await campus.account();
  const meter = await campus.meter({
    accountId: account.id,
    tariffId: await campus.tariff([{ ...TARIFF_B, accrual: 'YEAR' }]),
    imaxA: 2_000,
  });
  await campus.freeUnits({ accountId: account.id, fundId: fund.id, quantityMicro: micro('1') });
  const at = (time: string, value: string) => says(campus, meter.code, time, value);
  await feed(
    database,
    [
      at('2025-09-10 06:00', '0'),
      at('2025-09-10 12:00', '91'),
      at('2025-09-30 18:00', '91'),
      // 11 kWh on each side of midnight: 9 in the first tier and 2 in the second, then 1 free and 10 in the second.
      at('2025-10-01 06:00', '113'),
    ],
    { supply: false },
  );
  expect((await booksOf(database, account.id)).balance).toBe('-56.100000');
  expect(await paidBy(fund.code)).toBe('1.050000');
});

describe('a fund at its budget', () => {
  it('pays for no use after that, tells finance once, and pays again when it gets more', async () => {
    const fund = await campus.fund({ budgetMicro: 1_000_000n });
    const account = await campus.account();
    const meter = await campus.meter({ accountId: account.id, tariffId: await flat() });
    await campus.freeUnits({ accountId: account.id, fundId: fund.id, quantityMicro: micro('100') });
    const at = (time: string, value: string, rxMs?: number) =>
      says(campus, meter.code, time, value, rxMs === undefined ? {} : { rxMs });
    const watchAt = (time: string) =>
      watchFunds(database, { clock: new FixedClock(cst(time)), log: silentLog });
    await feed(database, [at('2025-09-10 08:00', '0'), at('2025-09-10 09:00', '2')], { supply: false });
    expect(await watchAt('2025-09-10 10:00')).toEqual({ turned: 1 });
    expect(await watchAt('2025-09-10 10:01')).toEqual({ turned: 0 });
    // An hour before the stop and an hour after it, told by a reading after both.
    await feed(database, [at('2025-09-10 11:00', '4')], { supply: false });
    expect(await paidBy(fund.code)).toBe(textFromMicro(3n * 528_300n));
    expect((await booksOf(database, account.id)).balance).toBe('-0.528300');
    await database.pool.query('update fund set budget_micro = 5000000 where id = $1', [fund.id]);
    expect(await watchAt('2025-09-10 11:00')).toEqual({ turned: 1 });
    await feed(database, [at('2025-09-10 12:00', '5')], { supply: false });
    expect(await paidBy(fund.code)).toBe(textFromMicro(4n * 528_300n));
    // Use of a time at which it paid stays paid by it, however late its reading comes.
    await feed(database, [at('2025-09-10 09:30', '3.5', cst('2025-09-10 12:01'))], { supply: false });
    const { rows } = await database.pool.query<{ kind: string }>(
      "select kind from notice where body ->> 'fund' = $1 order by id",
      [fund.code],
    );
    expect(rows.map((row) => row.kind)).toEqual(['FUND_USED_UP', 'FUND_PAYS_AGAIN']);
    // 3.5 by 9:30, half of the last 0.5 by 10:00 … the fund pays what was used by 10:00 and after 11:00.
    const used = 3_500_000n + (500_000n * 30n) / 90n + 1_000_000n;
    expect(await paidBy(fund.code)).toBe(textFromMicro((used * 528_300n) / 1_000_000n));
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });
});

describe('a PV point', () => {
  it('G17: import and export are priced apart, and a stream of its own credits what is exported', async () => {
    const account = await campus.account();
    const tariffId = await campus.tariff([
      {
        ...flatTariff('PV', cst('2024-01-01 00:00'), 528_300n),
        exportPricesMicro: { ALL: 350_000n },
      },
    ]);
    const meter = await campus.meter({ accountId: account.id, tariffId, role: 'PV' });
    const at = (time: string, EA: string, EE?: string) =>
      says(campus, meter.code, time, EE === undefined ? { EA } : { EA, EE });
    await feed(
      database,
      [
        at('2025-09-10 08:00', '100', '40'),
        at('2025-09-10 09:00', '106', '41.2345678'),
        // A message without the export register loses nothing of it.
        at('2025-09-10 10:00', '107'),
        at('2025-09-10 11:00', '112.5', '43'),
      ],
      { supply: false },
    );
    expect((await booksOf(database, account.id)).balance).toBe('-5.553750');
    await feed(database, [at('2025-09-10 11:20', '112.5', '43')], { supply: false });
    const books = await booksOf(database, account.id);
    expect(books.balance).toBe('-5.553750');
    const exported = books.charges.flatMap(({ lines }) => lines as { payer: string; q_u: string }[]);
    expect(
      exported.filter((line) => line.payer === 'SUPPLIER').reduce((sum, line) => sum + BigInt(line.q_u), 0n),
    ).toBe(3_000_000n);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });
});

describe('free units that are granted', () => {
  it('are approved by another than their author, and pay for what was used since they began', async () => {
    const fund = await campus.fund();
    const account = await campus.account();
    const meter = await campus.meter({ accountId: account.id, tariffId: await flat() });
    const at = (time: string, value: string) => says(campus, meter.code, time, value);
    await feed(
      database,
      [at('2025-09-08 08:00', '0'), at('2025-09-08 09:00', '5'), at('2025-09-10 10:00', '12')],
      { supply: false },
    );
    const ctx = { clock: new FixedClock(cst('2025-09-10 12:00')), log: silentLog };
    const draft = {
      campusId: campus.id,
      code: 'AID-1',
      accountCode: account.code,
      utility: 'ELECTRICITY' as const,
      fundCode: fund.code,
      quantityMicro: micro('30'),
      perHead: false,
      fromMs: cst('2025-09-10 00:00'),
      toMs: null,
      expiresMs: null,
      advancesTier: true,
      carryOver: false,
      note: 'test',
      by: 'user:one',
    };
    await draftFreeUnits(database, ctx, draft);
    await expect(draftFreeUnits(database, ctx, draft)).rejects.toMatchObject({ reason: 'SUBSIDY_CODE' });
    const decide = (by: string) =>
      decideOnFreeUnits(database, ctx, { campusId: campus.id, code: 'AID-1', approve: true, by });
    await expect(decide('user:one')).rejects.toMatchObject({ reason: 'OWN_DRAFT' });
    await decide('user:two');
    await expect(decide('user:two')).rejects.toMatchObject({ reason: 'DECIDED' });
    expect(await rerateDue(database, ctx)).toEqual({ accounts: 1 });
    // Of the 7 kWh in 49 h, those of the last 10 h lie on the day from which the units are granted.
    const freeMicro = 7_000_000n - (7_000_000n * 39n) / 49n;
    expect((await booksOf(database, account.id)).numeratorPico).toBe((12_000_000n - freeMicro) * 528_300n);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });
});
