import { describe, expect, test } from 'vitest';
import { NNBSP } from './format';
import {
  foreignZoneName,
  formatAge,
  formatDate,
  formatDateTime,
  formatExactSpan,
  formatIso,
  formatLength,
  formatMoment,
  formatMonth,
  formatSpan,
  formatStopwatch,
  formatTime,
  formatTimeLeft,
  formatTimeLeftCell,
  formatWeekday,
  wallClock,
} from './formatTime';

const plain = (text: string) => text.replaceAll(NNBSP, ' ');
const SHANGHAI = 'Asia/Shanghai';
const AT = Date.UTC(2026, 10, 12, 13, 4, 7);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('campus time', () => {
  test('is the campus clock whatever zone the process runs in', () => {
    expect(formatTime(AT, SHANGHAI)).toBe('21:04:07');
    expect(formatTime(AT, SHANGHAI, false)).toBe('21:04');
    expect(formatTime(AT, 'America/New_York')).toBe('08:04:07');
    expect(formatTime(null, SHANGHAI)).toBe('—');
  });

  test('midnight is 00:00 of the new day, not 24:00', () => {
    expect(formatTime(Date.UTC(2026, 10, 12, 16), SHANGHAI)).toBe('00:00:00');
    expect(formatDate(Date.UTC(2026, 10, 12, 16), SHANGHAI, 'en')).toBe('13 Nov');
  });

  test('dates in both languages', () => {
    expect(formatDateTime(AT, SHANGHAI, 'en', { weekday: true, year: true })).toBe('Thu 12 Nov 2026 21:04');
    expect(formatDateTime(AT, SHANGHAI, 'zh-CN', { weekday: true, year: true })).toBe(
      '2026年11月12日 周四 21:04',
    );
    expect(formatDate(AT, SHANGHAI, 'zh-CN')).toBe('11月12日');
    expect(formatWeekday(AT, SHANGHAI, 'en')).toBe('Thu');
    expect(formatMonth(AT, SHANGHAI, 'en')).toBe('November 2026');
    expect(formatMonth(AT, SHANGHAI, 'zh-CN')).toBe('2026年11月');
    expect(formatMonth(AT, SHANGHAI, 'en', true)).toBe('Nov');
  });

  test('another day carries its date, another year its year', () => {
    expect(formatMoment(AT - 2 * HOUR, AT, SHANGHAI, 'en')).toBe('19:04:07');
    expect(formatMoment(AT - DAY, AT, SHANGHAI, 'en')).toBe('11 Nov 21:04');
    expect(formatMoment(AT - 365 * DAY, AT, SHANGHAI, 'zh-CN')).toBe('2025年11月12日 21:04');
  });

  test('exports carry the offset of that instant, through a change of clocks', () => {
    expect(formatIso(AT, SHANGHAI)).toBe('2026-11-12T21:04:07+08:00');
    expect(formatIso(Date.UTC(2026, 6, 1, 12), 'America/New_York')).toBe('2026-07-01T08:00:00-04:00');
    expect(formatIso(Date.UTC(2026, 11, 1, 12), 'America/New_York')).toBe('2026-12-01T07:00:00-05:00');
    expect(formatIso(Date.UTC(2026, 0, 1), 'Asia/Kathmandu')).toBe('2026-01-01T05:45:00+05:45');
    expect(wallClock(Date.UTC(2026, 9, 25, 0, 30), 'Europe/Berlin').offsetMinutes).toBe(120);
    expect(wallClock(Date.UTC(2026, 9, 25, 1, 30), 'Europe/Berlin').offsetMinutes).toBe(60);
  });

  test('the zone is named only to a viewer whose clock differs', () => {
    expect(foreignZoneName(AT, SHANGHAI, 'Asia/Singapore')).toBeNull();
    expect(foreignZoneName(AT, SHANGHAI, 'America/New_York')).toBe('UTC+8');
    expect(foreignZoneName(AT, 'Asia/Kolkata', SHANGHAI)).toBe('UTC+5:30');
  });
});

describe('ages and lengths', () => {
  test.each([
    [0, '0 s', '0 秒'],
    [-5 * SECOND, '0 s', '0 秒'],
    [59_999, '59 s', '59 秒'],
    [MINUTE, '1:00', '1:00'],
    [42 * MINUTE + 5 * SECOND, '42:05', '42:05'],
    [3 * HOUR + 20 * MINUTE, '3 h 20 min', '3 小时 20 分'],
  ])('a datum of %d ms reads %s and %s', (age, en, zh) => {
    expect(plain(formatAge(age, 'en'))).toBe(en);
    expect(plain(formatAge(age, 'zh-CN'))).toBe(zh);
  });

  test('from a day on the age is the date', () => {
    expect(formatAge(2 * DAY, 'en', { at: AT - 2 * DAY, zone: SHANGHAI })).toBe('10 Nov');
  });

  test('an alarm counts in minutes and seconds from the start', () => {
    expect(formatStopwatch(42 * SECOND, 'en')).toBe('0:42');
    expect(formatStopwatch(33 * MINUTE + 20 * SECOND, 'en')).toBe('33:20');
    expect(plain(formatStopwatch(2 * HOUR + 6 * MINUTE, 'en'))).toBe('2 h 06 min');
  });

  test.each([
    [5 * MINUTE, '5 min', '5 分钟'],
    [90 * MINUTE, '1 h 30 min', '1 小时 30 分钟'],
    [480 * MINUTE, '8 h', '8 小时'],
    [2 * DAY + 90 * MINUTE, '2 d 1 h 30 min', '2 天 1 小时 30 分钟'],
    [0, '0 min', '0 分钟'],
  ])('a span of %d ms is said as %s and %s', (span, en, zh) => {
    expect(plain(formatSpan(span, 'en'))).toBe(en);
    expect(plain(formatSpan(span, 'zh-CN'))).toBe(zh);
  });

  test.each([
    [10 * MINUTE, '10 min', '10 分钟'],
    [90 * SECOND, '1 min 30 s', '1 分钟 30 秒'],
    [10_500, '10.5 s', '10.5 秒'],
    [7 * DAY, '7 d', '7 天'],
    [DAY + 1, '1 d 0.001 s', '1 天 0.001 秒'],
    [0, '0 s', '0 秒'],
  ])('a length of %d ms that is set is said to the ms, as %s and %s', (span, en, zh) => {
    expect(plain(formatExactSpan(span, 'en'))).toBe(en);
    expect(plain(formatExactSpan(span, 'zh-CN'))).toBe(zh);
  });

  test.each([
    [4 * DAY + 2 * HOUR, '4 d 2 h', '4 天 2 小时', '4d'],
    [13 * DAY, '13 d', '13 天', '13d'],
    [21 * HOUR, '21 h', '21 小时', '21h'],
    [HOUR + 42 * MINUTE, '1 h 42 min', '1 小时 42 分', '1h'],
    [21 * MINUTE, '21 min', '21 分钟', '<1h'],
    [0, '0 min', '0 分钟', '<1h'],
  ])('%d ms left reads %s, %s and %s', (left, en, zh, cell) => {
    expect(plain(formatTimeLeft(left, 'en'))).toBe(en);
    expect(plain(formatTimeLeft(left, 'zh-CN'))).toBe(zh);
    expect(formatTimeLeftCell(left)).toBe(cell);
  });

  test('no forecast is a long dash', () => {
    expect(formatTimeLeft(null, 'en')).toBe('—');
  });
});

test('a measured length never reads like a time of day', () => {
  const of = (ms: number) => formatLength(ms, 'en').replace(/\s/g, ' ');
  expect([25_000, 900_000, 5_400_000].map(of)).toEqual(['25 s', '15 min', '1 h 30 min']);
});
