import { describe, expect, test } from 'vitest';
import type { LiveAlarm } from '../../contracts/liveEvents';
import { NNBSP } from '../ui/format';
import { alarmTitle, dataStateOf, headlineFigure, markOf, shownState } from './alarmView';

const alarm = (change: Partial<LiveAlarm>): LiveAlarm => ({
  id: '1',
  rule: 'OVERLOAD',
  priority: 2,
  state: 'UNACK',
  latching: false,
  shelvedUntil: null,
  shelvedBy: null,
  shelvedReason: null,
  suppressedBy: null,
  outOfServiceTicket: null,
  place: { building: null, space: null, point: null, meter: null, gateway: null, path: [] },
  value: null,
  limit: null,
  unit: null,
  raisedAt: 0,
  changedAt: 0,
  returnedAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  owner: null,
  escalatesAt: null,
  count: 1,
  ...change,
});

describe('state shown', () => {
  test('overlays go before the alarm, out of service before suppressed before shelved', () => {
    const all = { outOfServiceTicket: 'T-1', suppressedBy: 'GW-14', shelvedUntil: 10 };
    expect(shownState(alarm(all), 0)).toBe('OUT_OF_SERVICE');
    expect(shownState(alarm({ ...all, outOfServiceTicket: null }), 0)).toBe('SUPPRESSED_BY_DESIGN');
    expect(shownState(alarm({ shelvedUntil: 10 }), 0)).toBe('SHELVED');
  });

  test('a shelf that has run out shows the alarm again, without waiting for the server', () => {
    expect(shownState(alarm({ shelvedUntil: 10 }), 10)).toBe('UNACK');
  });

  test('returned but unacknowledged stays hollow, latched carries the lock', () => {
    expect(markOf('RTN_UNACK')).toBe('returned');
    expect(markOf('LATCHED_ACK')).toBe('latched');
    expect(dataStateOf('OUT_OF_SERVICE')).toBe('out-of-service');
    expect(dataStateOf('UNACK')).toBe('unacked');
  });
});

describe('headline', () => {
  const plain = (text: string | null) => text?.replaceAll(NNBSP, ' ') ?? null;

  test('a feeder says percent of its rating, a room its watts', () => {
    const feeder = alarm({ rule: 'FEEDER_OVERLOAD', value: '41000', limit: '32000', unit: 'W' });
    expect(plain(headlineFigure(feeder))).toBe('128 %');
    expect(plain(headlineFigure(alarm({ value: '1240', limit: '800', unit: 'W' })))).toBe('1,240 W');
    expect(plain(headlineFigure(alarm({ value: '202', unit: 'V' })))).toBe('202 V');
    expect(headlineFigure(alarm({ rule: 'GATEWAY_OFFLINE' }))).toBeNull();
  });

  test('English titles are in capitals, Chinese ones as they are', () => {
    expect(alarmTitle('Feeder overload', 'en')).toBe('FEEDER OVERLOAD');
    expect(alarmTitle('馈线过载', 'zh-CN')).toBe('馈线过载');
  });
});
