import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { campusZone } from '../time/campusTime';
import { coolDownMs, isUseful, LEASE_MS, nextAttempt, quietUntil } from './deliveryPolicy';
import { noticeAudience } from './noticeTopic';

const HOUR = 3_600_000;
const zone = campusZone('Asia/Shanghai');
const shanghai = (day: number, hour: number, minute = 0) => Date.UTC(2025, 8, day, hour - 8, minute);

describe('quiet hours', () => {
  it('are 22:00 to 07:00 of the campus, the first minute in and the last one out', () => {
    expect(quietUntil(zone, shanghai(10, 21, 59))).toBeNull();
    expect(quietUntil(zone, shanghai(10, 22))).toBe(shanghai(11, 7));
    expect(quietUntil(zone, shanghai(11, 0))).toBe(shanghai(11, 7));
    expect(quietUntil(zone, shanghai(11, 6, 59))).toBe(shanghai(11, 7));
    expect(quietUntil(zone, shanghai(11, 7))).toBeNull();
  });

  it('end at 07:00 by the wall in the night in which clocks change', () => {
    const berlin = campusZone('Europe/Berlin');
    // 2025-10-26 03:00 CEST becomes 02:00 CET: the night has an hour more.
    expect(quietUntil(berlin, Date.UTC(2025, 9, 25, 20))).toBe(Date.UTC(2025, 9, 26, 6));
    expect(quietUntil(berlin, Date.UTC(2025, 2, 29, 21))).toBe(Date.UTC(2025, 2, 30, 5));
  });

  it('never hold a message longer than nine hours and a changed clock', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * 24 * 60 }), (minutes) => {
        const at = Date.UTC(2025, 0, 1) + minutes * 60_000;
        const until = quietUntil(zone, at);
        if (until === null) return;
        expect(until).toBeGreaterThan(at);
        expect(until - at).toBeLessThanOrEqual(9 * HOUR);
        expect(quietUntil(zone, until)).toBeNull();
      }),
    );
  });
});

describe('a delivery that fails', () => {
  const attemptsOf = (urgent: boolean): number[] => {
    const times: number[] = [];
    let at: number | null = 0;
    for (let attempts = 1; at !== null; attempts++) {
      times.push(at);
      at = nextAttempt({ urgent, attempts, createdMs: 0 }, at, null);
    }
    return times;
  };

  it('waits longer each time and is given up in the end, urgent ones within the half hour', () => {
    for (const urgent of [true, false]) {
      const times = attemptsOf(urgent);
      expect(times).toHaveLength(9);
      const waits = times.slice(1).map((at, i) => at - times[i]!);
      expect(waits).toEqual([...waits].sort((a, b) => a - b));
    }
    expect(attemptsOf(true).at(-1)).toBeLessThan(HOUR / 2);
    expect(attemptsOf(false).at(-1)).toBeLessThan(24 * HOUR);
  });

  it('waits as long as the receiver asks, but not for ever', () => {
    const facts = { urgent: false, attempts: 1, createdMs: 0 };
    expect(nextAttempt(facts, 0, 90_000)).toBe(90_000);
    expect(nextAttempt(facts, 0, 1)).toBe(10_000);
    expect(nextAttempt(facts, 0, 99 * HOUR)).toBe(HOUR);
  });

  it('is given up once it is too old to help', () => {
    expect(isUseful({ urgent: true, attempts: 1, createdMs: 0 }, HOUR + 1)).toBe(false);
    expect(isUseful({ urgent: false, attempts: 1, createdMs: 0 }, 9 * HOUR)).toBe(true);
    expect(nextAttempt({ urgent: false, attempts: 8, createdMs: 0 }, 23 * HOUR, null)).toBeNull();
  });
});

it('the pause between two messages of one subject is shorter than what escalates, and a lease shorter than both', () => {
  expect(coolDownMs(true)).toBeLessThan(5 * 60_000);
  expect(LEASE_MS).toBeLessThan(coolDownMs(true));
});

it('the notice of a cut does not wait for the end of the quiet hours, by which the cut would have come', () => {
  for (const kind of ['FINAL_NOTICE', 'EARLY_TRIP', 'CONFIRM_RESTORE'])
    expect(noticeAudience(kind, null)?.urgent, kind).toBe(true);
  expect(noticeAudience('LOW_BALANCE', null)?.urgent).toBe(false);
});
