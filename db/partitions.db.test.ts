import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDb, type Database } from './client';
import { dropPartitionsBefore, ensurePartitionRange, ensurePartitions } from './partitions';
import { createTestDatabase, type TestDatabase } from './testing/createTestDatabase';
import { layoutOf, type TimeSeriesLayout } from './timescale';

let database: TestDatabase;
let layout: TimeSeriesLayout | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  layout = await layoutOf(database.pool);
});
afterAll(() => database.drop());

const at = (text: string) => Date.parse(text);
const insert = 'insert into reading (meter_id, ts, rx_ts, value_micro) values ($1, $2, $2, 1)';

it('readings of any day find a place once their instants were announced', async () => {
  const days = ['2017-06-28T23:59:59.999Z', '2026-11-21T00:00:00Z', '2031-01-01T12:00:00Z'];
  await ensurePartitions(database, days.map(at));
  for (const day of days) await database.pool.query(insert, [1, day]);
  const { rows } = await database.pool.query('select count(*) as n from reading where meter_id = 1');
  expect(rows).toEqual([{ n: 3n }]);
});

it('a new day is made while a writer holds the table and while others make it too', async () => {
  const writer = await database.pool.connect();
  try {
    await ensurePartitions(database, [at('2026-03-01T00:00:00Z')]);
    await writer.query('begin');
    await writer.query(insert, [2, '2026-03-01T08:00:00Z']);
    const others = [createTwin(), createTwin(), createTwin()];
    await Promise.all(
      others.map((twin) => ensurePartitions(twin, [at('2026-03-02T00:00:00Z'), at('2026-03-03T00:00:00Z')])),
    );
    await writer.query(insert, [2, '2026-03-02T08:00:00Z']);
    await writer.query('commit');
    await Promise.all(others.map((twin) => twin.close()));
  } finally {
    writer.release();
  }
  const { rows } = await database.pool.query('select count(*) as n from reading where meter_id = 2');
  expect(rows).toEqual([{ n: 2n }]);
});

/** Another process's view of the same database: a pool of its own, knowing nothing of ours. */
function createTwin(): Database {
  return createDb(database.url, 2);
}

it('dropping old days takes exactly the days that ended', async () => {
  if (layout === 'HYPERTABLES') {
    expect(await dropPartitionsBefore(database, at('2099-01-01T00:00:00Z'))).toEqual([]);
    return;
  }
  await ensurePartitionRange(database, at('2020-01-01T00:00:00Z'), at('2020-01-04T00:00:00Z'));
  const dropped = await dropPartitionsBefore(database, at('2020-01-03T00:00:00Z'));
  expect(dropped.filter((name) => name.includes('_2020'))).toEqual([
    'reading_20200101',
    'reading_20200102',
    'register_reading_20200101',
    'register_reading_20200102',
  ]);
  await database.pool.query(insert, [3, '2020-01-03T00:00:00Z']);
  await expect(database.pool.query(insert, [3, '2020-01-02T23:59:59Z'])).rejects.toThrow(/no partition/);
});
