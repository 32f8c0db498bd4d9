import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { TestMeter } from '../db/testing/factories';
import { cst } from '../domain/tariffs/testing';
import type { FixedClock } from '../domain/time/clock';
import { applyMeterEvent, type EventOutcome } from './applyMeterEvent';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('an overload that the meter saw for itself', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let clock: FixedClock;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    ({ database, clock } = rooms);
  });
  afterAll(() => database.drop());

  function tells(meter: TestMeter, on: boolean, more: { tsMs?: number; data?: object } = {}) {
    return applyMeterEvent(database, rooms.ctx, {
      site: rooms.campus.code,
      senderKind: 'METER',
      senderCode: meter.code,
      meterCode: null,
      tsMs: more.tsMs ?? clock.now(),
      rxMs: clock.now(),
      name: 'OVERLOAD',
      on,
      data: (more.data as Record<string, unknown>) ?? null,
    });
  }

  async function alarmsAt({ pointId }: TestMeter) {
    const { rows } = await database.pool.query(
      "select rule, active, priority, count, evidence from alarm where subject_type = 'POINT' and subject_id = $1 order by id",
      [pointId],
    );
    return rows;
  }

  /** A reading every ten seconds, a first one included. */
  async function draws(one: SupplyRoom, powerW: number, seconds: number) {
    for (let left = seconds; left > 0; left -= 10) {
      clock.advance(10 * SECOND);
      await rooms.report(one, 0.001, powerW);
    }
  }

  const applied: EventOutcome = { applied: true };

  it('is the alarm of its place with what the meter measured, trips where the point trips, and ends with the readings', async () => {
    clock.set(cst('2025-10-01 12:00'));
    const one = await rooms.room('50.00');
    expect(await tells(one.meter, true, { data: { powerW: 2_310, limitW: 1_500 } })).toEqual(applied);
    expect(await alarmsAt(one.meter)).toMatchObject([
      {
        rule: 'OVERLOAD',
        active: true,
        priority: 2,
        evidence: { value: 2_310, limit: 1_500, unit: 'W', event: 'OVERLOAD', sign: 'METER' },
      },
    ]);
    expect(await rooms.meterObeys(one)).toEqual(['disconnect']);
    expect(await rooms.reasonsOf(one)).toEqual(['SAFETY']);
    // No word of the end came: readings under the limit for a minute are one.
    await draws(one, 0, 80);
    expect(await alarmsAt(one.meter)).toMatchObject([{ active: false }]);
  });

  it('is one incident with what readings show, whoever speaks first, and tells nothing of what is over', async () => {
    clock.set(cst('2025-10-02 12:00'));
    const [first, second] = [await rooms.room('50.00'), await rooms.room('50.00')];
    await draws(first, 1_900, 30);
    await tells(first.meter, true, { data: { powerW: 1_950 } });
    expect(await alarmsAt(first.meter)).toMatchObject([
      { count: 2, evidence: { value: 1_950, limit: 1_500, event: 'OVERLOAD' } },
    ]);
    await tells(second.meter, true);
    await draws(second, 1_900, 30);
    expect(await alarmsAt(second.meter)).toMatchObject([{ rule: 'OVERLOAD', active: true, count: 2 }]);
    // A word that was held up tells of the load that readings have told of and seen go.
    const duringMs = clock.now();
    await draws(first, 100, 90);
    await tells(first.meter, true, { tsMs: duringMs });
    expect(await alarmsAt(first.meter)).toMatchObject([{ active: false, count: 2 }]);
  });

  it('is over when the meter says so, unless its readings still show it', async () => {
    clock.set(cst('2025-10-03 12:00'));
    const [told, shown] = [await rooms.room('50.00'), await rooms.room('50.00')];
    await tells(told.meter, true);
    await draws(shown, 1_900, 30);
    clock.advance(5 * SECOND);
    await tells(told.meter, false);
    await tells(shown.meter, false);
    expect(await alarmsAt(told.meter)).toMatchObject([{ active: false }]);
    expect(await alarmsAt(shown.meter)).toMatchObject([{ active: true }]);
    // Its state is at rest again: the next load is judged from the beginning.
    await draws(told, 1_900, 30);
    expect(await alarmsAt(told.meter)).toMatchObject([{ active: true, count: 2 }]);
  });

  it('cuts nothing for a load that has gone or that only the past knows', async () => {
    clock.set(cst('2025-10-04 12:00'));
    const [gone, past] = [await rooms.room('50.00'), await rooms.room('50.00')];
    const thenMs = clock.now();
    await draws(gone, 200, 20);
    await tells(gone.meter, true, { tsMs: thenMs });
    clock.advance(10 * MINUTE);
    await tells(past.meter, true, { tsMs: thenMs });
    for (const one of [gone, past]) {
      expect(await alarmsAt(one.meter)).toMatchObject([{ rule: 'OVERLOAD' }]);
      expect(await rooms.statesOf(one)).toEqual([]);
    }
  });

  it('never takes the trip from readings: what it told of late, or what a reading denied, is cut once they show it', async () => {
    clock.set(cst('2025-10-07 12:00'));
    const [late, denied, other] = [
      await rooms.room('50.00'),
      await rooms.room('50.00'),
      await rooms.room('50.00'),
    ];
    const all = [late, denied, other];
    const allDraw = async (powerW: number, seconds: number) => {
      for (let left = seconds; left > 0; left -= 10) {
        clock.advance(10 * SECOND);
        for (const one of all) await rooms.report(one, 0.001, powerW);
      }
    };
    await allDraw(200, 20);
    const thenMs = clock.now() + SECOND;
    await allDraw(200, 10 * 60);
    await tells(late.meter, true, { tsMs: thenMs, data: { powerW: 2_310 } });
    await tells(denied.meter, true, { tsMs: clock.now() - 5 * SECOND });
    for (const one of all) expect(await rooms.statesOf(one)).toEqual([]);
    await allDraw(2_300, 40);
    for (const one of all) expect(await rooms.reasonsOf(one)).toEqual(['SAFETY']);
  });

  it('of days ago adds nothing to one reading over the limit, and one older than the late limit is refused', async () => {
    clock.set(cst('2025-10-08 12:00'));
    const [over, one] = [await rooms.room('50.00'), await rooms.room('50.00')];
    for (const room of [over, one]) await draws(room, 200, 20);
    await draws(over, 1_600, 10);
    const longAgo = { tsMs: clock.now() - 6 * 24 * 60 * MINUTE };
    for (const room of [over, one]) {
      await tells(room.meter, true, longAgo);
      expect(await rooms.statesOf(room)).toEqual([]);
    }
    expect(await tells(one.meter, true, { tsMs: clock.now() - 8 * 24 * 60 * MINUTE })).toMatchObject({
      ...{ applied: false, reason: 'TOO_LATE' },
    });
    // Nor does it say why the meter opens days later.
    one.relay = 0;
    clock.advance(10 * SECOND);
    await rooms.report(one, 0);
    const { rows } = await database.pool.query('select reasons from supply_state where point_id = $1', [
      one.meter.pointId,
    ]);
    expect(rows[0]).toMatchObject({ reasons: { LOCAL_TRIP: { cause: 'UNKNOWN' } } });
  });

  it('is known when it is told again, from a clock that is ahead as well: it is not counted, and cuts nobody who was put back', async () => {
    clock.set(cst('2025-10-09 12:00'));
    const one = await rooms.room('50.00');
    await draws(one, 200, 20);
    const aheadMs = clock.now() + 5 * MINUTE;
    await tells(one.meter, true, { tsMs: aheadMs });
    expect(await rooms.reasonsOf(one)).toEqual(['SAFETY']);
    const before = await alarmsAt(one.meter);
    for (let again = 0; again < 3; again++) {
      clock.advance(20 * SECOND);
      await tells(one.meter, true, { tsMs: aheadMs });
    }
    expect(await alarmsAt(one.meter)).toEqual(before);
  });

  it('whose end overtook it is told of, is over, and cuts nothing', async () => {
    clock.set(cst('2025-10-10 12:00'));
    const one = await rooms.room('50.00');
    await draws(one, 200, 20);
    const onMs = clock.now() + SECOND;
    clock.advance(5 * SECOND);
    await tells(one.meter, false, { tsMs: onMs + 2 * SECOND });
    await tells(one.meter, true, { tsMs: onMs });
    expect(await alarmsAt(one.meter)).toMatchObject([{ rule: 'OVERLOAD', active: false }]);
    expect(await rooms.statesOf(one)).toEqual([]);
  });

  it('is not over by the meter’s word where readings came to show it', async () => {
    clock.set(cst('2025-10-11 12:00'));
    const one = await rooms.room('50.00');
    await database.pool.query("update meter_point set overload_action = 'ALARM' where id = $1", [
      one.meter.pointId,
    ]);
    await rooms.campus.changed();
    await draws(one, 200, 20);
    await tells(one.meter, true);
    await draws(one, 2_300, 60);
    clock.advance(SECOND);
    await tells(one.meter, false);
    expect((await alarmsAt(one.meter)).find(({ rule }) => rule === 'OVERLOAD')).toMatchObject({
      active: true,
    });
  });

  it('of a water meter has no rule', async () => {
    const meter = await rooms.campus.meter({ utility: 'WATER' });
    expect(await tells(meter, true)).toMatchObject({ applied: false, reason: 'EVENT_WITHOUT_RULE' });
  });

  it('names the cause of a trip at the meter, so that the resident may end it', async () => {
    clock.set(cst('2025-10-05 12:00'));
    const one = await rooms.room('50.00');
    await database.pool.query("update meter_point set overload_action = 'ALARM' where id = $1", [
      one.meter.pointId,
    ]);
    await rooms.campus.changed();
    await tells(one.meter, true, { data: { powerW: 2_310 } });
    one.relay = 0;
    clock.advance(10 * SECOND);
    await rooms.report(one, 0);
    const { rows } = await database.pool.query('select reasons from supply_state where point_id = $1', [
      one.meter.pointId,
    ]);
    expect(rows[0]).toMatchObject({ reasons: { LOCAL_TRIP: { cause: 'OVERLOAD' } } });
    expect(await rooms.statesOf(one)).toEqual([]);
  });

  it('of a feeder is the feeder’s own alarm, and cuts nothing', async () => {
    clock.set(cst('2025-10-06 12:00'));
    const feeder = await rooms.campus.meter({ role: 'FEEDER', capacityW: 80_000 });
    await tells(feeder, true, { data: { powerW: 91_000 } });
    expect(await alarmsAt(feeder)).toMatchObject([
      { rule: 'FEEDER_OVERLOAD', priority: 1, evidence: { value: 91_000, limit: 80_000 } },
    ]);
  });
});
