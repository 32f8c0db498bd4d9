import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTransaction } from './client';
import { createTestDatabase, type TestDatabase } from './testing/createTestDatabase';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

it('a migration that changes a column’s type stops no process that has planned its statements: they are planned anew', async () => {
  await database.pool.query('create table box (n int not null)');
  await database.pool.query('insert into box values (7)');
  const read = () =>
    withTransaction(database, async ({ client }) => {
      const { rows } = await client.query<{ n: unknown }>({ name: 'read_box', text: 'select * from box' });
      return String(rows[0]!.n);
    });
  for (let i = 0; i < 3; i++) expect(await read()).toBe('7');
  await database.pool.query('alter table box alter column n type bigint');
  expect(await read()).toBe('7');
  expect(await read()).toBe('7');
});
