import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import { type MeterOptions, TestCampus, type TestMeter } from '../db/testing/factories';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { cst } from '../domain/tariffs/testing';
import type { FixedClock } from '../domain/time/clock';
import { ingestReadings } from './ingestReadings';
import { replaceMeter } from './replaceMeter';
import { requestSupply } from './requestSupply';
import { type MoreSaid, says } from './testing/harness';
import type { SupplyRooms } from './testing/supplyRooms';
import { type ToldReading, ToldReadings, watts } from './testing/toldReadings';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What a meter says in the nth minute of a story. */
type Minute = (minute: number) => MoreSaid;

/** One hazard as a meter tells it: from minute 2 on, until it is over. */
interface Case {
  readonly rule: AlarmRuleCode;
  readonly meter: Partial<MeterOptions>;
  readonly hazard: Minute;
  /** Minute in which the deciding reading comes: the first at or after the delay. */
  readonly decidedIn: number;
  /** The register does not move meanwhile. */
  readonly frozen?: boolean;
}

const BEGINS = 2;
const OVER = 40;
const ENDS = 52;

/** What a meter with these sensors says while nothing is wrong: a sign that is not measured any more would not be over. */
const QUIET_EXTRA = { ires: 0.002, cover: 0, in: 1.1, temp: 34 };
const QUIET_FLOW: MoreSaid = { valve: 1, extra: { flow: 0, ch4: 0, detfault: 0 } };

const three =
  (ia: number, ib: number, ic: number): Minute =>
  (minute) => ({
    powerW: 15_000 + minute,
    extra: { ia, ib, ic },
  });

const CASES: readonly Case[] = [
  {
    rule: 'GAS_LEAK',
    meter: { utility: 'GAS' },
    hazard: () => ({ valve: 1, extra: { flow: 0, ch4: 24 } }),
    decidedIn: 2,
  },
  {
    rule: 'GAS_DETECTOR_FAULT',
    meter: { utility: 'GAS' },
    hazard: () => ({ valve: 1, extra: { flow: 0, detfault: 1 } }),
    decidedIn: 3,
  },
  { rule: 'LEAKAGE', meter: {}, hazard: (m) => ({ ...watts(m), extra: { ires: 0.045 } }), decidedIn: 3 },
  {
    rule: 'OVER_TEMPERATURE',
    meter: {},
    hazard: (m) => ({ ...watts(m), extra: { temp: 88 } }),
    decidedIn: 3,
  },
  { rule: 'TAMPER', meter: {}, hazard: (m) => ({ ...watts(m), extra: { cover: 1 } }), decidedIn: 2 },
  {
    rule: 'NEUTRAL_CURRENT',
    meter: {},
    hazard: (m) => ({ ...watts(m), currentA: 5, extra: { in: 4 } }),
    decidedIn: 3,
  },
  {
    rule: 'WATER_BURST',
    meter: { utility: 'WATER' },
    hazard: () => ({ valve: 1, extra: { flow: 1.6 } }),
    decidedIn: 7,
  },
  {
    rule: 'OVERLOAD',
    meter: { limitW: 1_500 },
    hazard: (m) => ({ ...watts(m), powerW: 1_900 + m }),
    decidedIn: 3,
  },
  { rule: 'VOLTAGE_RANGE', meter: {}, hazard: (m) => ({ ...watts(m), voltageV: 199 }), decidedIn: 3 },
  {
    rule: 'FEEDER_80',
    meter: { role: 'FEEDER', capacityW: 40_000, imaxA: 200 },
    hazard: (m) => ({ ...watts(m), powerW: 34_000 + m }),
    decidedIn: 3,
  },
  {
    rule: 'OVER_CURRENT',
    meter: { imaxA: 20 },
    hazard: (m) => ({ ...watts(m), currentA: 24 }),
    decidedIn: 3,
  },
  { rule: 'PHASE_IMBALANCE', meter: { phases: 3 }, hazard: three(40, 20, 20), decidedIn: 32 },
  { rule: 'RELAY_WELD_OR_BYPASS', meter: {}, hazard: (m) => ({ ...watts(m), relay: 0 }), decidedIn: 3 },
  { rule: 'FROZEN_REGISTER', meter: {}, hazard: watts, decidedIn: 35, frozen: true },
];

describe('hazards in the readings', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let clock: FixedClock;
  let told: ToldReadings;

  beforeAll(async () => {
    told = await ToldReadings.start();
    ({ database, rooms, clock } = told);
    await database.pool.query(
      `insert into rule_setting (campus_id, rule, space_id, version, body, set_by, set_at) values
         ($1, 'FROZEN_REGISTER', null, 1, '{"standstillMs": 60000}', 'test', $2),
         ($1, 'FROZEN_REGISTER', null, 2, '{"standstillMs": 1200000}', 'test', $2)`,
      [rooms.campus.id, new Date(0)],
    );
    await rooms.campus.changed();
  });
  afterAll(() => database.drop());

  const hears = (said: readonly ToldReading[]) => told.hears(said);
  const alarmsAt = (meter: TestMeter) => told.alarmsAt(meter);
  const supplyOf = (meter: TestMeter) => told.supplyOf(meter);

  it('each raises exactly one alarm with its evidence at the reading that decides it, and returns', async () => {
    const meters: { meter: TestMeter; of: Case }[] = [];
    for (const of of CASES)
      meters.push({ meter: await rooms.campus.meter({ intervalS: 60, ...of.meter }), of });
    const startMs = cst('2025-10-01 12:00');
    for (let minute = 0; minute <= ENDS; minute++) {
      clock.set(startMs + minute * MINUTE);
      await hears(
        meters.map(({ meter, of }) => {
          const hazard = minute >= BEGINS && minute < OVER;
          const quiet = of.meter.utility ? QUIET_FLOW : { ...watts(minute), extra: QUIET_EXTRA };
          const calm = of.meter.phases === 3 ? three(20, 21, 20)(minute) : quiet;
          return { meter, more: hazard ? of.hazard(minute) : calm, moves: !(hazard && of.frozen) };
        }),
      );
      if (minute !== OVER - 1) continue;
      for (const { meter, of } of meters) {
        const alarms = await alarmsAt(meter);
        expect(
          alarms.map(({ rule }) => rule),
          of.rule,
        ).toEqual([of.rule]);
      }
    }
    for (const { meter, of } of meters) {
      const [alarm, ...others] = await alarmsAt(meter);
      expect(others, of.rule).toEqual([]);
      expect(alarm, of.rule).toMatchObject({ rule: of.rule, active: false, count: 1 });
      expect((alarm!.since - startMs) / MINUTE, of.rule).toBe(of.decidedIn);
      expect(alarm!.raised - alarm!.since, of.rule).toBeLessThanOrEqual(2 * SECOND);
      expect(alarm!.evidence, of.rule).toMatchObject({ meter: meter.code });
    }
    const meterOf = (rule: AlarmRuleCode) => meters.find(({ of }) => of.rule === rule)!.meter;
    expect(await supplyOf(meterOf('GAS_LEAK'))).toMatchObject({
      reasons: { SAFETY: { cause: 'GAS_LEAK' } },
      ops: ['valve_close'],
    });
    expect(await supplyOf(meterOf('LEAKAGE'))).toMatchObject({
      reasons: { SAFETY: { cause: 'LEAKAGE' } },
      ops: ['disconnect'],
    });
    const gas = {
      campusId: rooms.campus.id,
      pointCode: meterOf('GAS_LEAK').pointCode,
      actor: 'user:1',
      actorId: '1',
      reason: 'inspected',
    };
    await expect(requestSupply(database, rooms.ctx, { ...gas, action: 'openValve' })).rejects.toMatchObject({
      reason: 'GAS_NEVER_OPENED',
    });
  });

  it('false twins raise nothing: inrush, vacuum cleaner, reboot, late backfill, exchange, a gateway with a day of data', async () => {
    const startMs = cst('2025-10-02 12:00');
    clock.set(startMs);
    const gateway = await rooms.campus.gateway();
    const [inrush, vacuum, reboot, late] = await Promise.all(
      ['INR', 'VAC', 'REB', 'LATE'].map((code) =>
        rooms.campus.meter({ code: `${code}1`, intervalS: 10, limitW: 1_500, imaxA: 20 }),
      ),
    );
    const away = await rooms.campus.meter({ intervalS: 900, limitW: 1_500, gatewayId: gateway.id });
    await hears([{ meter: away, more: { ...watts(0), boot: 1, seq: 1, gateway: gateway.code } }]);
    for (let n = 0; n < 30; n++) {
      clock.set(startMs + n * 10 * SECOND);
      const cleaning = n >= 5 && n < 25;
      await hears([
        // One reading of a motor's start, far over limit and rating.
        { meter: inrush!, more: n === 8 ? { ...watts(n), powerW: 6_000, currentA: 26, relay: 1 } : watts(n) },
        {
          meter: vacuum!,
          more: cleaning ? { ...watts(n), powerW: 1_390 + (n % 3), pf: 0.972 } : { ...watts(n), pf: 0.93 },
        },
        { meter: reboot!, more: { ...watts(n), boot: n < 15 ? 3 : 4, seq: n < 15 ? 7_000 + n : n - 15 } },
        { meter: late!, more: { ...watts(n), boot: 1, seq: 5_000 + n } },
      ]);
    }
    // Hours later, the log of an hour ago with an overload and a bad voltage that nobody can help any more.
    for (let n = 0; n < 6; n++)
      await hears([
        {
          meter: late!,
          atMs: startMs - 5 * HOUR + n * 10 * SECOND,
          moves: false,
          more: { powerW: 3_000, voltageV: 290, currentA: 30, boot: 1, seq: 2_000 + n, extra: { cover: 1 } },
        },
      ]);
    const old = await rooms.campus.meter({ intervalS: 60, code: 'OLD1' });
    for (let n = 0; n < 4; n++) {
      clock.advance(MINUTE);
      await hears([{ meter: old, more: watts(n) }]);
    }
    await replaceMeter(database, rooms.ctx, {
      campusId: rooms.campus.id,
      pointCode: old.pointCode,
      oldEndRegister: told.registerOf(old).toFixed(3),
      meter: { code: 'NEW1', serial: 'NEW1', startRegister: '0' },
      actor: 'user:electrician',
      reason: 'worn',
    });
    const fitted = { ...old, code: 'NEW1' };
    told.setRegister('NEW1', 0);
    for (let n = 0; n < 20; n++) {
      clock.advance(MINUTE);
      await hears([{ meter: fitted, more: { ...watts(n), boot: 1, seq: n } }]);
    }
    // The gateway comes back with a day of quarter hours, yesterday's sagging voltage and heavy cooking among them.
    clock.set(startMs + DAY);
    await hears(
      Array.from({ length: 96 }, (_, n) => ({
        meter: away,
        atMs: startMs + (n + 1) * 15 * MINUTE - SECOND,
        more: {
          ...watts(n),
          ...(n < 60 ? { voltageV: 201, powerW: 1_900 } : {}),
          boot: 1,
          seq: n + 2,
          gateway: gateway.code,
        },
      })),
    );
    for (const meter of [inrush!, vacuum!, reboot!, late!, old, away])
      expect(await alarmsAt(meter), meter.code).toEqual([]);
  });

  it('a feeder over its rating for a minute is one P1 beside the P3 of 80 %, and a start of 50 s is none', async () => {
    const startMs = cst('2025-10-11 12:00');
    const feeder = { role: 'FEEDER', capacityW: 40_000, imaxA: 200, intervalS: 10 } as const;
    const [full, starting] = [await rooms.campus.meter(feeder), await rooms.campus.meter(feeder)];
    for (let n = 0; n < 60; n++) {
      clock.set(startMs + n * 10 * SECOND);
      await hears([
        { meter: full!, more: { ...watts(n), powerW: n >= 6 && n < 30 ? 44_000 + n : 20_000 + n } },
        { meter: starting!, more: { ...watts(n), powerW: n >= 6 && n < 12 ? 60_000 + n : 20_000 + n } },
      ]);
    }
    const alarms = await alarmsAt(full!);
    expect(alarms).toMatchObject([
      {
        rule: 'FEEDER_OVERLOAD',
        priority: 1,
        active: false,
        count: 1,
        evidence: { limit: 40_000, unit: 'W' },
      },
      { rule: 'FEEDER_80', priority: 3, active: false, count: 1, evidence: { limit: 32_000, unit: 'W' } },
    ]);
    for (const { since, raised } of alarms) {
      expect(since).toBe(startMs + 120 * SECOND);
      expect(raised - since).toBeLessThanOrEqual(2 * SECOND);
    }
    expect((await supplyOf(full!)).ops).toEqual([]);
    expect(await alarmsAt(starting!)).toEqual([]);
  });

  it('energy out of a room is one alarm from 0.1 kWh on, over after a day without; a meter around zero is none', async () => {
    const startMs = cst('2025-10-12 12:00');
    const [turned, idle] = [
      await rooms.campus.meter({ intervalS: 60 }),
      await rooms.campus.meter({ intervalS: 60 }),
    ];
    const minute = (n: number, back: boolean) =>
      hears([
        { meter: turned!, moves: !back, more: { ...watts(n), powerW: back ? -1_000 - n : 240 + (n % 5) } },
        { meter: idle!, moves: false, more: { ...watts(n), powerW: n % 2 === 0 ? -4 : 3, currentA: 0.02 } },
      ]);
    for (let n = 0; n < 30; n++) {
      clock.set(startMs + n * MINUTE);
      await minute(n, n < 20);
    }
    expect(await alarmsAt(turned!)).toMatchObject([
      { rule: 'REVERSE_ENERGY', priority: 2, active: true, count: 1, since: startMs + 6 * MINUTE },
    ]);
    for (let n = 0; n < 26; n++) {
      clock.advance(HOUR);
      await minute(n, false);
    }
    expect(await alarmsAt(turned!)).toMatchObject([{ rule: 'REVERSE_ENERGY', active: false }]);
    expect(await alarmsAt(idle!)).toEqual([]);
  });

  it('the night in which clocks are put back, and the one in which they are put forward, raise nothing', async () => {
    const campus = await TestCampus.create(database, { timeZone: 'Europe/Berlin' });
    const room = await campus.meter({ intervalS: 60, limitW: 1_500, imaxA: 20 });
    const tap = await campus.meter({ intervalS: 60, utility: 'WATER' });
    let register = 100;
    for (const change of ['2025-10-26T01:00:00Z', '2026-03-29T01:00:00Z']) {
      const fromMs = Date.parse(change) - 2 * HOUR;
      for (let n = 0; n < 240; n++) {
        clock.set(fromMs + n * MINUTE);
        register += 0.004;
        const count = { boot: 1, seq: n + (change.startsWith('2026') ? 240 : 0) };
        await ingestReadings(database, rooms.ctx, [
          says(campus, room.code, clock.now(), register.toFixed(3), { ...watts(n), ...count }),
          // An ice maker fills at each full hour.
          says(
            campus,
            tap.code,
            clock.now(),
            { VOL: register.toFixed(3) },
            {
              valve: 1,
              extra: { flow: n % 60 < 5 ? 0.06 : 0 },
              ...count,
            },
          ),
        ]);
      }
    }
    for (const meter of [room, tap]) expect(await alarmsAt(meter), meter.code).toEqual([]);
  });
});
