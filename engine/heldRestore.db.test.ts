import { afterAll, beforeAll, expect, it } from 'vitest';
import { replaceMeter } from './replaceMeter';
import { requestSupply } from './requestSupply';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let rooms: SupplyRooms;
beforeAll(async () => {
  rooms = await SupplyRooms.start();
});
afterAll(() => rooms?.database.drop());

/** A room that is off for credit and gets a new meter, fitted open; its first reading is in. */
async function darkWithNewMeter(): Promise<SupplyRoom> {
  const one = await rooms.room('1.00');
  await rooms.cutForCredit(one);
  await rooms.pass(one, 1);
  const code = `N${one.meter.code}`;
  await replaceMeter(rooms.database, rooms.ctx, {
    campusId: rooms.campus.id,
    pointCode: one.meter.pointCode,
    oldEndRegister: one.register.toFixed(3),
    meter: { code, serial: code, startRegister: '0' },
    actor: 'user:electrician',
    reason: 'worn',
  });
  const { rows } = await rooms.database.pool.query<{ id: number }>('select id from meter where code = $1', [
    code,
  ]);
  const fitted: SupplyRoom = {
    ...one,
    meter: { ...one.meter, id: rows[0]!.id, code },
    register: 0,
    relay: 0,
  };
  rooms.clock.advance(SECOND);
  await rooms.report(fitted, 0);
  return fitted;
}

async function alarmOf(one: SupplyRoom) {
  const { rows } = await rooms.database.pool.query<{ priority: number; active: boolean; count: number }>(
    `select priority::int as priority, active, count::int as count from alarm
      where rule = 'RESTORE_HELD' and subject_type = 'POINT' and subject_id = $1`,
    [one.meter.pointId],
  );
  return rows;
}

async function toldUntil(one: SupplyRoom): Promise<number[]> {
  const { rows } = await rooms.database.pool.query<{ until: number }>(
    "select (body ->> 'until')::float8 as until from notice where kind = 'RESTORE_HELD' and account_id = $1",
    [one.account.id],
  );
  return rows.map(({ until }) => until);
}

it('a paid restore that waits for a new meter is told to residents and staff in the payment itself, once, and follows by itself', async () => {
  const one = await darkWithNewMeter();
  const paid = await rooms.topUp(one, '20.00', `held-${one.account.code}`);
  expect(paid.commandIds).toEqual([]);
  expect(await rooms.reasonsOf(one)).toEqual([]);
  expect(await alarmOf(one)).toEqual([{ priority: 2, active: true, count: 1 }]);
  const [untilMs, ...more] = await toldUntil(one);
  expect(more).toEqual([]);
  expect(untilMs).toBeGreaterThan(rooms.clock.now() + 50 * MINUTE);

  for (; rooms.clock.now() + MINUTE < untilMs!; ) {
    await rooms.pass(one, 1);
    await rooms.closeGaps();
  }
  expect(await rooms.meterObeys(one), 'it may feed another room').toEqual([]);
  expect(await alarmOf(one), 'told once, and still so').toEqual([{ priority: 2, active: true, count: 1 }]);
  expect(await toldUntil(one)).toEqual([untilMs]);
  await rooms.pass(one, 2);
  expect(await rooms.meterObeys(one)).toEqual(['connect']);
  await rooms.pass(one, 1);
  await rooms.closeGaps();
  expect(await alarmOf(one)).toMatchObject([{ active: false }]);
});

it('whoever may restore confirms the meter, and power is back at once', async () => {
  const one = await darkWithNewMeter();
  await rooms.topUp(one, '20.00', `confirmed-${one.account.code}`);
  await requestSupply(rooms.database, rooms.ctx, { ...rooms.asked(one, 'connect'), mappingConfirmed: true });
  rooms.clock.advance(30 * SECOND);
  expect(await rooms.meterObeys(one)).toEqual(['connect']);
  await rooms.pass(one, 1);
  await rooms.closeGaps();
  expect(await alarmOf(one)).toMatchObject([{ active: false }]);
});

it('who only reads the meter, or limits it, ends no wait: that is for whoever switches the point', async () => {
  const one = await darkWithNewMeter();
  await rooms.topUp(one, '20.00', `read-${one.account.code}`);
  for (const action of ['read', 'setLimit'] as const) {
    const ask = { ...rooms.asked(one, action), limitW: 900, mappingConfirmed: true };
    const answer = await requestSupply(rooms.database, rooms.ctx, ask).then(
      () => 'DONE',
      (error: { reason?: string }) => error.reason,
    );
    for (let minute = 0; minute < 3; minute++) {
      await rooms.pass(one, 1);
      expect(await rooms.meterObeys(one), action).not.toContain('connect');
    }
    expect(answer).toBe('NOT_ALLOWED');
  }
});

it('a cut that waits for a new meter tells nobody of a restore', async () => {
  const one = await rooms.room('50.00');
  const code = `C${one.meter.code}`;
  await replaceMeter(rooms.database, rooms.ctx, {
    campusId: rooms.campus.id,
    pointCode: one.meter.pointCode,
    oldEndRegister: one.register.toFixed(3),
    meter: { code, serial: code, startRegister: '0' },
    actor: 'user:electrician',
    reason: 'worn',
  });
  const fitted: SupplyRoom = { ...one, meter: { ...one.meter, code }, register: 0, relay: 1 };
  rooms.clock.advance(SECOND);
  await rooms.report(fitted, 0);
  await expect(rooms.operator(fitted, 'disconnect')).rejects.toMatchObject({ reason: 'MAPPING_CHANGED' });
  await rooms.pass(fitted, 3);
  await rooms.closeGaps();
  expect(await alarmOf(fitted)).toEqual([]);
  expect(await toldUntil(fitted)).toEqual([]);
});
