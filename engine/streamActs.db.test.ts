import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../db/testing/createTestDatabase';
import type { TestMeter } from '../db/testing/factories';
import { cst } from '../domain/tariffs/testing';
import type { FixedClock } from '../domain/time/clock';
import type { SupplyRooms } from './testing/supplyRooms';
import { type ToldReading, ToldReadings, watts } from './testing/toldReadings';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('what follows from a hazard, and what does not', () => {
  let database: TestDatabase;
  let rooms: SupplyRooms;
  let clock: FixedClock;
  let told: ToldReadings;

  beforeAll(async () => {
    told = await ToldReadings.start();
    ({ database, rooms, clock } = told);
  });
  afterAll(() => database.drop());

  const hears = (said: readonly ToldReading[]) => told.hears(said);
  const alarmsAt = (meter: TestMeter) => told.alarmsAt(meter);
  const supplyOf = (meter: TestMeter) => told.supplyOf(meter);

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
