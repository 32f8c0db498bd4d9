import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { TestCampus } from '../db/testing/factories';
import { cst } from '../domain/tariffs/testing';
import type { FixedClock } from '../domain/time/clock';
import { applyCommandAck } from './applyCommandAck';
import type { EngineContext } from './context';
import { dispatchCommand, dueCommands } from './dispatchCommand';
import { ingestReadings } from './ingestReadings';
import { armPoint, cancelCommand, requestSupply } from './requestSupply';
import { says } from './testing/harness';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('supply follows credit and is believed only when measured', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let campus: TestCampus;
  let clock: FixedClock;
  let ctx: EngineContext;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    ({ database, clock, campus, ctx } = rooms);
  });
  afterAll(() => database.drop());

  it('warns once per level, gives the last notice 15 minutes, cuts, proves; a top-up brings power back', async () => {
    const one = await rooms.room('30.00');
    await rooms.pass(one, 1, 0.2);
    expect(await rooms.notices(one)).toEqual([]);
    await rooms.use(one, 25);
    expect((await rooms.notices(one))[0]).toBe('LOW_BALANCE MONEY_20');
    await rooms.use(one, 34.8);
    expect(await rooms.statesOf(one)).toEqual([]);
    await rooms.pass(one, 2);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:QUEUED']);
    expect(await rooms.meterObeys(one)).toEqual(['disconnect']);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:EXECUTED']);
    clock.advance(MINUTE);
    await rooms.report(one, 0);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:VERIFIED']);
    clock.advance(MINUTE);
    const paid = await rooms.topUp(one, '20.00', `again-${one.account.code}`);
    expect(paid.commandIds).toHaveLength(1);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
    clock.advance(MINUTE);
    await rooms.report(one, 0);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:VERIFIED', 'connect:VERIFIED']);
    expect(await rooms.toAckMs(paid.paymentId)).toBe(100);
  });

  it('a top-up is measured as well when the reading overtakes the meter’s word that it is done', async () => {
    const one = await rooms.room('1.00');
    await rooms.use(one, 2.2);
    await rooms.pass(one, 6);
    await rooms.meterObeys(one);
    clock.advance(MINUTE);
    await rooms.report(one, 0);
    clock.advance(MINUTE);
    const paid = await rooms.topUp(one, '20.00', `overtaken-${one.account.code}`);
    expect(await rooms.meterObeys(one, 'accepted')).toEqual(['connect']);
    clock.advance(400);
    await rooms.report(one, 0);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:VERIFIED', 'connect:VERIFIED']);
    expect(await rooms.toAckMs(paid.paymentId)).toBe(500);
  });

  it('a batch takes as many round trips for ten accounts in debt as for one', async () => {
    const ten: SupplyRoom[] = [];
    for (let i = 0; i < 10; i++) ten.push(await rooms.room('1.00', rooms.anyHour, 'CREDIT'));
    for (let i = 0; i < 5; i++) {
      clock.advance(5 * MINUTE);
      await rooms.reportAll(ten, 1);
    }
    const trips: number[] = [];
    for (const some of [ten.slice(0, 1), ten]) {
      clock.advance(MINUTE);
      const query = vi.spyOn(pg.Client.prototype, 'query');
      await rooms.reportAll(some, 0.01);
      trips.push(query.mock.calls.length);
      query.mockRestore();
    }
    expect(trips[0]).toBeGreaterThan(5);
    expect(trips[1]).toBe(trips[0]);
    expect(await rooms.statesOf(ten[0]!)).toEqual([]);
  });

  it('a disconnect never fires after a top-up has made it wrong', async () => {
    const one = await rooms.room('1.00');
    await rooms.use(one, 2.2);
    await rooms.pass(one, 6);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:QUEUED']);
    const [due] = (await dueCommands(database, ctx, 10)).filter((c) => c.pointId === one.meter.pointId);
    await rooms.topUp(one, '50.00', `saved-${one.account.code}`);
    const sent: string[] = [];
    const outcome = await dispatchCommand(database, ctx, due!.id, async (c) => {
      sent.push(c.op);
    });
    expect(outcome).toBe('DROPPED');
    expect(sent).toEqual([]);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:SUPERSEDED']);
    await rooms.pass(one, 3);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:SUPERSEDED']);
  });

  it('credit never cuts inside a no-cut period; the cut follows at its end', async () => {
    clock.set(cst('2025-09-16 22:30'));
    const night = await campus.policy({ noCutPeriods: true });
    const one = await rooms.room('0.50', night);
    await rooms.use(one, 2);
    await rooms.pass(one, 30);
    expect(await rooms.statesOf(one)).toEqual([]);
    clock.set(cst('2025-09-17 07:20'));
    await rooms.report(one, 0);
    clock.set(cst('2025-09-17 07:31'));
    await rooms.pass(one, 1);
    expect(await rooms.notices(one)).toContain('FINAL_NOTICE');
    await rooms.pass(one, 27);
    expect(await rooms.statesOf(one)).toEqual([]);
    await rooms.pass(one, 3);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:QUEUED']);
  });

  it('after an outage of more than ten minutes nobody is cut for credit for half an hour', async () => {
    clock.set(cst('2025-09-17 12:00'));
    const one = await rooms.room('1.00');
    await rooms.pass(one, 5);
    clock.advance(20 * MINUTE);
    await rooms.report(one, 3);
    await rooms.pass(one, 28);
    expect(await rooms.statesOf(one)).toEqual([]);
    await rooms.pass(one, 3);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:QUEUED']);
  });

  it('an acknowledged cut that no reading proves ends UNVERIFIED with an alarm, never as off', async () => {
    clock.set(cst('2025-09-18 12:00'));
    const one = await rooms.room('50.00');
    const { commandId } = await requestSupply(database, ctx, {
      campusId: campus.id,
      pointCode: one.meter.pointCode,
      action: 'disconnect',
      actor: 'user:1',
      actorId: '1',
      reason: 'inspection',
    });
    await dispatchCommand(database, ctx, commandId!, async () => undefined);
    await applyCommandAck(database, ctx, {
      site: campus.code,
      senderCode: one.meter.code,
      commandId: commandId!,
      meterCode: one.meter.code,
      state: 'done',
      code: '',
      tsMs: clock.now(),
      rxMs: clock.now(),
      observed: { relay: 0 },
    });
    await rooms.pass(one, 3);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:UNVERIFIED']);
    const { rows } = await database.pool.query(
      "select priority, active from alarm where rule = 'CUT_NOT_PROVEN' and subject_id = $1",
      [one.meter.pointId],
    );
    expect(rows).toEqual([{ priority: 1, active: true }]);
    const supply = await database.pool.query('select observed from supply_state where point_id = $1', [
      one.meter.pointId,
    ]);
    expect(supply.rows[0]?.observed).toBe('CLOSED');
  });

  it('a paid restore that nobody could send is tried again, and so is a cut', async () => {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    clock.advance(MINUTE);
    await rooms.topUp(one, '20.00', `late-${one.account.code}`);
    // The broker is away for longer than a command lives.
    await rooms.pass(one, 4);
    expect((await rooms.statesOf(one)).at(-1)).toBe('connect:EXPIRED');
    await rooms.pass(one, 4);
    expect(await rooms.meterObeys(one)).toEqual(['connect']);
    await rooms.pass(one, 1);
    expect((await rooms.statesOf(one)).at(-1)).toBe('connect:VERIFIED');
    await rooms.operatorCuts(one, 'SAFETY');
    await rooms.pass(one, 8);
    expect(await rooms.meterObeys(one)).toEqual(['disconnect']);
    expect(await rooms.reasonsOf(one)).toEqual(['SAFETY']);
  });

  it('a safety cut of a room that is off already stays in force when the room is paid for', async () => {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    await rooms.pass(one, 3);
    await rooms.operatorCuts(one, 'SAFETY');
    expect(await rooms.reasonsOf(one)).toEqual(['ARREARS', 'SAFETY']);
    await rooms.meterObeys(one);
    expect((await rooms.topUp(one, '20.00', `hazard-${one.account.code}`)).commandIds).toEqual([]);
    expect(await rooms.reasonsOf(one)).toEqual(['SAFETY']);
    await rooms.pass(one, 10);
    expect(await rooms.meterObeys(one)).toEqual([]);
    expect(one.relay).toBe(0);
  });

  it('a safety cut overtakes a restore that waits to go out', async () => {
    const one = await rooms.room('1.00');
    await rooms.cutForCredit(one);
    clock.advance(2 * SECOND);
    expect((await rooms.topUp(one, '20.00', `wait-${one.account.code}`)).commandIds).toHaveLength(1);
    await rooms.operatorCuts(one, 'SAFETY');
    clock.advance(40 * SECOND);
    expect(await rooms.meterObeys(one)).toEqual(['disconnect']);
    expect(await rooms.reasonsOf(one)).toEqual(['SAFETY']);
  });

  it('a meter whose clock was never set proves nothing by what it measured before the command', async () => {
    const one = await rooms.room('50.00');
    const old = clock.now() - 30 * SECOND;
    clock.advance(2 * MINUTE);
    await rooms.report(one, 0.01);
    clock.advance(MINUTE);
    await rooms.operatorCuts(one, 'MANUAL');
    const [due] = (await dueCommands(database, ctx, 50)).filter((c) => c.pointId === one.meter.pointId);
    await dispatchCommand(database, ctx, due!.id, async () => undefined);
    await applyCommandAck(database, ctx, {
      site: campus.code,
      senderCode: one.meter.code,
      commandId: due!.id,
      meterCode: one.meter.code,
      state: 'done',
      code: '',
      tsMs: 1_000,
      rxMs: clock.now(),
      observed: {},
    });
    await ingestReadings(database, ctx, [
      says(campus, one.meter.code, old, '1000.000', { relay: 0, powerW: 0, currentA: 0, rxMs: clock.now() }),
    ]);
    expect((await rooms.statesOf(one)).at(-1)).toBe('disconnect:EXECUTED');
  });

  it('silence becomes a timeout within 120 s; an undo stops what has not gone out', async () => {
    clock.set(cst('2025-09-19 12:00'));
    const one = await rooms.room('50.00');
    const request = {
      campusId: campus.id,
      pointCode: one.meter.pointCode,
      action: 'disconnect' as const,
      actor: 'user:1',
      actorId: '1',
      reason: 'inspection',
      holdMs: 5_000,
    };
    const held = await requestSupply(database, ctx, request);
    expect((await dueCommands(database, ctx, 10)).map((c) => c.id)).not.toContain(held.commandId);
    await cancelCommand(database, ctx, { campusId: campus.id, commandId: held.commandId!, actor: 'user:1' });
    const again = await requestSupply(database, ctx, { ...request, holdMs: 0 });
    await dispatchCommand(database, ctx, again.commandId!, async () => undefined);
    await rooms.pass(one, 3);
    expect(await rooms.statesOf(one)).toEqual(['disconnect:CANCELLED', 'disconnect:FAILED_TIMEOUT']);
  });

  it('a meter is asked for a reading once in half a minute, whoever asks; one that was taken back counts for nothing', async () => {
    const [one, other] = [await rooms.room('30.00'), await rooms.room('30.00')];
    const ask = ({ meter }: SupplyRoom, actor: string) =>
      requestSupply(database, ctx, {
        ...{ campusId: campus.id, pointCode: meter.pointCode, action: 'read', reason: 'CHECK' },
        ...{ actor: `user:${actor}`, actorId: actor },
      });
    const first = await ask(one, '1');
    const askedMs = clock.now();
    await ask(other, '1');
    clock.advance(30 * SECOND - 1);
    await expect(ask(one, '2')).rejects.toMatchObject({
      code: 'refused',
      reason: 'READ_RATE',
      details: { until: askedMs + 30 * SECOND },
    });
    clock.advance(1);
    const second = await ask(one, '2');
    expect(second.commandId).not.toBe(first.commandId);
    await cancelCommand(database, ctx, {
      ...{ campusId: campus.id, commandId: second.commandId!, actor: 'user:2' },
    });
    await ask(one, '1');
  });

  it('an open panel, whoever has it open, stops no command that was already taken', async () => {
    clock.set(cst('2025-09-19 18:00'));
    const one = await rooms.room('50.00');
    const { rows } = await database.pool.query<{ id: number }>(
      `insert into app_user (campus_id, code, display_name, password_hash) values ($1, 'guard', 'Guard', '-') returning id`,
      [campus.id],
    );
    const user = { userId: rows[0]!.id, userName: 'Guard' };
    await armPoint(database, ctx, { pointId: one.meter.pointId, ...user });
    const { commandId } = await requestSupply(database, ctx, {
      campusId: campus.id,
      pointCode: one.meter.pointCode,
      action: 'disconnect',
      actor: 'user:guard',
      actorId: String(user.userId),
      reason: 'inspection',
    });
    const sent = await dispatchCommand(database, ctx, commandId!, async () => undefined);
    expect(sent).toBe('SENT');
  });

  it('overload over the limit for its delay trips the point and raises one alarm', async () => {
    clock.set(cst('2025-09-20 12:00'));
    const one = await rooms.room('50.00');
    for (let i = 0; i < 3; i++) {
      clock.advance(10 * SECOND);
      await rooms.report(one, 0.001, 1_900);
    }
    expect(await rooms.statesOf(one)).toEqual(['disconnect:QUEUED']);
    const { rows } = await database.pool.query(
      "select priority, count(*)::int as n from alarm where rule = 'OVERLOAD' and subject_id = $1 group by 1",
      [one.meter.pointId],
    );
    expect(rows).toEqual([{ priority: 2, n: 1 }]);
  });

  it('a relay that opened without a command of ours is a local trip, not ours to close', async () => {
    clock.set(cst('2025-09-21 12:00'));
    const one = await rooms.room('50.00');
    one.relay = 0;
    await rooms.pass(one, 2);
    const { rows } = await database.pool.query(
      'select reasons, observed from supply_state where point_id = $1',
      [one.meter.pointId],
    );
    expect(rows[0]).toMatchObject({ observed: 'OPEN', reasons: { LOCAL_TRIP: { by: 'meter' } } });
    expect(await rooms.statesOf(one)).toEqual([]);
  });

  it('the same reference credits once; another amount under it is a conflict', async () => {
    const one = await rooms.room('5.00');
    const first = await rooms.topUp(one, '7.00', 'R-77');
    const second = await rooms.topUp(one, '7.00', 'R-77');
    expect(second).toMatchObject({ paymentId: first.paymentId, replayed: true });
    await expect(rooms.topUp(one, '8.00', 'R-77')).rejects.toMatchObject({ code: 'conflict' });
  });
});
