import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CampusZone, campusZone } from './campusTime';

const HOUR_MS = 3_600_000;

describe('campus time', () => {
  it('gives wall parts and day edges of a zone without clock changes', () => {
    const zone = campusZone('Asia/Shanghai');
    const tsMs = Date.UTC(2025, 8, 9, 16, 30);
    expect(zone.wallAt(tsMs)).toMatchObject({
      year: 2025,
      month: 9,
      day: 10,
      hour: 0,
      minute: 30,
      weekday: 3,
    });
    expect(zone.dateKey(tsMs)).toBe('2025-09-10');
    expect(zone.localDayStart(tsMs)).toBe(Date.UTC(2025, 8, 9, 16));
    expect(zone.localMidnightAfter(tsMs)).toBe(Date.UTC(2025, 8, 10, 16));
    expect(zone.monthStart(tsMs)).toBe(Date.UTC(2025, 7, 31, 16));
    expect(zone.nextMonthStart(tsMs)).toBe(Date.UTC(2025, 8, 30, 16));
    expect(zone.yearStart(tsMs)).toBe(Date.UTC(2024, 11, 31, 16));
    expect(zone.weekday(Date.UTC(2025, 8, 13, 16))).toBe(7);
  });

  it('lets a midnight belong to the day that it begins', () => {
    const zone = campusZone('Asia/Shanghai');
    const midnight = Date.UTC(2025, 8, 9, 16);
    expect(zone.localDayStart(midnight)).toBe(midnight);
    expect(zone.dateKey(midnight - 1)).toBe('2025-09-09');
  });

  it('puts an edge inside a skipped hour at the instant of the change', () => {
    const zone = campusZone('Europe/London');
    const change = Date.UTC(2025, 2, 30, 1);
    expect(zone.utcOf(2025, 3, 30, 60)).toBe(change);
    expect(zone.utcOf(2025, 3, 30, 90)).toBe(change);
    expect(zone.utcOf(2025, 3, 30, 120)).toBe(change);
    expect(zone.utcOf(2025, 3, 30, 121)).toBe(change + 60_000);
  });

  it('puts an edge inside a repeated hour at its first occurrence', () => {
    const zone = campusZone('Europe/London');
    expect(zone.utcOf(2025, 10, 26, 90)).toBe(Date.UTC(2025, 9, 26, 0, 30));
    expect(zone.utcOf(2025, 10, 26, 120)).toBe(Date.UTC(2025, 9, 26, 2));
  });

  it.each([
    ['Europe/London', 2025, 3, 30, 23],
    ['Europe/London', 2025, 10, 26, 25],
    ['America/New_York', 2025, 3, 9, 23],
    ['Australia/Lord_Howe', 2025, 4, 6, 24.5],
    ['America/Sao_Paulo', 2018, 11, 4, 23],
    ['America/Sao_Paulo', 2018, 2, 17, 25],
    ['Africa/Cairo', 2025, 4, 25, 23],
    ['Pacific/Apia', 2011, 12, 30, 0],
  ])('%s %i-%i-%i is %d hours long', (iana, year, month, day, hours) => {
    const zone = campusZone(iana);
    expect((zone.utcOf(year, month, day + 1) - zone.utcOf(year, month, day)) / HOUR_MS).toBe(hours);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => campusZone('Asia/Atlantis')).toThrow('not an IANA zone');
  });

  it('agrees with the runtime’s tz database at any instant, and its days tile time', () => {
    const zones = ['Asia/Shanghai', 'Europe/London', 'America/St_Johns', 'Africa/Casablanca', 'Asia/Gaza'];
    for (const iana of zones) {
      const zone = new CampusZone(iana);
      const format = new Intl.DateTimeFormat('sv-SE', {
        timeZone: iana,
        dateStyle: 'short',
        timeStyle: 'medium',
      });
      fc.assert(
        fc.property(
          fc.integer({ min: Date.UTC(1990, 0, 1) / 1000, max: Date.UTC(2037, 0, 1) / 1000 }),
          (seconds) => {
            const tsMs = seconds * 1000;
            const wall = zone.wallAt(tsMs);
            const two = (value: number) => String(value).padStart(2, '0');
            const text = `${wall.year}-${two(wall.month)}-${two(wall.day)} ${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}`;
            expect(text).toBe(format.format(tsMs));
            const day = zone.dayAt(tsMs);
            expect(tsMs).toBeGreaterThanOrEqual(day.startMs);
            expect(tsMs).toBeLessThan(day.endMs);
            expect(zone.dayAt(day.endMs).startMs).toBe(day.endMs);
            expect(zone.dayAt(day.startMs)).toEqual(day);
          },
        ),
        { numRuns: 200 },
      );
    }
  });
});
