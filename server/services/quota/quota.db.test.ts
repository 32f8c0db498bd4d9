import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportDocument } from '../../../contracts/importDocument';
import { scopedSource } from '../../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/createTestDatabase';
import { hoursOf, storeHourly } from '../../../db/testing/storeHourly';
import { DomainError } from '../../../domain/errors';
import { campusZone } from '../../../domain/time/campusTime';
import { FixedClock } from '../../../domain/time/clock';
import { silentLog } from '../../../engine/context';
import { importCampus } from '../../../engine/importCampus';
import type { Caller } from '../../auth/caller';
import { quotaNotices } from '../../jobs/quotaNotices';
import { callerOf } from '../../testing/callerOf';
import { planQuota } from './planQuota';
import { setQuota } from './setQuota';
import { viewDepartment } from './viewDepartment';
import { viewQuotas } from './viewQuotas';

/**
 * Two departments in one building of three circuits: A answers for the building, B for one of its points, and a third
 * point belongs to A and B by 40 to 60. Each circuit uses 2 kWh an hour in working hours and 1 kWh after them.
 */
const CAMPUS: ImportDocument = {
  campus: { code: 'Q', name: { zh: '校园', en: 'Campus' }, timeZone: 'Asia/Shanghai', currency: 'CNY' },
  spaces: [
    { code: 'Q', kind: 'CAMPUS', name: 'Q' },
    { code: 'B1', parent: 'Q', kind: 'BUILDING', name: 'B1' },
    { code: 'B1-1', parent: 'B1', kind: 'ROOM', name: { zh: '实验室', en: 'Labs' } },
  ],
  departments: [
    {
      code: 'A',
      name: { zh: '甲', en: 'A' },
      spaces: ['B1'],
      points: [{ code: 'P-3', share: '0.4' }],
      since: '2024-01-01',
    },
    {
      code: 'B',
      name: { zh: '乙', en: 'B' },
      points: ['P-2', { code: 'P-3', share: '0.6' }],
      since: '2024-01-01',
    },
  ],
  meterPoints: [
    { code: 'F', space: 'B1', utility: 'ELECTRICITY', role: 'FEEDER', since: '2024-01-01' },
    {
      code: 'P-1',
      space: 'B1-1',
      utility: 'ELECTRICITY',
      role: 'CUSTOMER',
      feeder: 'F',
      since: '2024-01-01',
    },
    {
      code: 'P-2',
      space: 'B1',
      name: '乙回路',
      utility: 'ELECTRICITY',
      role: 'CUSTOMER',
      feeder: 'F',
      since: '2024-01-01',
    },
    {
      code: 'P-3',
      space: 'B1',
      name: '共用',
      utility: 'ELECTRICITY',
      role: 'CUSTOMER',
      feeder: 'F',
      since: '2024-01-01',
    },
    { code: 'P-4', space: 'B1', utility: 'ELECTRICITY', role: 'TENANT', feeder: 'F', since: '2024-01-01' },
  ],
  meters: ['F', 'P-1', 'P-2', 'P-3', 'P-4'].map((point, index) => ({
    code: `M${index}`,
    serial: `S${index}`,
    point,
    installedAt: '2024-01-01',
  })),
  calendars: [{ code: 'CAL', days: { '2026-11-03': 'HOLIDAY' } }],
  persons: [],
  users: [
    { code: 'manager', roles: [{ role: 'ENERGY_MANAGER' }] },
    { code: 'headA', roles: [{ role: 'DEPARTMENT_HEAD', scope: 'department:A' }] },
    { code: 'guard', roles: [{ role: 'SECURITY' }] },
  ],
  quotas: [
    { scope: 'department:A', utility: 'ELECTRICITY', period: '2026-11', limit: '2000' },
    { scope: 'department:B', utility: 'ELECTRICITY', period: '2026-11', limit: '1000' },
  ],
};

const KWH = 1_000_000n;
const zone = campusZone('Asia/Shanghai');
const START = zone.utcOf(2026, 10, 1);
/** Thursday 12 November, 10:00: eleven whole days and ten hours. */
const NOW = zone.utcOf(2026, 11, 12, 10 * 60);
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
const electricity = { utility: 'ELECTRICITY' as const };

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const result = await importCampus(database, { clock, log: silentLog }, CAMPUS, { actor: 'user:test' });
  expect(result.rows.flatMap((row) => row.errors)).toEqual([]);
  const hours = ['M0', 'M1', 'M2', 'M3', 'M4'].flatMap((meter) =>
    hoursOf(meter, START, NOW, (hourMs) => (isWorking(hourMs) ? 2n * KWH : KWH)),
  );
  const lost = zone.utcOf(2026, 11, 5, 2 * 60);
  await storeHourly(
    database,
    1,
    hours.filter((row) => row.meterCode !== 'M1' || row.hourMs < lost || row.hourMs >= lost + 7 * 3_600_000),
  );
});
afterAll(() => database.drop());

function isWorking(hourMs: number): boolean {
  const { hour, weekday } = zone.wallAt(hourMs);
  return weekday <= 5 && zone.dateKey(hourMs) !== '2026-11-03' && hour >= 8 && hour < 20;
}

/** Working hours of 1–12 November up to 10:00: seven whole workdays (the 3rd is a holiday) and two hours. */
const WORKING_H = 7 * 12 + 2;
const AFTER_H = 11 * 24 + 10 - WORKING_H;
/** Hours that M1 lost on the 5th, 02:00 to 09:00: six after hours, one working hour. */
const LOST = { after: 6, working: 1 };

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'allowed',
    (error: unknown) => (error instanceof DomainError ? `${error.code} ${error.reason}` : String(error)),
  );
const as = (code: string) => callerOf(database, code, NOW);

describe('what a department used', () => {
  it('counts each circuit for its nearest holder only, shares without remainder, tenants and feeders never', async () => {
    const manager = await as('manager');
    const [a, b] = await Promise.all(
      ['A', 'B'].map((department) => viewDepartment(deps(manager), manager, { department, ...electricity })),
    );
    const perMeter = BigInt(2 * WORKING_H + AFTER_H) * KWH;
    const lost = BigInt(2 * LOST.working + LOST.after) * KWH;
    expect(a!.usedMicro).toBe(perMeter - lost + (perMeter * 4n) / 10n);
    expect(a!.usedMicro + b!.usedMicro).toBe(3n * perMeter - lost);
    expect(b!.circuits.rows.map(({ code }) => code)).toEqual(['P-2', 'P-3']);
  });
  it('tells working hours from after hours by the calendar, and the table sums to the page', async () => {
    const view = await viewDepartment(...(await by('manager')), { department: 'B', ...electricity });
    const own = view.circuits.rows.find(({ code }) => code === 'P-2')!;
    expect(own.usedMicro).toBe(BigInt(2 * WORKING_H + AFTER_H) * KWH);
    expect(own.afterMicro).toBe(BigInt(AFTER_H) * KWH);
    expect(view.circuits.total.usedMicro).toBe(view.usedMicro);
    expect(view.used.workingMicro + view.used.afterMicro).toBe(view.usedMicro);
    expect(view.circuits.total.afterMicro).toBe(view.used.afterMicro);
    expect(view.days.reduce((sum, day) => sum + day.quantityMicro, 0n)).toBe(view.usedMicro);
  });
  it('names the hours that are missing, compares the same weekdays, and shows only the months there are', async () => {
    const view = await viewDepartment(...(await by('manager')), { department: 'A', ...electricity });
    expect(view.circuits.total.completeness).toEqual({ measured: 2 * 274 - 7, expected: 2 * 274 });
    expect(view.circuits.missing).toEqual([
      { circuit: '实验室', circuitEn: 'Labs', dayMs: zone.utcOf(2026, 11, 5), hours: 7 },
    ]);
    expect(view.circuits.comparison).toMatchObject({
      kind: 'WEEKS_BEFORE',
      fromMs: zone.utcOf(2026, 10, 18),
      days: 11,
    });
    expect(view.months.map(({ month, measuredShare }) => [month, measuredShare > 0.95])).toEqual([
      ['2026-10', true],
      ['2026-11', true],
    ]);
    expect(view.months[0]?.lastYearMicro).toBeNull();
  });
  it('forecasts to the end of the month with an interval, and the verdict says what the numbers say', async () => {
    const view = await viewDepartment(...(await by('manager')), { department: 'A', ...electricity });
    const { outlook, standing, verdict } = view;
    expect(outlook!.course.at(-1)).toMatchObject({ date: '2026-11-30', medianMicro: outlook!.totalMicro });
    // A load that repeats exactly has been forecast without error, so its interval has no width.
    expect(outlook).toMatchObject({ lowMicro: outlook!.totalMicro, highMicro: outlook!.totalMicro });
    expect(standing!.expectedPpm).toBe((outlook!.totalMicro * 1_000_000n) / (2_000n * KWH));
    expect(verdict!.key).toBe('quota.verdict.onCourseUnder');
    expect(verdict!.values.percent).toBe(Math.floor(Number(standing!.expectedPpm) / 10_000));
  });
  it('a month that is over has no forecast and ends as a fact', async () => {
    const view = await viewDepartment(...(await by('manager')), {
      department: 'A',
      month: '2026-10',
      ...electricity,
    });
    expect(view).toMatchObject({ state: 'ENDED', outlook: null, standing: null, maySet: false });
    expect(view.days).toHaveLength(31);
  });
});

describe('who may see which department', () => {
  it('a head sees the own department only, and is told whom to ask for another', async () => {
    const head = await as('headA');
    const list = await viewQuotas(deps(head), head, electricity);
    expect(list.departments.map(({ code }) => code)).toEqual(['A']);
    expect(list.maySet).toBe(false);
    const other = viewDepartment(deps(head), head, { department: 'B', ...electricity });
    await expect(other).rejects.toMatchObject({
      code: 'forbidden',
      reason: 'OUT_OF_SCOPE',
      details: { ask: 'manager' },
    });
    expect(await refusal(viewDepartment(deps(head), head, { department: 'NONE', ...electricity }))).toBe(
      'notFound DEPARTMENT',
    );
  });
  it('other roles see none of it', async () => {
    expect(await refusal(viewQuotas(...(await by('guard')), electricity))).toBe('forbidden ROLE_MISSING');
  });
});

describe('setting a quota', () => {
  const change = {
    department: 'B',
    month: '2026-11',
    limit: '600',
    reason: 'New lab',
    seenVersion: 1,
    ...electricity,
  };
  it('is the energy manager’s alone, needs a reason, and leaves past months alone', async () => {
    const manager = await as('manager');
    expect(await refusal(setQuota(...(await by('headA')), change))).toBe('forbidden ROLE_MISSING');
    expect(await refusal(setQuota(deps(manager), manager, { ...change, reason: '  ' }))).toBe(
      'invalid REASON',
    );
    expect(await refusal(setQuota(deps(manager), manager, { ...change, limit: '0' }))).toBe(
      'invalid QUOTA_LIMIT',
    );
    expect(await refusal(setQuota(deps(manager), manager, { ...change, limit: 'x' }))).toBe(
      'invalid QUOTA_LIMIT',
    );
    expect(await refusal(setQuota(deps(manager), manager, { ...change, month: '2026-10' }))).toBe(
      'refused MONTH_ENDED',
    );
  });
  it('the preview has the measured and expected days and says how much history there is', async () => {
    const plan = await planQuota(...(await by('manager')), {
      department: 'B',
      month: '2026-11',
      ...electricity,
    });
    expect(plan.actualDays).toHaveLength(12);
    expect(plan.forecastDays[0]?.date).toBe('2026-11-12');
    expect(plan.forecastDays.at(-1)?.date).toBe('2026-11-30');
    expect(plan.wholeMonths.map(({ month }) => month)).toEqual(['2026-10']);
    expect(plan).toMatchObject({ historyDays: 43, historyFromMs: START, current: { version: 1 } });
  });
  it('makes a new version with its reason beside the old one, once: a second writer is told', async () => {
    const manager = await as('manager');
    const both = [
      setQuota(deps(manager), manager, change),
      setQuota(deps(manager), manager, { ...change, limit: '700' }),
    ];
    const answers = await Promise.all(both.map(refusal));
    expect(answers.sort()).toEqual(['allowed', 'conflict QUOTA_CHANGED']);
    const { rows } = await database.pool.query(
      "select version, reason, set_by from quota where month = '2026-11' and department_id = (select id from department where code = 'B') order by version",
    );
    expect(rows).toEqual([
      { version: 1, reason: null, set_by: 'user:test' },
      { version: 2, reason: 'New lab', set_by: 'user:manager' },
    ]);
    const audit = await database.pool.query("select target from audit_log where action = 'QUOTA_SET'");
    expect(audit.rows).toEqual([{ target: 'department:B' }]);
  });
  it('the list stands in the order of the forecast, the worst first', async () => {
    const list = await viewQuotas(...(await by('manager')), electricity);
    expect(list.departments.map(({ code }) => code)).toEqual(['B', 'A']);
    const [b, a] = list.departments;
    expect(b!.standing!.expectedPpm! > a!.standing!.expectedPpm!).toBe(true);
    expect(list.total!.usedMicro).toBe(a!.usedMicro + b!.usedMicro);
    expect(list.total!.limitMicro).toBe(2_000n * KWH + b!.standing!.limitMicro);
  });
});

describe('quota notices', () => {
  const notices = async () => {
    const { rows } = await database.pool.query<{
      kind: string;
      percent: string | null;
      role: string;
      dept: string;
    }>(
      `select n.kind, n.body->>'percent' as percent, n.body->>'role' as role, d.code as dept
         from notice n join department d on d.id = n.department_id where n.kind = 'QUOTA' order by n.id`,
    );
    return rows;
  };
  it('92 % tells head and manager once, raises no alarm, and a new version tells anew', async () => {
    const manager = await as('manager');
    const b = await viewDepartment(deps(manager), manager, { department: 'B', ...electricity });
    const limit = String((b.usedMicro * 100n) / 92n / KWH);
    await setQuota(deps(manager), manager, {
      department: 'B',
      month: '2026-11',
      limit,
      reason: 'S10',
      seenVersion: b.standing!.version,
      ...electricity,
    });
    await quotaNotices({ database, engine: { clock, log: silentLog } });
    expect(await notices()).toEqual([
      { kind: 'QUOTA', percent: '90', role: 'DEPARTMENT_HEAD', dept: 'B' },
      { kind: 'QUOTA', percent: '90', role: 'ENERGY_MANAGER', dept: 'B' },
    ]);
    expect(await quotaNotices({ database, engine: { clock, log: silentLog } })).toEqual({ told: 0 });
    const alarms = await database.pool.query('select count(*)::int as n from alarm');
    expect(alarms.rows).toEqual([{ n: 0 }]);
  });
  it('above 100 % it reminds both daily', async () => {
    const manager = await as('manager');
    await setQuota(deps(manager), manager, {
      department: 'B',
      month: '2026-11',
      limit: '100',
      reason: 'less',
      seenVersion: 3,
      ...electricity,
    });
    const before = (await notices()).length;
    await quotaNotices({ database, engine: { clock, log: silentLog } });
    await quotaNotices({ database, engine: { clock, log: silentLog } });
    expect((await notices()).length).toBe(before + 2);
    clock.advance(86_400_000);
    await quotaNotices({ database, engine: { clock, log: silentLog } });
    expect((await notices()).length).toBe(before + 4);
    clock.set(NOW);
  });
});
