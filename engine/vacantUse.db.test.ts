import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { hoursOf, storeHourly } from '../db/testing/storeHourly';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from './context';
import { detectVacantUse } from './detectVacantUse';

const MINUTE = 60_000;
const DAY = 86_400_000;
const clock = new FixedClock(0);
const ctx = { clock, log: silentLog };
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** A room with its account and meter. */
async function roomOf(campus: TestCampus, tariffId: number, code: string) {
  const { pool } = database;
  const { rows } = await pool.query<{ id: number }>(
    `insert into space (campus_id, parent_id, kind, code, name, path)
     select campus_id, id, 'ROOM', $2, $2, path from space where id = $1 returning id`,
    [campus.rootSpaceId, code],
  );
  const spaceId = rows[0]!.id;
  await pool.query('update space set path = path || id where id = $1', [spaceId]);
  const account = await campus.account({ code: `A-${code}` });
  const meter = await campus.meter({ accountId: account.id, tariffId });
  await pool.query('update account set space_id = $2 where id = $1', [account.id, spaceId]);
  await pool.query('update meter_point set space_id = $2 where id = $1', [meter.pointId, spaceId]);
  return { account, meter };
}

interface Told {
  subject: string;
  priority: number;
  active: boolean;
  count: number;
  since: number;
  evidence: Record<string, unknown>;
}

async function alarms(campus: TestCampus): Promise<Told[]> {
  const { rows } = await database.pool.query<Told>(
    `select p.code as subject, a.priority, a.active, a.count, a.since_ms::float8 as since, a.evidence
       from alarm a join meter_point p on p.id = a.subject_id
      where a.campus_id = $1 and a.rule = 'VACANT_USE' and a.subject_type = 'POINT' order by a.id`,
    [campus.id],
  );
  return rows;
}

it('use in a vacant room is one alarm after a whole vacant day, and over when somebody moves in', async () => {
  const campus = await TestCampus.create(database);
  const tariffId = await campus.tariff([flatTariff('V', cst('2024-01-01 00:00'), 500_000n)]);
  const [left, quiet, lived, unknown] = [
    await roomOf(campus, tariffId, 'LEFT'),
    await roomOf(campus, tariffId, 'QUIET'),
    await roomOf(campus, tariffId, 'LIVED'),
    await roomOf(campus, tariffId, 'UNKNOWN'),
  ];
  const movedOut = new Date(cst('2025-07-01 15:00'));
  for (const { account } of [left, quiet]) await campus.head(account.id, campus.since, movedOut);
  await campus.head(lived.account.id, campus.since);
  const fromMs = cst('2025-07-01 00:00');
  const toMs = cst('2025-07-06 00:00');
  const uses = [
    [left, 10_000n],
    [quiet, 8_000n],
    [lived, 300_000n],
    [unknown, 300_000n],
  ] as const;
  await storeHourly(
    database,
    campus.id,
    uses.flatMap(([{ meter }, micro]) => hoursOf(meter.code, fromMs, toMs, () => micro)),
  );
  const seen: string[] = [];
  for (let dayMs = fromMs + DAY; dayMs <= toMs; dayMs += DAY) {
    clock.set(dayMs + 11 * MINUTE);
    // Somebody moves in on the 4th, which is known by the time that day is judged.
    if (dayMs === cst('2025-07-05 00:00'))
      await campus.head(left.account.id, new Date(cst('2025-07-04 10:00')));
    await detectVacantUse(database, ctx);
    await detectVacantUse(database, ctx);
    const told = await alarms(campus);
    seen.push(
      told.map(({ subject, active, count }) => `${subject} ${active ? 'on' : 'off'} ${count}`).join(', '),
    );
  }
  const point = left.meter.pointCode;
  // Days of the 1st, on which people still lived there, to the 5th.
  expect(seen).toEqual(['', `${point} on 1`, `${point} on 2`, `${point} off 2`, `${point} off 2`]);
  const [alarm] = await alarms(campus);
  expect(alarm).toMatchObject({
    priority: 4,
    since: cst('2025-07-03 00:00'),
    evidence: { limit: 0.2, unit: 'KWH', since: movedOut.getTime(), days: 2 },
  });
});

it('a room keeps to the settings of its place, and is left alone where the rule is switched off', async () => {
  const campus = await TestCampus.create(database);
  const tariffId = await campus.tariff([flatTariff('V', cst('2024-01-01 00:00'), 500_000n)]);
  const { account, meter } = await roomOf(campus, tariffId, 'SMALL');
  await campus.head(account.id, campus.since, new Date(cst('2025-06-01 12:00')));
  const fromMs = cst('2025-07-01 00:00');
  await storeHourly(
    database,
    campus.id,
    hoursOf(meter.code, fromMs, fromMs + 3 * DAY, () => 8_000n),
  );
  const judged = async (day: number, body: object | null) => {
    if (body)
      await database.pool.query(
        `insert into rule_setting (campus_id, rule, space_id, version, body, set_by, set_at)
         select $1, 'VACANT_USE', space_id, $3, $4, 'test', $5 from meter_point where id = $2`,
        [campus.id, meter.pointId, day, JSON.stringify(body), new Date(fromMs)],
      );
    await campus.changed();
    clock.set(fromMs + day * DAY + 11 * MINUTE);
    await detectVacantUse(database, ctx);
    return (await alarms(campus)).map(({ active }) => active);
  };
  expect(await judged(1, null)).toEqual([]);
  expect(await judged(2, { limitKwh: 0.1 })).toEqual([true]);
  expect(await judged(3, { off: true })).toEqual([false]);
});
