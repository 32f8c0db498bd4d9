import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportDocument } from '../../../contracts/importDocument';
import { scopedSource } from '../../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/createTestDatabase';
import { hoursOf, storeHourly } from '../../../db/testing/storeHourly';
import { campusZone } from '../../../domain/time/campusTime';
import { FixedClock } from '../../../domain/time/clock';
import { silentLog } from '../../../engine/context';
import { detectLosses } from '../../../engine/detectLosses';
import { importCampus } from '../../../engine/importCampus';
import { callerOf } from '../../testing/callerOf';
import { readAlarm } from '../alarms/readAlarm';
import { viewBuilding } from '../campus/viewBuilding';
import { readMeter } from '../meters/readMeter';
import { readFeederLoad } from './readFeederLoad';
import { readFeederLosses } from './readLosses';
import { viewGrid } from './viewGrid';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const zone = campusZone('Asia/Shanghai');
/** Wednesday 11 November 2026, 18:20 on the campus. */
const NOW = zone.utcOf(2026, 11, 11, 18 * 60 + 20);
const TODAY = zone.utcOf(2026, 11, 11);
/** The theft began five days ago at midnight. */
const THEFT = TODAY - 5 * DAY;
const clock = new FixedClock(NOW);
const engine = { clock, log: silentLog };
const ROOMS = ['101', '102', '103'];
let database: TestDatabase;

const by = async (code: string) => {
  const caller = await callerOf(database, code, NOW);
  return [{ reader: scopedSource(database, caller.reach), engine }, caller] as const;
};

const point = (code: string, space: string, more: object) => ({
  ...{ code, space, utility: 'ELECTRICITY' as const, role: 'CUSTOMER' as const, since: '2024-01-01' },
  ...more,
});

const CAMPUS: ImportDocument = {
  campus: { code: 'G', name: { zh: '校园', en: 'Campus' }, timeZone: 'Asia/Shanghai', currency: 'CNY' },
  spaces: [
    { code: 'G', kind: 'CAMPUS', name: 'G' },
    { code: 'D7', parent: 'G', kind: 'BUILDING', name: { zh: '7 号楼', en: 'Dorm 7' } },
    { code: 'D8', parent: 'G', kind: 'BUILDING', name: { zh: '8 号楼', en: 'Dorm 8' } },
    ...ROOMS.map((room) => ({ code: room, parent: 'D7', kind: 'ROOM' as const, name: room })),
  ],
  meterPoints: [
    point('TR', 'G', { role: 'FEEDER', capacityW: 10_000 }),
    point('D7-1', 'D7', { role: 'FEEDER', capacityW: 4_000, feeder: 'TR' }),
    point('D8-1', 'D8', { role: 'FEEDER', capacityW: 8_000, feeder: 'TR' }),
    ...ROOMS.map((room) => point(`P-${room}`, room, { feeder: 'D7-1' })),
  ],
  meters: ['TR', 'D7-1', 'D8-1', ...ROOMS.map((room) => `P-${room}`)].map((code) => ({
    ...{ code: `M-${code}`, serial: code, point: code, intervalS: 10, installedAt: '2024-01-01' },
  })),
  users: [
    { code: 'manager', roles: [{ role: 'ENERGY_MANAGER' }] },
    { code: 'auditor', roles: [{ role: 'AUDITOR' }] },
    { code: 'guard', roles: [{ role: 'SECURITY', scope: 'D7' }] },
    { code: 'cashier', roles: [{ role: 'FINANCE' }] },
    { code: 'head', roles: [{ role: 'SECURITY', scope: 'D8' }] },
  ],
} as ImportDocument;

/** kWh of an hour: more in the evening, and never twice quite the same. */
const draw = (index: number, hourMs: number) => {
  const hour = zone.wallAt(hourMs).hour;
  return (hour >= 19 && hour < 22 ? 1.2 : 0.6) + 0.02 * Math.sin(hourMs / HOUR / (5 + index));
};
/** Since the theft the second room counts a fifth of what it draws. */
const counted = (index: number, hourMs: number) =>
  draw(index, hourMs) * (index === 1 && hourMs >= THEFT ? 0.2 : 1);
const micro = (kwh: number) => BigInt(Math.round(kwh * 1e6));
const feeder = (hourMs: number) => 1.03 * ROOMS.reduce((sum, _, index) => sum + draw(index, hourMs), 0);

beforeAll(async () => {
  database = await createTestDatabase();
  const { rows: said } = await importCampus(database, engine, CAMPUS, { actor: 'test' });
  expect(said.flatMap(({ errors }) => errors)).toEqual([]);
  const { rows } = await database.pool.query<{ id: number }>('select id from campus');
  const fromMs = TODAY - 40 * DAY;
  const toMs = NOW - 20 * 60_000;
  /** One room says nothing of 03:00 to 05:00 of today. */
  const silent = (index: number, hourMs: number) =>
    index === 2 && hourMs >= TODAY + 3 * HOUR && hourMs < TODAY + 5 * HOUR;
  await storeHourly(database, rows[0]!.id, [
    ...ROOMS.flatMap((room, index) =>
      hoursOf(`M-P-${room}`, fromMs, toMs, (hourMs) => micro(counted(index, hourMs))).filter(
        ({ hourMs }) => !silent(index, hourMs),
      ),
    ),
    ...hoursOf('M-D7-1', fromMs, toMs, (hourMs) => micro(feeder(hourMs))),
    ...hoursOf('M-D8-1', NOW - 10 * DAY, toMs, () => micro(1)),
    ...hoursOf('M-TR', fromMs, toMs, (hourMs) => micro(1.01 * (feeder(hourMs) + 1))),
  ]);
  for (let dayMs = TODAY - 28 * DAY; dayMs <= TODAY; dayMs += DAY) {
    clock.set(dayMs + 11 * 60_000);
    await detectLosses(database, engine);
  }
  clock.set(NOW);
  const say = (meter: string, powerW: number, ageMs: number) =>
    database.pool.query(
      'update meter_state set last_ms = $2, last_rx_ms = $2, power_w = $3 where meter_id = (select id from meter where code = $1)',
      [meter, NOW - ageMs, powerW],
    );
  await say('M-D7-1', 2_000, 3_000);
  await say('M-D8-1', 7_000, 3_000);
  await say('M-TR', 6_000, 600_000);
});
afterAll(() => database?.drop());

describe('the list of the grid', () => {
  it('ranks feeders by load or what is expected, tells when one passes its rating, and learns under three weeks', async () => {
    const { feeders } = await viewGrid(...(await by('manager')));
    expect(feeders.map(({ code }) => code)).toEqual(['D7-1', 'D8-1', 'TR']);
    const [rising, learning, stale] = feeders;
    // At 19:00 three rooms at 1.2 kWh and 3 % of loss come to 93 % of 4 kW.
    expect(rising).toMatchObject({ share: 0.5, nowW: 2_000, isIncomer: false });
    expect(rising!.outlook).toMatchObject({
      kind: 'BREACH',
      warnMs: zone.utcOf(2026, 11, 11, 19 * 60),
      overMs: null,
    });
    expect(learning).toMatchObject({ share: 0.875, outlook: { kind: 'LEARNING' } });
    // Ten minutes old: no load of now, while the weeks before still tell what is to come.
    expect(stale).toMatchObject({ share: null, nowW: null, isIncomer: true, outlook: { kind: 'CALM' } });
  });

  it('holds the places of the viewer alone, and opens to nobody who sees no map', async () => {
    const { feeders } = await viewGrid(...(await by('guard')));
    expect(feeders.map(({ code }) => code)).toEqual(['D7-1']);
    // Three rooms hang below D7-1 and the transformer: their sum is not for who may see none of them, by whichever page.
    const hidden = { withheld: true, nowW: null, share: null, outlook: { kind: 'LEARNING' } };
    const told = (await viewGrid(...(await by('auditor')))).feeders;
    expect(told.map(({ code, withheld }) => [code, withheld])).toEqual([
      ['D8-1', false],
      ['D7-1', true],
      ['TR', true],
    ]);
    expect(told[1]).toMatchObject(hidden);
    expect(told[0]).toMatchObject({ nowW: 7_000 });
    const auditor = await by('auditor');
    expect(await readFeederLoad(...auditor, 'M-D7-1')).toBeNull();
    expect(await readFeederLoad(...auditor, 'M-D8-1')).not.toBeNull();
    expect(await readMeter(...auditor, 'M-D7-1')).toMatchObject({ values: null, registers: null });
    const [deps, caller] = auditor;
    expect((await viewBuilding(deps, caller, { building: 'D7' })).feeders).toMatchObject([{ powerW: null }]);
    const [own, manager] = await by('manager');
    expect((await viewBuilding(own, manager, { building: 'D7' })).feeders).toMatchObject([{ powerW: 2_000 }]);
    await expect(by('cashier').then((asked) => viewGrid(...asked))).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('a feeder against its rating', () => {
  it('has rating, load, quarters and forecast; a room has none of it', async () => {
    const asked = await by('manager');
    const load = await readFeederLoad(...asked, 'M-D7-1');
    expect(load).toMatchObject({ ratingW: 4_000, nowW: 2_000, outlook: { kind: 'BREACH' } });
    expect(load!.forecast).toHaveLength(12);
    expect(load!.quarters).toHaveLength(96);
    // 18:20 lies between the middles of 17:00 (0.6 each) and 18:00: what stands above usual fades over six hours.
    expect(load!.forecast[1]!.expectedW).toBeGreaterThan(3.6 * 1_030 * 0.97);
    expect(await readFeederLoad(...asked, 'M-P-101')).toBeNull();
    await expect(by('guard').then((guard) => readFeederLoad(...guard, 'M-TR'))).rejects.toMatchObject({
      code: 'notFound',
    });
  });
});

describe('losses of a feeder', () => {
  it('are known by hour, unknown and never 0 where a meter below was not read, with the band of the rule', async () => {
    const losses = (await readFeederLosses(...(await by('manager')), 'M-D7-1'))!;
    expect(losses).toMatchObject({ gap: null, days: 3 });
    expect(losses.hours).toHaveLength(72);
    const at = (hour: number) => losses.hours.find(({ fromMs }) => fromMs === TODAY + hour * HOUR)!;
    const whole = feeder(TODAY);
    const lost = whole - ROOMS.reduce((sum, _, index) => sum + counted(index, TODAY), 0);
    expect(at(0)).toMatchObject({ unknown: null, read: 3, children: 3 });
    expect(at(0).share).toBeCloseTo(lost / whole, 4);
    for (const hour of [3, 4])
      expect(at(hour)).toMatchObject({ unknown: 'INCOMPLETE', share: null, lossKwh: null, read: 2 });
    // What comes after a silence may hold more than its hour.
    expect(at(5)).toMatchObject({ unknown: 'INCOMPLETE', share: null });
    expect(at(6).unknown).toBeNull();
    expect(losses.band!.share).toBeCloseTo(0.03 / 1.03, 3);
    expect(losses.band!.high).toBeGreaterThan(losses.band!.share);
  });

  it('name the room whose change explains the residual best, with how much of it, and the alarm', async () => {
    const losses = (await readFeederLosses(...(await by('manager')), 'M-D7-1'))!;
    expect(losses.over).toMatchObject({ days: 5 });
    const [deps, caller] = await by('manager');
    const { scope } = caller.permission('VIEW_ALARMS')!;
    const { evidence, measure } = await readAlarm(deps, caller, scope, Number(losses.alarmId));
    expect(evidence.figures.days, 'the alarm was raised on the third, and stands').toBe(5);
    expect(measure).toBe('LOSS');
    expect(losses.cause).toBe('SUSPECTS');
    expect(losses.suspects[0]).toMatchObject({
      point: 'P-102',
      room: '102',
      meter: 'M-P-102',
      cause: 'FELL',
    });
    expect(losses.suspects[0]!.explains).toBeGreaterThan(0.9);
    expect(losses.alarmId).not.toBeNull();
    expect(losses.branches[0]).toMatchObject({ own: true, code: 'D7-1' });
    expect(losses.branches[0]!.residualKwhDay).toBeGreaterThan(10);
  });

  it('tell an auditor neither of rooms nor of sums of fewer than five, and a guard of the own places alone', async () => {
    const losses = (await readFeederLosses(...(await by('auditor')), 'M-D7-1'))!;
    expect(losses).toMatchObject({ gap: 'WITHHELD', hours: [], branches: [], suspects: [], over: null });
    const above = (await readFeederLosses(...(await by('auditor')), 'M-TR'))!;
    expect(above.branches.find(({ code }) => code === 'D7-1')).toMatchObject({
      lossKwhDay: null,
      share: null,
    });
    const guarded = (await readFeederLosses(...(await by('guard')), 'M-D7-1'))!;
    expect(guarded.suspects[0]).toMatchObject({ point: 'P-102', room: '102' });
    await expect(by('head').then((head) => readFeederLosses(...head, 'M-D7-1'))).rejects.toMatchObject({
      code: 'notFound',
    });
  });

  it('of a transformer rank its branches by what is beyond the expected', async () => {
    const losses = (await readFeederLosses(...(await by('manager')), 'M-TR'))!;
    expect(losses.branches.map(({ code }) => code)).toEqual(['D7-1', 'TR', 'D8-1']);
    expect(losses.branches[2]).toMatchObject({ knownHours: 0, lossKwhDay: null, residualKwhDay: null });
    expect(losses.over).toBeNull();
    expect(losses.suspects).toEqual([]);
  });
});
