import { describe, expect, test } from 'vitest';
import type { LiveAlarm } from '../../contracts/liveEvents';
import { liveAlarm } from '../live/testing';
import { alarmHeadline } from './headline';

const alarm = (id: string, change: Partial<LiveAlarm>): LiveAlarm =>
  liveAlarm({
    id,
    place: { building: 'D7', space: '7-412', point: null, meter: null, gateway: null, path: [] },
    ...change,
  });
const place = (building: string) => ({ ...alarm('0', {}).place, building });

describe('headline of the overview', () => {
  test('names the worst kind, how many there are of it and the one building', () => {
    const headline = alarmHeadline(
      [
        alarm('1', { priority: 2 }),
        alarm('2', { priority: 1, rule: 'FEEDER_OVERLOAD' }),
        alarm('3', { priority: 2 }),
      ],
      0,
    );
    expect(headline).toMatchObject({ rule: 'FEEDER_OVERLOAD', count: 1, building: 'D7', buildings: 1 });
    expect(headline!.first.id).toBe('2');
  });

  test('says how many buildings when there are several', () => {
    const headline = alarmHeadline([alarm('1', {}), alarm('2', { place: place('D3') })], 0);
    expect(headline).toMatchObject({ count: 2, building: null, buildings: 2 });
  });

  test('P3, returned, shelved and suppressed alarms make no headline', () => {
    const quiet = [
      alarm('1', { priority: 3 }),
      alarm('2', { state: 'RTN_UNACK' }),
      alarm('3', { shelvedUntil: 10 }),
      alarm('4', { suppressedBy: 'gateway:GW-14' }),
    ];
    expect(alarmHeadline(quiet, 5)).toBeNull();
    expect(alarmHeadline(quiet, 11)?.first.id).toBe('3');
  });
});
