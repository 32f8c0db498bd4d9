import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrateDatabase } from './migrate';
import { ensurePartitions } from './partitions';
import { createTestDatabase, type TestDatabase } from './testing/createTestDatabase';
import { layoutOf } from './timescale';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('uses hypertables exactly where the extension can be had, partitions elsewhere, under the same names', async () => {
  const { rows } = await database.pool.query("select 1 from pg_extension where extname = 'timescaledb'");
  expect(await layoutOf(database.pool)).toBe(rows.length === 1 ? 'HYPERTABLES' : 'PARTITIONS');
  for (const name of ['reading', 'register_reading', 'reading_hourly']) {
    await database.pool.query(`select * from ${name} limit 1`);
  }
});

it('has the same columns in either layout, as the schema declares them', async () => {
  const { rows } = await database.pool.query<{ table: string; columns: string[] }>(
    `select attrelid::regclass::text as table, array_agg(attname::text || ' ' || format_type(atttypid, atttypmod) order by attnum) as columns
       from pg_attribute where attrelid in ('reading'::regclass, 'register_reading'::regclass, 'reading_hourly'::regclass)
        and attnum > 0 and not attisdropped group by attrelid order by 1`,
  );
  expect(Object.fromEntries(rows.map((row) => [row.table, row.columns]))).toMatchInlineSnapshot(`
    {
      "reading": [
        "meter_id integer",
        "ts timestamp with time zone",
        "rx_ts timestamp with time zone",
        "boot bigint",
        "seq bigint",
        "value_micro bigint",
        "quality smallint",
        "ts_source smallint",
        "epoch integer",
        "quantity_micro bigint",
        "power_w double precision",
        "voltage_v double precision",
        "current_a double precision",
        "power_factor double precision",
        "relay smallint",
        "valve smallint",
        "extra jsonb",
      ],
      "reading_hourly": [
        "meter_id integer",
        "hour timestamp with time zone",
        "quantity_micro bigint",
        "power_mean_w double precision",
        "power_max_w double precision",
        "readings integer",
        "first_ts timestamp with time zone",
        "last_ts timestamp with time zone",
      ],
      "register_reading": [
        "meter_id integer",
        "channel text",
        "ts timestamp with time zone",
        "value_micro bigint",
      ],
    }
  `);
});

it('takes each reading once, whoever repeats it', async () => {
  const ts = '2026-02-03T04:05:06.789Z';
  await ensurePartitions(database, [Date.parse(ts)]);
  const insert =
    'insert into reading (meter_id, ts, rx_ts, value_micro) values (1, $1, $1, $2) on conflict do nothing';
  expect((await database.pool.query(insert, [ts, 5])).rowCount).toBe(1);
  expect((await database.pool.query(insert, [ts, 6])).rowCount).toBe(0);
});

it('with TimescaleDB readings are compressed, expire and feed the hourly roll-up without anyone asking', async () => {
  if ((await layoutOf(database.pool)) !== 'HYPERTABLES') {
    await expect(database.pool.query('select * from timescaledb_information.jobs')).rejects.toThrow(
      /does not exist/,
    );
    return;
  }
  await migrateDatabase(database.url, { log: () => undefined });
  const { rows } = await database.pool.query<{ job: string }>(
    `select proc_name || ' ' || coalesce(c.view_name, j.hypertable_name) as job
       from timescaledb_information.jobs j
       left join timescaledb_information.continuous_aggregates c
              on (c.materialization_hypertable_schema, c.materialization_hypertable_name) = (j.hypertable_schema, j.hypertable_name)
              or c.view_name = j.hypertable_name
      where proc_name like 'policy\\_%' and j.hypertable_name is not null order by 1`,
  );
  expect(rows.map((row) => row.job)).toEqual([
    'policy_compression reading',
    'policy_compression register_reading',
    'policy_refresh_continuous_aggregate reading_hourly',
    'policy_retention reading',
    'policy_retention register_reading',
  ]);
});

it('with TimescaleDB an interval belongs to the hour in which it ends, before and after the roll-up is refreshed', async () => {
  if ((await layoutOf(database.pool)) !== 'HYPERTABLES') return;
  const insert =
    'insert into reading (meter_id, ts, rx_ts, quality, quantity_micro, power_w) values (7, $1, $1, $2, $3, $4)';
  await database.pool.query(insert, ['2026-04-01T09:00:00Z', 0, 1, 10]);
  await database.pool.query(insert, ['2026-04-01T09:00:00.001Z', 0, 20, 20]);
  await database.pool.query(insert, ['2026-04-01T10:00:00Z', 0, 300, 60]);
  await database.pool.query(insert, ['2026-04-01T10:00:00.001Z', 0, 4000, 80]);
  await database.pool.query(insert, ['2026-04-01T09:30:00Z', 2, 50_000, 999]);
  const hourly = async () =>
    (
      await database.pool.query(
        `select to_char(hour, 'HH24:MI:SS.US') as hour, quantity_micro, power_mean_w, power_max_w, readings
           from reading_hourly where meter_id = 7 order by hour`,
      )
    ).rows;
  const expected = [
    { hour: '08:00:00.000000', quantity_micro: 1n, power_mean_w: 10, power_max_w: 10, readings: 1 },
    { hour: '09:00:00.000000', quantity_micro: 320n, power_mean_w: 40, power_max_w: 60, readings: 2 },
    { hour: '10:00:00.000000', quantity_micro: 4000n, power_mean_w: 80, power_max_w: 80, readings: 1 },
  ];
  expect(await hourly()).toEqual(expected);
  await database.pool.query("call refresh_continuous_aggregate('reading_hourly', null, null)");
  expect(await hourly()).toEqual(expected);
});
