import { describe, expect, it } from 'vitest';
import { balanceBandOf } from './balanceBand';

const HOUR_MS = 3_600_000;
const facts = { reportAgeMs: 4_000, intervalMs: 10_000, measuredOpen: false, hoursLeft: 30 };

describe('balance band of a room', () => {
  it('follows the time left', () => {
    const band = (hoursLeft: number) => balanceBandOf({ ...facts, hoursLeft });
    expect([720, 336, 100, 24, 23.9, 6, 5.9, 0].map(band)).toEqual([
      'OVER_14_D',
      'D7_TO_14',
      'D3_TO_7',
      'H24_TO_72',
      'H6_TO_24',
      'H6_TO_24',
      'UNDER_6_H',
      'UNDER_6_H',
    ]);
  });
  it('says learning without a forecast, and cut only where telemetry shows the contact open', () => {
    expect(balanceBandOf({ ...facts, hoursLeft: null })).toBe('LEARNING');
    expect(balanceBandOf({ ...facts, hoursLeft: 0, measuredOpen: true })).toBe('CUT');
  });
  it('never shows an old state as true: a silent meter is no data, cut or not', () => {
    expect(balanceBandOf({ ...facts, reportAgeMs: null })).toBe('NO_DATA');
    expect(balanceBandOf({ ...facts, reportAgeMs: 16 * 60_000, measuredOpen: true })).toBe('NO_DATA');
    expect(balanceBandOf({ ...facts, reportAgeMs: 14 * 60_000 })).toBe('H24_TO_72');
    expect(balanceBandOf({ ...facts, reportAgeMs: 2 * HOUR_MS, intervalMs: HOUR_MS })).toBe('H24_TO_72');
  });
});
