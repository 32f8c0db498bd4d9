import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyCommandAck } from './applyCommandAck';
import { applyTopUp } from './applyTopUp';
import { type EngineContext, silentLog } from './context';
import { dispatchCommand, dueCommands } from './dispatchCommand';
import { ingestReadings } from './ingestReadings';
import { armPoint, cancelCommand, requestSupply } from './requestSupply';
import { sweepCommands } from './sweepCommands';
import { sweepPolicies } from './sweepPolicies';
import { says } from './testing/harness';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('supply follows credit and is believed only when measured', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let flat: number;
  let anyHour: string;
  let clock: FixedClock;
  let ctx: EngineContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    campus = await TestCampus.create(database);
    flat = await campus.tariff([flatTariff('F-1', cst('2024-01-01 00:00'), 500_000n)]);
    anyHour = await campus.policy({ noCutPeriods: false });
    clock = new FixedClock(cst('2025-09-10 12:00'));
    ctx = { clock, log: silentLog };
  });
  afterAll(() => database.drop());

  interface Room {
    account: { id: number; code: string };
    meter: TestMeter;
    register: number;
    relay: 0 | 1;
  }

  async function room(cash: string, policy = anyHour, protection: 'NONE' | 'CREDIT' = 'NONE'): Promise<Room> {
    const account = await campus.account({ policy });
    const meter = await campus.meter({
      accountId: account.id,
      tariffId: flat,
      intervalS: 60,
      limitW: 1_500,
      protection,
    });
    const one: Room = { account, meter, register: 1_000, relay: 1 };
    await topUp(one, cash, `first-${account.code}`);
    await report(one, 0);
    return one;
  }

  async function report(one: Room, kwh: number, powerW = 200): Promise<void> {
    await reportAll([one], kwh, powerW);
  }

  /** All in one batch. */
  async function reportAll(rooms: readonly Room[], kwh: number, powerW = 200): Promise<void> {
    for (const one of rooms) one.register += kwh;
    await ingestReadings(
      database,
      ctx,
      rooms.map(({ meter, register, relay }) =>
        says(campus, meter.code, clock.now(), register.toFixed(3), {
          relay,
          powerW: relay === 1 ? powerW : 0,
          currentA: relay === 1 ? powerW / 230 : 0,
        }),
      ),
    );
  }

  function topUp(one: Room, yuan: string, reference: string) {
    return applyTopUp(database, ctx, {
      campusId: campus.id,
      accountCode: one.account.code,
      amountMicro: BigInt(yuan.replace('.', '')) * 10_000n,
      channel: 'counter',
      reference,
      actor: 'user:test',
    });
  }

  /** Publishes what is due and lets the meter carry it out. */
  async function meterObeys(one: Room, answer: 'done' | 'accepted' = 'done'): Promise<string[]> {
    const sent: string[] = [];
    for (const command of await dueCommands(database, ctx, 100)) {
      if (command.pointId !== one.meter.pointId) continue;
      const outcome = await dispatchCommand(database, ctx, command.id, async () => {
        sent.push(command.op);
      });
      if (outcome !== 'SENT') continue;
      clock.advance(100);
      one.relay = command.op === 'connect' ? 1 : 0;
      await applyCommandAck(database, ctx, {
        site: campus.code,
        senderCode: one.meter.code,
        commandId: command.id,
        meterCode: one.meter.code,
        state: answer,
        code: '',
        tsMs: clock.now(),
        rxMs: clock.now(),
        observed: {},
      });
    }
    return sent;
  }

  /** From the accepted payment to the relay's acknowledgement, as the health page shows it, ms. */
  async function toAckMs(paymentId: string): Promise<number | null | undefined> {
    const { rows } = await database.pool.query<{ to_ack_ms: number | null }>(
      'select to_ack_ms from top_up_latency where payment_id = $1',
      [paymentId],
    );
    return rows[0]?.to_ack_ms;
  }

  async function statesOf(one: Room): Promise<string[]> {
    const { rows } = await database.pool.query<{ op: string; state: string }>(
      "select op, state from command where point_id = $1 and op <> 'read' order by created_ms, id",
      [one.meter.pointId],
    );
    return rows.map((r) => `${r.op}:${r.state}`);
  }

  async function notices(one: Room): Promise<string[]> {
    const { rows } = await database.pool.query<{ kind: string; level: string | null }>(
      "select kind, body->>'level' as level from notice where account_id = $1 order by id",
      [one.account.id],
    );
    return rows.map((r) => (r.level ? `${r.kind} ${r.level}` : r.kind));
  }

  /** Uses energy at a plausible rate, with a reading every five minutes. */
  async function use(one: Room, kwh: number): Promise<void> {
    for (let leftWh = Math.round(kwh * 1000); leftWh > 0; leftWh -= 1_200) {
      clock.advance(5 * MINUTE);
      await report(one, Math.min(leftWh, 1_200) / 1000);
    }
  }

  /** Lets time pass with a reading a minute, as a live meter gives. */
  async function pass(one: Room, minutes: number, kwhPerMinute = 0): Promise<void> {
    for (let i = 0; i < minutes; i++) {
      clock.advance(MINUTE);
      await report(one, kwhPerMinute);
      await sweepPolicies(database, ctx);
      await sweepCommands(database, ctx);
    }
  }

  it('warns once per level, gives the last notice 15 minutes, cuts, proves; a top-up brings power back', async () => {
    const one = await room('30.00');
    await pass(one, 1, 0.2);
    expect(await notices(one)).toEqual([]);
    await use(one, 25);
    expect((await notices(one))[0]).toBe('LOW_BALANCE MONEY_20');
    await use(one, 34.8);
    expect(await statesOf(one)).toEqual([]);
    await pass(one, 2);
    expect(await statesOf(one)).toEqual(['disconnect:QUEUED']);
    expect(await meterObeys(one)).toEqual(['disconnect']);
    expect(await statesOf(one)).toEqual(['disconnect:EXECUTED']);
    clock.advance(MINUTE);
    await report(one, 0);
    expect(await statesOf(one)).toEqual(['disconnect:VERIFIED']);
    clock.advance(MINUTE);
    const paid = await topUp(one, '20.00', `again-${one.account.code}`);
    expect(paid.commandIds).toHaveLength(1);
    expect(await meterObeys(one)).toEqual(['connect']);
    clock.advance(MINUTE);
    await report(one, 0);
    expect(await statesOf(one)).toEqual(['disconnect:VERIFIED', 'connect:VERIFIED']);
    expect(await toAckMs(paid.paymentId)).toBe(100);
  });

  it('a top-up is measured as well when the reading overtakes the meter’s word that it is done', async () => {
    const one = await room('1.00');
    await use(one, 2.2);
    await pass(one, 6);
    await meterObeys(one);
    clock.advance(MINUTE);
    await report(one, 0);
    clock.advance(MINUTE);
    const paid = await topUp(one, '20.00', `overtaken-${one.account.code}`);
    expect(await meterObeys(one, 'accepted')).toEqual(['connect']);
    clock.advance(400);
    await report(one, 0);
    expect(await statesOf(one)).toEqual(['disconnect:VERIFIED', 'connect:VERIFIED']);
    expect(await toAckMs(paid.paymentId)).toBe(500);
  });

  it('a batch takes as many round trips for ten accounts in debt as for one', async () => {
    const rooms: Room[] = [];
    for (let i = 0; i < 10; i++) rooms.push(await room('1.00', anyHour, 'CREDIT'));
    for (let i = 0; i < 5; i++) {
      clock.advance(5 * MINUTE);
      await reportAll(rooms, 1);
    }
    const trips: number[] = [];
    for (const some of [rooms.slice(0, 1), rooms]) {
      clock.advance(MINUTE);
      const query = vi.spyOn(pg.Client.prototype, 'query');
      await reportAll(some, 0.01);
      trips.push(query.mock.calls.length);
      query.mockRestore();
    }
    expect(trips[0]).toBeGreaterThan(5);
    expect(trips[1]).toBe(trips[0]);
    expect(await statesOf(rooms[0]!)).toEqual([]);
  });

  it('a disconnect never fires after a top-up has made it wrong', async () => {
    const one = await room('1.00');
    await use(one, 2.2);
    await pass(one, 6);
    expect(await statesOf(one)).toEqual(['disconnect:QUEUED']);
    const [due] = (await dueCommands(database, ctx, 10)).filter((c) => c.pointId === one.meter.pointId);
    await topUp(one, '50.00', `saved-${one.account.code}`);
    const sent: string[] = [];
    const outcome = await dispatchCommand(database, ctx, due!.id, async (c) => {
      sent.push(c.op);
    });
    expect(outcome).toBe('DROPPED');
    expect(sent).toEqual([]);
    expect(await statesOf(one)).toEqual(['disconnect:SUPERSEDED']);
    await pass(one, 3);
    expect(await statesOf(one)).toEqual(['disconnect:SUPERSEDED']);
  });

  it('credit never cuts inside a no-cut period; the cut follows at its end', async () => {
    clock.set(cst('2025-09-16 22:30'));
    const night = await campus.policy({ noCutPeriods: true });
    const one = await room('0.50', night);
    await use(one, 2);
    await pass(one, 30);
    expect(await statesOf(one)).toEqual([]);
    clock.set(cst('2025-09-17 07:20'));
    await report(one, 0);
    clock.set(cst('2025-09-17 07:31'));
    await pass(one, 1);
    expect(await notices(one)).toContain('FINAL_NOTICE');
    await pass(one, 27);
    expect(await statesOf(one)).toEqual([]);
    await pass(one, 3);
    expect(await statesOf(one)).toEqual(['disconnect:QUEUED']);
  });

  it('after an outage of more than ten minutes nobody is cut for credit for half an hour', async () => {
    clock.set(cst('2025-09-17 12:00'));
    const one = await room('1.00');
    await pass(one, 5);
    clock.advance(20 * MINUTE);
    await report(one, 3);
    await pass(one, 28);
    expect(await statesOf(one)).toEqual([]);
    await pass(one, 3);
    expect(await statesOf(one)).toEqual(['disconnect:QUEUED']);
  });

  it('an acknowledged cut that no reading proves ends UNVERIFIED with an alarm, never as off', async () => {
    clock.set(cst('2025-09-18 12:00'));
    const one = await room('50.00');
    const { commandId } = await requestSupply(database, ctx, {
      campusId: campus.id,
      pointCode: one.meter.pointCode,
      action: 'disconnect',
      actor: 'user:1',
      actorId: '1',
      reason: 'inspection',
    });
    await dispatchCommand(database, ctx, commandId, async () => undefined);
    await applyCommandAck(database, ctx, {
      site: campus.code,
      senderCode: one.meter.code,
      commandId,
      meterCode: one.meter.code,
      state: 'done',
      code: '',
      tsMs: clock.now(),
      rxMs: clock.now(),
      observed: { relay: 0 },
    });
    await pass(one, 3);
    expect(await statesOf(one)).toEqual(['disconnect:UNVERIFIED']);
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

  const operatorCuts = (one: Room, cause: 'MANUAL' | 'SAFETY') =>
    requestSupply(database, ctx, {
      campusId: campus.id,
      pointCode: one.meter.pointCode,
      action: 'disconnect',
      actor: 'user:1',
      actorId: '1',
      reason: 'smoke',
      cause,
    });

  async function reasonsOf(one: Room): Promise<string[]> {
    const { rows } = await database.pool.query<{ reasons: object }>(
      'select reasons from supply_state where point_id = $1',
      [one.meter.pointId],
    );
    return Object.keys(rows[0]!.reasons).sort();
  }

  async function cutForCredit(one: Room): Promise<void> {
    await use(one, 2.2);
    await pass(one, 6);
    await meterObeys(one);
    clock.advance(SECOND);
    await report(one, 0);
  }

  it('a paid restore that nobody could send is tried again, and so is a cut', async () => {
    const one = await room('1.00');
    await cutForCredit(one);
    clock.advance(MINUTE);
    await topUp(one, '20.00', `late-${one.account.code}`);
    // The broker is away for longer than a command lives.
    await pass(one, 4);
    expect((await statesOf(one)).at(-1)).toBe('connect:EXPIRED');
    await pass(one, 4);
    expect(await meterObeys(one)).toEqual(['connect']);
    await pass(one, 1);
    expect((await statesOf(one)).at(-1)).toBe('connect:VERIFIED');
    await operatorCuts(one, 'SAFETY');
    await pass(one, 8);
    expect(await meterObeys(one)).toEqual(['disconnect']);
    expect(await reasonsOf(one)).toEqual(['SAFETY']);
  });

  it('a safety cut of a room that is off already stays in force when the room is paid for', async () => {
    const one = await room('1.00');
    await cutForCredit(one);
    await pass(one, 3);
    await operatorCuts(one, 'SAFETY');
    expect(await reasonsOf(one)).toEqual(['ARREARS', 'SAFETY']);
    await meterObeys(one);
    expect((await topUp(one, '20.00', `hazard-${one.account.code}`)).commandIds).toEqual([]);
    expect(await reasonsOf(one)).toEqual(['SAFETY']);
    await pass(one, 10);
    expect(await meterObeys(one)).toEqual([]);
    expect(one.relay).toBe(0);
  });

  it('a safety cut overtakes a restore that waits to go out', async () => {
    const one = await room('1.00');
    await cutForCredit(one);
    clock.advance(2 * SECOND);
    expect((await topUp(one, '20.00', `wait-${one.account.code}`)).commandIds).toHaveLength(1);
    await operatorCuts(one, 'SAFETY');
    clock.advance(40 * SECOND);
    expect(await meterObeys(one)).toEqual(['disconnect']);
    expect(await reasonsOf(one)).toEqual(['SAFETY']);
  });

  it('a meter whose clock was never set proves nothing by what it measured before the command', async () => {
    const one = await room('50.00');
    const old = clock.now() - 30 * SECOND;
    clock.advance(2 * MINUTE);
    await report(one, 0.01);
    clock.advance(MINUTE);
    await operatorCuts(one, 'MANUAL');
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
    expect((await statesOf(one)).at(-1)).toBe('disconnect:EXECUTED');
  });

  it('silence becomes a timeout within 120 s; an undo stops what has not gone out', async () => {
    clock.set(cst('2025-09-19 12:00'));
    const one = await room('50.00');
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
    await cancelCommand(database, ctx, { campusId: campus.id, commandId: held.commandId, actor: 'user:1' });
    const again = await requestSupply(database, ctx, { ...request, holdMs: 0 });
    await dispatchCommand(database, ctx, again.commandId, async () => undefined);
    await pass(one, 3);
    expect(await statesOf(one)).toEqual(['disconnect:CANCELLED', 'disconnect:FAILED_TIMEOUT']);
  });

  it('an open panel, whoever has it open, stops no command that was already taken', async () => {
    clock.set(cst('2025-09-19 18:00'));
    const one = await room('50.00');
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
    const sent = await dispatchCommand(database, ctx, commandId, async () => undefined);
    expect(sent).toBe('SENT');
  });

  it('overload over the limit for its delay trips the point and raises one alarm', async () => {
    clock.set(cst('2025-09-20 12:00'));
    const one = await room('50.00');
    for (let i = 0; i < 3; i++) {
      clock.advance(10 * SECOND);
      await report(one, 0.001, 1_900);
    }
    expect(await statesOf(one)).toEqual(['disconnect:QUEUED']);
    const { rows } = await database.pool.query(
      "select priority, count(*)::int as n from alarm where rule = 'OVERLOAD' and subject_id = $1 group by 1",
      [one.meter.pointId],
    );
    expect(rows).toEqual([{ priority: 2, n: 1 }]);
  });

  it('a relay that opened without a command of ours is a local trip, not ours to close', async () => {
    clock.set(cst('2025-09-21 12:00'));
    const one = await room('50.00');
    one.relay = 0;
    await pass(one, 2);
    const { rows } = await database.pool.query(
      'select reasons, observed from supply_state where point_id = $1',
      [one.meter.pointId],
    );
    expect(rows[0]).toMatchObject({ observed: 'OPEN', reasons: { LOCAL_TRIP: { by: 'meter' } } });
    expect(await statesOf(one)).toEqual([]);
  });

  it('the same reference credits once; another amount under it is a conflict', async () => {
    const one = await room('5.00');
    const first = await topUp(one, '7.00', 'R-77');
    const second = await topUp(one, '7.00', 'R-77');
    expect(second).toMatchObject({ paymentId: first.paymentId, replayed: true });
    await expect(topUp(one, '8.00', 'R-77')).rejects.toMatchObject({ code: 'conflict' });
  });
});
