import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../db/client';
import { insertAlarmEvent } from '../db/queries/alarmRows';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { TestMeter } from '../db/testing/factories';
import { cst } from '../domain/tariffs/testing';
import type { FixedClock } from '../domain/time/clock';
import { applyMeterEvent } from './applyMeterEvent';
import { confirmRestore } from './confirmRestore';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('what a meter saw for itself', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let clock: FixedClock;

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    ({ database, clock } = rooms);
  });
  afterAll(() => database.drop());

  const tells = (
    meter: TestMeter,
    name: string,
    on: boolean,
    more: { tsMs?: number; data?: Record<string, unknown> } = {},
  ) =>
    applyMeterEvent(database, rooms.ctx, {
      site: rooms.campus.code,
      senderKind: 'METER',
      senderCode: meter.code,
      meterCode: null,
      tsMs: more.tsMs ?? clock.now(),
      rxMs: clock.now(),
      name,
      on,
      data: more.data ?? null,
    });

  async function alarmOf(meter: TestMeter, rule: string) {
    const { rows } = await database.pool.query(
      'select active, latched, priority, count, evidence from alarm where rule = $2 and subject_id = $1 order by id',
      [meter.pointId, rule],
    );
    return rows;
  }

  async function holds(one: SupplyRoom) {
    const { rows } = await database.pool.query<{
      reasons: Record<string, { cause?: string; staffOnly?: boolean }>;
    }>('select reasons from supply_state where point_id = $1', [one.meter.pointId]);
    return rows[0]!.reasons;
  }

  const confirms = (one: SupplyRoom) =>
    confirmRestore(database, rooms.ctx, {
      campusId: rooms.campus.id,
      pointCode: one.meter.pointCode,
      actor: 'user:resident',
      actorId: '9',
      means: 'PORTAL',
    });

  /** The appliance goes on, the meter tells; a trip is carried out and the resident brings supply back. */
  async function plugsIn(one: SupplyRoom): Promise<string[]> {
    clock.advance(MINUTE);
    await rooms.report(one, 0);
    const atMs = clock.now();
    await tells(one.meter, 'FORBIDDEN_LOAD', true, { data: { powerW: 1_500, pf: 0.999 } });
    await tells(one.meter, 'FORBIDDEN_LOAD', true, { tsMs: atMs, data: { powerW: 1_500, pf: 0.999 } });
    const sent = await rooms.meterObeys(one);
    clock.advance(SECOND);
    await rooms.report(one, 0);
    await tells(one.meter, 'FORBIDDEN_LOAD', false);
    return sent;
  }

  it('forbidden load: warned, tripped twice with the resident bringing it back, then staff', async () => {
    clock.set(cst('2025-10-10 12:00'));
    const one = await rooms.room('90.00');
    // The helper obeys by switching; a buzzer switches nothing.
    expect(await plugsIn(one)).toEqual(['buzz']);
    one.relay = 1;
    await rooms.pass(one, 1);
    expect(await holds(one)).toEqual({});
    for (let trip = 0; trip < 2; trip++) {
      expect(await plugsIn(one)).toEqual(['disconnect']);
      expect(await holds(one)).toMatchObject({ SAFETY: { cause: 'FORBIDDEN_LOAD' } });
      await expect(confirms(one)).rejects.toMatchObject({ reason: 'TOO_EARLY' });
      await rooms.pass(one, 6);
      await confirms(one);
      expect(await rooms.meterObeys(one)).toEqual(['connect']);
      await rooms.pass(one, 15);
    }
    expect(await plugsIn(one)).toEqual(['disconnect']);
    await rooms.pass(one, 6);
    await expect(confirms(one)).rejects.toMatchObject({ reason: 'STAFF_NEEDED' });
    expect((await rooms.notices(one)).filter((kind) => kind.startsWith('FORBIDDEN'))).toEqual([
      'FORBIDDEN_LOAD_WARN',
      'FORBIDDEN_LOAD_TRIP',
      'FORBIDDEN_LOAD_TRIP',
      'FORBIDDEN_LOAD_TRIP_STAFF',
    ]);
    const [alarm, ...others] = await alarmOf(one.meter, 'FORBIDDEN_LOAD');
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({
      active: false,
      priority: 2,
      evidence: { level: 'L1', nth: 4, step: 'TRIP_STAFF' },
    });
  });

  it('forbidden loads of an alarm that stands count one by one, repeats never; a verdict acquits those before it and none after', async () => {
    clock.set(cst('2025-10-11 12:00'));
    const one = await rooms.room('50.00');
    const told = async (tsMs = clock.now()) => {
      await tells(one.meter, 'FORBIDDEN_LOAD', true, { tsMs, data: { powerW: 1_500, pf: 0.999 } });
      const [alarm] = await alarmOf(one.meter, 'FORBIDDEN_LOAD');
      return { nth: alarm.evidence.nth, count: alarm.count };
    };
    const later = () => {
      clock.advance(10 * MINUTE);
      return clock.now();
    };
    expect(await told()).toEqual({ nth: 1, count: 1 });
    const aheadMs = later() + 5 * MINUTE;
    expect(await told(aheadMs)).toEqual({ nth: 2, count: 2 });
    clock.advance(SECOND);
    expect(await told(aheadMs)).toEqual({ nth: 2, count: 2 });
    expect(await told(later())).toEqual({ nth: 3, count: 3 });
    const notices = async () => (await rooms.notices(one)).filter((kind) => kind.startsWith('FORBIDDEN'));
    expect(await notices(), 'while it stands, each step is told once').toEqual([
      'FORBIDDEN_LOAD_WARN',
      'FORBIDDEN_LOAD_TRIP',
    ]);
    const { rows } = await database.pool.query<{ id: number }>(
      "select id::int as id from alarm where rule = 'FORBIDDEN_LOAD' and subject_id = $1",
      [one.meter.pointId],
    );
    await withTransaction(database, (tx) =>
      insertAlarmEvent(tx.client, {
        ...{ alarmId: rows[0]!.id, atMs: clock.now(), event: 'VERDICT', actor: 'user:energy' },
        detail: { verdict: 'FALSE', note: 'a scope' },
      }),
    );
    expect(await told(later())).toEqual({ nth: 1, count: 4 });
    expect(await told(later())).toEqual({ nth: 2, count: 5 });
    expect(await told(later())).toEqual({ nth: 3, count: 6 });
    expect(await told(later())).toEqual({ nth: 4, count: 7 });
    expect(await holds(one)).toMatchObject({ SAFETY: { cause: 'FORBIDDEN_LOAD', staffOnly: true } });
  });

  it('a forbidden load that is heard of late is not told to who has moved in since', async () => {
    clock.set(cst('2025-10-11 20:00'));
    const one = await rooms.room('50.00');
    const usedMs = clock.now();
    const told = async (data: Record<string, unknown>) => {
      await tells(one.meter, 'FORBIDDEN_LOAD', true, { tsMs: usedMs, data });
      return (await rooms.notices(one)).filter((kind) => kind.startsWith('FORBIDDEN'));
    };
    await rooms.campus.head(one.account.id, new Date(usedMs + 5 * MINUTE));
    clock.set(usedMs + 60 * MINUTE);
    expect(await told({ powerW: 1_500, pf: 0.999 })).toEqual([]);
    expect(await alarmOf(one.meter, 'FORBIDDEN_LOAD'), 'staff see it all the same').toHaveLength(1);
  });

  it('an excerpt second by second is judged again: a kettle is proven, a motor only suspected and never cut', async () => {
    clock.set(cst('2025-10-12 12:00'));
    const excerpt = (pf: number) => {
      const stepVar = 1_500 * Math.sqrt(1 / (pf * pf) - 1);
      const seconds = Array.from({ length: 30 }, (_, s) => s >= 5);
      return { p: seconds.map((on) => (on ? 1_700 : 200)), q: seconds.map((on) => (on ? 80 + stepVar : 80)) };
    };
    const [kettle, motor] = [await rooms.room('50.00'), await rooms.room('50.00')];
    for (let n = 0; n < 3; n++) {
      clock.advance(MINUTE);
      await tells(motor.meter, 'FORBIDDEN_LOAD', true, { data: excerpt(0.97) });
      await tells(motor.meter, 'FORBIDDEN_LOAD', false);
    }
    await tells(kettle.meter, 'FORBIDDEN_LOAD', true, { data: excerpt(0.9995) });
    expect(await alarmOf(kettle.meter, 'FORBIDDEN_LOAD')).toMatchObject([
      { active: true, priority: 2, evidence: { level: 'L2', nth: 1, value: 1_500 } },
    ]);
    expect(await alarmOf(motor.meter, 'FORBIDDEN_LOAD')).toMatchObject([
      { active: false, priority: 3, evidence: { level: 'L3', step: 'SUSPICION' } },
    ]);
    expect(await rooms.statesOf(motor)).toEqual([]);
    expect(await rooms.notices(motor)).toEqual([]);
  });

  it('an opened cover latches; a stranger’s word and a name without a rule are refused', async () => {
    clock.set(cst('2025-10-13 12:00'));
    const one = await rooms.room('50.00');
    await tells(one.meter, 'COVER_OPEN', true);
    clock.advance(MINUTE);
    await tells(one.meter, 'COVER_OPEN', false);
    expect(await alarmOf(one.meter, 'TAMPER')).toMatchObject([{ active: false, latched: true, count: 1 }]);
    expect(await tells(one.meter, 'TEA_READY', true)).toMatchObject({
      applied: false,
      reason: 'EVENT_WITHOUT_RULE',
    });
    const other = await rooms.room('50.00');
    const forged = await applyMeterEvent(database, rooms.ctx, {
      site: rooms.campus.code,
      senderKind: 'METER',
      senderCode: other.meter.code,
      meterCode: one.meter.code,
      tsMs: clock.now(),
      rxMs: clock.now(),
      name: 'LEAKAGE',
      on: true,
      data: null,
    });
    expect(forged).toMatchObject({ applied: false, reason: 'FOREIGN_METER' });
    expect(await alarmOf(one.meter, 'LEAKAGE')).toEqual([]);
  });
});
