import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { FixedClock } from '../domain/time/clock';
import { applyStatus } from './applyStatus';
import { cancelCommand } from './requestSupply';
import { SupplyRooms } from './testing/supplyRooms';

const SECOND = 1_000;

describe('no relay closes while a reason is held, and no dark room is forgotten', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let clock: FixedClock;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    ({ database, clock } = rooms);
  });
  afterAll(() => database.drop());

  const undo = (commandId: string) =>
    cancelCommand(database, rooms.ctx, { campusId: rooms.campus.id, commandId, actor: 'user:1' });

  it('a restore that is taken back while the cut is still on its way leaves the cut in force', async () => {
    const one = await rooms.room('50.00');
    await rooms.operatorCuts(one, 'MANUAL');
    await rooms.send(one);
    clock.advance(2 * SECOND);
    const { commandId } = await rooms.operator(one, 'connect', 5 * SECOND);
    await undo(commandId);
    expect(await rooms.reasonsOf(one)).toEqual(['MANUAL']);
    one.relay = 0;
    await rooms.pass(one, 3);
    expect(await rooms.meterObeys(one)).toEqual([]);
    expect(one.relay).toBe(0);
  });

  it('a cut that is taken back takes away no other person’s', async () => {
    const one = await rooms.room('50.00');
    await rooms.operatorCuts(one, 'MANUAL');
    const [cut] = await rooms.send(one);
    await rooms.answers(one, cut!, 'failed');
    clock.advance(SECOND);
    const { commandId } = await rooms.operator(one, 'disconnect', 5 * SECOND);
    await undo(commandId);
    expect(await rooms.reasonsOf(one)).toEqual(['MANUAL']);
    await rooms.pass(one, 1);
    expect(await rooms.meterObeys(one)).toEqual(['disconnect']);
  });

  it('a cut that is taken back gives way to the restore that it had overtaken', async () => {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await rooms.topUp(one, '20.00', `undone-${one.account.code}`);
    const { commandId } = await rooms.operator(one, 'disconnect', 5 * SECOND);
    await undo(commandId);
    await rooms.pass(one, 2);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
  });

  it('a safety cut that waited behind a cut for credit is tried again when the room is paid for', async () => {
    const one = await rooms.room('1.00');
    await rooms.use(one, 2.1);
    await rooms.pass(one, 2);
    await rooms.operatorCuts(one, 'SAFETY');
    const [cut] = await rooms.send(one);
    await rooms.answers(one, cut!, 'failed');
    await rooms.pass(one, 4);
    await rooms.topUp(one, '20.00', `behind-${one.account.code}`);
    await rooms.send(one);
    await rooms.pass(one, 1);
    expect(await rooms.reasonsOf(one)).toEqual(['SAFETY']);
    expect(await rooms.meterObeys(one)).toEqual(['disconnect']);
  });

  it('a relay that opens right after our restore has tripped, and is not closed again', async () => {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await rooms.pass(one, 1);
    await rooms.topUp(one, '20.00', `trips-${one.account.code}`);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
    one.relay = 0;
    await rooms.pass(one, 10);
    expect(await rooms.reasonsOf(one)).toEqual(['LOCAL_TRIP']);
    expect(await rooms.meterObeys(one)).toEqual([]);
    expect(await rooms.alarmsOf(one)).toContain('RESTORE_FAILED');
  });

  it('an overloaded meter that refused our cut and opens has tripped by itself', async () => {
    const one = await rooms.room('1.00');
    await rooms.spend(one);
    const [cut] = await rooms.send(one);
    await rooms.answers(one, cut!, 'rejected');
    await rooms.topUp(one, '20.00', `refused-${one.account.code}`);
    clock.advance(30 * SECOND);
    await rooms.report(one, 0.01, 3_000);
    clock.advance(30 * SECOND);
    one.relay = 0;
    await rooms.report(one, 0);
    expect(await rooms.reasonsOf(one)).toContain('LOCAL_TRIP');
    await rooms.pass(one, 10);
    expect(await rooms.meterObeys(one)).toEqual([]);
  });

  it('a restore that the meter finds too old each time is told of', async () => {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await rooms.pass(one, 1);
    await rooms.topUp(one, '20.00', `clock-${one.account.code}`);
    const [restore] = await rooms.send(one);
    await rooms.answers(one, restore!, 'expired');
    expect(await rooms.alarmsOf(one)).toContain('RESTORE_FAILED');
  });

  it('arming is refused: nothing closes that was asked to wait for a hand', async () => {
    const one = await rooms.room('50.00');
    await rooms.operatorCuts(one, 'MANUAL');
    await rooms.meterObeys(one);
    await rooms.pass(one, 1);
    await expect(rooms.operator(one, 'arm')).rejects.toMatchObject({ reason: 'ARM_NOT_SUPPORTED' });
    expect(await rooms.reasonsOf(one)).toEqual(['MANUAL']);
  });

  it('each cut for credit has a notice of its own', async () => {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await rooms.pass(one, 1);
    const before = (await rooms.notices(one)).length;
    await rooms.topUp(one, '4.00', `again-${one.account.code}`);
    await rooms.meterObeys(one);
    await rooms.pass(one, 1);
    await rooms.use(one, 8.5);
    expect((await rooms.notices(one)).slice(before)).toContain('FINAL_NOTICE');
  });

  it('a meter that is heard after it was told offline is commanded; an older word changes nothing', async () => {
    const one = await rooms.room('50.00');
    const status = { site: rooms.campus.code, kind: 'METER' as const, code: one.meter.code, retained: false };
    const word = { ...status, online: false, tsMs: null, boot: null, firmware: null };
    await applyStatus(database, rooms.ctx, { ...word, rxMs: clock.now() });
    clock.advance(10 * SECOND);
    await rooms.report(one, 0.001);
    await rooms.operatorCuts(one, 'MANUAL');
    expect(await rooms.meterObeys(one)).toEqual(['disconnect']);
    await applyStatus(database, rooms.ctx, { ...word, online: true, rxMs: clock.now() });
    await applyStatus(database, rooms.ctx, { ...word, rxMs: clock.now() - SECOND });
    const { rows } = await database.pool.query('select online from meter where id = $1', [one.meter.id]);
    expect(rows).toEqual([{ online: true }]);
  });
});
