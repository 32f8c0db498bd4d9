import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { TestDatabase } from '../../../db/testing/createTestDatabase';
import type { FixedClock } from '../../../domain/time/clock';
import { reasonOf } from '../../testing/reasonOf';
import { ServiceCampus } from '../../testing/serviceCampus';
import { StudentRoom } from '../../testing/studentRoom';
import { requestSupplyChange } from '../commands/requestSupplyChange';
import { readStanding } from '../credit/readStanding';
import { confirmOwnRestore, ownRoomPlace } from '../credit/residentActs';
import { readRoom } from '../rooms/readRoom';
import { readHome } from './readHome';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const TRIP = { rule: 'OVERLOAD', powerW: 1_730, limitW: 800 };
let campus: ServiceCampus;
let database: TestDatabase;
let clock: FixedClock;
let room: StudentRoom;

beforeAll(async () => {
  campus = await ServiceCampus.start();
  ({ database, clock } = campus);
  room = new StudentRoom(campus);
  // Nothing is cut here by a rule: whoever sees the alarm decides.
  await database.pool.query(
    `update meter_point set overload_action = 'ALARM', limit_w = 800 where code = 'P-101';
     update campus set config_version = config_version + 1;`,
  );
});
afterAll(() => database?.drop());
/** Days later the room is on, and nothing of before is under way. */
beforeEach(async () => {
  clock.advance(2 * 24 * 60 * MINUTE);
  room.relay = 1;
  await database.pool.query(
    `update command set state = 'CANCELLED', finished_ms = 0 where finished_ms is null;
     update supply_state set reasons = '{}', observed = 'CLOSED', changed_ms = null, retry_due_ms = null, operations_ms = '[]';
     delete from notice where kind like 'SUPPLY%' or kind like 'ALARM%';`,
  );
  await room.report(200);
  for (let n = 0; n < 8; n++) await room.report(200);
});

/** @returns the incident that the room over its limit opened */
async function overLimit(): Promise<number> {
  for (let n = 0; n < 4; n++) await room.report(1_730);
  const { rows } = await database.pool.query<{ id: number }>(
    `select id::float8 as id from alarm where rule = 'OVERLOAD' and active order by id desc limit 1`,
  );
  return rows[0]!.id;
}

async function staff(code: string, action: 'disconnect' | 'connect', reason: string, alarmId?: number) {
  const { caller, deps } = await campus.as(code);
  return requestSupplyChange(deps, caller, {
    pointCode: 'P-101',
    action,
    reason,
    ...(alarmId === undefined ? {} : { alarmId }),
  });
}

async function home() {
  const [deps, caller, own] = await room.student();
  return readHome(deps, caller, own, ['N-101']);
}

const pointOf = <T extends { code: string }>(points: readonly T[]): T =>
  points.find(({ code }) => code === 'P-101')!;

async function next() {
  const [deps, caller, own] = await room.student();
  return pointOf((await readStanding(deps, caller, await ownRoomPlace(deps, own))).points).next;
}

async function confirm() {
  const [deps, caller, own] = await room.student();
  return confirmOwnRestore(deps, caller, own, 'P-101');
}

async function told(): Promise<unknown[]> {
  const { rows } = await database.pool.query(
    `select kind, alarm_id::float8 as incident, body from notice
      where kind like 'SUPPLY%' and account_id is not null order by id`,
  );
  return rows;
}

it('a cut that security orders out of an overload alarm says what was measured and the limit, to staff and to the resident', async () => {
  const incident = await overLimit();
  await staff('security-n', 'disconnect', 'OVERLOAD', incident);
  await room.obey();
  const { caller, deps } = await campus.as('security-n');
  const point = pointOf((await readRoom(deps, caller, 'N-101')).points);
  expect(point.command).toMatchObject({ action: 'DISCONNECT', reason: 'SAFETY', trip: TRIP });
  expect(point.holds).toMatchObject([{ reason: 'SAFETY', cause: 'OVERLOAD', trip: TRIP }]);
  expect(pointOf((await home()).points).holds).toMatchObject([
    { reason: 'SAFETY', cause: 'OVERLOAD', trip: TRIP },
  ]);
});

it('the resident ends such a cut as one that the limit made by itself: after five minutes, and it counts', async () => {
  await staff('security-n', 'disconnect', 'OVERLOAD', await overLimit());
  await room.obey();
  expect(await next()).toMatchObject({ act: 'CONFIRM_RESTORE', rule: 'AFTER_TRIP' });
  expect(await reasonOf(confirm())).toBe('TOO_EARLY');
  clock.advance(5 * MINUTE);
  await room.report(0);
  await confirm();
  await room.obey();
  expect(room.relay).toBe(1);
  const { rows } = await database.pool.query(
    `select cause from restore_confirmation order by id desc limit 1`,
  );
  expect(rows).toEqual([{ cause: 'OVERLOAD' }]);
});

it('what nobody knows without looking stays with staff, whoever asks', async () => {
  const incident = await overLimit();
  await database.pool.query(`update alarm set rule = 'OVER_TEMPERATURE' where id = $1`, [incident]);
  await staff('security-n', 'disconnect', 'OVER_TEMPERATURE', incident);
  await room.obey();
  expect(await next()).toMatchObject({ act: 'ASK_STAFF' });
  expect(pointOf((await home()).points).holds).toMatchObject([{ trip: { rule: 'OVER_TEMPERATURE' } }]);
});

it('residents are told of a cut and a restore by staff once readings prove it, under the number of the incident', async () => {
  const incident = await overLimit();
  await staff('security-n', 'disconnect', 'OVERLOAD', incident);
  expect(await told()).toEqual([]);
  await room.obey();
  const about = { account: 'A-101', point: 'P-101', alarm: incident, rule: 'OVERLOAD' };
  const cut = { kind: 'SUPPLY_CUT', incident, body: { ...about, power: 1_730, limit: 800 } };
  expect(await told()).toMatchObject([cut]);
  clock.advance(MINUTE);
  await room.report(0);
  await staff('energy', 'connect', 'CHECKED: looked at it');
  await room.obey();
  expect(room.relay).toBe(1);
  expect(await told()).toMatchObject([cut, { kind: 'SUPPLY_RESTORED', incident, body: about }]);
  const { notices } = await home();
  expect(notices.map(({ kind }) => kind).slice(0, 2)).toEqual(['SUPPLY_RESTORED', 'SUPPLY_CUT']);
});

it('a cut by staff without an incident is told as well, and no restore that the resident asked for', async () => {
  await staff('energy', 'disconnect', 'WORKS');
  await room.obey();
  expect(await told()).toMatchObject([{ kind: 'SUPPLY_CUT', incident: null, body: { point: 'P-101' } }]);
  await database.pool.query(
    `update supply_state set reasons = jsonb_build_object('SAFETY', reasons->'MANUAL' || '{"cause":"OVERLOAD","by":"rule:OVERLOAD"}')
      where reasons ? 'MANUAL'`,
  );
  clock.advance(6 * MINUTE);
  await room.report(0);
  await confirm();
  await room.obey();
  expect(room.relay).toBe(1);
  expect(await told()).toHaveLength(1);
});
