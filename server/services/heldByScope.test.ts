import { expect, test } from 'vitest';
import { campusScope, spaceScope } from '../../db/queries/scope';
import type { ScopedSource } from '../../db/scopedSource';
import { heldByScope } from './heldByScope';

// Only the database behind it counts here; each request brings a source of its own.
const database = {};
const from = (origin: object) => ({ origin }) as ScopedSource;
const scope = campusScope(1, new Date(0));

function counting() {
  let reads = 0;
  return heldByScope(3_000, async () => ++reads);
}

test('many askers within the time cost one reading, which says when it was made', async () => {
  const ask = counting();
  expect(await ask(from(database), scope, 1_000)).toEqual({ atMs: 1_000, value: 1 });
  expect(await ask(from(database), campusScope(1, new Date(9)), 3_999)).toEqual({ atMs: 1_000, value: 1 });
  expect(await ask(from(database), scope, 4_000)).toEqual({ atMs: 4_000, value: 2 });
});

test('a place never gets what was read for another, nor a database what another held', async () => {
  const ask = counting();
  await ask(from(database), scope, 0);
  expect((await ask(from(database), spaceScope(1, 7, new Date(0)), 0)).value).toBe(2);
  expect((await ask(from(database), campusScope(2, new Date(0)), 0)).value).toBe(3);
  expect((await ask(from({}), scope, 0)).value).toBe(4);
});

test('a clock that was set back ends the hold', async () => {
  const ask = counting();
  await ask(from(database), scope, 100_000);
  expect((await ask(from(database), scope, 10_000)).value).toBe(2);
});

test('what failed is asked again', async () => {
  let reads = 0;
  const ask = heldByScope(3_000, async () => {
    if (++reads === 1) throw new Error('database restarts');
    return reads;
  });
  await expect(ask(from(database), scope, 0)).rejects.toThrow();
  expect((await ask(from(database), scope, 0)).value).toBe(2);
});
