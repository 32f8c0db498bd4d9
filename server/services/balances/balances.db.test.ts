import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportDocument } from '../../../contracts/importDocument';
import { scopedSource } from '../../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/createTestDatabase';
import { campusZone } from '../../../domain/time/campusTime';
import { FixedClock } from '../../../domain/time/clock';
import { silentLog } from '../../../engine/context';
import { importCampus } from '../../../engine/importCampus';
import type { Caller } from '../../auth/caller';
import { callerOf } from '../../testing/callerOf';
import { viewBalances, viewBuildingBalances, viewRoomBalance } from './viewBalances';

const zone = campusZone('Asia/Shanghai');
/** Wednesday 11 November, 21:04. */
const NOW = zone.utcOf(2026, 11, 11, 21 * 60 + 4);
const HOUR_MS = 3_600_000;
const clock = new FixedClock(NOW);
const deps = (caller: Caller) => ({
  database,
  reader: scopedSource(database, caller.reach),
  engine: { clock, log: silentLog },
});
/** What a use case takes first, for a user. */
const by = async (code: string) => {
  const caller = await as(code);
  return [deps(caller), caller] as const;
};

const ROOMS = ['101', '102', '103', '201', '202', '203', '301'];

const CAMPUS: ImportDocument = {
  campus: { code: 'Q', name: { zh: '校园', en: 'Campus' }, timeZone: 'Asia/Shanghai', currency: 'CNY' },
  spaces: [
    { code: 'Q', kind: 'CAMPUS', name: 'Q' },
    { code: 'D7', parent: 'Q', kind: 'BUILDING', name: { zh: '7 号楼', en: 'Dorm 7' } },
    { code: 'D8', parent: 'Q', kind: 'BUILDING', name: { zh: '8 号楼', en: 'Dorm 8' } },
    ...[1, 2, 3].map((floor) => ({
      code: `F${floor}`,
      parent: floor === 3 ? 'D8' : 'D7',
      kind: 'FLOOR' as const,
      name: { zh: `${floor} 层`, en: `${floor}F` },
    })),
    ...ROOMS.map((room) => ({
      code: room,
      parent: `F${room[0]}`,
      kind: 'ROOM' as const,
      name: { zh: `${room} 室`, en: `Room ${room}` },
    })),
  ],
  departments: [],
  meterPoints: ROOMS.map((room) => ({
    code: `P-${room}`,
    space: room,
    utility: 'ELECTRICITY' as const,
    role: 'CUSTOMER' as const,
    protection: room === '103' ? ('CREDIT' as const) : ('NONE' as const),
    since: '2024-01-01',
  })),
  meters: ROOMS.map((room) => ({
    code: `M-${room}`,
    serial: room,
    point: `P-${room}`,
    intervalS: 10,
    installedAt: '2024-01-01',
  })),
  tariffs: [{ code: 'E', versions: [{ validFrom: '2024-01-01', prices: { ALL: '0.5' } }] }],
  accounts: ROOMS.map((room) => ({
    code: `A-${room}`,
    kind: 'ROOM' as const,
    space: room,
    points: [`P-${room}`],
    tariff: 'E',
    openingBalance: '12.34',
    since: '2024-01-01',
  })),
  persons: [{ code: 'S1', name: '张三' }],
  occupancies: [{ account: 'A-101', person: 'S1', from: '2025-09-01' }],
  users: [
    { code: 'manager', roles: [{ role: 'ENERGY_MANAGER' }] },
    { code: 'finance', roles: [{ role: 'FINANCE' }] },
    { code: 'warden', roles: [{ role: 'WARDEN', scope: 'D7' }] },
    { code: 'student', person: 'S1', roles: [{ role: 'STUDENT', scope: '101' }] },
    { code: 'auditor', roles: [{ role: 'AUDITOR' }] },
  ],
};

/** Hours left, age of the newest report in ms, contact by telemetry. */
const STATE: Record<string, [hours: number | null, ageMs: number | null, observed: 'CLOSED' | 'OPEN']> = {
  101: [9.4, 4_000, 'CLOSED'],
  102: [0.7, 4_000, 'CLOSED'],
  103: [3, 4_000, 'CLOSED'],
  201: [null, 4_000, 'CLOSED'],
  202: [300, 4 * HOUR_MS, 'CLOSED'],
  203: [0, 4_000, 'OPEN'],
  301: [500, 4_000, 'CLOSED'],
};

let database: TestDatabase;
const as = (code: string) => callerOf(database, code, NOW);

beforeAll(async () => {
  database = await createTestDatabase();
  const result = await importCampus(database, { clock, log: silentLog }, CAMPUS, { actor: 'user:test' });
  expect(result.rows.flatMap((row) => row.errors)).toEqual([]);
  for (const [room, [hours, ageMs, observed]] of Object.entries(STATE)) {
    const at = new Date(NOW);
    await database.pool.query(
      `insert into time_left (account_id, hours, band, learned_days, computed_at)
       select id, $2, '', case when $2::float8 is null then 3 else 42 end, $3 from account where code = $1`,
      [`A-${room}`, hours, at],
    );
    await database.pool.query(
      `insert into meter_state (meter_id, last_ms, last_rx_ms) select id, $2, $2 from meter where code = $1
       on conflict (meter_id) do update set last_ms = $2, last_rx_ms = $2`,
      [`M-${room}`, ageMs === null ? null : NOW - ageMs],
    );
    // What is wanted off but still closed is not cut: reasons alone never make the glyph.
    await database.pool.query(
      `insert into supply_state (point_id, reasons, tags, observed, changed_ms, operations_ms)
       select id, '{"ARREARS": {"sinceMs": 1, "by": "engine"}}', '[]', $2, $3, '[]' from meter_point where code = $1
       on conflict (point_id) do update set observed = excluded.observed, changed_ms = excluded.changed_ms`,
      [`P-${room}`, observed, NOW - HOUR_MS],
    );
  }
});
afterAll(() => database.drop());

describe('balances of many rooms', () => {
  it('every room stands in one band, and a building’s value is the share of its rooms under 24 h', async () => {
    const view = await viewBalances(...(await by('manager')));
    expect(view.rooms).toBe(7);
    expect(view.counts).toMatchObject({
      H6_TO_24: 1,
      UNDER_6_H: 2,
      CUT: 1,
      NO_DATA: 1,
      LEARNING: 1,
      OVER_14_D: 1,
    });
    expect(Object.values(view.counts).reduce((sum, count) => sum + count, 0)).toBe(7);
    expect(view.buildings.map(({ code, under24hShare }) => [code, under24hShare])).toEqual([
      ['D7', 3 / 6],
      ['D8', 0],
    ]);
    expect(view.newestCutMs).toBe(NOW - HOUR_MS);
    expect(view.oldestReportMs).toBe(NOW - 4 * HOUR_MS);
  });
  it('what is due is listed by time of running out, with the rule that stands before a cut', async () => {
    const { due, outlook, notices } = await viewBalances(...(await by('manager')));
    const nextMorning = zone.utcOf(2026, 11, 12, 8 * 60);
    const seen = (rooms: typeof due.cut) =>
      rooms.map(({ space, cut }) => [space, cut.rule, cut.notBeforeMs] as const);
    expect(seen(due.cut)).toEqual([
      ['102', 'NO_CUT_PERIOD', nextMorning],
      ['101', 'NO_CUT_PERIOD', nextMorning],
    ]);
    expect(seen(due.notCut)).toEqual([['103', 'PROTECTED_CREDIT', null]]);
    expect(outlook).toEqual({ cut: 2, wait: 0, protected: 1 });
    expect(notices.final).toBe(0);
  });
  it('a level notice stands as the final one once credit is used up, and a cut that is due is due now', async () => {
    const since = NOW - 10 * 60_000;
    const set = (hours: number, eligibleMs: number | null, noticeMs: number | null) =>
      Promise.all([
        database.pool.query(
          `update time_left set hours = $1 where account_id = (select id from account where code = 'A-101')`,
          [hours],
        ),
        database.pool.query(
          `update account set eligible_ms = $1, final_notice_ms = $2 where code = 'A-101'`,
          [eligibleMs, noticeMs],
        ),
      ]);
    await set(0, since, NOW - 20 * 60_000);
    const { due, notices } = await viewBalances(...(await by('manager')));
    expect(due.cut.find(({ space }) => space === '101')).toMatchObject({
      cut: { rule: 'CREDIT_USED_UP', notBeforeMs: NOW, noticeGiven: true },
      lastNoticeMs: NOW - 20 * 60_000,
    });
    expect(notices).toMatchObject({ final: 1, all: 0 });
    await set(9.4, null, null);
  });
  it('a building’s rooms come by floor from the top, in the order of the import', async () => {
    const view = await viewBuildingBalances(...(await by('manager')), { building: 'D7' });
    expect(view.floors.map(({ nameEn, rooms }) => [nameEn, rooms.map(({ space }) => space)])).toEqual([
      ['2F', ['201', '202', '203']],
      ['1F', ['101', '102', '103']],
    ]);
    expect(view.floors[0]!.rooms[0]).toMatchObject({ band: 'LEARNING', timeLeftMs: null, learnedDays: 3 });
  });
});

describe('who sees what', () => {
  it('money is in the answer for finance alone', async () => {
    const asked = { space: '101' };
    const finance = await viewRoomBalance(...(await by('finance')), asked);
    expect(finance.money?.availableMicro).toBe(12_340_000n);
    const manager = await viewRoomBalance(...(await by('manager')), asked);
    expect(manager.money).toBeNull();
    expect(manager.due?.runsOutMs).toBe(NOW + 9.4 * HOUR_MS);
  });
  it('a warden sees the own building and no room outside it', async () => {
    const warden = await as('warden');
    expect((await viewBalances(deps(warden), warden)).buildings.map(({ code }) => code)).toEqual(['D7']);
    await expect(viewRoomBalance(deps(warden), warden, { space: '301' })).rejects.toMatchObject({
      code: 'notFound',
    });
    await expect(viewBuildingBalances(deps(warden), warden, { building: 'D8' })).rejects.toMatchObject({
      code: 'notFound',
    });
  });
  it('residents and roles without the right are refused', async () => {
    for (const code of ['student', 'auditor'])
      await expect(viewBalances(...(await by(code))), code).rejects.toMatchObject({
        reason: 'ROLE_MISSING',
      });
  });
});
