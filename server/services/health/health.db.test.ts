import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImportDocument } from '../../../contracts/importDocument';
import { ensurePartitions, maintainsHourly } from '../../../db/partitions';
import { readCapture } from '../../../db/queries/captureViews';
import { campusScope } from '../../../db/queries/scope';
import { scopedSource } from '../../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/createTestDatabase';
import { FixedClock } from '../../../domain/time/clock';
import { silentLog } from '../../../engine/context';
import { importCampus } from '../../../engine/importCampus';
import { inspectNow } from '../../../engine/inspectDevices';
import { callerOf } from '../../testing/callerOf';
import { testCampusDocument } from '../../testing/testCampus';
import { readMeterDay } from '../meters/readDay';
import { viewFleet } from '../meters/viewFleet';

const HOUR_MS = 3_600_000;
const HOUR = Date.UTC(2026, 10, 11, 4);
const NOW = HOUR + HOUR_MS + 20_000;
const clock = new FixedClock(NOW);
const NONE = {
  text: '',
  utility: null,
  status: null,
  contact: null,
  building: null,
  gateway: null,
  inspection: null,
};
let database: TestDatabase;
let campusId: number;

/** A whole hour of readings every 10 s from each of these meters, but for the first `missing` of them. */
async function storeHour(meters: Record<string, number>): Promise<void> {
  await ensurePartitions(database, [HOUR, HOUR + HOUR_MS]);
  const own = await maintainsHourly(database);
  for (const [code, missing] of Object.entries(meters)) {
    const { rows } = await database.pool.query<{ id: number }>('select id from meter where code = $1', [
      code,
    ]);
    const id = rows[0]!.id;
    await database.pool.query(
      `insert into reading (meter_id, ts, rx_ts)
       select $1, to_timestamp($2::float8 / 1000) + n * interval '10 seconds', now() from generate_series($3::int + 1, 360) n`,
      [id, HOUR, missing],
    );
    if (own)
      await database.pool.query(
        `insert into reading_hourly (meter_id, hour, quantity_micro, readings, first_ts, last_ts)
         select meter_id, to_timestamp($2::float8 / 1000), 0, count(*), min(ts), max(ts) from reading where meter_id = $1 group by 1`,
        [id, HOUR],
      );
    await database.pool.query(
      `insert into meter_state (meter_id, first_ms, last_ms, last_rx_ms) values ($1, $2, $3, $3)
       on conflict (meter_id) do update set first_ms = excluded.first_ms, last_rx_ms = excluded.last_rx_ms`,
      [id, HOUR - 24 * HOUR_MS, HOUR + HOUR_MS],
    );
  }
}

beforeAll(async () => {
  database = await createTestDatabase();
  const ctx = { clock, log: silentLog };
  const result = await importCampus(database, ctx, testCampusDocument as ImportDocument, { actor: 'test' });
  expect(result.applied).toBe(true);
  campusId = (await database.pool.query<{ id: number }>('select id from campus')).rows[0]!.id;
  await storeHour({ 'M-101': 0, 'M-102': 9 });
}, 120_000);

afterAll(() => database.close());

const capture = () =>
  readCapture(database, campusScope(campusId, new Date(NOW)), { fromMs: HOUR, nowMs: NOW }, 10);

it('counts what is missing per meter, and leaves out meters that were never heard', async () => {
  const { expected, received, meters, metersWithGaps, gaps } = await capture();
  expect({ expected, received, meters, metersWithGaps }).toEqual({
    expected: 720,
    received: 711,
    meters: 2,
    metersWithGaps: 1,
  });
  expect(gaps).toMatchObject([{ meter: 'M-102', expected: 360, received: 351 }]);
});

it('a history that was loaded is not held against the capture rate', async () => {
  await database.pool.query("insert into setting (key, value) values ('loadedUntilMs', $1)", [
    String(HOUR + HOUR_MS / 2),
  ]);
  expect((await capture()).expected).toBe(360);
  // Nor against the meter on its page, nor by its self-check: all that was due since then came.
  const caller = await callerOf(database, 'energy', NOW);
  const deps = { reader: scopedSource(database, caller.reach), engine: { clock, log: silentLog } };
  const day = await readMeterDay(deps, caller, 'M-101');
  expect([day.expected, day.sums.readings]).toEqual([182, 180]);
  const { rows } = await database.pool.query<{ id: number }>("select id from meter where code = 'M-101'");
  const asked = { campusId, meterId: rows[0]!.id, day: '2026-11-11', askedBy: 'user:energy' };
  const looked = await inspectNow(database, deps.engine, asked, () => undefined);
  expect(looked!.checks.find(({ code }) => code === 'COMMS')).toMatchObject({
    result: 'PASS',
    findings: [{ code: 'REPORTS_CAME', figures: { expected: 182 } }],
  });
  await database.pool.query("delete from setting where key = 'loadedUntilMs'");
});

it('readings asked for besides hide no report that did not come, and no gap is told of a time before reports were due', async () => {
  await database.pool.query("insert into setting (key, value) values ('loadedUntilMs', $1)", [
    String(HOUR + HOUR_MS / 2),
  ]);
  const id = "(select id from meter where code = 'M-101')";
  const at = (seconds: number) => new Date(HOUR + seconds * 1_000);
  // Three reports are lost before the loaded history ends, two after it; three were asked for.
  const lost = [600, 610, 620, 3_000, 3_100].map(at);
  const asked = [3_203, 3_214, 3_216].map(at);
  await database.pool.query(`delete from reading where meter_id = ${id} and ts = any($1)`, [lost]);
  await database.pool.query(
    `insert into reading (meter_id, ts, rx_ts) select ${id}, ts, ts from unnest($1::timestamptz[]) ts`,
    [asked],
  );
  const caller = await callerOf(database, 'energy', NOW);
  const deps = { reader: scopedSource(database, caller.reach), engine: { clock, log: silentLog } };
  const { expected, reported, sums, gaps } = await readMeterDay(deps, caller, 'M-101');
  expect([expected, reported, sums.readings]).toEqual([182, 178, 181]);
  expect(gaps).toEqual([]);
  await database.pool.query(`delete from reading where meter_id = ${id} and ts = any($1)`, [asked]);
  await database.pool.query(
    `insert into reading (meter_id, ts, rx_ts) select ${id}, ts, ts from unnest($1::timestamptz[]) ts`,
    [lost],
  );
  await database.pool.query("delete from setting where key = 'loadedUntilMs'");
});

it('lists the fleet with counts that add up, and withholds rooms from who does not supervise them', async () => {
  const by = async (code: string) => {
    const caller = await callerOf(database, code, NOW);
    const reader = scopedSource(database, caller.reach);
    return [{ reader, engine: { clock, log: silentLog } }, caller] as const;
  };
  const input = { filter: NONE, offset: 0, limit: 50 };
  const admin = await viewFleet(...(await by('admin')), input);
  expect(admin.installed).toBe(6);
  for (const [facet, values] of Object.entries(admin.facets))
    expect(
      values.reduce((sum, { count }) => sum + count, 0),
      facet,
    ).toBe(6);
  expect(admin.meters.filter(({ masked }) => masked).map(({ meter }) => meter)).toEqual([
    'M-101',
    'M-102',
    'M-201',
    'M-202',
  ]);
  expect(admin.showsBands).toBe(false);
  const energy = await viewFleet(...(await by('energy')), input);
  expect(energy.meters.some(({ masked }) => masked)).toBe(false);
  await expect(viewFleet(...(await by('finance')), input)).rejects.toThrow();
});
