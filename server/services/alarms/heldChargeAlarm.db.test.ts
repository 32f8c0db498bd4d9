import { afterAll, beforeAll, expect, it } from 'vitest';
import { scopedSource } from '../../../db/scopedSource';
import { importCampus } from '../../../engine/importCampus';
import { rejectHeldCharge } from '../../../engine/rejectHeldCharge';
import { at, HeldRooms, MINUTE } from '../../../engine/testing/heldRooms';
import { SignInLimit } from '../../auth/signInLimit';
import { callerOf } from '../../testing/callerOf';
import { reasonOf } from '../../testing/reasonOf';
import { rejectCharge } from './rejectCharge';
import { releaseCharge } from './releaseCharge';

let rooms: HeldRooms;

beforeAll(async () => {
  rooms = await HeldRooms.start();
});
afterAll(() => rooms?.database.drop());

it('an alarm that is over decides nothing about what is held under a later one', async () => {
  const { database, campus } = rooms;
  const one = await rooms.room(50_000_000n);
  const { rows } = await database.pool.query<{ code: string; name: string; tz: string; currency: string }>(
    'select code, name, time_zone as tz, currency from campus where id = $1',
    [campus.id],
  );
  const { code, name, tz, currency } = rows[0]!;
  const document = {
    campus: { code, name, timeZone: tz, currency },
    users: [{ code: 'fin', name: 'Finance', roles: [{ role: 'FINANCE' }] }],
  };
  const imported = await importCampus(database, at(one.atMs), document, { actor: 'test' });
  expect(imported.rows.flatMap(({ errors }) => errors)).toEqual([]);
  const alarms = async () =>
    (
      await database.pool.query<{ id: number; active: boolean }>(
        `select id::float8 as id, active from alarm where rule = 'BALANCE_ANOMALY' order by id`,
      )
    ).rows;

  await rooms.report(one, 0.2);
  const [first] = await alarms();
  await rejectHeldCharge(database, at(one.atMs + MINUTE), {
    campusId: campus.id,
    pointCode: one.meter.pointCode,
    actor: 'user:other',
    approver: null,
    reason: 'read wrongly',
  });
  await database.pool.query('update alarm set acknowledged = true, ended_ms = returned_ms where id = $1', [
    first!.id,
  ]);
  await rooms.report(one, 0.3);
  const second = (await alarms())[1]!;
  expect(await alarms()).toMatchObject([{ active: false }, { active: true }]);

  const nowMs = one.atMs + MINUTE;
  const caller = await callerOf(database, 'fin', nowMs);
  const deps = {
    database,
    reader: scopedSource(database, caller.reach),
    engine: at(nowMs),
  };
  const withSignIn = { ...deps, signInLimit: new SignInLimit(deps.engine.clock), demo: false };
  const stale = { alarmId: first!.id, reason: 'sent again', note: 'sent again' };
  expect(await reasonOf(rejectCharge(withSignIn, caller, stale))).toBe('ALARM_OVER');
  expect(await reasonOf(releaseCharge(deps, caller, stale))).toBe('ALARM_OVER');
  expect(await alarms()).toMatchObject([{ active: false }, { active: true }]);
  await releaseCharge(deps, caller, { alarmId: second.id, note: 'right' });
  expect(await alarms()).toMatchObject([{ active: false }, { active: false }]);
});
