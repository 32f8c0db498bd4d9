import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { FixedClock } from '../domain/time/clock';
import { applyMeterEvent } from './applyMeterEvent';
import { confirmRestore } from './confirmRestore';
import { replaceMeter } from './replaceMeter';
import { cancelCommand, requestSupply } from './requestSupply';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('nothing closes what is dangerous, and no room is dark by a slip', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let clock: FixedClock;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    ({ database, clock } = rooms);
  });
  afterAll(() => database.drop());

  const confirm = (one: SupplyRoom) =>
    confirmRestore(database, rooms.ctx, {
      campusId: rooms.campus.id,
      pointCode: one.meter.pointCode,
      actor: 'user:1',
      actorId: '1',
      means: 'PORTAL',
    });

  async function reasonsIn(
    one: SupplyRoom,
  ): Promise<Record<string, { cause?: string; staffOnly?: boolean }>> {
    const { rows } = await database.pool.query<{ reasons: Record<string, { cause?: string }> }>(
      'select reasons from supply_state where point_id = $1',
      [one.meter.pointId],
    );
    return rows[0]!.reasons;
  }

  const tells = (one: SupplyRoom, name: string, on = true) =>
    applyMeterEvent(database, rooms.ctx, {
      site: rooms.campus.code,
      senderKind: 'METER',
      senderCode: one.meter.code,
      meterCode: null,
      tsMs: clock.now(),
      rxMs: clock.now(),
      name,
      on,
      data: null,
    });

  async function overload(one: SupplyRoom): Promise<void> {
    for (let i = 0; i < 4; i++) {
      clock.advance(10 * SECOND);
      await rooms.report(one, 0.008, 3_000);
    }
  }

  it('a leakage that an overload follows stays one for staff to clear, and so does a load that only staff may release', async () => {
    const one = await rooms.room('50.00');
    await tells(one, 'LEAKAGE');
    await overload(one);
    expect((await reasonsIn(one)).SAFETY).toMatchObject({ cause: 'LEAKAGE' });
    await rooms.meterObeys(one);
    await rooms.pass(one, 10);
    await expect(confirm(one)).rejects.toMatchObject({ reason: 'STAFF_NEEDED' });
    const program = { ...rooms.asked(one, 'connect'), actor: 'key:1', actorId: null };
    await expect(requestSupply(database, rooms.ctx, program)).rejects.toMatchObject({
      reason: 'STAFF_NEEDED',
    });
    await rooms.operator(one, 'connect');
    expect(await rooms.meterObeys(one)).toEqual(['connect']);

    const other = await rooms.room('50.00');
    await rooms.operatorCuts(other, 'SAFETY');
    await overload(other);
    await rooms.meterObeys(other);
    await rooms.pass(other, 10);
    await expect(confirm(other), 'a person held it').rejects.toMatchObject({ reason: 'STAFF_NEEDED' });

    const third = await rooms.room('50.00');
    for (let i = 0; i < 5; i++) {
      await tells(third, 'FORBIDDEN_LOAD');
      clock.advance(SECOND);
      await tells(third, 'FORBIDDEN_LOAD', false);
      clock.advance(MINUTE);
    }
    expect((await reasonsIn(third)).SAFETY).toMatchObject({ staffOnly: true });
    await overload(third);
    expect((await reasonsIn(third)).SAFETY).toMatchObject({ staffOnly: true });
  });

  it('who wants supply kept while a cut waits to go out takes it back, and is told which', async () => {
    const one = await rooms.room('50.00');
    const { commandId } = await rooms.operator(one, 'disconnect', 5 * SECOND);
    const kept = await rooms.operator(one, 'connect');
    expect(kept).toEqual({ commandId, existing: true, waitUntilMs: null });
    clock.advance(10 * SECOND);
    expect(await rooms.meterObeys(one)).toEqual([]);
    expect([await rooms.statesOf(one), await reasonsIn(one)]).toEqual([['disconnect:SUPERSEDED'], {}]);
    await expect(rooms.operator(one, 'connect')).rejects.toMatchObject({ reason: 'NOTHING_TO_DO' });

    const other = await rooms.room('50.00');
    await rooms.operatorCuts(other, 'SAFETY');
    await expect(rooms.operator(other, 'connect'), 'a cut for safety goes out').rejects.toMatchObject({
      reason: 'COMMAND_LIVE',
    });
    expect(await rooms.meterObeys(other)).toEqual(['disconnect']);
  });

  it('no limit is set where nothing may go dark: a watt would be a cut', async () => {
    const one = await rooms.room('50.00');
    await rooms.protect(one, 'LIFE_SAFETY');
    await expect(rooms.limits(one, 1)).rejects.toMatchObject({ reason: 'LIFE_SAFETY' });
    const other = await rooms.room('50.00');
    await rooms.limits(other, 1_000);
    await rooms.protect(other, 'LIFE_SAFETY');
    expect(await rooms.send(other), 'nor one that was asked for before').toEqual([]);
  });

  it('a reading that was asked for ends no alarm of a dark room, and one that fails raises none', async () => {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await rooms.pass(one, 1);
    await rooms.topUp(one, '20.00', `asked-${one.account.code}`);
    const [restore] = await rooms.send(one);
    await rooms.answers(one, restore!, 'failed');
    expect(await rooms.alarmsOf(one)).toEqual(['RESTORE_FAILED']);
    await rooms.operator(one, 'read');
    const [read] = await rooms.send(one);
    await rooms.answers(one, read!, 'done');
    await rooms.pass(one, 1);
    expect(await rooms.alarmsOf(one)).toEqual(['RESTORE_FAILED']);

    const lit = await rooms.room('50.00');
    await rooms.operator(lit, 'read');
    const [failed] = await rooms.send(lit);
    await rooms.answers(lit, failed!, 'failed');
    expect(await rooms.alarmsOf(lit)).toEqual([]);
  });

  it('a restore that a later reading shows, and a cut that is wanted no more, leave no alarm behind', async () => {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await rooms.pass(one, 1);
    await rooms.topUp(one, '20.00', `later-${one.account.code}`);
    const [restore] = await rooms.send(one);
    await rooms.answers(one, restore!, 'failed');
    one.relay = 1;
    await rooms.pass(one, 1);
    await rooms.closeGaps();
    expect(await rooms.alarmsOf(one)).toEqual([]);

    const other = await rooms.room('50.00');
    await rooms.operatorCuts(other, 'MANUAL');
    const [cut] = await rooms.send(other);
    await rooms.answers(other, cut!, 'failed');
    await rooms.closeGaps();
    expect(await rooms.alarmsOf(other)).toEqual(['CUT_NOT_PROVEN']);
    await rooms.operator(other, 'connect').catch(() => undefined);
    await database.pool.query(
      `update supply_state set reasons = '{}', retry_due_ms = null where point_id = $1`,
      [other.meter.pointId],
    );
    await rooms.pass(other, 1);
    await rooms.closeGaps();
    expect(await rooms.alarmsOf(other)).toEqual([]);
  });

  it('what is taken back and switches nothing holds nothing off', async () => {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await rooms.pass(one, 1);
    const { commandId } = await rooms.operator(one, 'read');
    await cancelCommand(database, rooms.ctx, { campusId: rooms.campus.id, commandId, actor: 'user:1' });
    expect(await rooms.reasonsOf(one)).toEqual(['ARREARS']);
  });

  it('a point that can not be looked at keeps no other in the dark', async () => {
    const broken = await rooms.room('50.00');
    await rooms.operatorCuts(broken, 'SAFETY');
    const [cut] = await rooms.send(broken);
    await rooms.answers(broken, cut!, 'failed');
    await database.pool.query('update meter_install set valid_to = $2 where point_id = $1', [
      broken.meter.pointId,
      new Date(clock.now()),
    ]);
    await rooms.campus.changed();
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await rooms.pass(one, 1);
    await rooms.topUp(one, '20.00', `kept-${one.account.code}`);
    const [restore] = await rooms.send(one);
    await rooms.answers(one, restore!, 'failed');
    await rooms.pass(one, 6);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
    await database.pool.query('delete from supply_state where point_id = $1', [broken.meter.pointId]);
  });

  it('a room that nobody pays for any more is cut for nobody’s credit, and no command is made for it', async () => {
    const one = await rooms.room('1.00');
    await rooms.spend(one);
    const [cut] = await rooms.send(one);
    await rooms.answers(one, cut!, 'failed');
    await database.pool.query('update account_point set valid_to = $2 where point_id = $1', [
      one.meter.pointId,
      new Date(clock.now()),
    ]);
    await rooms.campus.changed();
    for (let i = 0; i < 8; i++) {
      await rooms.pass(one, 1);
      await rooms.send(one);
    }
    expect(await rooms.statesOf(one)).toHaveLength(1);
    expect(await rooms.reasonsOf(one)).toEqual([]);
  });

  it('a room that was off for more than a day waits for its resident, also behind a new meter and a restore that came late', async () => {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    clock.advance(26 * HOUR);
    await rooms.report(one, 0);
    const code = `N${one.meter.code}`;
    await replaceMeter(database, rooms.ctx, {
      campusId: rooms.campus.id,
      pointCode: one.meter.pointCode,
      oldEndRegister: one.register.toFixed(3),
      meter: { code, serial: code, startRegister: '0' },
      actor: 'user:electrician',
      reason: 'worn',
    });
    await rooms.topUp(one, '20.00', `day-${one.account.code}`);
    expect(await rooms.notices(one)).toContain('CONFIRM_RESTORE');
    expect(await rooms.reasonsOf(one)).toEqual(['ARREARS']);

    const other = await rooms.room('1.00');
    await rooms.cutForCredit(other);
    clock.advance(20 * HOUR);
    await rooms.report(other, 0);
    await database.pool.query('update meter set online = false, status_ms = $2 where id = $1', [
      other.meter.id,
      clock.now() + 1,
    ]);
    await rooms.topUp(other, '20.00', `away-${other.account.code}`);
    expect(await rooms.statesOf(other)).toEqual(['disconnect:VERIFIED']);
    clock.advance(6 * HOUR);
    await rooms.sweep();
    await rooms.pass(other, 3);
    expect(await rooms.meterObeys(other)).toEqual([]);
    expect(await rooms.notices(other)).toContain('CONFIRM_RESTORE');
    await confirm(other);
    expect(await rooms.meterObeys(other)).toEqual(['connect']);
  });

  it('a resident whose confirmed restore failed may ask again', async () => {
    const one = await rooms.room('50.00');
    await overload(one);
    await rooms.meterObeys(one);
    await rooms.pass(one, 6);
    await confirm(one);
    const [restore] = await rooms.send(one);
    await rooms.answers(one, restore!, 'failed');
    clock.advance(MINUTE);
    await rooms.report(one, 0);
    expect(await confirm(one)).toMatchObject({ replayed: false });
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
  });

  it('a point of life safety that is dark is told of at once, whatever the reason, until it is lit', async () => {
    const one = await rooms.room('50.00');
    await rooms.protect(one, 'LIFE_SAFETY');
    one.relay = 0;
    clock.advance(SECOND);
    await rooms.report(one, 0);
    expect(await rooms.reasonsOf(one)).toEqual(['LOCAL_TRIP']);
    await rooms.closeGaps();
    await rooms.closeGaps();
    expect(await rooms.alarmsOf(one)).toEqual(['LIFE_SAFETY_DARK']);
    one.relay = 1;
    clock.advance(MINUTE);
    await rooms.report(one, 0);
    await rooms.closeGaps();
    expect(await rooms.alarmsOf(one)).toEqual([]);
  });

  it('a protected room that is dark for no reason is told of, whatever its account owes', async () => {
    const one = await rooms.room('1.00', rooms.anyHour, 'CREDIT');
    await rooms.spend(one);
    await database.pool.query(
      "update supply_state set observed = 'OPEN', changed_ms = null, observed_ms = $2 where point_id = $1",
      [one.meter.pointId, clock.now() - 2 * MINUTE],
    );
    await rooms.closeGaps();
    expect(await rooms.alarmsOf(one)).toEqual(['SUPPLY_UNEXPLAINED']);
  });
});
