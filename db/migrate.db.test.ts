import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { migrateDatabase } from './migrate';
import { addressOfDatabase, dropDatabase, newDatabaseName, onServer, testServer } from './testing/testServer';

const made: string[] = [];

async function run(statement: string, url = testServer().url): Promise<pg.QueryResult> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

async function emptyDatabase(): Promise<string> {
  const name = newDatabaseName(testServer().runPid);
  await run(`create database ${name} template template0`);
  made.push(name);
  return addressOfDatabase(testServer().url, name);
}

afterEach(async () => {
  await onServer(testServer().url, async (client) => {
    for (const name of made.splice(0)) await dropDatabase(client, name);
  });
});

it('several machines that migrate at once all succeed, and one of them does the work', async () => {
  const url = await emptyDatabase();
  const said: string[] = [];
  const log = (line: string) => void said.push(line);
  const layouts = await Promise.all(
    [1, 2, 3].map(() => migrateDatabase(url, { log, backgroundJobs: false })),
  );
  expect(new Set(layouts).size).toBe(1);
  expect(said.filter((line) => line.includes('laid out'))).toHaveLength(1);
  const applied = await run('select count(*)::int as n from drizzle.__drizzle_migrations', url);
  expect(applied.rows[0].n).toBeGreaterThan(0);
});

it('migrating a migrated database changes nothing', async () => {
  const url = await emptyDatabase();
  const options = { log: () => undefined, backgroundJobs: false };
  const layout = await migrateDatabase(url, options);
  const state = `select 'reading'::regclass::oid as reading, 'reading_hourly'::regclass::oid as hourly,
                        (select count(*) from drizzle.__drizzle_migrations) as applied`;
  const before = await run(state, url);
  expect(await migrateDatabase(url, options)).toBe(layout);
  expect((await run(state, url)).rows).toEqual(before.rows);
});

it('a run interrupted between the migrations and the time series is completed by the next', async () => {
  const url = await emptyDatabase();
  const options = { log: () => undefined, backgroundJobs: false };
  const layout = await migrateDatabase(url, options);
  await run(
    layout === 'HYPERTABLES' ? 'drop materialized view reading_hourly cascade' : 'drop table reading_hourly',
    url,
  );
  expect(await migrateDatabase(url, options)).toBe(layout);
  expect((await run('select count(*)::int as n from reading_hourly', url)).rows).toEqual([{ n: 0 }]);
});
