import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import { type HourUse, hoursOf, storeHourly } from '../db/testing/storeHourly';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from './context';
import { detectAnomalies } from './detectAnomalies';
import { detectIdleWaste } from './detectIdleWaste';
import { detectLosses } from './detectLosses';
import { detectWaterLeaks } from './detectWaterLeaks';
import { feed, says } from './testing/harness';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const clock = new FixedClock(0);
const ctx = { clock, log: silentLog };
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

interface Told {
  rule: string;
  subject: string;
  priority: number;
  active: boolean;
  count: number;
  since: number;
  evidence: Record<string, unknown> & { suspects?: { point: string }[] };
}

/** Alarms of a campus in the order in which they were raised. */
async function alarms(campus: TestCampus): Promise<Told[]> {
  const { rows } = await database.pool.query<Told>(
    `select a.rule, coalesce(p.code, s.code) as subject, a.priority, a.active, a.count, a.since_ms::float8 as since, a.evidence
       from alarm a left join meter_point p on a.subject_type = 'POINT' and p.id = a.subject_id
       left join space s on a.subject_type = 'SPACE' and s.id = a.subject_id
      where a.campus_id = $1 order by a.id`,
    [campus.id],
  );
  return rows;
}

/** kWh of an hour in µ, never twice quite the same. */
const kwh = (value: number, hourMs: number): bigint =>
  BigInt(Math.round(value * (1 + ((hourMs / HOUR) % 7) / 200) * 1e6));

/** A room or building below the campus. */
async function place(
  campus: TestCampus,
  kind: 'BUILDING' | 'ROOM',
  code: string,
  parentId = campus.rootSpaceId,
): Promise<number> {
  const { rows } = await database.pool.query<{ id: number }>(
    `insert into space (campus_id, parent_id, kind, code, name, path) values ($1, $2, $3, $4, $4, '{}') returning id`,
    [campus.id, parentId, kind, code],
  );
  await database.pool.query(
    'update space s set path = p.path || s.id from space p where s.id = $1 and p.id = s.parent_id',
    [rows[0]!.id],
  );
  return rows[0]!.id;
}

const putInto = (meter: TestMeter, spaceId: number) =>
  database.pool.query('update meter_point set space_id = $2 where id = $1', [meter.pointId, spaceId]);

/** Another meter at the same point from an instant on. */
async function exchange(campus: TestCampus, meter: TestMeter, atMs: number): Promise<TestMeter> {
  const successor = await campus.meter({});
  const { pool } = database;
  await pool.query('update meter_install set valid_to = $2 where meter_id = $1', [meter.id, new Date(atMs)]);
  await pool.query('update meter_install set point_id = $2, valid_from = $3 where meter_id = $1', [
    successor.id,
    meter.pointId,
    new Date(atMs),
  ]);
  return successor;
}

it('a main that leaks through two nights raises one alarm with its evidence, and returns after two quiet nights', async () => {
  const campus = await TestCampus.create(database);
  const account = await campus.account();
  const tariffId = await campus.tariff([flatTariff('W', cst('2024-01-01 00:00'), 4_000_000n)], 'WATER');
  const given = { accountId: account.id, tariffId, utility: 'WATER', intervalS: 60 } as const;
  const [leaking, calm] = [await campus.meter(given), await campus.meter(given)];
  const building = await place(campus, 'BUILDING', 'W1');
  for (let n = 0; n < 10; n++) await place(campus, 'ROOM', `W1-${n}`, building);
  for (const meter of [leaking, calm]) await putInto(meter, building);
  const registers = new Map([leaking, calm].map((meter) => [meter.code, 100_000]));
  /** Litres of each minute of a window; both meters are read every minute. */
  const pass = async (
    from: string,
    minutes: number,
    litres: (minute: number) => [leaking: number, calm: number],
  ) => {
    const readings = Array.from({ length: minutes + 1 }, (_, minute) =>
      [leaking, calm].map((meter, which) => {
        const litresNow = registers.get(meter.code)! + (minute === 0 ? 0 : litres(minute)[which]!);
        registers.set(meter.code, litresNow);
        return says(campus, meter.code, cst(from) + minute * MINUTE, { VOL: (litresNow / 1_000).toFixed(3) });
      }),
    ).flat();
    await feed(database, readings, { batch: 500 });
  };
  const night = async (date: string, litres: (minute: number) => [number, number]) => {
    await pass(`${date} 01:50`, 200, litres);
    clock.set(cst(`${date} 05:15`));
    await detectWaterLeaks(database, ctx);
    // A second look, and one after a restart, find the night judged.
    await detectWaterLeaks(database, ctx);
  };
  const often = (minute: number) => (minute % 5 === 0 ? 4 : 0);
  await night('2025-09-10', (minute) => [1 + often(minute), often(minute)]);
  expect(await alarms(campus)).toEqual([]);
  await night('2025-09-11', (minute) => [1 + often(minute), often(minute)]);
  await night('2025-09-12', (minute) => [1 + often(minute), often(minute)]);
  const [alarm, ...others] = await alarms(campus);
  expect(others).toEqual([]);
  expect(alarm).toMatchObject({
    rule: 'WATER_LEAK',
    subject: leaking.pointCode,
    priority: 2,
    active: true,
    since: cst('2025-09-11 05:00'),
    evidence: { limit: 0.02, unit: 'M3_H', rooms: 10, nights: 2, meter: leaking.code },
  });
  expect(alarm!.evidence.value).toBeCloseTo(0.108, 3);
  expect(alarm!.evidence.lossM3).toBeCloseTo(0.108 * 27, 0);
  await night('2025-09-13', (minute) => [often(minute), often(minute)]);
  expect((await alarms(campus))[0]!.active).toBe(true);
  await night('2025-09-14', (minute) => [often(minute), often(minute)]);
  expect(await alarms(campus)).toMatchObject([{ rule: 'WATER_LEAK', active: false }]);
});

it('use far from its own past raises one alarm; a meter exchange, and hours that come as one sum, raise none', async () => {
  const campus = await TestCampus.create(database);
  const [odd, plain, gone] = [await campus.meter({}), await campus.meter({}), await campus.meter({})];
  const room = await place(campus, 'ROOM', 'R1');
  for (const meter of [odd, plain, gone]) await putInto(meter, room);
  const fromMs = cst('2025-07-01 00:00');
  const oddMs = cst('2025-09-10 09:00');
  const exchangeMs = cst('2025-09-01 00:00');
  const successor = await exchange(campus, plain, exchangeMs);
  const endMs = oddMs + 6 * HOUR;
  const use = (meter: TestMeter, change: (hourMs: number) => number | null): HourUse[] =>
    hoursOf(meter.code, fromMs, endMs, (hourMs) => kwh(change(hourMs) ?? 0, hourMs)).filter(
      ({ hourMs }) => change(hourMs) !== null,
    );
  await storeHourly(database, campus.id, [
    ...use(odd, (hourMs) => (hourMs >= oddMs ? 2 : 0.4)),
    ...use(plain, (hourMs) => (hourMs < exchangeMs ? 0.4 : null)),
    ...use(successor, (hourMs) => (hourMs < exchangeMs ? null : 0.4)),
    // Ten hours come as one sum, in the first of the hours in which the other one is odd.
    ...use(gone, (hourMs) =>
      hourMs < oddMs - 9 * HOUR ? 0.4 : hourMs < oddMs ? null : hourMs === oddMs ? 4 : 0.4,
    ),
  ]);
  for (let hourMs = oddMs - HOUR; hourMs < endMs; hourMs += HOUR) {
    clock.set(hourMs + HOUR + 11 * MINUTE);
    await detectAnomalies(database, ctx);
    await detectAnomalies(database, ctx);
  }
  const told = await alarms(campus);
  expect(told).toMatchObject([
    {
      rule: 'CONSUMPTION_ANOMALY',
      subject: odd.pointCode,
      priority: 3,
      active: true,
      count: 1,
      since: oddMs + 3 * HOUR,
      evidence: { unit: 'KWH', since: oddMs, meter: odd.code },
    },
  ]);
  expect(told[0]!.evidence.value).toBeCloseTo(4.8, 0);
  expect(told[0]!.evidence.usualKwh).toBeCloseTo(0.4, 1);
  // Hours that were missed are made up for.
  clock.set(endMs + 5 * HOUR + 11 * MINUTE);
  expect((await detectAnomalies(database, ctx)).hours % 5).toBe(0);
  expect(await detectAnomalies(database, ctx)).toEqual({ hours: 0 });
});

it('load after hours is one alarm a building that names its points; a dormitory at night is none', async () => {
  const campus = await TestCampus.create(database);
  const office = await place(campus, 'BUILDING', 'OFFICE');
  const dorm = await place(campus, 'BUILDING', 'DORM');
  const [wasteful, modest, room] = [
    await campus.meter({ role: 'PUBLIC' }),
    await campus.meter({ role: 'PUBLIC' }),
    await campus.meter({ role: 'CUSTOMER' }),
  ];
  for (const meter of [wasteful, modest]) await putInto(meter, office);
  await putInto(room, dorm);
  await database.pool.query(
    `with d as (insert into department (campus_id, code, name, path) values ($1, 'D', 'D', '{}') returning id)
     insert into department_assignment (department_id, space_id, valid_from) select id, $2, $3 from d`,
    [campus.id, office, campus.since],
  );
  const fromMs = cst('2025-09-01 00:00');
  const wasteFromMs = cst('2025-09-23 20:00');
  const open = (hourMs: number) => {
    const local = new Date(hourMs + 8 * HOUR);
    return local.getUTCDay() % 6 !== 0 && local.getUTCHours() >= 8 && local.getUTCHours() < 20;
  };
  const use = (meter: TestMeter, closed: (hourMs: number) => number) =>
    hoursOf(meter.code, fromMs, cst('2025-09-30 08:00'), (hourMs) =>
      kwh(open(hourMs) ? 6 : closed(hourMs), hourMs),
    );
  await storeHourly(database, campus.id, [
    ...use(wasteful, (hourMs) => (hourMs >= wasteFromMs && hourMs < cst('2025-09-27 08:00') ? 4 : 1)),
    ...use(modest, () => 1),
    ...use(room, () => 8),
  ]);
  const seen: string[] = [];
  for (let day = 23; day <= 30; day++) {
    clock.set(cst(`2025-09-${day} 08:15`));
    await detectIdleWaste(database, ctx);
    await detectIdleWaste(database, ctx);
    const [alarm, ...others] = await alarms(campus);
    expect(others).toEqual([]);
    seen.push(alarm ? `${day} ${alarm.active ? 'on' : 'off'}` : `${day} none`);
  }
  // Nights of the 23rd to the 26th; the third ends on the 26th, two clean ones end on the 29th.
  expect(seen.join(', ')).toBe('23 none, 24 none, 25 none, 26 on, 27 on, 28 on, 29 off, 30 off');
  const [alarm] = await alarms(campus);
  expect(alarm).toMatchObject({ rule: 'IDLE_WASTE', subject: 'OFFICE', priority: 4 });
  expect(alarm!.evidence.suspects!.map(({ point }) => point)).toEqual([wasteful.pointCode]);
});

it('energy that leaves a feeder unmetered raises one alarm on the third day, with the meter that fell named first', async () => {
  const campus = await TestCampus.create(database);
  const feeder = await campus.meter({ role: 'FEEDER', capacityW: 100_000 });
  const rooms = [await campus.meter({}), await campus.meter({}), await campus.meter({})];
  for (const room of rooms)
    await database.pool.query(
      'insert into feeder_link (parent_point_id, child_point_id, valid_from) values ($1, $2, $3)',
      [feeder.pointId, room.pointId, campus.since],
    );
  const fromMs = cst('2025-08-01 00:00');
  const theftMs = cst('2025-09-01 00:00');
  const toMs = cst('2025-09-06 00:00');
  const draws = (index: number, hourMs: number) => 1 + 0.1 * Math.sin(hourMs / HOUR / (5 + index));
  const measured = (index: number, hourMs: number) =>
    draws(index, hourMs) * (index === 1 && hourMs >= theftMs ? 0.3 : 1);
  const micro = (value: number) => BigInt(Math.round(value * 1e6));
  const whole = [
    ...rooms.flatMap((room, index) =>
      hoursOf(room.code, fromMs, toMs, (hourMs) => micro(measured(index, hourMs))),
    ),
    ...hoursOf(feeder.code, fromMs, toMs, (hourMs) =>
      micro(1.03 * rooms.reduce((sum, _, index) => sum + draws(index, hourMs), 0)),
    ),
  ];
  await storeHourly(database, campus.id, whole);
  for (let dayMs = cst('2025-08-29 00:00'); dayMs <= toMs; dayMs += DAY) {
    clock.set(dayMs + 11 * MINUTE);
    await detectLosses(database, ctx);
    await detectLosses(database, ctx);
  }
  const told = await alarms(campus);
  expect(told).toMatchObject([
    {
      rule: 'NON_TECHNICAL_LOSS',
      subject: feeder.pointCode,
      priority: 2,
      active: true,
      count: 1,
      since: theftMs + 3 * DAY,
    },
  ]);
  expect(told[0]!.evidence.value).toBeCloseTo(0.7 * 24, 0);
  const { rows } = await database.pool.query<{ code: string }>(
    'select s.code from meter_point p join space s on s.id = p.space_id where p.id = $1',
    [rooms[1]!.pointId],
  );
  expect(told[0]!.evidence.suspects![0]).toMatchObject({ point: rooms[1]!.pointCode, place: rows[0]!.code });
});
