import { afterAll, beforeAll, expect, it } from 'vitest';
import { campusScope, spaceScope } from '../../db/queries/scope';
import { scopedSource } from '../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { FixedClock } from '../../domain/time/clock';
import { silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { viewBands } from '../services/campus/viewBands';
import { callerOf } from '../testing/callerOf';
import { TEST_NOW_MS } from '../testing/startTestServer';
import { testCampusDocument } from '../testing/testCampus';
import { keepCampusHours } from './keepCampusHours';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const clock = new FixedClock(TEST_NOW_MS);
const engine = { clock, log: silentLog };
let database: TestDatabase;
let campusId: number;

beforeAll(async () => {
  database = await createTestDatabase();
  await importCampus(database, engine, testCampusDocument, { actor: 'test' });
  const { rows } = await database.pool.query<{ id: number }>('select id from campus');
  campusId = rows[0]!.id;
});
afterAll(() => database?.drop());

/** Counts as they stand at an instant when so many rooms have three hours left, each heard of just then. */
async function countAt(atMs: number, short: number): Promise<void> {
  clock.set(atMs);
  await database.pool.query('update meter_state set last_rx_ms = $1', [atMs - 1_000]);
  await database.pool.query(
    `insert into time_left (account_id, hours, band, learned_days, computed_at)
     select id, case when row_number() over (order by id) <= $1 then 3 else 400 end, '', 42, to_timestamp($2::float8 / 1000)
       from account where kind = 'ROOM'
     on conflict (account_id) do update set hours = excluded.hours, computed_at = excluded.computed_at`,
    [short, atMs],
  );
  await keepCampusHours({ database, engine });
}

async function bands(scope = campusScope(campusId, new Date(TEST_NOW_MS))) {
  clock.set(TEST_NOW_MS);
  const caller = await callerOf(database, 'energy', TEST_NOW_MS);
  const deps = { database, reader: scopedSource(database, caller.reach), engine };
  return viewBands(deps, scope, 'Asia/Shanghai');
}

it('rooms under 24 h are counted once an hour, and three weeks of the same hour make what is usual', async () => {
  expect((await bands()).roomsWeeks).toEqual({ kept: 0, needed: 3 });
  for (const [week, short] of [
    [3, 1],
    [2, 2],
    [1, 1],
  ] as const) {
    expect((await bands()).rooms.usual).toBeNull();
    for (const hours of [-1, 0, 1]) await countAt(TEST_NOW_MS - week * WEEK_MS + hours * HOUR_MS, short);
    // A second look in the same hour changes nothing.
    await countAt(TEST_NOW_MS - week * WEEK_MS + HOUR_MS + 60_000, 0);
  }
  const { rooms, roomsWeeks } = await bands();
  expect(rooms.usual).toEqual({ low: 1, high: 2 });
  expect(roomsWeeks.kept).toBe(3);
  const { rows } = await database.pool.query('select distinct rooms from campus_hour');
  expect(rows).toHaveLength(1);
});

it('a part of the campus is read against no count of the whole, and old hours are forgotten', async () => {
  const { rows } = await database.pool.query<{ id: number }>(`select id from space where code = 'N'`);
  const part = await bands(spaceScope(campusId, rows[0]!.id, new Date(TEST_NOW_MS)));
  expect(part.rooms.usual).toBeNull();
  await countAt(TEST_NOW_MS + 5 * WEEK_MS, 1);
  const left = await database.pool.query('select 1 from campus_hour');
  expect(left.rowCount).toBe(1);
});
