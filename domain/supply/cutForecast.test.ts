import { describe, expect, it } from 'vitest';
import { campusZone } from '../time/campusTime';
import { cutForecast } from './cutForecast';
import { DEFAULT_DISCONNECT_TIMES } from './disconnectPolicy';
import { DEFAULT_NO_CUT_PERIODS, NO_NO_CUT_PERIODS } from './noCutPeriods';

const zone = campusZone('Asia/Shanghai');
/** Wednesday 2026-11-11. */
const at = (day: number, hour: number, minute = 0) => zone.utcOf(2026, 11, day, hour * 60 + minute);
const policy = { ...DEFAULT_DISCONNECT_TIMES, noCutPeriods: DEFAULT_NO_CUT_PERIODS };

describe('when a room could be cut', () => {
  it('waits for 60 s and for the final notice where none was sent', () => {
    expect(cutForecast(at(11, 15), policy, 'NONE', true, zone)).toEqual({
      notBeforeMs: at(11, 15, 1),
      rule: 'FINAL_NOTICE',
      noCutKind: null,
    });
    expect(cutForecast(at(11, 15), policy, 'NONE', false, zone).notBeforeMs).toBe(at(11, 15, 16));
  });
  it('never names an instant inside a no-cut period, also when only the notice would end in one', () => {
    const atNight = { notBeforeMs: at(12, 8), rule: 'NO_CUT_PERIOD', noCutKind: 'DAILY' };
    expect(cutForecast(at(11, 23), policy, 'NONE', true, zone)).toEqual(atNight);
    expect(cutForecast(at(11, 21, 50), policy, 'NONE', false, zone)).toEqual(atNight);
    expect(cutForecast(at(13, 23), policy, 'NONE', true, zone).notBeforeMs).toBe(at(16, 8));
    const anyHour = { ...policy, noCutPeriods: NO_NO_CUT_PERIODS };
    expect(cutForecast(at(11, 23), anyHour, 'NONE', true, zone).notBeforeMs).toBe(at(11, 23, 1));
  });
  it('names no instant for what is protected', () => {
    expect(cutForecast(at(11, 15), policy, 'CREDIT', true, zone).notBeforeMs).toBeNull();
    expect(cutForecast(at(11, 15), policy, 'LIFE_SAFETY', true, zone).rule).toBe('LIFE_SAFETY');
  });
});
