import { expect, it } from 'vitest';
import type { LiveAlarm } from '../../contracts/liveEvents';
import type { AlarmContext } from './alarmData';
import { type AlarmRow, alarmedCauses, groupIncidents } from './incidents';

const row = (id: string, rule: string, priority: 1 | 2 | 3 | 4, point: string): AlarmRow => ({
  alarm: {
    id,
    rule,
    priority,
    place: { point, space: point.replace(/^P-.-/, ''), gateway: null },
    returnedAt: null,
  } as unknown as LiveAlarm,
  context: { id, feeder: 'D7-2', gateway: null } as unknown as AlarmContext,
});

it('within one cause a P2 stands above a P3, and the cause’s own alarm above others of its priority', () => {
  const rows = [
    row('1', 'FEEDER_80', 3, 'D7-2'),
    row('2', 'LEAKAGE', 3, 'P-E-7-412'),
    row('3', 'OVERLOAD', 2, 'P-E-7-411'),
  ];
  const [incident, ...others] = groupIncidents([rows[1]!, rows[0]!, rows[2]!], alarmedCauses(rows));
  expect(others).toEqual([]);
  expect(incident!.cause).toEqual({ kind: 'FEEDER', code: 'D7-2', isShared: false });
  expect(incident!.rows.map(({ alarm }) => alarm.id)).toEqual(['3', '1', '2']);
});

it('alarms of one room stand by themselves; those of two rooms below one feeder together, as near each other', () => {
  const room = [row('1', 'OVERLOAD', 2, 'P-E-7-411'), row('2', 'WATER_LEAK', 2, 'P-W-7-411')];
  expect(groupIncidents(room, new Map()).map(({ cause }) => cause)).toEqual([null, null]);
  const rooms = [...room, row('3', 'OVERLOAD', 2, 'P-E-7-412')];
  expect(groupIncidents(rooms, new Map())).toMatchObject([
    { cause: { code: 'D7-2', isShared: false }, rows: { length: 3 } },
  ]);
});

it('a feeder’s alarm that has returned explains no overload that came since', () => {
  const feeder = row('1', 'FEEDER_80', 3, 'D7-2');
  const rows = [row('2', 'OVERLOAD', 2, 'P-E-7-411'), row('3', 'OVERLOAD', 2, 'P-E-7-412'), feeder];
  const shared = (list: readonly AlarmRow[]) => groupIncidents(list, alarmedCauses(list))[0]!.cause!.isShared;
  expect(shared(rows)).toBe(true);
  const returned = { ...feeder, alarm: { ...feeder.alarm, returnedAt: 1 } };
  expect(shared([rows[0]!, rows[1]!, returned])).toBe(false);
});
