import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../client';
import { createTestDatabase, type TestDatabase } from '../testing/createTestDatabase';
import { BinaryRows, copyBinary } from './binaryCopy';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase(2);
  await database.pool.query(
    'create table every_type (n int4, small int2, big int8, real8 float8, ts timestamptz, body text, extra jsonb, bytes bytea, exact numeric(38, 0))',
  );
});

afterAll(() => database.drop());

async function storedRows() {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    'select n, small, big, real8, ts, body, extra, bytes, exact::text as exact from every_type order by n',
  );
  return rows;
}

test('what is copied in binary is stored to the last digit, the smallest and the largest of each type included', async () => {
  const rows = [
    {
      n: -2_147_483_648,
      small: -32_768,
      big: -9_223_372_036_854_775_808n,
      real8: -0.1,
      ts: new Date('1999-12-31T23:59:59.999Z'),
      body: '',
      extra: {},
      bytes: Buffer.alloc(0),
      exact: `-${'9'.repeat(38)}`,
    },
    {
      n: 0,
      small: 32_767,
      big: 9_223_372_036_854_775_807n,
      real8: 1.7e308,
      ts: new Date('2025-09-10T04:00:00.123Z'),
      body: '电表 "a"\t\\n\n😀',
      extra: { list: [1, null, '电'], deep: { x: 0.5 } },
      bytes: Buffer.from([0, 255, 10, 9]),
      exact: '10000',
    },
    {
      n: 1,
      small: null,
      big: null,
      real8: null,
      ts: null,
      body: null,
      extra: null,
      bytes: null,
      exact: null,
    },
    {
      n: 2_147_483_647,
      small: 0,
      big: 0n,
      real8: 0,
      ts: new Date(0),
      body: 'x'.repeat(300_000),
      extra: { text: '"'.repeat(100_000) },
      bytes: Buffer.alloc(200_000, 7),
      exact: '0',
    },
  ];
  const copy = new BinaryRows(9);
  for (const r of rows) {
    copy.row();
    copy.int4(r.n);
    copy.int2(r.small);
    copy.int8(r.big);
    copy.float8(r.real8);
    copy.instant(r.ts?.getTime() ?? null);
    copy.text(r.body);
    copy.json(r.extra);
    copy.binary(r.bytes);
    copy.numeric(r.exact === null ? null : BigInt(r.exact));
  }
  await withTransaction(database, ({ client }) => copyBinary(client, 'every_type', copy));
  expect(await storedRows()).toEqual(rows);
});

test('a safe integer given as a number is stored as the same number, negative ones too', async () => {
  const numbers = [0, 1, -1, 4_294_967_295, 4_294_967_296, -4_294_967_297, 2 ** 53 - 1, -(2 ** 53) + 1];
  await database.pool.query('truncate every_type');
  const copy = new BinaryRows(2);
  numbers.forEach((value, i) => {
    copy.row();
    copy.int4(i);
    copy.int8(value);
  });
  await withTransaction(database, ({ client }) => copyBinary(client, 'every_type (n, big)', copy));
  expect((await storedRows()).map(({ big }) => Number(big))).toEqual(numbers);
});
