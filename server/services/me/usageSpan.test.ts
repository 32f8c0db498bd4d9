import { describe, expect, it } from 'vitest';
import { campusZone } from '../../../domain/time/campusTime';
import { coversWhole, energyBetween, hourPieces } from './hourPieces';
import { sameClockIn, spanBefore, type UsageStep, usageSpan } from './usageSpan';

const HOUR_MS = 3_600_000;
const shanghai = campusZone('Asia/Shanghai');
const berlin = campusZone('Europe/Berlin');
const kolkata = campusZone('Asia/Kolkata');

function beforeAt(zone: typeof berlin, step: UsageStep, atMs: number): number {
  const span = usageSpan(zone, step, atMs);
  return sameClockIn(zone, step, { span, before: spanBefore(zone, step, span) }, atMs);
}

describe('a span of use', () => {
  it('is a campus day of 23, 24 or 25 hours, in zones of half hours too', () => {
    const hoursOf = (zone: typeof berlin, atMs: number) => usageSpan(zone, 'DAY', atMs).parts.length;
    expect(hoursOf(berlin, berlin.utcOf(2026, 3, 29, 600))).toBe(23);
    expect(hoursOf(berlin, berlin.utcOf(2026, 10, 25, 600))).toBe(25);
    expect(hoursOf(kolkata, kolkata.utcOf(2026, 11, 12, 600))).toBe(24);
    expect(usageSpan(kolkata, 'DAY', kolkata.utcOf(2026, 11, 12, 600)).startMs % HOUR_MS).toBe(HOUR_MS / 2);
  });

  it('is a week from Monday, across months and years, and a month of its own length', () => {
    const week = usageSpan(shanghai, 'WEEK', shanghai.utcOf(2027, 1, 2, 700));
    expect(shanghai.dateKey(week.startMs)).toBe('2026-12-28');
    expect(week.parts).toHaveLength(7);
    expect(week.endMs).toBe(shanghai.utcOf(2027, 1, 4));
    expect(usageSpan(shanghai, 'MONTH', shanghai.utcOf(2028, 2, 29)).parts).toHaveLength(29);
    expect(usageSpan(berlin, 'MONTH', berlin.utcOf(2026, 10, 31, 1_439)).endMs).toBe(
      berlin.utcOf(2026, 11, 1),
    );
  });

  it('is compared with the one before up to the same day and time of day, whatever the clocks did', () => {
    expect(beforeAt(berlin, 'DAY', berlin.utcOf(2026, 3, 29, 15 * 60))).toBe(
      berlin.utcOf(2026, 3, 28, 15 * 60),
    );
    expect(beforeAt(berlin, 'WEEK', berlin.utcOf(2026, 10, 28, 9 * 60))).toBe(
      berlin.utcOf(2026, 10, 21, 9 * 60),
    );
    expect(beforeAt(shanghai, 'MONTH', shanghai.utcOf(2026, 11, 12, 21 * 60))).toBe(
      shanghai.utcOf(2026, 10, 12, 21 * 60),
    );
    // February has no 30th: all of it is compared with.
    expect(beforeAt(shanghai, 'MONTH', shanghai.utcOf(2026, 3, 30, 60))).toBe(shanghai.utcOf(2026, 3, 1));
  });
});

describe('hours as pieces', () => {
  const pieces = hourPieces(
    [
      { hourMs: 0, quantityMicro: 60n },
      { hourMs: 0, quantityMicro: 60n },
      { hourMs: HOUR_MS, quantityMicro: 30n },
    ],
    1.5 * HOUR_MS,
  );

  it('add up what several points used, and the running hour stands for the time until now', () => {
    expect(energyBetween(pieces, { fromMs: 0, toMs: 2 * HOUR_MS })).toBe(150);
    expect(energyBetween(pieces, { fromMs: 0.5 * HOUR_MS, toMs: 1.25 * HOUR_MS })).toBe(75);
  });

  it('tell a day that lost some of its hours', () => {
    expect(coversWhole(pieces, { fromMs: 0.5 * HOUR_MS, toMs: 1.5 * HOUR_MS })).toBe(true);
    expect(coversWhole(pieces, { fromMs: 0, toMs: 2 * HOUR_MS })).toBe(false);
  });
});
