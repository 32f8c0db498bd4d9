import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { booksOf, feed, says } from './testing/harness';
import { verifyLedger } from './verifyLedger';

const T0 = cst('2025-09-10 08:00');
const MINUTE = 60_000;

describe('a reading that comes in two messages, power and then register', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let tariffId: number;

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database);
    tariffId = await campus.tariff([flatTariff('F', cst('2024-01-01 00:00'), 500_000n)]);
  });
  afterAll(() => database.drop());

  it.each([
    ['one after the other', 1],
    ['in one batch', 2],
  ])('keeps what was used up to it when a late reading has its charge built again (%s)', async (_, batch) => {
    const account = await campus.account();
    const meter = await campus.meter({ accountId: account.id, tariffId });
    const power = says(campus, meter.code, T0 + 2 * MINUTE, {}, { powerW: 100 });
    await feed(database, [says(campus, meter.code, T0, '100.000')]);
    await feed(database, [power, says(campus, meter.code, T0 + 2 * MINUTE, '100.100')], { batch });
    await feed(database, [says(campus, meter.code, T0 + 4 * MINUTE, '100.300')]);
    const before = (await booksOf(database, account.id)).numeratorPico;
    expect(before).toBe(300_000n * 500_000n);
    await feed(database, [says(campus, meter.code, T0 + 3 * MINUTE, '100.200', { rxMs: T0 + 5 * MINUTE })]);
    expect((await booksOf(database, account.id)).numeratorPico).toBe(before);
    const { rows } = await database.pool.query(
      `select (select sum(quantity_micro)::int8 from reading where meter_id = $1) as used,
              (select sum(quantity_micro)::int8 from reading_hourly where meter_id = $1) as hourly`,
      [meter.id],
    );
    expect(rows).toEqual([{ used: 300_000n, hourly: 300_000n }]);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });

  it('is put into its place with the register, also where that comes late', async () => {
    const account = await campus.account();
    const meter = await campus.meter({ accountId: account.id, tariffId });
    await feed(database, [
      says(campus, meter.code, T0, '100.000'),
      says(campus, meter.code, T0 + 2 * MINUTE, {}, { powerW: 100 }),
      says(campus, meter.code, T0 + 3 * MINUTE, '100.300'),
      says(campus, meter.code, T0 + 2 * MINUTE, '100.100', { rxMs: T0 + 4 * MINUTE }),
    ]);
    expect((await booksOf(database, account.id)).numeratorPico).toBe(300_000n * 500_000n);
    const { rows } = await database.pool.query(
      'select value_micro, quantity_micro, power_w from reading where meter_id = $1 order by ts',
      [meter.id],
    );
    expect(rows).toEqual([
      { value_micro: 100_000_000n, quantity_micro: null, power_w: null },
      { value_micro: 100_100_000n, quantity_micro: 100_000n, power_w: 100 },
      { value_micro: 100_300_000n, quantity_micro: 200_000n, power_w: null },
    ]);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });
});
