import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { feed, says } from './testing/harness';

let database: TestDatabase;
let campus: TestCampus;

beforeAll(async () => {
  database = await createTestDatabase();
  campus = await TestCampus.create(database);
});
afterAll(() => database.drop());

/** The roll-up as ingestion keeps it, or as the continuous aggregate of the same name gives it. */
const KEPT = `select to_char(hour, 'DD HH24:MI') as hour, quantity_micro, readings, round(power_mean_w::numeric, 6) as mean, power_max_w as max
                from reading_hourly where meter_id = $1 order by reading_hourly.hour`;
/** The roll-up as its definition says, from the readings: an interval belongs to the hour in which it ends. */
const DEFINED = `select to_char(h, 'DD HH24:MI') as hour, coalesce(sum(quantity_micro), 0)::bigint as quantity_micro, count(*)::int as readings,
                        round(avg(power_w)::numeric, 6) as mean, max(power_w) as max
                   from (select *, date_trunc('hour', ts - interval '1 microsecond') as h from reading) r
                  where meter_id = $1 and quality not in (1, 2) group by h order by h`;

it('the hourly roll-up equals its definition after late, repeated, jittering and suspect readings, in either layout', async () => {
  const account = await campus.account();
  const tariffId = await campus.tariff([flatTariff('F-1', cst('2024-01-01 00:00'), 528_300n)]);
  const meter = await campus.meter({ accountId: account.id, tariffId, imaxA: 60 });
  const at = (time: string, register: string, powerW: number) =>
    says(campus, meter.code, `2025-09-10 ${time}`, register, { powerW });
  await feed(database, [at('08:00', '100', 500), at('08:20', '100.2', 600), at('09:00', '100.7', 700)]);
  await feed(database, [at('09:40', '101.1', 900), at('10:00', '101.5', 100)]);
  await feed(database, [at('08:40', '100.4', 650), at('09:20', '100.9', 800)]);
  await feed(database, [at('09:40', '101.1', 900), at('10:10', '99', 50), at('10:20', '101.9', 300)]);
  const kept = await database.pool.query(KEPT, [meter.id]);
  const defined = await database.pool.query(DEFINED, [meter.id]);
  expect(kept.rows).toEqual(defined.rows);
  expect(kept.rows.length).toBeGreaterThanOrEqual(3);
});
