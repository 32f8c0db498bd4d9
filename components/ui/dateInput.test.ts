import { expect, test } from 'vitest';
import { campusZone } from '../../domain/time/campusTime';
import { dateStartMs, dateText, dateTimeMs, dateTimeText } from './dateInput';

const zone = campusZone('Asia/Shanghai');
const AT = Date.parse('2026-11-12T21:04:07+08:00');

test('a date field stands for campus days, wherever the browser is', () => {
  expect(dateText(AT, 'Asia/Shanghai')).toBe('2026-11-12');
  expect(dateStartMs('2026-11-12', zone)).toBe(Date.parse('2026-11-12T00:00:00+08:00'));
  expect(dateStartMs('2026-12-31', zone, 1)).toBe(Date.parse('2027-01-01T00:00:00+08:00'));
  expect(dateStartMs('', zone)).toBeNull();
});

test('a time field reads back as it was written, to the minute', () => {
  const text = dateTimeText(AT, 'Asia/Shanghai');
  expect(text).toBe('2026-11-12T21:04');
  expect(dateTimeMs(text, zone)).toBe(AT - 7_000);
  expect(dateTimeMs('2026-11-12', zone)).toBeNull();
});
