import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTransaction } from '../db/client';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import { cst } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyAlarmSignal } from './applyAlarmEvent';
import { silentLog } from './context';
import { detectFeederVoltage } from './detectFeederVoltage';
import { feed, says } from './testing/harness';

const MINUTE = 60_000;
const METERS = 10;
const clock = new FixedClock(cst('2025-09-10 12:00'));
const ctx = { clock, log: silentLog };
let database: TestDatabase;
let campus: TestCampus;
let feeder: TestMeter;
let below: TestMeter[];

beforeAll(async () => {
  database = await createTestDatabase();
  campus = await TestCampus.create(database);
  feeder = await campus.meter({ role: 'FEEDER', capacityW: 100_000 });
  below = [];
  for (let n = 0; n < METERS; n++) below.push(await campus.meter({ intervalS: 60 }));
  for (const { pointId } of below)
    await database.pool.query(
      'insert into feeder_link (parent_point_id, child_point_id, valid_from) values ($1, $2, $3)',
      [feeder.pointId, pointId, campus.since],
    );
});
afterAll(() => database?.drop());

/** Every meter tells its voltage each minute; the first `out` of them one that is too low. */
async function live(minutes: number, out: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    clock.advance(MINUTE);
    await feed(
      database,
      below.map(({ code }, n) =>
        says(campus, code, clock.now(), '100.000', { voltageV: (n < out ? 195 : 230) + (minute % 3) / 10 }),
      ),
      { batch: METERS },
    );
    await detectFeederVoltage(database, ctx);
  }
}

interface Told {
  rule: string;
  active: boolean;
  suppressedBy: string | null;
  events: string[];
}

async function alarms(): Promise<Told[]> {
  const { rows } = await database.pool.query<Told>(
    `select a.rule, a.active, a.suppressed_by as "suppressedBy",
            array(select e.event from alarm_event e where e.alarm_id = a.id order by e.id) as events
       from alarm a where a.campus_id = $1 and a.ended_ms is null order by a.rule, a.id`,
    [campus.id],
  );
  return rows;
}

const of = (rows: readonly Told[], rule: string) => rows.filter((row) => row.rule === rule);

it('a voltage out of range at 30 % of the meters is one alarm of their feeder, which covers theirs but never a P1', async () => {
  await live(2, 0);
  await live(3, 2);
  expect(of(await alarms(), 'VOLTAGE_RANGE').map(({ suppressedBy }) => suppressedBy)).toEqual([null, null]);
  expect(of(await alarms(), 'FEEDER_VOLTAGE')).toEqual([]);

  await live(3, 6);
  const standing = await alarms();
  expect(of(standing, 'FEEDER_VOLTAGE')).toMatchObject([
    { active: true, suppressedBy: null, events: ['RAISE'] },
  ]);
  expect(of(standing, 'VOLTAGE_RANGE')).toHaveLength(6);
  for (const one of of(standing, 'VOLTAGE_RANGE'))
    expect(one.suppressedBy).toBe(`feeder:${feeder.pointCode}`);
  const { rows } = await database.pool.query<{ evidence: object }>(
    `select evidence from alarm where rule = 'FEEDER_VOLTAGE' and campus_id = $1`,
    [campus.id],
  );
  expect(rows).toMatchObject([
    { evidence: { value: 60, limit: 30, unit: 'PERCENT', out: 6, meters: 10, point: feeder.pointCode } },
  ]);

  // A swell at one of them is a danger of its own.
  const { pointId } = below[0]!;
  await withTransaction(database, (tx) =>
    applyAlarmSignal(tx, clock.now(), {
      rule: 'VOLTAGE_RANGE',
      subject: { campusId: campus.id, type: 'POINT', id: pointId, spaceId: null },
      kind: 'RAISE',
      atMs: clock.now(),
      priority: 'P1',
    }),
  );
  const swells = async () =>
    of(await alarms(), 'VOLTAGE_RANGE').filter(({ suppressedBy }) => suppressedBy === null);
  // It comes out by itself, told anew, and the next look covers it no more.
  const told = [{ events: ['RAISE', 'SUPPRESS', 'RAISE'] }];
  expect(await swells()).toMatchObject(told);
  await detectFeederVoltage(database, ctx);
  expect(await swells()).toMatchObject(told);

  // Two remain: the feeder is well again, and theirs are told.
  await live(4, 2);
  const after = await alarms();
  expect(of(after, 'FEEDER_VOLTAGE')).toMatchObject([{ active: false, events: ['RAISE', 'RETURN'] }]);
  expect(of(after, 'VOLTAGE_RANGE').filter(({ active }) => active)).toHaveLength(2);
  for (const one of of(after, 'VOLTAGE_RANGE')) expect(one.suppressedBy).toBeNull();
});
