import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { FixedClock } from '../domain/time/clock';
import { dispatchCommand, dueCommands } from './dispatchCommand';
import { cancelCommand } from './requestSupply';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('a command that may be out is treated as one that is', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let clock: FixedClock;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    ({ database, clock } = rooms);
  });
  afterAll(() => database.drop());

  /** The broker takes the command and delivers it, but its acknowledgement is lost. */
  async function deliveredWithoutPuback(one: SupplyRoom): Promise<void> {
    const [due] = (await dueCommands(database, rooms.ctx, 100)).filter(
      ({ pointId }) => pointId === one.meter.pointId,
    );
    const send = dispatchCommand(database, rooms.ctx, due!.id, async () => {
      throw new Error('connection lost');
    });
    await expect(send).rejects.toThrow('connection lost');
  }

  it('a top-up after it sends the restore, not before the relay has been open for its least time', async () => {
    const one = await rooms.room('1.00');
    await rooms.spend(one);
    await deliveredWithoutPuback(one);
    clock.advance(2 * SECOND);
    const paid = await rooms.topUp(one, '20.00', `lost-${one.account.code}`);
    expect(paid.commandIds).toHaveLength(1);
    expect(await rooms.meterObeys(one)).toEqual([]);
    clock.advance(3 * SECOND);
    one.relay = 0;
    await rooms.report(one, 0);
    expect(await rooms.reasonsOf(one)).toEqual([]);
    clock.advance(20 * SECOND);
    expect(await rooms.meterObeys(one)).toEqual([]);
    clock.advance(10 * SECOND);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
    clock.advance(SECOND);
    await rooms.report(one, 0);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:SUPERSEDED', 'connect:VERIFIED']);
  });

  it('a cut that is obeyed only after the restore was refused leads to a restore, not to a local trip', async () => {
    const one = await rooms.room('1.00');
    await rooms.spend(one);
    await deliveredWithoutPuback(one);
    await database.pool.query('update meter set online = false, status_ms = $2 where id = $1', [
      one.meter.id,
      clock.now(),
    ]);
    expect((await rooms.topUp(one, '20.00', `off-${one.account.code}`)).commandIds).toEqual([]);
    await database.pool.query('update meter set online = true where id = $1', [one.meter.id]);
    expect(await rooms.meterObeys(one)).toEqual([]);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:SUPERSEDED']);
    one.relay = 0;
    await rooms.pass(one, 1);
    expect(await rooms.reasonsOf(one)).toEqual([]);
    await rooms.pass(one, 1);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
    expect(one.relay).toBe(1);
  });

  it('an opening long after a cut that never arrived is a local trip, and nothing closes it', async () => {
    const one = await rooms.room('1.00');
    await rooms.spend(one);
    await deliveredWithoutPuback(one);
    await rooms.topUp(one, '20.00', `never-${one.account.code}`);
    await rooms.pass(one, 1);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
    await rooms.pass(one, 20);
    one.relay = 0;
    await rooms.pass(one, 3);
    expect(await rooms.reasonsOf(one)).toEqual(['LOCAL_TRIP']);
    expect(await rooms.meterObeys(one)).toEqual([]);
  });

  it('a restore whose relay opened after it was queued waits for the least time off', async () => {
    const one = await rooms.room('50.00');
    await rooms.operatorCuts(one, 'MANUAL');
    const [cut] = (await dueCommands(database, rooms.ctx, 100)).filter(
      ({ pointId }) => pointId === one.meter.pointId,
    );
    await dispatchCommand(database, rooms.ctx, cut!.id, async () => undefined);
    clock.advance(40 * SECOND);
    await rooms.operator(one, 'connect');
    one.relay = 0;
    await rooms.report(one, 0);
    clock.advance(10 * SECOND);
    expect(await rooms.meterObeys(one)).toEqual([]);
    clock.advance(21 * SECOND);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
  });

  it('a restore that is taken back leaves every reason as it was', async () => {
    const one = await rooms.room('50.00');
    await rooms.operatorCuts(one, 'SAFETY');
    await rooms.meterObeys(one);
    await rooms.pass(one, 1);
    const { commandId } = await rooms.operator(one, 'connect', 5 * SECOND);
    expect(await rooms.reasonsOf(one)).toEqual([]);
    await cancelCommand(database, rooms.ctx, { campusId: rooms.campus.id, commandId, actor: 'user:1' });
    expect(await rooms.reasonsOf(one)).toEqual(['SAFETY']);
    clock.advance(MINUTE);
    expect(await rooms.meterObeys(one)).toEqual([]);
  });
});
