import { describe, expect, test } from 'vitest';
import type { LiveAlarm } from '../../contracts/liveEvents';
import { liveAlarm } from '../live/testing';
import { unbroken } from './alarmWords';
import { bandAlarm, hasUnacknowledgedP1, wallAlarms } from './wallAlarms';

let id = 0;
const alarm = (change: Partial<LiveAlarm>, place: Partial<LiveAlarm['place']> = {}): LiveAlarm =>
  liveAlarm({
    id: String(++id),
    inRoom: true,
    place: {
      building: 'D7',
      space: '7-412',
      point: 'P-E-7-412',
      meter: null,
      gateway: null,
      path: ['7 号楼', '4 层', '7-412 室'],
      ...place,
    },
    value: '1090',
    limit: '800',
    unit: 'W',
    raisedAt: 1_000,
    changedAt: 1_000,
    ...change,
  });
const floor5 = { space: '7-509', point: 'P-E-7-509', path: ['7 号楼', '5 层', '7-509 室'] };
const feeder = alarm(
  {
    ...{ rule: 'FEEDER_OVERLOAD', priority: 1, value: '41000', limit: '32000', raisedAt: 5_000 },
    ...{ inRoom: false, causes: { gateway: null, feeder: 'D7-2' } },
  },
  { space: 'D7', point: 'D7-2', path: ['7 号楼'] },
);

describe('alarms on a wall', () => {
  test('rooms of a building are one line with their floors, and no room is named anywhere in it', () => {
    const rows = wallAlarms([alarm({}), alarm({ state: 'ACKED' }, floor5)], 2_000);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      count: 2,
      unacknowledged: 1,
      floors: ['4 层', '5 层'],
      state: 'unacked',
      figure: null,
    });
    expect(JSON.stringify(rows)).not.toMatch(/7-412|7-509/);
  });

  test('of rooms that are too hot or leak the worst figure is told, of their load none', () => {
    const hot = (value: string) => alarm({ rule: 'OVER_TEMPERATURE', value, limit: '70', unit: 'C' });
    const leak = alarm({ rule: 'LEAKAGE', value: '0.052', limit: '0.03', unit: 'A' });
    const figures = wallAlarms([hot('81'), hot('86'), leak, alarm({})], 2_000).map(({ figure }) =>
      figure?.replace(/\s/g, ' '),
    );
    expect(figures).toEqual(expect.arrayContaining(['86 °C', '52 mA', undefined]));
  });

  test('what has returned keeps its line without the figure of its raise', () => {
    const back = { state: 'RTN_UNACK', returnedAt: 3_000 } as const;
    const hot = (value: string, change: Partial<LiveAlarm>) =>
      alarm({ rule: 'OVER_TEMPERATURE', value, limit: '70', unit: 'C', latching: true, ...change });
    const figures = (...alarms: LiveAlarm[]) =>
      wallAlarms(alarms, 6_000).map(({ figure }) => figure?.replace(/\s/g, ' ') ?? null);
    expect(figures({ ...feeder, ...back })).toEqual([null]);
    expect(figures(hot('86', back))).toEqual([null]);
    const latched = { state: 'LATCHED_UNACK' } as const;
    expect(figures(hot('86', { ...back, ...latched }), hot('81', latched))).toEqual(['81 °C']);
  });

  test('a code and a name are never broken across lines', () => {
    expect(unbroken('7 号楼')).toBe('7\u00a0号楼');
    expect(unbroken('D7-2')).toBe('D7\u2060-\u20602');
  });

  test('a feeder keeps its figure and comes before every P2', () => {
    const rows = wallAlarms([alarm({}), feeder], 6_000);
    expect(rows[0]).toMatchObject({ priority: 1, unit: 'D7-2', rooms: false });
    expect(rows[0]!.figure).toMatch(/^128/);
    expect(hasUnacknowledgedP1(rows)).toBe(true);
    expect(bandAlarm(rows)).toMatchObject({ priority: 2, count: 1 });
  });

  test('what stands at a feeder, a building or a gateway is no room, whatever its rule: each is a line that names it', () => {
    const outside = { space: 'D7', path: ['7 号楼'] };
    const rows = wallAlarms(
      [
        {
          ...feeder,
          rule: 'NON_TECHNICAL_LOSS',
          priority: 2,
          value: '20',
          limit: '2',
          unit: 'KWH',
          id: 'loss',
        },
        alarm({ rule: 'WATER_BURST', inRoom: false, priority: 2 }, { ...outside, point: 'P-W-D7' }),
        alarm(
          { rule: 'GATEWAY_OFFLINE', inRoom: false, value: null, limit: null, unit: null, raisedAt: 900 },
          { ...outside, point: null, gateway: 'GW-7' },
        ),
      ],
      6_000,
    );
    expect(rows.map(({ rooms, kind, unit }) => [rooms, kind, unit])).toEqual([
      [false, 'FEEDER', 'D7-2'],
      [false, 'OTHER', 'P-W-D7'],
      [false, 'GATEWAY', 'GW-7'],
    ]);
    expect(rows[0]!.figure).toMatch(/^20.kWh$/);
  });

  test('an acknowledged P1 lets the scenes turn again', () => {
    const rows = wallAlarms([{ ...feeder, state: 'ACKED' }], 6_000);
    expect(rows[0]!.state).toBe('acked');
    expect(hasUnacknowledgedP1(rows)).toBe(false);
  });

  test('shelved, suppressed, out of service, P4 and ended alarms are not on a wall', () => {
    const hidden = [
      alarm({ shelvedUntil: 9_000 }),
      alarm({ suppressedBy: 'gateway:GW-1' }),
      alarm({ outOfServiceTicket: 'T-1' }),
      alarm({ priority: 4 }),
      alarm({ state: 'NORMAL' }),
    ];
    expect(wallAlarms(hidden, 5_000)).toEqual([]);
  });

  test('the age is that of the longest that waits', () => {
    const rows = wallAlarms([alarm({ raisedAt: 4_000 }), alarm({ raisedAt: 2_000 }, floor5)], 9_000);
    expect(rows[0]!.raisedAt).toBe(2_000);
  });
});
