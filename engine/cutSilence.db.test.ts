import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import { cst } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from './context';
import { detectSilence } from './detectSilence';

const MINUTE = 60_000;
const DAY = 86_400_000;
const clock = new FixedClock(cst('2025-09-10 12:00'));
const ctx = { clock, log: silentLog };
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** A feeder above a feeder above a meter that has said nothing for two days. */
async function branch(): Promise<{ campus: TestCampus; top: TestMeter; meter: TestMeter }> {
  const campus = await TestCampus.create(database);
  const [top, middle] = [await campus.meter({ role: 'FEEDER' }), await campus.meter({ role: 'FEEDER' })];
  const meter = await campus.meter({ intervalS: 10 });
  for (const [parent, child] of [
    [top, middle],
    [middle, meter],
  ] as const)
    await database.pool.query(
      'insert into feeder_link (parent_point_id, child_point_id, valid_from) values ($1, $2, $3)',
      [parent.pointId, child.pointId, campus.since],
    );
  await database.pool.query('insert into meter_state (meter_id, last_rx_ms) values ($1, $2)', [
    meter.id,
    clock.now() - 2 * DAY,
  ]);
  return { campus, top, meter };
}

async function supply({ pointId }: TestMeter, observed: 'OPEN' | 'CLOSED', reasons: readonly string[]) {
  const held = Object.fromEntries(reasons.map((reason) => [reason, { sinceMs: clock.now(), by: 'user:x' }]));
  await database.pool.query(
    `insert into supply_state (point_id, reasons, tags, observed, observed_ms, changed_ms, operations_ms)
     values ($1, $2, '[]', $3, $4, $4, '[]')
     on conflict (point_id) do update set reasons = excluded.reasons, observed = excluded.observed, changed_ms = excluded.changed_ms`,
    [pointId, JSON.stringify(held), observed, clock.now()],
  );
}

async function silenceOf({ id }: TestMeter): Promise<{ by: string | null; events: [string, boolean][] }> {
  const { rows } = await database.pool.query<{ by: string | null; events: [string, boolean][] }>(
    `select a.suppressed_by as by,
            (select json_agg(json_build_array(e.event, e.announced) order by e.id) from alarm_event e where e.alarm_id = a.id) as events
       from alarm a where a.rule = 'METER_OFFLINE' and a.subject_id = $1 and a.ended_ms is null`,
    [id],
  );
  expect(rows).toHaveLength(1);
  return rows[0]!;
}

it('the silence below a feeder that was cut on purpose is told to nobody, until its meters had time to be heard again', async () => {
  const { top, meter } = await branch();
  await supply(top, 'OPEN', ['MANUAL']);
  await detectSilence(database, ctx);
  const by = `cut:${top.pointCode}`;
  expect(await silenceOf(meter)).toEqual({ by, events: [['RAISE', false]] });

  await supply(top, 'CLOSED', []);
  clock.advance(5 * MINUTE - 1);
  await detectSilence(database, ctx);
  expect((await silenceOf(meter)).by).toBe(by);
  clock.advance(1);
  await detectSilence(database, ctx);
  expect(await silenceOf(meter)).toEqual({
    by: null,
    events: [
      ['RAISE', false],
      ['UNSUPPRESS', true],
    ],
  });

  // Cut again while the alarm stands: it is covered from then on.
  await supply(top, 'OPEN', ['LOADSHED', 'LOCAL_TRIP']);
  await detectSilence(database, ctx);
  expect((await silenceOf(meter)).by).toBe(by);
});

it('a feeder that opened by itself covers nothing: nobody meant it', async () => {
  const { top, meter } = await branch();
  await supply(top, 'OPEN', ['LOCAL_TRIP']);
  await detectSilence(database, ctx);
  expect(await silenceOf(meter)).toEqual({ by: null, events: [['RAISE', true]] });
});
