import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { MeterOptions, TestMeter } from '../db/testing/factories';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { cst } from '../domain/tariffs/testing';
import type { FixedClock } from '../domain/time/clock';
import { applyMeterEvent } from './applyMeterEvent';
import { confirmRestore } from './confirmRestore';
import { ingestReadings } from './ingestReadings';
import { replaceMeter } from './replaceMeter';
import { requestSupply } from './requestSupply';
import { type MoreSaid, says } from './testing/harness';
import { type SupplyRoom, SupplyRooms } from './testing/supplyRooms';

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

const watts = (minute: number): MoreSaid => ({
  powerW: 240 + (minute % 5),
  voltageV: 229 + (minute % 4) / 10,
  currentA: 1.1,
  relay: 1,
});
/** What a meter with these sensors says while nothing is wrong: a sign that is not measured any more would not be over. */
const QUIET_EXTRA = { ires: 0.002, cover: 0, in: 1.1 };
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
  const registers = new Map<string, number>();

  beforeAll(async () => {
    rooms = await SupplyRooms.start();
    ({ database, clock } = rooms);
    await database.pool.query(
      `insert into rule_setting (campus_id, rule, space_id, version, body, set_by, set_at) values
         ($1, 'FROZEN_REGISTER', null, 1, '{"standstillMs": 60000}', 'test', $2),
         ($1, 'FROZEN_REGISTER', null, 2, '{"standstillMs": 1200000}', 'test', $2)`,
      [rooms.campus.id, new Date(0)],
    );
    await rooms.campus.changed();
  });
  afterAll(() => database.drop());

  /** Batches of readings at this moment of the clock. */
  function hears(said: readonly { meter: TestMeter; more: MoreSaid; moves?: boolean; atMs?: number }[]) {
    return ingestReadings(
      database,
      rooms.ctx,
      said.map(({ meter, more, moves, atMs }) => {
        const register = (registers.get(meter.code) ?? 100) + (moves === false ? 0 : 0.01);
        registers.set(meter.code, register);
        const text = register.toFixed(3);
        const gasOrWater = more.extra?.flow !== undefined;
        return says(rooms.campus, meter.code, atMs ?? clock.now(), gasOrWater ? { VOL: text } : text, {
          ...more,
          rxMs: clock.now(),
        });
      }),
    );
  }

  async function alarmsAt(meter: TestMeter) {
    const { rows } = await database.pool.query<{
      rule: string;
      active: boolean;
      priority: number;
      since: number;
      raised: number;
      evidence: Record<string, unknown>;
    }>(
      `select rule, active, priority, since_ms::float8 as since, raised_ms::float8 as raised, evidence from alarm
        where (subject_type = 'POINT' and subject_id = $1) or (subject_type = 'METER' and subject_id = $2) order by id`,
      [meter.pointId, meter.id],
    );
    return rows;
  }

  async function supplyOf({ pointId }: TestMeter) {
    const { rows } = await database.pool.query<{
      reasons: Record<string, { cause?: string }>;
      ops: string[];
    }>(
      `select reasons, (select coalesce(array_agg(op order by created_ms, id), '{}') from command c where c.point_id = s.point_id) as ops
         from supply_state s where point_id = $1`,
      [pointId],
    );
    return rows[0] ?? { reasons: {}, ops: [] };
  }

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
      expect(alarm, of.rule).toMatchObject({ rule: of.rule, active: false });
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
      oldEndRegister: registers.get(old.code)!.toFixed(3),
      meter: { code: 'NEW1', serial: 'NEW1', startRegister: '0' },
      actor: 'user:electrician',
      reason: 'worn',
    });
    const fitted = { ...old, code: 'NEW1' };
    registers.set('NEW1', 0);
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

  it('a heater in readings ten seconds apart is suspected and never cut', async () => {
    const startMs = cst('2025-10-04 12:00');
    const meter = await rooms.campus.meter({ intervalS: 10, limitW: 1_500 });
    for (let n = 0; n < 30; n++) {
      clock.set(startMs + n * 10 * SECOND);
      const on = n >= 6 && n < 18;
      await hears([{ meter, more: { ...watts(n), powerW: on ? 1_245 : 245, pf: on ? 0.998 : 0.93 } }]);
    }
    const alarms = await alarmsAt(meter);
    expect(alarms).toMatchObject([
      { rule: 'FORBIDDEN_LOAD', priority: 3, active: false, evidence: { level: 'L3' } },
    ]);
    expect((await supplyOf(meter)).ops).toEqual([]);
  });

  it('a load trip needs a load that still stands: an overload that is told minutes late cuts nothing', async () => {
    const startMs = cst('2025-10-05 12:00');
    clock.set(startMs);
    const meter = await rooms.campus.meter({ intervalS: 10, limitW: 1_500 });
    await hears([{ meter, more: watts(0) }]);
    clock.set(startMs + 10 * MINUTE);
    await hears(
      [1, 2, 3].map((n) => ({
        meter,
        atMs: startMs + n * 10 * SECOND,
        more: { ...watts(n), powerW: 2_400 },
      })),
    );
    expect(await alarmsAt(meter)).toMatchObject([{ rule: 'OVERLOAD', active: true }]);
    expect((await supplyOf(meter)).ops).toEqual([]);
  });

  it('a maintenance tag keeps tampering quiet, and it is kept', async () => {
    clock.set(cst('2025-10-06 12:00'));
    const meter = await rooms.campus.meter({ intervalS: 60 });
    await hears([{ meter, more: watts(0) }]);
    await database.pool.query(
      `insert into supply_state (point_id, reasons, tags, operations_ms) values ($1, '{}', $2, '[]')
       on conflict (point_id) do update set tags = excluded.tags`,
      [meter.pointId, JSON.stringify([{ by: '7', sinceMs: clock.now(), note: 'seal renewed' }])],
    );
    clock.advance(MINUTE);
    await hears([{ meter, more: { ...watts(1), extra: { cover: 1 } } }]);
    const { rows } = await database.pool.query(
      "select suppressed_by from alarm where rule = 'TAMPER' and subject_id = $1",
      [meter.pointId],
    );
    expect(rows).toEqual([{ suppressed_by: 'tag:7' }]);
  });

  it('a gateway that restarts over and over is one alarm of the gateway', async () => {
    const startMs = cst('2025-10-07 12:00');
    const gateway = await rooms.campus.gateway();
    const meters: TestMeter[] = [];
    for (let i = 0; i < 3; i++)
      meters.push(await rooms.campus.meter({ intervalS: 60, gatewayId: gateway.id }));
    for (let n = 0; n < 6; n++) {
      clock.set(startMs + n * 5 * MINUTE);
      await hears(
        meters.map((meter) => ({ meter, more: { ...watts(n), boot: n + 1, seq: 1, gateway: gateway.code } })),
      );
    }
    const { rows } = await database.pool.query(
      "select rule, active from alarm where subject_type = 'GATEWAY' and subject_id = $1",
      [gateway.id],
    );
    expect(rows).toEqual([{ rule: 'REBOOT_LOOP', active: true }]);
    for (const meter of meters) expect(await alarmsAt(meter)).toEqual([]);
    clock.advance(2 * HOUR);
    await hears(
      meters.map((meter) => ({ meter, more: { ...watts(9), boot: 6, seq: 2, gateway: gateway.code } })),
    );
    const after = await database.pool.query(
      "select active from alarm where subject_type = 'GATEWAY' and subject_id = $1",
      [gateway.id],
    );
    expect(after.rows).toEqual([{ active: false }]);
  });

  it('a rule that is switched off ends what it has raised, and raises nothing until it is on again', async () => {
    const meter = await rooms.campus.meter({ intervalS: 10, limitW: 1_500, overloadAction: 'ALARM' });
    let n = 0;
    clock.set(cst('2025-10-08 12:00'));
    const draws = async (powerW: number, times: number) => {
      for (let i = 0; i < times; i++) {
        clock.advance(10 * SECOND);
        await hears([{ meter, more: { ...watts(n++), powerW: powerW + (n % 3) } }]);
      }
    };
    const set = async (version: number, body: object) => {
      await database.pool.query(
        `insert into rule_setting (campus_id, rule, space_id, version, body, set_by, set_at)
         values ($1, 'OVERLOAD', null, $2, $3, 'test', $4)`,
        [rooms.campus.id, version, JSON.stringify(body), new Date(clock.now())],
      );
      await rooms.campus.changed();
    };
    await draws(1_400, 2);
    await draws(1_600, 3);
    expect(await alarmsAt(meter)).toMatchObject([{ rule: 'OVERLOAD', active: true }]);
    await set(1, { off: true });
    await draws(1_600, 1);
    expect(await alarmsAt(meter)).toMatchObject([{ rule: 'OVERLOAD', active: false }]);
    await draws(1_600, 5);
    expect(await alarmsAt(meter)).toMatchObject([{ rule: 'OVERLOAD', active: false }]);
    await set(2, {});
    await draws(1_600, 3);
    expect(await alarmsAt(meter)).toMatchObject([{ rule: 'OVERLOAD', active: true }]);
  });
});

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
