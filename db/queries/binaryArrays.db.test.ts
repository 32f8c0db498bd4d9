import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/createTestDatabase';
import { float8Array, idArray, int2Array, int4Array, int8Array, textArray } from './binaryArrays';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase(1);
});

afterAll(() => database.drop());

/** What the database makes of an array parameter: its elements as text, in order. */
async function readAs(type: string, array: Buffer): Promise<(string | null)[]> {
  const { rows } = await database.pool.query<{ value: string | null }>(
    `select value::text as value from unnest($1::${type}[]) with ordinality as u(value, n) order by n`,
    [array],
  );
  return rows.map(({ value }) => value);
}

const own = <T>(value: T) => value;

test('whole numbers arrive to the last digit, the extremes of each type and nulls included', async () => {
  expect(await readAs('int2', int2Array([-32_768, -1, null, 0, 32_767], own))).toEqual([
    '-32768',
    '-1',
    null,
    '0',
    '32767',
  ]);
  expect(await readAs('int4', int4Array([null, -2_147_483_648, -1, 0, 2_147_483_647], own))).toEqual([
    null,
    '-2147483648',
    '-1',
    '0',
    '2147483647',
  ]);
  const bigs = [
    -9_223_372_036_854_775_808n,
    9_223_372_036_854_775_807n,
    Number.MIN_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER,
    -4_294_967_297,
    -4_294_967_296,
    -1,
    4_294_967_295,
    4_294_967_296,
    1_757_476_800_123,
  ];
  expect(await readAs('int8', int8Array([...bigs, null], own))).toEqual([...bigs.map(String), null]);
  expect(await readAs('int4', idArray([7, 1]))).toEqual(['7', '1']);
});

test('fractions arrive as the same double', async () => {
  const values = [0.1, -0.1, 1.7e308, 5e-324, 229.4, -0, Number.NaN, Number.POSITIVE_INFINITY, null];
  const { rows } = await database.pool.query<{ values: (number | null)[] }>('select $1::float8[] as values', [
    float8Array(values, own),
  ]);
  expect(rows[0]!.values).toEqual(values);
});

test('texts arrive byte for byte: empty, quoted, of several bytes a letter, longer than the first buffer', async () => {
  const values = [
    '',
    'NULL',
    null,
    '{a,"b"}',
    'back\\slash \'quote\' "double"',
    'tab\tline\nreturn\r',
    '电表 – ñ 😀',
    '电'.repeat(5_000),
    '{"low":{"n":2,"f":[1757476800123,"9000000000000000000"]},"high":null}',
    `-${'9'.repeat(38)}`,
  ];
  expect(await readAs('text', textArray(values, own))).toEqual(values);
  // As money does: exact numbers beyond eight bytes go as text.
  const { rows } = await database.pool.query<{ exact: string }>(
    'select n::numeric::text as exact from unnest($1::text[]) as u(n)',
    [textArray([`-${'9'.repeat(38)}`], own)],
  );
  expect(rows[0]!.exact).toBe(`-${'9'.repeat(38)}`);
});

test('an empty array is an array without elements, not a null', async () => {
  const empty: [string, Buffer][] = [
    ['int2', int2Array([], own)],
    ['int4', int4Array([], own)],
    ['int8', int8Array([], own)],
    ['float8', float8Array([], own)],
    ['text', textArray([], own)],
  ];
  for (const [type, array] of empty) {
    const { rows } = await database.pool.query(
      `select cardinality($1::${type}[]) as length, $1::${type}[] is null as "isNull"`,
      [array],
    );
    expect(rows, type).toEqual([{ length: 0, isNull: false }]);
  }
});

test('columns picked from the same rows stay beside each other, with nulls anywhere', async () => {
  const rows = Array.from({ length: 3_000 }, (_, i) => ({
    id: i,
    code: i % 3 === 0 ? null : `E${i}`,
    relay: i % 2 === 0 ? null : i % 4 === 1 ? 0 : 1,
    micro: i % 5 === 0 ? null : BigInt(i) * 1_000_000_007n,
    powerW: i % 7 === 0 ? null : i / 8,
  }));
  const stored = await database.pool.query(
    `select id, code, relay, micro, "powerW" from unnest($1::int4[], $2::text[], $3::int2[], $4::int8[], $5::float8[])
       as u(id, code, relay, micro, "powerW") order by id`,
    [
      int4Array(rows, (r) => r.id),
      textArray(rows, (r) => r.code),
      int2Array(rows, (r) => r.relay),
      int8Array(rows, (r) => r.micro),
      float8Array(rows, (r) => r.powerW),
    ],
  );
  expect(stored.rows).toEqual(rows);
});

test('a number that its type cannot hold is refused, never cut', () => {
  for (const value of [32_768, -32_769, 0.5, Number.NaN])
    expect(() => int2Array([value], own), String(value)).toThrow(RangeError);
  for (const value of [2_147_483_648, -2_147_483_649, 1.5, Number.NaN])
    expect(() => int4Array([value], own), String(value)).toThrow(RangeError);
  for (const value of [2n ** 63n, -(2n ** 63n) - 1n, 2 ** 53, 0.1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => int8Array([value], own), String(value)).toThrow(RangeError);
});

test('an array under the cast of another type is refused by the database', async () => {
  await expect(readAs('int8', int4Array([1], own))).rejects.toThrow(/element type/);
});
