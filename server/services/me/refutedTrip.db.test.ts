import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { findCommandView } from '../../../db/queries/commandViews';
import { campusScope } from '../../../db/queries/scope';
import type { TestDatabase } from '../../../db/testing/createTestDatabase';
import type { FixedClock } from '../../../domain/time/clock';
import { applyMeterEvent } from '../../../engine/applyMeterEvent';
import { hangTag, takeTag } from '../../../engine/maintenanceTag';
import { cancelCommand } from '../../../engine/requestSupply';
import { countOf, judgeAsSeen } from '../../testing/judgeAsSeen';
import { reasonOf } from '../../testing/reasonOf';
import { ServiceCampus } from '../../testing/serviceCampus';
import { StudentRoom } from '../../testing/studentRoom';
import { testCampusDocument } from '../../testing/testCampus';
import { judgeAlarm } from '../alarms/judgeAlarm';
import { readAlarm } from '../alarms/readAlarm';
import { readStanding } from '../credit/readStanding';
import { confirmOwnRestore, ownRoomPlace } from '../credit/residentActs';
import { decideRuleChange, proposeRuleChange } from '../rules/changeRule';
import { readAllowance } from '../rules/loadAllowance';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
let campus: ServiceCampus;
let database: TestDatabase;
let clock: FixedClock;
let room: StudentRoom;

beforeAll(async () => {
  campus = await ServiceCampus.start();
  ({ database, clock } = campus);
  room = new StudentRoom(campus);
});
afterAll(() => database?.drop());
/** A day later the room is on, and nothing of before counts any more. */
beforeEach(async () => {
  clock.advance(2 * DAY);
  room.relay = 1;
  await database.pool.query(
    `update command set state = 'CANCELLED', finished_ms = 0 where finished_ms is null;
     update supply_state set reasons = '{}', observed = 'CLOSED', changed_ms = null, retry_due_ms = null, operations_ms = '[]';`,
  );
  await room.report(200);
});

/** The meter of the student's room sees forbidden loads; what they trip is carried out. */
async function seen(times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    for (const on of [true, false]) {
      clock.advance(40 * SECOND);
      await applyMeterEvent(database, campus.ctx, {
        site: 'TC',
        senderKind: 'METER',
        senderCode: 'M-101',
        meterCode: null,
        tsMs: clock.now(),
        rxMs: clock.now(),
        name: 'FORBIDDEN_LOAD',
        on,
        data: { powerW: 1_150 },
      });
      await room.obey();
    }
    if (n < times - 1 && room.relay === 0) {
      clock.advance(360 * SECOND);
      await room.report(200);
      await confirm();
      clock.advance(35 * SECOND);
      await room.obey();
    }
  }
}

async function confirm() {
  const [deps, caller, own] = await room.student();
  return confirmOwnRestore(deps, caller, own, 'P-101');
}

async function next() {
  const [deps, caller, own] = await room.student();
  const standing = await readStanding(deps, caller, await ownRoomPlace(deps, own));
  return standing.points.find(({ code }) => code === 'P-101')!.next;
}

async function newestAlarm(): Promise<number> {
  const { rows } = await database.pool.query<{ id: number }>(
    `select max(id)::float8 as id from alarm where rule = 'FORBIDDEN_LOAD'`,
  );
  return rows[0]!.id;
}

async function judged(verdict: 'TRUE' | 'FALSE' | 'NUISANCE' | 'UNCLEAR'): Promise<void> {
  await judgeAsSeen(campus, 'warden-n', { alarmId: await newestAlarm(), verdict, note: 'looked' });
}

async function held(): Promise<string[]> {
  const { rows } = await database.pool.query<{ reasons: object }>(
    `select reasons from supply_state where point_id = (select id from meter_point where code = 'P-101')`,
  );
  return Object.keys(rows[0]!.reasons);
}

it('a trip that staff found to be wrong is the resident’s to end at once, and counts towards nothing; nobody closes it unattended', async () => {
  await seen(2);
  expect([await held(), room.relay]).toEqual([['SAFETY'], 0]);
  expect(await reasonOf(confirm())).toBe('TOO_EARLY');
  await judged('UNCLEAR');
  expect(await reasonOf(confirm())).toBe('TOO_EARLY');
  await judged('FALSE');
  await room.obey();
  expect([await held(), room.relay], 'the verdict switches nothing').toEqual([['SAFETY'], 0]);
  const before = await next();
  expect(before).toMatchObject({ act: 'CONFIRM_RESTORE', rule: 'TRIP_REFUTED', fromMs: null });
  expect(await confirm()).toMatchObject({ replayed: false });
  clock.advance(35 * SECOND);
  await room.obey();
  expect([await held(), room.relay]).toEqual([[], 1]);
  expect((await next()).confirmationsLeft).toBe(before.confirmationsLeft);
});

it('a word that was given before the verdict counts no longer, until a newer verdict says otherwise', async () => {
  await seen(2);
  clock.advance(360 * SECOND);
  await room.report(200);
  const left = (await next()).confirmationsLeft!;
  await confirm();
  clock.advance(35 * SECOND);
  await room.obey();
  expect([await held(), room.relay]).toEqual([[], 1]);
  expect((await next()).confirmationsLeft).toBe(left - 1);
  await judged('UNCLEAR');
  expect((await next()).confirmationsLeft).toBe(left - 1);
  await judged('FALSE');
  expect((await next()).confirmationsLeft).toBe(left);
  await judged('TRUE');
  expect((await next()).confirmationsLeft).toBe(left - 1);
});

it('three words for a load that was none lock nothing at the next trip', async () => {
  await seen(2);
  const alarmId = await newestAlarm();
  clock.advance(360 * SECOND);
  await room.report(200);
  await database.pool.query(
    `insert into restore_confirmation (campus_id, point_id, at_ms, reasons, cause, alarm_id, means, actor)
     select p.campus_id, p.id, $1::bigint - n, '{SAFETY}', 'FORBIDDEN_LOAD', $2, 'PORTAL', 'user:student'
       from meter_point p, generate_series(1, 3) n where p.code = 'P-101'`,
    [clock.now() - 3_000, alarmId],
  );
  // What trips now is another alarm's.
  await database.pool.query(
    `update supply_state set reasons = reasons #- '{SAFETY,alarmId}'
      where point_id = (select id from meter_point where code = 'P-101')`,
  );
  expect(await reasonOf(confirm())).toBe('STAFF_NEEDED');
  await judged('FALSE');
  expect(await confirm()).toMatchObject({ replayed: false });
});

it('the newest verdict that tells decides, and a nuisance is no forbidden load either', async () => {
  await seen(2);
  await judged('NUISANCE');
  await judged('TRUE');
  expect(await reasonOf(confirm())).toBe('TOO_EARLY');
  await judged('NUISANCE');
  expect(await confirm()).toMatchObject({ replayed: false });
});

it('a restore that is taken back puts its trip back as the newest verdict says, also one given meanwhile', async () => {
  const takenBack = async (between: 'TRUE' | 'FALSE' | 'UNCLEAR') => {
    const { commandIds } = await confirm();
    await judged(between);
    const campusId = (await campus.caller('energy')).campus.id;
    await cancelCommand(database, campus.ctx, { campusId, commandId: commandIds[0]!, actor: 'user:energy' });
    expect(await held()).toEqual(['SAFETY']);
  };
  await seen(2);
  await judged('FALSE');
  await takenBack('TRUE');
  expect(await reasonOf(confirm()), 'found right after all').toBe('TOO_EARLY');
  await judged('NUISANCE');
  await takenBack('UNCLEAR');
  expect(await next()).toMatchObject({ rule: 'TRIP_REFUTED' });
  await judged('TRUE');
  clock.advance(360 * SECOND);
  await room.report(200);
  await takenBack('FALSE');
  expect(await next()).toMatchObject({ rule: 'TRIP_REFUTED' });

  // A tag that is hung while the restore waits takes it back as well.
  const { rows } = await database.pool.query<{ pointId: number; userId: number }>(
    `select p.id as "pointId", u.id as "userId" from meter_point p, app_user u where p.code = 'P-101' and u.code = 'maintainer'`,
  );
  await confirm();
  await judged('TRUE');
  await hangTag(database, campus.ctx, { ...rows[0]!, note: 'works on the sockets' });
  await takeTag(database, campus.ctx, rows[0]!);
  expect(await held()).toEqual(['SAFETY']);
  expect((await next()).rule).not.toBe('TRIP_REFUTED');
});

it('a verdict of who saw the trip before says nothing of a newer one of the same alarm', async () => {
  await seen(2);
  const alarmId = await newestAlarm();
  const seenCount = await countOf(campus, alarmId);
  clock.advance(360 * SECOND);
  await room.report(200);
  await confirm();
  clock.advance(35 * SECOND);
  await room.obey();
  await seen(1);
  expect([await held(), room.relay, await newestAlarm()], 'the same alarm tripped again').toEqual([
    ['SAFETY'],
    0,
    alarmId,
  ]);
  const { caller, deps } = await campus.as('warden-n');
  const judge = (verdict: 'FALSE' | 'TRUE') =>
    judgeAlarm(deps, caller, { alarmId, verdict, note: 'looked', seenCount });
  expect([await reasonOf(judge('FALSE')), await reasonOf(judge('TRUE'))]).toEqual([
    'ALARM_CAME_AGAIN',
    'ALARM_CAME_AGAIN',
  ]);
  expect(await reasonOf(confirm()), 'the newer trip holds').toBe('TOO_EARLY');
  const { rows } = await database.pool.query(
    `select from alarm_event where alarm_id = $1 and event = 'VERDICT' and at_ms = $2`,
    [alarmId, clock.now()],
  );
  expect(rows).toEqual([]);
});

it('whoever lives there judges no alarm of their room, by whichever sign-in', async () => {
  const roles = [{ role: 'WARDEN', scope: 'N' }];
  await campus.add({
    campus: testCampusDocument.campus,
    persons: [{ code: 'ST2', name: 'Student Two' }],
    occupancies: [{ account: 'A-102', person: 'ST2', from: '2025-09-01' }],
    users: [
      { code: 'warden-101', person: 'ST1', roles },
      { code: 'warden-102', person: 'ST2', roles },
    ],
  });
  await seen(2);
  const judge = async (who: string) =>
    judgeAsSeen(campus, who, { alarmId: await newestAlarm(), verdict: 'FALSE', note: 'mine' });
  const told = async (who: string) => {
    const { caller, deps } = await campus.as(who);
    return (await readAlarm(deps, caller, caller.permission('VIEW_ALARMS')!.scope, await newestAlarm()))
      .ownAlarm;
  };
  const wardens = ['warden-101', 'warden-102', 'warden-n'];
  expect(await Promise.all(wardens.map(told)), 'its page says so').toEqual([true, false, false]);
  expect(await reasonOf(judge('warden-101'))).toBe('OWN_ALARM');
  expect(await reasonOf(confirm()), 'the trip stays').toBe('TOO_EARLY');
  // One who moved out since was there when it was raised.
  await database.pool.query(
    `update occupancy set valid_to = $1 where person_id = (select id from person where code = 'ST1')`,
    [new Date(clock.now())],
  );
  expect([await reasonOf(judge('warden-101')), await told('warden-101')]).toEqual(['OWN_ALARM', true]);
  await database.pool.query(
    `update occupancy set valid_to = null where person_id = (select id from person where code = 'ST1')`,
  );
  await judge('warden-102');
  expect(await confirm()).toMatchObject({ replayed: false });
});

it('the lock of staff after three trips ends with the trip that locked', async () => {
  await seen(4);
  expect(room.relay).toBe(0);
  clock.advance(360 * SECOND);
  await room.report(200);
  expect(await reasonOf(confirm())).toBe('STAFF_NEEDED');
  await judged('FALSE');
  expect(await confirm()).toMatchObject({ replayed: false });
});

it('another reason stays, and so does a trip of another alarm', async () => {
  await seen(2);
  await database.pool.query(
    `update supply_state set reasons = reasons || '{"MANUAL": {"sinceMs": 1, "by": "user:energy"}}'
      where point_id = (select id from meter_point where code = 'P-101')`,
  );
  await judged('FALSE');
  expect(await reasonOf(confirm())).toBe('STAFF_NEEDED');
  await database.pool.query(
    `update supply_state set reasons = jsonb_set(reasons - 'MANUAL', '{SAFETY}', '{"sinceMs": 1, "by": "rule:LEAKAGE", "cause": "LEAKAGE"}')
      where point_id = (select id from meter_point where code = 'P-101')`,
  );
  await judged('NUISANCE');
  expect(await reasonOf(confirm())).toBe('STAFF_NEEDED');
});

it('who confirmed a restore is named by no command, whoever reads it by whichever key', async () => {
  await seen(2);
  await judged('FALSE');
  const { commandIds } = await confirm();
  clock.advance(35 * SECOND);
  await room.obey();
  const { caller } = await campus.as('energy');
  const scope = campusScope(caller.campus.id, new Date(clock.now()));
  const view = await findCommandView(database, scope, commandIds[0]!);
  expect(view).toMatchObject({ actor: 'resident', actorName: 'resident', op: 'connect' });
  expect(view!.steps[0]).toMatchObject({ event: 'CREATE', actor: 'resident' });
  expect(JSON.stringify(view)).not.toContain('student');
});

it('the band of what was measured is proposed with the settings in force there; once two people agree it trips nobody', async () => {
  await campus.add({
    campus: testCampusDocument.campus,
    rules: [{ rule: 'FORBIDDEN_LOAD', space: 'N', settings: { leastPf: 0.99 } }],
  });
  await seen(2);
  const alarmId = await newestAlarm();
  const allowance = async (code: string) => {
    const { caller, deps } = await campus.as(code);
    const scope = caller.permission('VIEW_ALARMS')!.scope;
    return (await readAlarm(deps, caller, scope, alarmId)).allowance;
  };
  expect(await allowance('warden-n'), 'a warden tunes no rule').toBeNull();
  expect(await allowance('energy')).toEqual({ space: 'N-101', fromW: 1_030, toW: 1_270 });
  const warden = await campus.as('warden-n');
  expect(await reasonOf(readAllowance(warden.deps, warden.caller, alarmId))).toBe('ROLE_MISSING');
  const { caller, deps } = await campus.as('energy');
  const proposed = await readAllowance(deps, caller, alarmId);
  expect(proposed).toEqual({
    space: 'N-101',
    body: { leastPf: 0.99, allowedBandsW: '420-480,1030-1270' },
  });
  const { id } = await proposeRuleChange(deps, caller, {
    ...{ ...proposed, rule: 'FORBIDDEN_LOAD' },
    reason: 'a lamp that is fine',
  });
  await judged('FALSE');
  await confirm();
  clock.advance(35 * SECOND);
  await room.obey();
  const admin = await campus.as('admin');
  await decideRuleChange(admin.deps, admin.caller, { id, decision: 'APPROVED' });
  for (let n = 0; n < 3; n++) await seen(1);
  expect([await held(), room.relay]).toEqual([[], 1]);
});
