import { describe, expect, it } from 'vitest';
import en from '../i18n/messages/en/me.json';
import zh from '../i18n/messages/zh-CN/me.json';
import { placeOnScale } from './BandScale';
import { partsOf } from './TimeLeft';
import { whyOff } from './whyOff';

const hold = (reason: string, cause: string | null = null) => ({
  reason,
  cause,
  sinceMs: 1,
  note: null,
  trip: null,
});

describe('why a room is off', () => {
  it('says nothing of a room that is measured on, whatever is wanted', () => {
    expect(whyOff({ holds: [hold('ARREARS')], tagged: false }, 'CLOSED')).toBeNull();
    expect(whyOff({ holds: [hold('ARREARS')], tagged: false }, 'UNKNOWN')).toBeNull();
  });

  it('puts danger before people, and people before money', () => {
    const holds = [hold('ARREARS'), hold('MANUAL'), hold('SAFETY', 'OVERLOAD')];
    expect(whyOff({ holds, tagged: false }, 'OPEN')?.words).toBe('OVERLOAD');
    expect(whyOff({ holds: holds.slice(0, 2), tagged: false }, 'OPEN')?.words).toBe('MANUAL');
    expect(whyOff({ holds: holds.slice(0, 1), tagged: false }, 'OPEN')?.words).toBe('ARREARS');
  });

  it('tells an early trip, credit that waits for a word, a trip too many and a restore on its way from the plain cut', () => {
    const early = { holds: [hold('ARREARS', 'EARLY_TRIP')], tagged: false };
    expect(whyOff(early, 'OPEN', { act: 'CONTINUE', rule: 'EARLY_TRIP' })?.words).toBe('EARLY_TRIP');
    expect(whyOff(early, 'OPEN', { act: 'TOP_UP', rule: 'NO_CREDIT' })?.words).toBe('ARREARS');
    const cut = { holds: [hold('ARREARS')], tagged: false };
    expect(whyOff(cut, 'OPEN', { act: 'TOP_UP', rule: 'NO_CREDIT' })?.words).toBe('ARREARS');
    expect(whyOff(cut, 'OPEN', { act: 'CONFIRM_RESTORE', rule: 'OFF_OVER_24H' })?.words).toBe('PAID');
    const tripped = { holds: [hold('SAFETY', 'OVERLOAD')], tagged: false };
    expect(whyOff(tripped, 'OPEN', { act: 'CONFIRM_RESTORE', rule: 'AFTER_TRIP' })?.words).toBe('OVERLOAD');
    expect(whyOff(tripped, 'OPEN', { act: 'ASK_STAFF', rule: 'TRIP_LIMIT_REACHED' })?.words).toBe(
      'TRIP_LIMIT',
    );
    const moved = { holds: [], tagged: false };
    expect(whyOff(moved, 'OPEN', { act: 'WAIT', rule: 'METER_MOVED' })?.words).toBe('METER_MOVED');
    const restoring = { holds: [], tagged: false };
    expect(whyOff(restoring, 'OPEN', { act: 'WAIT', rule: 'UNDER_WAY' })?.words).toBe('UNDER_WAY');
  });

  it('has words and something to do for everything that it can say, in both languages', () => {
    const words = [
      'OVERLOAD FORBIDDEN_LOAD GAS_LEAK LEAKAGE TAMPER FIRE WATER_BURST',
      'SAFETY LOCAL_TRIP LOCKOUT MANUAL ARREARS QUOTA SCHEDULE LOADSHED UNKNOWN',
      'EARLY_TRIP PAID TRIP_LIMIT UNDER_WAY METER_MOVED',
    ]
      .join(' ')
      .split(' ');
    for (const texts of [en, zh]) {
      const off: Record<string, { title: string; steps: Record<string, string> }> = texts.off;
      for (const key of words) {
        expect(off[key]?.title, key).toBeTruthy();
        expect(off[key]?.steps['1'], key).toBeTruthy();
      }
    }
    expect(whyOff({ holds: [hold('SAFETY', 'NOVEL')], tagged: false }, 'OPEN')?.words).toBe('SAFETY');
    expect(whyOff({ holds: [], tagged: false }, 'OPEN')?.words).toBe('UNKNOWN');
    expect(whyOff({ holds: [], tagged: true }, 'OPEN')?.words).toBe('LOCKOUT');
  });
});

describe('time left', () => {
  it('is days and hours, then hours, then hours and minutes', () => {
    const text = (hours: number) => partsOf(hours).map(({ value, unit }) => `${value} ${unit}`);
    expect(text(102.9)).toEqual(['4 days', '6 hours']);
    expect(text(48)).toEqual(['2 days']);
    expect(text(23.99)).toEqual(['23 hours']);
    expect(text(9.5)).toEqual(['9 hours', '30 minutes']);
    expect(text(3)).toEqual(['3 hours']);
    expect(text(0.2)).toEqual(['12 minutes']);
    expect(text(0)).toEqual(['0 minutes']);
  });

  it('stands on a scale whose bands are equally wide', () => {
    expect(placeOnScale(0)).toBe(0);
    expect(placeOnScale(6)).toBeCloseTo(1 / 6);
    expect(placeOnScale(120)).toBeCloseTo(3.5 / 6);
    expect(placeOnScale(720)).toBe(1);
    expect(placeOnScale(5_000)).toBe(1);
  });
});
