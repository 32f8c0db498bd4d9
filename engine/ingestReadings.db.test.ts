import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { cst, flatTariff, TARIFF_A, TARIFF_B } from '../domain/tariffs/testing';
import { booksOf, feed, says } from './testing/harness';
import { verifyLedger } from './verifyLedger';

/** The worked examples of the rating rules, through the real path: readings in, charges and balances out. */
describe('readings become exact money', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let tariffA: number;
  let tariffB: number;
  let flatF: number;

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database);
    tariffA = await campus.tariff([TARIFF_A]);
    tariffB = await campus.tariff([TARIFF_B]);
    flatF = await campus.tariff([flatTariff('F-1', cst('2024-01-01 00:00'), 528_300n)]);
  });
  afterAll(async () => {
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
    await database.drop();
  });

  async function room(tariffId: number, more: Partial<Parameters<TestCampus['meter']>[0]> = {}) {
    const account = await campus.account();
    const meter = await campus.meter({ accountId: account.id, tariffId, imaxA: 400, ...more });
    return { account, meter };
  }

  it('G1: splits a reading over a time-of-use edge to the micro-unit', async () => {
    const { account, meter } = await room(tariffA);
    await feed(database, [
      says(campus, meter.code, '2025-09-10 08:00', '1200.000'),
      says(campus, meter.code, '2025-09-10 09:00', '1201.234'),
    ]);
    const books = await booksOf(database, account.id);
    expect(books.balance).toBe('-0.846215');
    expect(books.numeratorPico).toBe(846_215_500_000n);
    expect(books.charges).toHaveLength(1);
    expect(books.charges[0]?.lines).toMatchObject([
      { period: 'F', q_u: '617000', amount_n: '325961100000' },
      { period: 'P', q_u: '617000', amount_n: '520254400000' },
    ]);
  });

  it('G2: three periods in one interval', async () => {
    const { account, meter } = await room(tariffA);
    await feed(database, [
      says(campus, meter.code, '2025-09-10 06:50', '0'),
      says(campus, meter.code, '2025-09-10 09:10', '2.000'),
    ]);
    const books = await booksOf(database, account.id);
    expect(books.balance).toBe('-1.199400');
    expect(books.numeratorPico % 1_000_000n).toBe(172_100n);
  });

  it('G3: crosses one and two tier limits in one reading', async () => {
    const { account, meter } = await room(tariffB);
    await feed(database, [
      says(campus, meter.code, '2025-09-10 08:00', '0'),
      says(campus, meter.code, '2025-09-10 09:00', '97.5'),
      says(campus, meter.code, '2025-09-10 10:00', '103.75'),
    ]);
    const a = await booksOf(database, account.id);
    expect(a.charges[1]?.amount).toBe('3.312500');
    const other = await room(tariffB);
    await feed(database, [
      says(campus, other.meter.code, '2025-09-10 08:00', '0'),
      says(campus, other.meter.code, '2025-09-10 09:00', '95'),
      says(campus, other.meter.code, '2025-09-10 11:00', '215'),
    ]);
    const b = await booksOf(database, other.account.id);
    expect(b.charges[1]?.amount).toBe('69.500000');
  });

  it('G4: a proven rollover is charged, a reset is not', async () => {
    const rolled = await room(flatF, { modulusMicro: 1_000_000_000_000n, imaxA: 60, registerDecimals: 2 });
    await feed(database, [
      says(campus, rolled.meter.code, '2025-09-10 08:00', '999998.50'),
      says(campus, rolled.meter.code, '2025-09-10 08:30', '3.25'),
    ]);
    expect((await booksOf(database, rolled.account.id)).balance).toBe('-2.509425');
    const reset = await room(flatF, { modulusMicro: 1_000_000_000_000n, imaxA: 60, registerDecimals: 2 });
    await feed(database, [
      says(campus, reset.meter.code, '2025-09-10 08:00', '5000.00'),
      says(campus, reset.meter.code, '2025-09-10 08:30', '3.25'),
      says(campus, reset.meter.code, '2025-09-10 09:00', '3.40'),
      says(campus, reset.meter.code, '2025-09-10 09:30', '3.55'),
    ]);
    const books = await booksOf(database, reset.account.id);
    expect(books.balance).toBe('-0.158490');
    expect(books.quarantine).toEqual([]);
    const { rows } = await database.pool.query(
      "select 1 from alarm where rule = 'REGISTER_RESET' and subject_id = $1",
      [reset.meter.id],
    );
    expect(rows).toHaveLength(1);
  });

  it('G5: a late reading re-rates the charge that enclosed it', async () => {
    const { account, meter } = await room(tariffA);
    await feed(database, [
      says(campus, meter.code, '2025-09-10 11:00', '500.000'),
      says(campus, meter.code, '2025-09-10 12:00', '502.000'),
    ]);
    expect((await booksOf(database, account.id)).balance).toBe('-1.371500');
    await feed(database, [
      says(campus, meter.code, '2025-09-10 11:30', '501.600', { rxMs: cst('2025-09-10 12:10') }),
    ]);
    const books = await booksOf(database, account.id);
    expect(books.balance).toBe('-1.560440');
    expect(books.charges).toHaveLength(1);
    expect(books.charges[0]).toMatchObject({ rev: 1, amount: '1.560440' });
  });

  it('G6: a repeat changes nothing, a contradiction is quarantined', async () => {
    const { account, meter } = await room(tariffA);
    const last = says(campus, meter.code, '2025-09-10 12:00', '502.000');
    await feed(database, [says(campus, meter.code, '2025-09-10 11:00', '500.000'), last, last, last]);
    const before = await booksOf(database, account.id);
    await feed(database, [says(campus, meter.code, '2025-09-10 12:00', '502.100')]);
    const after = await booksOf(database, account.id);
    expect({ ...after, quarantine: [] }).toEqual(before);
    expect(after.quarantine).toEqual(['CONFLICT']);
  });

  it('G7c: a silent gap over the month end is split by time and marked estimated', async () => {
    const { account, meter } = await room(tariffB);
    await feed(database, [
      says(campus, meter.code, '2025-06-29 00:00', '0'),
      says(campus, meter.code, '2025-06-29 12:00', '190'),
      says(campus, meter.code, '2025-07-02 12:00', '226'),
    ]);
    const books = await booksOf(database, account.id);
    const gap = books.charges.slice(1);
    const sum = gap.reduce((total, c) => total + BigInt(c.amount.replace('.', '')), 0n);
    expect(sum).toBe(20_900_000n);
    expect(gap.flatMap((c) => c.lines as { estimated: boolean }[]).every((l) => l.estimated)).toBe(true);
    expect(books.charges.map((c) => c.key.split(':')[1])).toContain(String(cst('2025-07-01 00:00')));
  });

  it('G9: no rounding is lost at any reading rate', async () => {
    const { account, meter } = await room(flatF);
    const start = cst('2025-09-10 00:00');
    const readings = Array.from({ length: 1441 }, (_, i) =>
      says(campus, meter.code, start + i * 60_000, (i / 1000).toFixed(3)),
    );
    await feed(database, readings, { batch: 97, supply: false });
    const books = await booksOf(database, account.id);
    expect(books.numeratorPico).toBe(760_752_000_000n);
    expect(books.balance).toBe('-0.760752');
  });

  it('G19: the first reading of a used meter charges nothing', async () => {
    const { account, meter } = await room(flatF, { registerDecimals: 2 });
    await feed(database, [says(campus, meter.code, '2025-09-10 08:00', '56842170.81')]);
    const books = await booksOf(database, account.id);
    expect(books.balance).toBe('0.000000');
    expect(books.charges).toEqual([]);
  });

  it('G20: an absurd value and a false zero never bill and never reset', async () => {
    const { account, meter } = await room(flatF, { imaxA: 2000, registerDecimals: 2 });
    await feed(database, [
      says(campus, meter.code, '2025-09-10 08:00', '115603.01'),
      says(campus, meter.code, '2025-09-10 09:00', '1.83e21'),
      says(campus, meter.code, '2025-09-10 10:00', '115749.01'),
      says(campus, meter.code, '2025-09-10 11:00', '115823.01'),
      says(campus, meter.code, '2025-09-10 12:00', '0'),
      says(campus, meter.code, '2025-09-10 13:00', '115969.01'),
    ]);
    const books = await booksOf(database, account.id);
    const used = books.charges.reduce((total, c) => total + BigInt(c.quantity.replace('.', '')), 0n);
    expect(used).toBe(366_000_000n);
    expect(books.quarantine).toEqual(['REGISTER_RANGE', 'RESET_CANDIDATE']);
  });

  it('G21: the meter’s own rate registers beat the split by time', async () => {
    const { account, meter } = await room(tariffA, {
      registerDecimals: 2,
      profileOptions: { rateT1: 'P', rateT2: 'F', rateT3: 'V' },
    });
    await feed(database, [
      says(campus, meter.code, '2025-09-10 00:00', {
        EA: '100.00',
        EA_T1: '40.00',
        EA_T2: '30.00',
        EA_T3: '30.00',
      }),
      says(campus, meter.code, '2025-09-11 00:00', {
        EA: '104.00',
        EA_T1: '41.00',
        EA_T2: '31.50',
        EA_T3: '31.50',
      }),
    ]);
    const books = await booksOf(database, account.id);
    expect(books.balance).toBe('-2.038100');
    expect(books.charges.flatMap((c) => c.lines as { estimated: boolean }[]).some((l) => l.estimated)).toBe(
      false,
    );
  });
});
