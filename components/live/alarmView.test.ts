import { describe, expect, test } from 'vitest';
import { NNBSP } from '../ui/format';
import {
  alarmTitle,
  dataStateOf,
  formatAlarmFigure,
  headlineFigure,
  isOfReadings,
  markOf,
  ratingW,
  shownSince,
  shownState,
  standingFigure,
} from './alarmView';
import { liveAlarm } from './testing';

describe('state shown', () => {
  test('overlays go before the alarm, out of service before suppressed before shelved', () => {
    const all = { outOfServiceTicket: 'T-1', suppressedBy: 'GW-14', shelvedUntil: 10 };
    expect(shownState(liveAlarm(all), 0)).toBe('OUT_OF_SERVICE');
    expect(shownState(liveAlarm({ ...all, outOfServiceTicket: null }), 0)).toBe('SUPPRESSED_BY_DESIGN');
    expect(shownState(liveAlarm({ shelvedUntil: 10 }), 0)).toBe('SHELVED');
  });

  test('a shelf that has run out shows the alarm again, without waiting for the server', () => {
    expect(shownState(liveAlarm({ shelvedUntil: 10 }), 10)).toBe('UNACK');
  });

  test('it is as old as that state: the overlay since it was laid on, the alarm since it entered its own', () => {
    const alarm = liveAlarm({ raisedAt: 1, stateSince: 5, coveredSince: 8 });
    expect(shownSince(alarm, 'RTN_UNACK')).toBe(5);
    expect(shownSince(alarm, 'SHELVED')).toBe(8);
    expect(shownSince({ ...alarm, coveredSince: null }, 'SHELVED')).toBe(1);
  });

  test('returned but unacknowledged stays hollow, latched carries the lock', () => {
    expect(markOf('RTN_UNACK')).toBe('returned');
    expect(markOf('LATCHED_ACK')).toBe('latched');
    expect(dataStateOf('OUT_OF_SERVICE')).toBe('out-of-service');
    expect(dataStateOf('UNACK')).toBe('unacked');
  });
});

test('a step is no load: what the rule compares it with bounds none', () => {
  const step = { rule: 'FORBIDDEN_LOAD', value: '1500', limit: '800', unit: 'W' } as const;
  expect(ratingW(liveAlarm(step))).toBeNull();
  expect(ratingW(liveAlarm({ ...step, rule: 'OVERLOAD' }))).toBe(800);
});

describe('headline', () => {
  const plain = (text: string | null) => text?.replaceAll(NNBSP, ' ') ?? null;

  test('a feeder says percent of its rating, a room its watts', () => {
    const feeder = liveAlarm({ rule: 'FEEDER_OVERLOAD', value: '41000', limit: '32000', unit: 'W' });
    expect(plain(headlineFigure(feeder))).toBe('128 %');
    expect(plain(headlineFigure(liveAlarm({ value: '1240', limit: '800', unit: 'W' })))).toBe('1,240 W');
    expect(plain(headlineFigure(liveAlarm({ value: '202', unit: 'V' })))).toBe('202 V');
    expect(headlineFigure(liveAlarm({ rule: 'GATEWAY_OFFLINE' }))).toBeNull();
  });

  test('what has returned has no figure that could be read as the value now', () => {
    const over = liveAlarm({ value: '1240', limit: '800', unit: 'W' });
    expect(plain(standingFigure(over))).toBe('1,240 W');
    for (const state of ['RTN_UNACK', 'LATCHED_UNACK', 'LATCHED_ACK'] as const)
      expect(standingFigure({ ...over, state, returnedAt: 5 })).toBeNull();
  });

  test('a leakage is told in mA, value and limit, and a load current in A', () => {
    const leak = liveAlarm({ rule: 'LEAKAGE', value: '0.052', limit: '0.03', unit: 'A' });
    expect(plain(headlineFigure(leak))).toBe('52 mA');
    expect(plain(formatAlarmFigure(leak.limit, leak, 'room'))).toBe('30 mA');
    expect(plain(headlineFigure({ ...leak, value: '1.2' }))).toBe('1,200 mA');
    expect(plain(headlineFigure({ ...leak, rule: 'OVER_CURRENT', value: '62.5' }))).toBe('62.5 A');
  });

  test('a register that stands still is no bare number: its readings are counted in words', () => {
    const frozen = liveAlarm({ rule: 'FROZEN_REGISTER', value: '10', limit: '10', unit: 'COUNT' });
    expect(headlineFigure(frozen)).toBeNull();
    expect(isOfReadings(frozen)).toBe(true);
    expect(plain(headlineFigure({ ...frozen, value: '24', unit: 'W' }))).toBe('24 W');
  });

  test('English titles are in capitals, Chinese ones as they are', () => {
    expect(alarmTitle('Feeder overload', 'en')).toBe('FEEDER OVERLOAD');
    expect(alarmTitle('馈线过载', 'zh-CN')).toBe('馈线过载');
  });
});
