import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { TestDatabase } from '../../../db/testing/createTestDatabase';
import type { FixedClock } from '../../../domain/time/clock';
import { followLimits } from '../../../engine/followLimits';
import { settleLimits } from '../../../engine/settleLimits';
import { ServiceCampus } from '../../testing/serviceCampus';
import { StudentRoom } from '../../testing/studentRoom';
import { requestSupplyChange } from '../commands/requestSupplyChange';
import { readStanding } from '../credit/readStanding';
import { confirmOwnRestore, ownRoomPlace } from '../credit/residentActs';
import { readRoomHistory } from '../rooms/readHistory';
import { readRoom } from '../rooms/readRoom';
import { readHome } from './readHome';
import { setOwnRoomLimit } from './setOwnLimit';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const CAP = 800;
let campus: ServiceCampus;
let database: TestDatabase;
let clock: FixedClock;
let room: StudentRoom;
/** What the meter was told to hold, W. */
let told: unknown[] = [];

beforeAll(async () => {
  campus = await ServiceCampus.start();
  ({ database, clock } = campus);
  room = new StudentRoom(campus);
});
afterAll(() => database?.drop());
/** Days later the room is on at its cap, and nothing of before is under way. */
beforeEach(async () => {
  clock.advance(2 * 24 * 60 * MINUTE);
  room.relay = 1;
  told = [];
  await database.pool.query(
    `update command set state = 'CANCELLED', finished_ms = 0 where finished_ms is null;
     update limit_change set ended_ms = 1 where ended_ms is null;
     update supply_state set reasons = '{}', observed = 'CLOSED', changed_ms = null, retry_due_ms = null, operations_ms = '[]';
     update meter_state set detection = null;
     update alarm set active = false, ended_ms = 0 where ended_ms is null`,
  );
  await configure(`limit_w = ${CAP}, overload_action = 'TRIP', protection = 'NONE'`);
  await room.report(200);
  for (let n = 0; n < 8; n++) await room.report(200);
});

async function configure(change: string): Promise<void> {
  await database.pool.query(
    `update meter_point set ${change} where code = 'P-101';
     update campus set config_version = config_version + 1`,
  );
}

/** What is due goes out, and the meter answers it. */
const answer = (state?: 'rejected') =>
  room.answer(state, ({ op, args }) => {
    if (op === 'set_limit') told.push(args.w);
  });

async function proven(): Promise<void> {
  await answer();
  await room.report(200);
  await settleLimits(database, campus.ctx);
}

async function sets(limitW: number | null, reason: string | null = null, pointCode = 'P-101') {
  const [deps, caller, own] = await room.student();
  return setOwnRoomLimit(deps, caller, own, { pointCode, limitW, reason });
}

const refusal = (limitW: number | null, pointCode = 'P-101') =>
  sets(limitW, null, pointCode).then(
    () => 'DONE',
    (error: { reason?: string; details?: { field?: string } }) =>
      [error.reason ?? String(error), error.details?.field].filter(Boolean).join(' '),
  );

async function mine() {
  const [deps, caller, own] = await room.student();
  const { points } = await readHome(deps, caller, own, ['N-101']);
  const { limitW, limit } = points.find(({ code }) => code === 'P-101')!;
  return { limitW, ...limit };
}

async function inForce(): Promise<number> {
  const { caller, deps } = await campus.as('energy');
  return (await readRoom(deps, caller, 'N-101')).points.find(({ code }) => code === 'P-101')!.limit!.inForceW;
}

/** The limit by which the rule judged a load that stood for a while; null: it was not over. */
async function judged(powerW: number): Promise<number | null> {
  for (let n = 0; n < 4; n++) await room.report(powerW);
  const { rows } = await database.pool.query<{ limit: number }>(
    `select (evidence->>'limit')::float8 as limit from alarm
      where rule = 'OVERLOAD' and active order by id desc limit 1`,
  );
  return rows[0]?.limit ?? null;
}

it('a resident’s own limit is in force once its command is verified, and not before', async () => {
  expect(await mine()).toMatchObject({ limitW: CAP, capW: CAP, own: null, asked: null });
  await sets(600, 'the old wiring');
  expect(await mine()).toMatchObject({
    limitW: CAP,
    own: null,
    asked: { toW: 600, underWay: true, track: 'pending' },
  });
  await answer();
  await settleLimits(database, campus.ctx);
  expect(told).toEqual([600]);
  expect(await mine(), 'the meter’s word is no proof').toMatchObject({
    limitW: CAP,
    asked: { underWay: true, track: 'acked' },
  });
  expect(await judged(700)).toBeNull();
  await settleLimits(database, campus.ctx);
  expect(await mine()).toMatchObject({
    limitW: 600,
    capW: CAP,
    own: { w: 600, reason: 'the old wiring' },
    asked: null,
  });
});

it('load over the own limit trips, says which limit it was, and the resident ends it as any overload', async () => {
  await sets(600);
  await proven();
  expect(await judged(700)).toBe(600);
  await answer();
  await room.report(0);
  expect(room.relay).toBe(0);
  const [deps, caller, own] = await room.student();
  const { points } = await readHome(deps, caller, own, ['N-101']);
  expect(points.find(({ code }) => code === 'P-101')!.holds).toMatchObject([
    { cause: 'OVERLOAD', trip: { rule: 'OVERLOAD', limitW: 600 } },
  ]);
  const standing = await readStanding(deps, caller, await ownRoomPlace(deps, own));
  expect(standing.points.find(({ code }) => code === 'P-101')!.next).toMatchObject({
    act: 'CONFIRM_RESTORE',
    rule: 'AFTER_TRIP',
  });
  clock.advance(5 * MINUTE);
  await room.report(0);
  await confirmOwnRestore(deps, caller, own, 'P-101');
  await answer();
  expect(room.relay).toBe(1);
});

it('it is raised up to the cap and taken off again, each time as a version', async () => {
  await sets(300);
  await proven();
  await sets(CAP);
  await proven();
  expect(await mine()).toMatchObject({ limitW: CAP, own: { w: CAP } });
  await sets(500);
  await proven();
  await sets(null, 'winter is over');
  expect(await mine(), 'until then the own limit holds').toMatchObject({ limitW: 500, asked: { toW: null } });
  await proven();
  expect(told).toEqual([300, CAP, 500, CAP]);
  expect(await mine()).toMatchObject({ limitW: CAP, own: null, asked: null });
  expect(await judged(700)).toBeNull();
  const { rows } = await database.pool.query(
    `select from_w, to_w, cap_w, actor, reason, in_force_ms is not null as held, ended_ms is null as now
       from limit_change order by id desc limit 2`,
  );
  const actor = 'user:student';
  expect(rows).toEqual([
    { from_w: 500, to_w: null, cap_w: CAP, actor, reason: 'winter is over', held: true, now: true },
    { from_w: CAP, to_w: 500, cap_w: CAP, actor, reason: null, held: true, now: false },
  ]);
  await expect(
    database.pool.query('update limit_change set to_w = 1 where ended_ms is null'),
    'a version stands as it was written',
  ).rejects.toThrow(/written once/);
});

it('a limit above the cap, below 100 W, of no whole watt, or of another room is refused by field and rule', async () => {
  expect(await refusal(CAP + 1)).toBe('ABOVE_CAP /limitW');
  expect(await refusal(99)).toBe('TOO_LOW /limitW');
  expect(await refusal(600.5)).toBe('NOT_WHOLE /limitW');
  expect(await refusal(600, 'P-102')).toBe('POINT');
  expect(await refusal(null), 'nothing is to be taken off').toBe('NOTHING_TO_DO');
  await sets(600);
  expect(await refusal(500)).toBe('LIMIT_UNDER_WAY');
  await proven();
  expect(await refusal(600)).toBe('NOTHING_TO_DO');
  await configure("protection = 'LIFE_SAFETY'");
  expect(await refusal(500)).toBe('LIFE_SAFETY');
  await configure("protection = 'NONE', limit_w = null");
  expect(await refusal(500)).toBe('NO_LOAD_LIMIT');
  expect((await mine()).limitW).toBeNull();
});

it('nothing is asked of a meter that is away', async () => {
  await database.pool.query('update gateway set online = false, status_ms = 9000000000000');
  try {
    expect(await refusal(600)).toBe('OFFLINE');
  } finally {
    await database.pool.query('update gateway set online = null, status_ms = null');
  }
});

it('a cap that staff lower below it wins, at the point as by the rule’s settings for the place', async () => {
  await sets(600);
  await proven();
  await configure('limit_w = 500');
  expect(await mine()).toMatchObject({ limitW: 500, capW: 500, own: { w: 600 } });
  expect(await judged(550)).toBe(500);
  await answer();
  await configure(`limit_w = ${CAP}`);
  await database.pool.query(
    `insert into rule_setting (campus_id, rule, space_id, version, body, set_by, set_at)
     select campus_id, 'OVERLOAD', id, 1, '{"limitW": 400}', 'user:energy', to_timestamp(0) from space where code = 'N'`,
  );
  await configure(`limit_w = ${CAP}`);
  expect(await mine()).toMatchObject({ limitW: 400, capW: 400 });
  expect(await refusal(500)).toBe('ABOVE_CAP /limitW');
  await database.pool.query("delete from rule_setting where rule = 'OVERLOAD'");
});

it('whether load over the limit is cut by itself is told by the point’s action and the rule’s settings for the place', async () => {
  const trips = async () => (await mine())?.trips;
  expect(await trips()).toBe(true);
  await configure("overload_action = 'ALARM'");
  expect(await trips()).toBe(false);
  await configure("overload_action = 'TRIP'");
  await database.pool.query(
    `insert into rule_setting (campus_id, rule, space_id, version, body, set_by, set_at)
     select campus_id, 'OVERLOAD', id, 1, '{"off": true}', 'user:energy', to_timestamp(0) from space where code = 'N'`,
  );
  expect(await trips()).toBe(false);
  await database.pool.query("delete from rule_setting where rule = 'OVERLOAD'");
  expect(await trips()).toBe(true);
});

it('what the meter does not carry out is told as such, and the limit of before stays', async () => {
  await sets(600);
  await answer('rejected');
  await settleLimits(database, campus.ctx);
  expect(await mine()).toMatchObject({
    limitW: CAP,
    own: null,
    asked: { toW: 600, underWay: false, track: 'failed' },
  });
  await sets(650);
  await proven();
  expect(await mine()).toMatchObject({ limitW: 650, asked: null });
});

it('a limit that staff send to the meter ends the own one, and so does another meter, which knows nothing of it', async () => {
  await sets(600);
  await proven();
  const { caller, deps } = await campus.as('energy');
  await requestSupplyChange(deps, caller, {
    ...{ pointCode: 'P-101', action: 'setLimit', reason: 'LOAD_TEST', limitW: 700 },
  });
  expect((await mine()).limitW).toBe(600);
  await proven();
  expect(await mine()).toMatchObject({ limitW: CAP, own: null });
  await sets(600);
  await proven();
  expect((await mine()).limitW).toBe(600);
  await exchanged();
  expect((await mine()).limitW).toBe(CAP);
});

it('staff see the own limit with its reason on the room’s page and in its history, not who of the room it was; the audit log knows', async () => {
  await sets(600, 'quieter nights');
  await proven();
  const { caller, deps } = await campus.as('energy');
  const { points } = await readRoom(deps, caller, 'N-101');
  expect(points.find(({ code }) => code === 'P-101')!.limit).toMatchObject({
    capW: CAP,
    inForceW: 600,
    own: { w: 600, reason: 'quieter nights' },
  });
  const { events } = await readRoomHistory(deps, caller, { code: 'N-101' });
  const event = events.find((one) => one.kind === 'COMMAND' && one.command.action === 'SET_LIMIT');
  expect(event).toMatchObject({
    command: { state: 'VERIFIED', requestedBy: 'resident' },
    limit: { byResident: true, fromW: null, toW: 600, capW: CAP, reason: 'quieter nights' },
  });
  const { rows } = await database.pool.query(
    `select actor, target, before, after - 'command' as after from audit_log where action = 'OWN_LIMIT_ASKED' order by id desc limit 1`,
  );
  expect(rows).toEqual([
    {
      actor: 'user:student',
      target: 'point:P-101',
      before: { limitW: null },
      after: { limitW: 600, capW: CAP, reason: 'quieter nights' },
    },
  ]);
});

/** Who lives in the room moves out and in again. */
const lives = (there: boolean) =>
  database.pool.query(
    `update occupancy set valid_to = ${there ? 'null' : '$1'} where person_id = (select id from person where code = 'ST1')`,
    there ? [] : [new Date(clock.now())],
  );

const follow = () => followLimits(database, campus.ctx);

/** As if another meter had been proven to have what is in force. */
async function exchanged(): Promise<void> {
  await database.pool.query(
    `update command set meter_id = (select id from meter where code = 'M-102')
      where id = (select command_id from limit_change where ended_ms is null)`,
  );
  await configure(`limit_w = ${CAP}`);
}

it('it ends at the move-out of who set it: the meter is asked for the cap, once, which holds again once that is proven', async () => {
  await sets(600);
  await proven();
  expect(await follow(), 'who set it lives there').toBe(0);
  await lives(false);
  try {
    expect([await follow(), await follow()]).toEqual([1, 0]);
    await answer('rejected');
    await settleLimits(database, campus.ctx);
    expect(await inForce()).toBe(600);
    expect(await follow(), 'not at once again').toBe(0);
    clock.advance(16 * MINUTE);
    await room.report(200);
    expect(await follow()).toBe(1);
    await proven();
    expect(told).toEqual([600, CAP, CAP]);
    expect(await inForce()).toBe(CAP);
    clock.advance(16 * MINUTE);
    expect(await follow()).toBe(0);
    const { rows } = await database.pool.query(
      'select from_w, to_w, actor from limit_change order by id desc limit 1',
    );
    expect(rows).toEqual([{ from_w: 600, to_w: null, actor: 'engine' }]);
  } finally {
    await lives(true);
  }
});

it('a meter that is put in place of another is asked for the own limit, which holds there once it is proven', async () => {
  await sets(600, 'the old wiring');
  await proven();
  await exchanged();
  expect(await inForce()).toBe(CAP);
  expect([await follow(), await follow()]).toEqual([1, 0]);
  expect(await inForce()).toBe(CAP);
  await proven();
  expect(told).toEqual([600, 600]);
  expect(await mine()).toMatchObject({ limitW: 600, own: { w: 600, reason: 'the old wiring' } });
  expect(await follow()).toBe(0);
});

it('nothing is sent to another meter for who has moved out meanwhile, nor to one that is away', async () => {
  await sets(600);
  await proven();
  await lives(false);
  try {
    await database.pool.query('update gateway set online = false, status_ms = 9000000000000');
    expect(await follow()).toBe(0);
    await database.pool.query('update gateway set online = null, status_ms = null');
    await exchanged();
    expect(await follow()).toBe(0);
    expect(told).toEqual([600]);
    const { rows } = await database.pool.query('select 1 from limit_change where ended_ms is null');
    expect(rows, 'it is over').toEqual([]);
  } finally {
    await database.pool.query('update gateway set online = null, status_ms = null');
    await lives(true);
  }
});
