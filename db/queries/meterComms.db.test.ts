import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensurePartitionRange } from '../partitions';
import { createTestDatabase, type TestDatabase } from '../testing/createTestDatabase';
import { listGaps } from './meterComms';

const NOON = Date.parse('2025-09-10T12:00:00Z');
const MINUTE_MS = 60_000;
const INTERVAL_MS = 10_000;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await ensurePartitionRange(database, NOON - 600 * MINUTE_MS, NOON);
});
afterAll(() => database.drop());

/** Readings of one meter at these minutes before noon. */
async function measured(meterId: number, minutes: readonly number[]): Promise<void> {
  await database.pool.query(
    `insert into reading (meter_id, ts, rx_ts, quality, ts_source, epoch)
     select $1, to_timestamp(x / 1000.0), to_timestamp(x / 1000.0), 0, 0, 1 from unnest($2::float8[]) x`,
    [meterId, minutes.map((before) => NOON - before * MINUTE_MS)],
  );
}

const everyTenSeconds = (from: number, to: number): number[] =>
  Array.from({ length: (from - to) * 6 + 1 }, (_, step) => from - step / 6);

async function gapsOf(meterId: number): Promise<(readonly [number, number])[]> {
  const range = { fromMs: NOON - 600 * MINUTE_MS, toMs: NOON, intervalMs: INTERVAL_MS };
  const gaps = await listGaps(database, meterId, range);
  return gaps.map((gap) => [(NOON - gap.fromMs) / MINUTE_MS, (NOON - gap.toMs) / MINUTE_MS] as const);
}

it('an outage is a gap, and so is a silence that lasts or that went before', async () => {
  await measured(1, [...everyTenSeconds(120, 60), ...everyTenSeconds(20, 5)]);
  expect(await gapsOf(1)).toEqual([
    [600, 120],
    [60, 20],
    [5, 0],
  ]);
  expect(await gapsOf(2)).toEqual([[600, 0]]);
});

it('an evenly coarse history has no gaps, but those in it', async () => {
  const quarters = Array.from({ length: 41 }, (_, step) => 600 - step * 15);
  await measured(3, quarters);
  expect(await gapsOf(3)).toEqual([]);
  await measured(
    4,
    quarters.filter((before) => before > 300 || before < 200),
  );
  expect(await gapsOf(4)).toEqual([[315, 195]]);
});
