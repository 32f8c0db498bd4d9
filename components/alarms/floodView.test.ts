import { describe, expect, it } from 'vitest';
import { liveAlarm } from '../live/testing';
import type { AlarmContext } from './alarmData';
import { affectedPlaces, foldIncidents, worstRow } from './floodView';
import type { AlarmRow } from './incidents';
import { stopFor, stopsOf } from './listStops';

const row = (id: string, space: string, priority: 2 | 3 = 2, isRoom = true): AlarmRow => ({
  alarm: liveAlarm({
    id,
    priority,
    place: { building: 'D7', space, point: null, meter: null, gateway: null, path: [] },
    causes: { gateway: 'GW-3', feeder: null },
  }),
  context: { id, point: { isRoom } } as unknown as AlarmContext,
});

const ROWS = [
  row('1', '7-410', 3),
  row('2', '7-402'),
  row('3', '7-401'),
  row('4', '7-402'),
  row('5', '7-4', 3, false),
];
const KEY = 'gateway:GW-3';
const NONE: ReadonlyMap<string, boolean> = new Map();
const SHUT: ReadonlySet<string> = new Set();

describe('a card', () => {
  it('names its cause, and its rows are stops only while it is open', () => {
    const [shut] = foldIncidents(ROWS, NONE, SHUT);
    expect(shut).toMatchObject({ key: KEY, cause: { kind: 'GATEWAY', code: 'GW-3' }, open: false });
    expect(stopsOf([shut!]).map(({ id }) => id)).toEqual([KEY]);
    const opened = foldIncidents(ROWS, NONE, new Set([KEY]));
    expect(stopsOf(opened).map(({ id }) => id)).toEqual([KEY, '1', '2', '3', '4', '5']);
  });

  it('stands in for a row with the focus that went into it', () => {
    const folded = foldIncidents(ROWS, NONE, SHUT);
    const rows = ROWS.map((one) => ({ key: one.alarm.id, cause: null, rows: [one] }));
    expect(stopFor(stopsOf(rows), rows, '3')).toBe('3');
    expect(stopFor(stopsOf(folded), folded, '3')).toBe(KEY);
    expect(stopFor(stopsOf(rows), rows, 'gone')).toBe('1');
    expect(stopFor([], [], null)).toBeNull();
  });

  it('claims a cause only where its alarms follow from it, and shows the worst hazard of a priority', () => {
    const of = (id: string, rule: string, latching = false): AlarmRow => {
      const { alarm, context } = row(id, `7-40${id}`);
      return { alarm: { ...alarm, rule, latching }, context };
    };
    const silent = ['1', '2', '3', '4', '5'].map((id) => of(id, 'METER_OFFLINE'));
    expect(foldIncidents(silent, NONE, SHUT)).toMatchObject([{ cause: { code: 'GW-3', isShared: true } }]);
    const unlike = [of('6', 'FROZEN_REGISTER'), of('7', 'OVERLOAD'), of('8', 'LEAKAGE', true), ...silent];
    const alarmed = new Map([['GATEWAY:GW-3', true]]);
    expect(foldIncidents(unlike, alarmed, SHUT)).toMatchObject([
      { cause: { code: 'GW-3', isShared: false } },
    ]);
    expect(worstRow(unlike as [AlarmRow, ...AlarmRow[]]).alarm.rule).toBe('LEAKAGE');
    expect(worstRow(unlike.slice(0, 2) as [AlarmRow, ...AlarmRow[]]).alarm.rule).toBe('OVERLOAD');
  });

  it('shows the worst mark and each room once, in natural order', () => {
    expect(worstRow(ROWS as [AlarmRow, ...AlarmRow[]]).alarm.id).toBe('2');
    const nameOf = ({ alarm }: AlarmRow) => alarm.place.space ?? '';
    expect(affectedPlaces(ROWS, nameOf)).toEqual({ rooms: true, codes: ['7-401', '7-402', '7-410'] });
    expect(affectedPlaces(ROWS.slice(-1), nameOf)).toEqual({ rooms: false, codes: ['7-4'] });
  });
});
