import { describe, expect, test } from 'vitest';
import {
  isNight,
  NIGHT_DEFAULT,
  nightHoursOf,
  reloadReason,
  type UpkeepFacts,
  wallFreshness,
} from './upkeep';

const ZONE = 'Asia/Shanghai';
const at = (time: string, day = '12') => Date.parse(`2026-11-${day}T${time}:00+08:00`);
const facts = (change: Partial<UpkeepFacts>): UpkeepFacts => ({
  nowMs: at('12:00'),
  loadedMs: at('11:00'),
  newBuildSinceMs: null,
  heap: null,
  warmHeap: null,
  jitterMs: 60_000,
  zone: ZONE,
  ...change,
});

describe('when a wall starts anew', () => {
  test('an ordinary hour gives no reason', () => {
    expect(reloadReason(facts({}))).toBeNull();
  });

  test('a new build is taken after the own delay, not at once by every wall', () => {
    const seen = at('12:00');
    expect(reloadReason(facts({ newBuildSinceMs: seen, nowMs: seen + 59_000 }))).toBeNull();
    expect(reloadReason(facts({ newBuildSinceMs: seen, nowMs: seen + 60_000 }))).toBe('NEW_BUILD');
  });

  test('once a day after 04:00 campus time and the own delay', () => {
    const loadedMs = at('21:00');
    expect(reloadReason(facts({ loadedMs, nowMs: at('23:59') }))).toBeNull();
    expect(reloadReason(facts({ loadedMs, nowMs: at('04:00', '13') }))).toBeNull();
    expect(reloadReason(facts({ loadedMs, nowMs: at('04:01', '13') }))).toBe('DAILY');
    expect(reloadReason(facts({ loadedMs: at('04:01', '13'), nowMs: at('23:00', '13') }))).toBeNull();
    expect(reloadReason(facts({ loadedMs: at('03:00', '13'), nowMs: at('12:00', '13') }))).toBe('DAILY');
  });

  test('a heap half as large again as after warm-up', () => {
    expect(reloadReason(facts({ heap: 149, warmHeap: 100 }))).toBeNull();
    expect(reloadReason(facts({ heap: 151, warmHeap: 100 }))).toBe('HEAP');
    expect(reloadReason(facts({ heap: 151, warmHeap: null }))).toBeNull();
  });
});

describe('night on a wall', () => {
  test('begins and ends at the set minute, across midnight', () => {
    expect(isNight(at('18:59'), ZONE, NIGHT_DEFAULT)).toBe(false);
    expect(isNight(at('19:00'), ZONE, NIGHT_DEFAULT)).toBe(true);
    expect(isNight(at('00:30'), ZONE, NIGHT_DEFAULT)).toBe(true);
    expect(isNight(at('06:59'), ZONE, NIGHT_DEFAULT)).toBe(true);
    expect(isNight(at('07:00'), ZONE, NIGHT_DEFAULT)).toBe(false);
  });

  test('hours can be set per wall, and nonsense is not taken for hours', () => {
    expect(nightHoursOf('12:30-13:00')).toEqual({ from: 750, to: 780 });
    expect(isNight(at('12:45'), ZONE, nightHoursOf('12:30-13:00')!)).toBe(true);
    expect(nightHoursOf('25:00-07:00')).toBeNull();
    expect(nightHoursOf(undefined)).toBeNull();
  });
});

test('old data is said after 15 s, across the screen after 60 s, and nothing at all is old', () => {
  expect(wallFreshness(15_000)).toBe('live');
  expect(wallFreshness(15_001)).toBe('lagging');
  expect(wallFreshness(60_001)).toBe('old');
  expect(wallFreshness(null)).toBe('old');
});
