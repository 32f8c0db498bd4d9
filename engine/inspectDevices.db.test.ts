import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import type { DeviceCheck } from '../domain/inspection/deviceCheck';
import { cst } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from './context';
import { inspectDevices, inspectNow } from './inspectDevices';
import { replaceMeter } from './replaceMeter';
import { feed, type MoreSaid, says } from './testing/harness';

const MINUTE = 60_000;
const DAY = 86_400_000;
const FIRST = cst('2025-07-01 00:00');
const clock = new FixedClock(0);
const ctx = { clock, log: silentLog };
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** A day of ten-minute readings of a meter under 600 W, of which `sent` came. */
async function day(
  campus: TestCampus,
  { code }: TestMeter,
  nth: number,
  sent: (n: number) => boolean = () => true,
  more: (n: number) => MoreSaid = (n) => ({ boot: 1, seq: nth * 144 + n }),
): Promise<void> {
  const readings = Array.from({ length: 144 }, (_, at) => at + 1)
    .filter(sent)
    .map((n) =>
      says(campus, code, FIRST + nth * DAY + n * 10 * MINUTE, ((nth * 144 + n) / 10).toFixed(3), {
        ...{ powerW: 600 + (n % 7), voltageV: 230 + (n % 3), currentA: 2.6, relay: 1 },
        ...more(n),
      }),
    );
  await feed(database, readings, { batch: 48 });
}

/** Results of a meter's or gateway's nights, oldest first. */
async function nights(code: string, kind = 'meter') {
  const { rows } = await database.pool.query<{ day: string; result: string; checks: DeviceCheck[] }>(
    `select i.day::text as day, i.result, i.checks from device_inspection i join ${kind} d on d.id = i.subject_id
      where i.subject_type = upper('${kind}') and d.code = $1 and i.asked_by is null order by i.day`,
    [code],
  );
  return rows.map(({ day: date, result, checks }) => ({
    date,
    result,
    findings: Object.fromEntries(checks.map((check) => [check.code, check.findings.map((one) => one.code)])),
  }));
}

async function alarms(campus: TestCampus) {
  const { rows } = await database.pool.query<{ meter: string; rule: string; said: string; findings: string }>(
    `select m.code as meter, a.rule, 'P' || a.priority || case when a.active then ' on ' else ' off ' end || a.count as said,
            a.evidence->>'findings' as findings
       from alarm a join meter m on a.subject_type = 'METER' and m.id = a.subject_id
      where a.campus_id = $1 and a.rule in ('DEVICE_CHECK_FAILED', 'SEQUENCE_GAPS') order by m.code, a.id`,
    [campus.id],
  );
  return rows;
}

async function inspectAfter(nth: number): Promise<void> {
  clock.set(FIRST + nth * DAY + 11 * MINUTE);
  await inspectDevices(database, ctx);
}

const noCounters = (): MoreSaid => ({});

it('a night is judged once: history, one alarm for each device and cause, which returns after a night that passes', async () => {
  const campus = await TestCampus.create(database);
  const gateway = await database.pool.query<{ id: number }>(
    `insert into gateway (campus_id, code, online) values ($1, 'GW-1', true) returning id`,
    [campus.id],
  );
  const meter = (code: string) => campus.meter({ code, intervalS: 600, gatewayId: gateway.rows[0]!.id });
  const sound = [await meter('SOUND-1'), await meter('SOUND-2'), await meter('SOUND-3')] as const;
  const [sparse, lossy, stuck, unheard] = [
    await meter('SPARSE'),
    await meter('LOSSY'),
    await meter('STUCK'),
    await meter('UNHEARD'),
  ];
  await database.pool.query(
    `insert into command (id, campus_id, point_id, meter_id, op, args, state, cause, why, actor, automatic, created_ms, not_before_ms,
            expires_ms, finished_ms)
     values ('C-STUCK', $1, $2, $3, 'disconnect', '{}', 'UNVERIFIED', 'MANUAL', 'test', 'user:test', false, $4, $4, $4, $4)`,
    [campus.id, stuck.pointId, stuck.id, FIRST + 10 * 3_600_000],
  );
  const half = (n: number) => n % 2 === 0;
  for (const each of [...sound, stuck]) await day(campus, each, 0);
  await day(campus, sparse, 0, half, noCounters);
  await day(campus, lossy, 0, (n) => n % 3 !== 1);
  await inspectAfter(1);

  const first = await nights('SOUND-1');
  expect(first).toEqual([
    {
      date: '2025-07-01',
      result: 'PASS',
      findings: {
        CLOCK: ['CLOCK_SETTLED'],
        COMMS: ['REPORTS_CAME'],
        RELAY: ['SWITCH_AS_WANTED'],
        REGISTER: ['REGISTER_MOVES'],
        SENSORS: ['NO_SENSORS'],
      },
    },
  ]);
  expect((await nights('SPARSE'))[0]!.findings.COMMS).toEqual(['REPORTS_MISSING']);
  expect((await nights('LOSSY'))[0]!.findings.COMMS).toEqual(['REPORTS_MISSING', 'MESSAGES_LOST']);
  expect(await nights('UNHEARD')).toMatchObject([{ result: 'UNKNOWN' }]);
  expect((await nights('GW-1', 'gateway'))[0]).toMatchObject({
    result: 'PASS',
    findings: {
      CLOCK: ['METERS_ON_TIME'],
      COMMS: ['GATEWAY_PRESENT'],
      CREDENTIALS: ['CREDENTIALS_ELSEWHERE'],
    },
  });
  const told = [
    // Its own count has told of the messages that it lost: the inspection adds no second alarm.
    { meter: 'LOSSY', rule: 'SEQUENCE_GAPS', said: 'P4 on 1', findings: null },
    { meter: 'SPARSE', rule: 'DEVICE_CHECK_FAILED', said: 'P4 on 1', findings: 'REPORTS_MISSING' },
    { meter: 'STUCK', rule: 'DEVICE_CHECK_FAILED', said: 'P3 on 1', findings: 'COMMANDS_NOT_PROVEN' },
  ];
  expect(await alarms(campus)).toEqual(told);

  // What was missing comes late: the night stays as it was judged, also when a run fell before it noted how far it came.
  await day(campus, sparse, 0, (n) => !half(n), noCounters);
  await inspectDevices(database, ctx);
  await database.pool.query("delete from rule_state where rule = 'DEVICE_CHECK_FAILED'");
  await inspectDevices(database, ctx);
  expect((await nights('SPARSE')).map(({ result }) => result)).toEqual(['FAIL']);
  expect(await alarms(campus)).toEqual(told);

  for (const each of [...sound, stuck, lossy]) await day(campus, each, 1);
  await day(campus, sparse, 1, undefined, noCounters);
  await inspectAfter(2);
  expect((await nights('SPARSE')).map(({ date, result }) => [date, result])).toEqual([
    ['2025-07-01', 'FAIL'],
    ['2025-07-02', 'PASS'],
  ]);
  expect((await alarms(campus)).filter(({ rule }) => rule === 'DEVICE_CHECK_FAILED')).toEqual([
    { ...told[1], said: 'P4 off 1' },
    { ...told[2], said: 'P3 off 1' },
  ]);
  expect((await nights(unheard.code)).map(({ result }) => result)).toEqual(['UNKNOWN', 'UNKNOWN']);
});

it('missing data keeps an alarm, a tag keeps quiet, and most meters unheard are nobody’s fault', async () => {
  const campus = await TestCampus.create(database);
  const meters = await Promise.all(
    ['T-1', 'T-2', 'T-3', 'T-4', 'T-5'].map((code) => campus.meter({ code, intervalS: 600 })),
  );
  for (const each of meters) await day(campus, each, 0, (n) => n % 2 === 0, noCounters);
  // The first is worked on.
  await database.pool.query(
    `insert into supply_state (point_id, reasons, tags, operations_ms)
     values ($1, '{}', '[{"by": "7", "sinceMs": 0, "note": "relay"}]', '[]')
     on conflict (point_id) do update set tags = excluded.tags`,
    [meters[0]!.pointId],
  );
  await inspectAfter(1);
  expect((await nights('T-2'))[0]!.findings.COMMS).toEqual(['CAMPUS_UNHEARD']);
  expect(await alarms(campus)).toEqual([]);

  for (const each of meters.slice(2)) await day(campus, each, 1);
  for (const each of meters.slice(0, 2)) await day(campus, each, 1, (n) => n % 2 === 0, noCounters);
  await inspectAfter(2);
  const standing = { meter: 'T-2', rule: 'DEVICE_CHECK_FAILED', findings: 'REPORTS_MISSING' };
  expect((await nights('T-1'))[1]!.findings.COMMS).toEqual(['REPORTS_MISSING']);
  expect(await alarms(campus)).toEqual([{ ...standing, said: 'P4 on 1' }]);

  // Nobody was heard on the third day.
  await inspectAfter(3);
  expect((await nights('T-2'))[2]).toMatchObject({ result: 'UNKNOWN' });
  expect((await alarms(campus)).map(({ meter, said }) => `${meter} ${said}`)).toEqual(['T-2 P4 on 2']);
});

it('what was found of a meter is over once it is exchanged or retired, and says nothing of where it is fitted next', async () => {
  const campus = await TestCampus.create(database);
  const bad = await campus.meter({ code: 'BAD', intervalS: 600 });
  const gone = await campus.meter({ code: 'GONE', intervalS: 600 });
  const moved = await campus.meter({ code: 'MOVED', intervalS: 600 });
  for (const each of [bad, gone, moved]) await day(campus, each, 0, (n) => n % 2 === 0, noCounters);
  await inspectAfter(1);
  const said = async () => (await alarms(campus)).map((one) => `${one.meter} ${one.said}`);
  expect(await said()).toEqual(['BAD P4 on 1', 'GONE P4 on 1', 'MOVED P4 on 1']);

  const exchange = (atMs: number, pointCode: string, code: string, from: string, to: string) => {
    clock.set(atMs);
    return replaceMeter(database, ctx, {
      ...{ campusId: campus.id, pointCode, oldEndRegister: to, reason: 'inspection failed' },
      ...{ meter: { code, serial: code, startRegister: from }, actor: 'user:electrician' },
    });
  };
  await exchange(clock.now() + MINUTE, bad.pointCode, 'GOOD', '0.000', '14.400');
  expect(await said()).toEqual(['BAD P4 off 1', 'GONE P4 on 1', 'MOVED P4 on 1']);

  await database.pool.query('update meter set retired_at = now() where id = $1', [gone.id]);
  await database.pool.query('update meter_install set valid_to = $2 where meter_id = $1', [
    moved.id,
    new Date(clock.now()),
  ]);
  // The meter from stock is fitted in the evening: too late in the day to show how it reports.
  await exchange(FIRST + DAY + 20 * 60 * MINUTE, bad.pointCode, 'BAD', '26.400', '0.000');
  await day(campus, bad, 1, (n) => n > 120, noCounters);
  await inspectAfter(2);
  expect((await nights('BAD'))[1]!.findings.COMMS).toEqual(['JUST_FITTED']);
  expect(await said()).toEqual(['BAD P4 off 1', 'GONE P4 off 1', 'MOVED P4 off 1']);
});

it('what was found is never changed, and is gone after 400 days', async () => {
  const campus = await TestCampus.create(database);
  const meter = await campus.meter({ code: 'KEPT', intervalS: 600 });
  const old = (days: number) =>
    database.pool.query(
      `insert into device_inspection (campus_id, subject_type, subject_id, point_id, day, at_ms, from_ms, to_ms, result, checks, standing, sensors)
       values ($1, 'METER', $2, $3, date '2025-07-01' - $4::int, $5, 0, 0, 'PASS', '[]', '[]', '{}')`,
      [campus.id, meter.id, meter.pointId, days, FIRST + DAY - days * DAY],
    );
  await old(399);
  await old(401);
  await day(campus, meter, 0);
  await inspectAfter(1);
  expect((await nights('KEPT')).map(({ date }) => date)).toEqual(['2024-05-28', '2025-07-01']);
  await expect(database.pool.query("update device_inspection set result = 'PASS'")).rejects.toThrow();
});

it('a look that somebody asked for is kept beside the nights, with who asked, and tells no alarm', async () => {
  const campus = await TestCampus.create(database);
  const meter = await campus.meter({ code: 'ASKED', intervalS: 600 });
  await day(campus, meter, 0, (n) => n < 36 || n > 108, noCounters);
  clock.set(FIRST + DAY);
  const acts: string[] = [];
  const asked = { campusId: campus.id, meterId: meter.id, day: '2025-07-02', askedBy: 'user:zhou' };
  const seen = await inspectNow(database, ctx, asked, (_tx, { result }) => acts.push(result));
  expect(seen).toMatchObject({ result: 'FAIL', fromMs: FIRST, toMs: FIRST + DAY, askedBy: 'user:zhou' });
  expect(acts).toEqual(['FAIL']);
  expect(await nights('ASKED')).toEqual([]);
  expect(await alarms(campus)).toEqual([]);
  // A second one is another row, and a meter that is fitted nowhere has nothing to look at.
  await inspectNow(database, ctx, asked, () => undefined);
  const { rows } = await database.pool.query(
    "select count(*)::int as n from device_inspection where asked_by = 'user:zhou'",
  );
  expect(rows).toEqual([{ n: 2 }]);
  await database.pool.query('update meter_install set valid_to = $2 where meter_id = $1', [
    meter.id,
    new Date(FIRST),
  ]);
  expect(await inspectNow(database, ctx, asked, () => undefined)).toBeNull();
});
