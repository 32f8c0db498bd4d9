import { afterAll, beforeAll, expect, it } from 'vitest';
import { scopedSource } from '../../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/createTestDatabase';
import { FixedClock } from '../../../domain/time/clock';
import { silentLog } from '../../../engine/context';
import { importCampus } from '../../../engine/importCampus';
import type { Caller } from '../../auth/caller';
import { callerOf } from '../../testing/callerOf';
import { TEST_NOW_MS } from '../../testing/startTestServer';
import { testCampusDocument } from '../../testing/testCampus';
import { addShift, readRoster, removeShift } from './roster';

const HOUR_MS = 3_600_000;
const engine = { clock: new FixedClock(TEST_NOW_MS), log: silentLog };
let database: TestDatabase;
let energy: Caller;

beforeAll(async () => {
  database = await createTestDatabase();
  await importCampus(database, engine, testCampusDocument, { actor: 'test' });
  energy = await callerOf(database, 'energy', TEST_NOW_MS);
});
afterAll(() => database?.drop());

const depsOf = (caller: Caller) => ({ database, reader: scopedSource(database, caller.reach), engine });
// The tests' clock stands at Wednesday 12:00 of the campus.
const night = {
  user: 'security-n',
  level: 'ON_DUTY',
  space: 'N',
  date: '2025-09-10',
  from: '20:00',
  to: '08:00',
  days: 2,
} as const;

it('an empty roster is open on every level; a night ends the next morning, on as many days as asked', async () => {
  expect((await readRoster(depsOf(energy), energy)).gaps).toHaveLength(3);
  await addShift(depsOf(energy), energy, night);
  const roster = await readRoster(depsOf(energy), energy);
  expect(roster.shifts.map(({ name, from, to, place }) => [name, from, to, place?.code])).toEqual([
    ['Security North', TEST_NOW_MS + 8 * HOUR_MS, TEST_NOW_MS + 20 * HOUR_MS, 'N'],
    ['Security North', TEST_NOW_MS + 32 * HOUR_MS, TEST_NOW_MS + 44 * HOUR_MS, 'N'],
  ]);
  expect(roster.gaps.filter(({ level }) => level === 'ON_DUTY')).toHaveLength(3);
  const warden = await callerOf(database, 'warden-n', TEST_NOW_MS);
  expect(await readRoster(depsOf(warden), warden)).toMatchObject({
    mayKeep: false,
    candidates: [],
    shifts: [{}, {}],
  });
});

it('whoever is on duty and has no contact that messages reach is named to those who keep the roster', async () => {
  const unreached = async (caller: Caller) => (await readRoster(depsOf(caller), caller)).unreached;
  expect(await unreached(energy)).toEqual(['Security North']);
  expect(await unreached(await callerOf(database, 'warden-n', TEST_NOW_MS))).toEqual([]);
  await database.pool.query(
    `insert into notice_contact (user_id, channel, address, created_ms, verified_ms)
     select id, 'EMAIL', 'n@example.org', 0, 0 from app_user where code = 'security-n'`,
  );
  expect(await unreached(energy)).toEqual([]);
});

it('nobody is put where their role answers no alarms, at a place that is not there, or in the past', async () => {
  const add = (change: object, caller = energy) =>
    addShift(depsOf(caller), caller, { ...night, days: 1, ...change });
  await expect(add({ user: 'finance' })).rejects.toMatchObject({ details: { field: '/user' } });
  await expect(add({ space: 'S' })).rejects.toMatchObject({ reason: 'NOT_ANSWERING' });
  await expect(add({ space: null })).rejects.toMatchObject({ reason: 'NOT_ANSWERING' });
  await expect(add({ space: 'X' })).rejects.toMatchObject({ details: { field: '/space' } });
  await expect(add({ date: '2025-09-08' })).rejects.toMatchObject({ details: { field: '/date' } });
  const warden = await callerOf(database, 'warden-n', TEST_NOW_MS);
  await expect(add({}, warden)).rejects.toMatchObject({ reason: 'ROLE_MISSING' });
});

it('a shift is taken off once, and both acts are written down', async () => {
  const [shift] = (await readRoster(depsOf(energy), energy)).shifts;
  await removeShift(depsOf(energy), energy, { id: shift!.id });
  await expect(removeShift(depsOf(energy), energy, { id: shift!.id })).rejects.toMatchObject({
    reason: 'SHIFT',
  });
  const { rows } = await database.pool.query<{ action: string }>(
    "select action from audit_log where action like 'DUTY_%' order by id",
  );
  expect(rows.map(({ action }) => action)).toEqual(['DUTY_ADDED', 'DUTY_REMOVED']);
});
