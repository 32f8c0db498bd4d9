import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { withTransaction } from '../db/client';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { cst } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyAlarmSignal } from './applyAlarmEvent';
import { silentLog } from './context';
import { detectFeederOutages } from './detectFeederOutages';
import { detectSilence } from './detectSilence';
import { feed, says } from './testing/harness';

const MINUTE = 60_000;
const DAY = 86_400_000;
const clock = new FixedClock(cst('2025-09-10 12:00'));
const ctx = { clock, log: silentLog };
let database: TestDatabase;
let campus: TestCampus;
/** A feeder above a feeder above five rooms, and ten rooms elsewhere. */
let top: TestMeter;
let feeder: TestMeter;
let below: TestMeter[];
let elsewhere: TestMeter[];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

beforeEach(async () => {
  clock.advance(7 * DAY);
  campus = await TestCampus.create(database);
  const many = (n: number) => Promise.all(Array.from({ length: n }, () => campus.meter({ intervalS: 60 })));
  [top, feeder] = [
    await campus.meter({ role: 'FEEDER', intervalS: 60 }),
    await campus.meter({ role: 'FEEDER', intervalS: 60 }),
  ];
  [below, elsewhere] = [await many(5), await many(10)];
  for (const [parent, child] of [[top, feeder] as const, ...below.map((one) => [feeder, one] as const)])
    await database.pool.query(
      'insert into feeder_link (parent_point_id, child_point_id, valid_from) values ($1, $2, $3)',
      [parent.pointId, child.pointId, campus.since],
    );
  await campus.changed();
  await live(2, [top, feeder, ...below, ...elsewhere]);
});

/** These meters tell their power each minute; the others are silent. */
async function live(minutes: number, meters: readonly TestMeter[], feederW = 900): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    clock.advance(MINUTE);
    await feed(
      database,
      meters.map((one) =>
        says(campus, one.code, clock.now(), '100.000', {
          powerW: one === top || one === feeder ? feederW : 180,
          voltageV: 230,
        }),
      ),
      { batch: meters.length || 1 },
    );
    await detectFeederOutages(database, ctx);
    await detectSilence(database, ctx);
  }
}

async function raise(rule: AlarmRuleCode, { id, pointId }: TestMeter): Promise<void> {
  const type = rule === 'METER_OFFLINE' ? 'METER' : 'POINT';
  const subject = { campusId: campus.id, type, id: type === 'METER' ? id : pointId, spaceId: null } as const;
  await withTransaction(database, (tx) =>
    applyAlarmSignal(tx, clock.now(), { rule, subject, kind: 'RAISE', atMs: clock.now() }),
  );
}

/** Open alarms: rule, what covers it, and whether anybody was told of it. */
async function alarms(): Promise<string[]> {
  const { rows } = await database.pool.query<{ rule: string; by: string | null; n: number }>(
    `select rule, suppressed_by as by, count(*)::int as n from alarm
      where campus_id = $1 and ended_ms is null and active group by 1, 2 order by 1, 2`,
    [campus.id],
  );
  return rows.map(({ rule, by, n }) => `${n} ${rule}${by === null ? '' : ` under ${by}`}`);
}

async function opened(reasons: readonly string[] | null): Promise<void> {
  const held = Object.fromEntries((reasons ?? []).map((one) => [one, { sinceMs: clock.now(), by: 'x' }]));
  await database.pool.query(
    `insert into supply_state (point_id, reasons, tags, observed, observed_ms, changed_ms, operations_ms)
     values ($1, $2, '[]', $3, $4, $4, '[]')
     on conflict (point_id) do update set reasons = excluded.reasons, observed = excluded.observed, changed_ms = excluded.changed_ms`,
    [feeder.pointId, JSON.stringify(held), reasons === null ? 'CLOSED' : 'OPEN', clock.now()],
  );
}

it('most meters below a feeder fall silent: one alarm, which covers their silence and voltage until they are heard again', async () => {
  await raise('VOLTAGE_RANGE', below[0]!);
  await live(5, elsewhere);
  expect(await alarms()).toEqual(['1 VOLTAGE_RANGE']);
  await live(1, elsewhere);
  const dark = `outage:${feeder.pointCode}`;
  expect(await alarms()).toEqual(['1 FEEDER_OUTAGE', `1 VOLTAGE_RANGE under ${dark}`]);
  // A day later their silence, and the feeder's own, is due as well: nobody is told of it.
  clock.advance(DAY);
  await live(1, elsewhere);
  expect((await alarms()).filter((one) => one.includes('METER_OFFLINE'))).toEqual([
    `6 METER_OFFLINE under ${dark}`,
    '1 METER_OFFLINE',
  ]);
  const heard = [top, feeder, ...below.slice(1), ...elsewhere];
  await live(1, heard);
  expect(await alarms()).toEqual([`1 METER_OFFLINE under ${dark}`, '1 VOLTAGE_RANGE']);
  // One stays silent: after five minutes its silence is its own.
  await live(5, heard);
  expect(await alarms()).toEqual(['1 METER_OFFLINE', '1 VOLTAGE_RANGE']);
});

it('an outage below an outage is part of it', async () => {
  await database.pool.query(
    "insert into rule_setting (campus_id, rule, space_id, version, body, set_by, set_at) values ($1, 'FEEDER_OUTAGE', null, 1, '{\"leastMeters\": 1}', 'test', $2)",
    [campus.id, new Date(0)],
  );
  await campus.changed();
  await live(6, elsewhere);
  expect(await alarms()).toEqual([`1 FEEDER_OUTAGE under outage:${top.pointCode}`, '1 FEEDER_OUTAGE']);
  const { rows } = await database.pool.query<{ n: number }>(
    `select count(*)::int as n from alarm_event e join alarm a on a.id = e.alarm_id where a.campus_id = $1 and e.announced`,
    [campus.id],
  );
  expect(rows, 'people are told of one').toEqual([{ n: 1 }]);
});

it('a feeder that opened by itself is told at once; one that somebody cut is not', async () => {
  await opened(['LOCAL_TRIP']);
  await live(1, [top, ...elsewhere]);
  expect(await alarms()).toEqual(['1 FEEDER_OUTAGE']);
  await opened(['LOCAL_TRIP', 'MANUAL']);
  await live(1, [top, ...elsewhere]);
  expect(await alarms()).toEqual([]);
});

it('silence is no outage where the feeder still carries load, where its gateway is down, or where nothing is heard at all', async () => {
  await live(6, [top, feeder, ...elsewhere]);
  expect(await alarms()).toEqual([]);
  await live(6, []);
  expect(await alarms()).toEqual([]);
});

it('after messages did not reach us, meters have their time to be heard', async () => {
  clock.advance(60 * MINUTE);
  await live(1, elsewhere);
  expect(await alarms()).toEqual([]);
  await live(6, elsewhere);
  expect(await alarms()).toEqual(['1 FEEDER_OUTAGE']);
});

it('a feeder of most of a campus is told of: what is not below it decides whether messages reach us', async () => {
  await database.pool.query('update meter set retired_at = $2 where id = any($1::int[])', [
    elsewhere.slice(3).map(({ id }) => id),
    new Date(clock.now()),
  ]);
  await campus.changed();
  await live(6, [top, ...elsewhere.slice(0, 3)]);
  expect(await alarms()).toEqual(['1 FEEDER_OUTAGE']);
});

it('a meter that speaks once an hour makes nobody wait for it after messages did not reach us', async () => {
  const slow = await campus.meter({ intervalS: 3_600 });
  await campus.changed();
  await live(2, [top, feeder, ...below, ...elsewhere, slow]);
  clock.advance(60 * MINUTE);
  await live(1, elsewhere);
  expect(await alarms()).toEqual([]);
  await live(6, elsewhere);
  expect(await alarms()).toEqual(['1 FEEDER_OUTAGE']);
});

it('one word that can’t be stored keeps no other from being told, nor what covers it', async () => {
  const [bad] = below;
  await raise('VOLTAGE_RANGE', below[1]!);
  await database.pool.query(`
    create function refuse_one() returns trigger language plpgsql as $$ begin
      if new.subject_type = 'METER' and new.subject_id = ${bad!.id} then raise exception 'refused'; end if; return new; end $$;
    create trigger refuse_one before insert on alarm for each row execute function refuse_one();`);
  clock.advance(DAY);
  await live(1, []).catch(() => undefined);
  await expect(detectSilence(database, ctx), 'the job is told as failed').rejects.toThrow('refused');
  await database.pool.query('drop trigger refuse_one on alarm; drop function refuse_one()');
  expect(await alarms()).toEqual(['16 METER_OFFLINE', '1 VOLTAGE_RANGE']);
});

it('silence that a gateway covered is the meter’s own once the meter has left the gateway', async () => {
  await raise('METER_OFFLINE', below[0]!);
  await database.pool.query("update alarm set suppressed_by = 'gateway:GONE' where campus_id = $1", [
    campus.id,
  ]);
  clock.advance(DAY);
  await detectSilence(database, ctx);
  expect(await alarms()).toEqual(['1 METER_OFFLINE']);
});

it('an outage that comes and goes covers no silence that outlasts its pauses, and takes nothing back that was told', async () => {
  await live(6, elsewhere);
  expect(await alarms()).toEqual(['1 FEEDER_OUTAGE']);
  // It chatters: its end takes effect only once it has stayed away for half an hour.
  await database.pool.query(
    "update alarm set off_delay_ms = 1800000, chatter = true where rule = 'FEEDER_OUTAGE' and campus_id = $1",
    [campus.id],
  );
  clock.advance(DAY);
  await live(1, elsewhere);
  const dark = `outage:${feeder.pointCode}`;
  expect(await alarms()).toContain(`6 METER_OFFLINE under ${dark}`);
  const heard = [top, feeder, ...below.slice(1), ...elsewhere];
  await live(1, heard);
  expect(await alarms()).toEqual(['1 FEEDER_OUTAGE', `1 METER_OFFLINE under ${dark}`]);
  await live(5, heard);
  expect(await alarms(), 'one meter is silent by itself').toEqual(['1 FEEDER_OUTAGE', '1 METER_OFFLINE']);
  await live(8, elsewhere);
  expect(await alarms(), 'dark again').toEqual(['1 FEEDER_OUTAGE', '1 METER_OFFLINE']);
  const { rows } = await database.pool.query<{ n: number }>(
    `select count(*)::int as n from alarm_event e join alarm a on a.id = e.alarm_id
      where a.campus_id = $1 and a.rule = 'METER_OFFLINE' and a.active and a.ended_ms is null and e.announced`,
    [campus.id],
  );
  expect(rows, 'told once').toEqual([{ n: 1 }]);
});
