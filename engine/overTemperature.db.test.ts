import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../db/client';
import { lockAlarm } from '../db/queries/alarmRows';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { MeterOptions, TestMeter } from '../db/testing/factories';
import { type AlarmEvent, alarmStep } from '../domain/alarms/alarmMachine';
import { cst } from '../domain/tariffs/testing';
import type { FixedClock } from '../domain/time/clock';
import { alarmOf, applyStep } from './applyAlarmEvent';
import { applyMeterEvent } from './applyMeterEvent';
import { ToldReadings, watts } from './testing/toldReadings';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('a meter or board over temperature', () => {
  let database: TestDatabase;
  let told: ToldReadings;
  let clock: FixedClock;

  beforeAll(async () => {
    told = await ToldReadings.start();
    ({ database, clock } = told);
  });
  afterAll(() => database.drop());

  const meterOf = (options: Partial<MeterOptions> = {}) =>
    told.rooms.campus.meter({ intervalS: 10, ...options });

  /** A reading every ten seconds, until the board has had these temperatures, °C. */
  async function warms(meter: TestMeter, celsius: readonly number[]) {
    for (const [n, temp] of celsius.entries()) {
      clock.advance(10 * SECOND);
      await told.hears([{ meter, more: { ...watts(n), extra: { temp } } }]);
    }
  }
  const times = (count: number, celsius: number): number[] => Array.from({ length: count }, () => celsius);

  const person = (alarmId: number, event: AlarmEvent) =>
    withTransaction(database, async (tx) => {
      const row = (await lockAlarm(tx.client, alarmId))!;
      const step = alarmStep(alarmOf(row), event);
      await applyStep(tx, row, step, { event: event.kind, actor: 'user:electrician', atMs: clock.now() });
      return step.outcome;
    });

  it('is one P1 within its delay, cuts nothing, and stands until somebody inspected it, cool or not', async () => {
    const startMs = cst('2025-10-01 12:00');
    clock.set(startMs);
    const meter = await meterOf({ limitW: 1_500 });
    await warms(meter, [34, 48, ...times(30, 91)]);
    const [alarm, ...others] = await told.alarmsAt(meter);
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({
      rule: 'OVER_TEMPERATURE',
      priority: 1,
      active: true,
      evidence: { value: 91, limit: 70, unit: 'C', meter: meter.code, point: meter.pointCode, sign: 'HEAT' },
    });
    // Hot since the third reading; 30 s later it is told.
    expect(alarm!.since - startMs).toBe(60 * SECOND);
    expect(alarm!.raised - alarm!.since).toBeLessThanOrEqual(2 * SECOND);
    expect(await told.supplyOf(meter)).toMatchObject({ reasons: {}, ops: [] });

    expect(await person(alarm!.id, { kind: 'RESET', at: clock.now(), note: 'looked at it' })).toBe('REFUSED');
    await warms(meter, times(31, 38));
    expect(await told.alarmsAt(meter)).toMatchObject([{ id: alarm!.id, active: false, latched: true }]);
    expect(await person(alarm!.id, { kind: 'ACKNOWLEDGE', at: clock.now() })).toBe('MOVED');
    // Hot again before anybody inspected: the same alarm.
    await warms(meter, [...times(6, 90), ...times(31, 38)]);
    expect(await told.alarmsAt(meter)).toMatchObject([{ id: alarm!.id, active: false, latched: true }]);
    expect(await person(alarm!.id, { kind: 'RESET', at: clock.now(), note: 'terminal L2 tightened' })).toBe(
      'MOVED',
    );
    await warms(meter, times(6, 90));
    expect(await told.alarmsAt(meter)).toMatchObject([
      { id: alarm!.id, active: false },
      { rule: 'OVER_TEMPERATURE', active: true },
    ]);
  });

  it('is none: one reading, a broken sensor, a warm plant room, hot water, yesterday’s heat from a backlog', async () => {
    clock.set(cst('2025-10-03 12:00'));
    const [spike, broken, plant, water, late] = [
      await meterOf(),
      await meterOf(),
      await meterOf({ role: 'FEEDER', capacityW: 80_000 }),
      await meterOf({ utility: 'WATER' }),
      await meterOf({ intervalS: 900 }),
    ];
    await told.hears([{ meter: late, more: watts(0) }]);
    const pumps = Array.from({ length: 40 }, (_, n) => 52 + (n % 13));
    for (const [n, temp] of pumps.entries()) {
      clock.advance(10 * SECOND);
      await told.hears([
        { meter: spike, more: { ...watts(n), extra: { temp: n === 7 ? 118 : 36 } } },
        { meter: broken, more: { ...watts(n), extra: { temp: n > 9 ? 3_276.7 : 36 } } },
        { meter: plant, more: { ...watts(n), extra: { temp } } },
        { meter: water, more: { valve: 1, extra: { flow: 0.2, temp: 72 } } },
      ]);
    }
    const backlogMs = clock.now();
    clock.advance(24 * 60 * MINUTE);
    await told.hears(
      Array.from({ length: 80 }, (_, n) => ({
        meter: late,
        atMs: backlogMs + (n + 1) * 15 * MINUTE,
        more: { ...watts(n), extra: { temp: n < 60 ? 95 : 35 } },
      })),
    );
    for (const meter of [spike, broken, plant, water, late])
      expect(await told.alarmsAt(meter), meter.code).toEqual([]);
  });

  it('also where the meter says so itself, and where nobody may ever cut', async () => {
    clock.set(cst('2025-10-05 12:00'));
    const pump = await meterOf({ protection: 'LIFE_SAFETY' });
    await told.hears([{ meter: pump, more: watts(0) }]);
    const says = (on: boolean, tsMs = clock.now()) =>
      applyMeterEvent(database, told.rooms.ctx, {
        site: told.rooms.campus.code,
        senderKind: 'METER',
        senderCode: pump.code,
        meterCode: null,
        tsMs,
        rxMs: clock.now(),
        name: 'OVER_TEMPERATURE',
        on,
        data: null,
      });
    expect(await says(true)).toEqual({ applied: true });
    await warms(pump, times(6, 90));
    expect(await told.alarmsAt(pump)).toMatchObject([
      { rule: 'OVER_TEMPERATURE', priority: 1, active: true },
    ]);
    await says(false);
    expect(await told.alarmsAt(pump), 'its sensor says otherwise').toMatchObject([{ active: true }]);
    await warms(pump, times(31, 38));
    expect(await told.alarmsAt(pump)).toMatchObject([{ active: false, latched: true }]);
    // By its own word alone: an end from a backlog, of before, is none.
    await says(true);
    await says(false, clock.now() - 60 * MINUTE);
    expect(await told.alarmsAt(pump)).toMatchObject([{ active: true }]);
    await says(false);
    expect(await told.alarmsAt(pump)).toMatchObject([{ active: false, latched: true }]);
    expect((await told.supplyOf(pump)).ops).toEqual([]);
  });
});
