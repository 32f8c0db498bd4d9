import { expect, test } from 'vitest';
import { campusZone } from '../../domain/time/campusTime';
import { listChargesByDay, openDayOf } from './chargesByDay';
import { campusScope, noScope, type ScopeFilter, type Source, spaceScope } from './scope';

const AT = new Date(0);
const ZONE = campusZone('Asia/Shanghai');
const TODAY_MS = ZONE.localDayStart(Date.parse('2025-09-10T12:00:00+08:00'));
const closed: Source = {
  get db(): never {
    throw new Error('asked the database');
  },
};
const open = (scope: ScopeFilter, told: ScopeFilter, fromMs = 0) =>
  openDayOf(closed, scope, told, ZONE, { fromMs, todayMs: TODAY_MS });
const list = (scope: ScopeFilter, told: ScopeFilter, fromMs: number, day: Awaited<ReturnType<typeof open>>) =>
  listChargesByDay(closed, scope, told, ZONE, { fromMs, open: day }, null, 50);

test('who is told whose all money of their scope is costs no look at days', async () => {
  const [campus, space] = [campusScope(1, AT), spaceScope(1, 7, AT)];
  for (const [scope, told] of [
    [campus, campus],
    [space, campus],
    [space, space],
  ] as const) {
    expect(await open(scope, told)).toBeNull();
    expect(await list(scope, told, 0, null)).toEqual([]);
  }
});

test('nor does the running day, of which no charge of others is shown', async () => {
  const [campus, nowhere] = [campusScope(1, AT), noScope(1, AT)];
  const day = await open(campus, nowhere, TODAY_MS);
  expect(day).toEqual({ dayMs: TODAY_MS, firstTx: 0n });
  expect(await list(campus, nowhere, TODAY_MS, day)).toEqual([]);
});

test('days of others are looked up', async () => {
  const [campus, nowhere, space] = [campusScope(1, AT), noScope(1, AT), spaceScope(1, 7, AT)];
  for (const [scope, told] of [
    [campus, nowhere],
    [campus, space],
    [space, spaceScope(1, 8, AT)],
    [space, campusScope(2, AT)],
  ] as const)
    await expect(open(scope, told)).rejects.toThrow('asked the database');
});
