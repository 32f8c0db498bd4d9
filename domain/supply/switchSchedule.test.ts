import { describe, expect, it } from 'vitest';
import { campusZone } from '../time/campusTime';
import {
  firingRuns,
  isOffTime,
  nextFirings,
  type OffWindow,
  offSpans,
  SCHEDULE_STATES,
  SCHEDULE_TABLE,
  type ScheduleTimes,
  scheduleDue,
  stopHolds,
} from './switchSchedule';

const shanghai = campusZone('Asia/Shanghai');
const berlin = campusZone('Europe/Berlin');
const at = (text: string) => Date.parse(`${text}:00+08:00`);
const night: OffWindow = { dayTypes: ['WORKDAY'], offMinute: 23 * 60, onMinute: 6 * 60 };
const weekend: OffWindow = { dayTypes: ['WEEKEND', 'HOLIDAY'], offMinute: 0, onMinute: 0 };
const nights: ScheduleTimes = { windows: [night], dates: {} };

describe('times without supply', () => {
  it('run over midnight, by the type of the day on which they begin', () => {
    // Friday 12 September 2025 to Monday.
    expect(offSpans(nights, shanghai, at('2025-09-12T12:00'), at('2025-09-16T12:00'))).toEqual([
      { fromMs: at('2025-09-12T23:00'), toMs: at('2025-09-13T06:00') },
      { fromMs: at('2025-09-15T23:00'), toMs: at('2025-09-16T06:00') },
    ]);
  });

  it('are one where they meet, however many days long', () => {
    const times = { windows: [night, weekend], dates: { '2025-09-15': 'HOLIDAY' } };
    expect(offSpans(times, shanghai, at('2025-09-12T12:00'), at('2025-09-16T12:00'))).toEqual([
      { fromMs: at('2025-09-12T23:00'), toMs: at('2025-09-16T00:00') },
    ]);
  });

  it('take a Saturday that is worked for a workday, and a holiday for none', () => {
    const dates = { '2025-09-13': 'WORKDAY', '2025-09-15': 'HOLIDAY' };
    const starts = offSpans(
      { windows: [night], dates },
      shanghai,
      at('2025-09-13T12:00'),
      at('2025-09-16T12:00'),
    );
    expect(starts.map(({ fromMs }) => fromMs)).toEqual([at('2025-09-13T23:00')]);
  });

  it('keep to the wall clock where it moves: 7 h become 6 h in spring and 8 h in autumn, and a skipped hour cuts nothing', () => {
    const hours = (from: string, to: string, window = night) =>
      offSpans(
        { windows: [{ ...window, dayTypes: ['WORKDAY', 'WEEKEND'] }], dates: {} },
        berlin,
        Date.parse(from),
        Date.parse(to),
      ).map(({ fromMs, toMs }) => (toMs - fromMs) / 3_600_000);
    expect(hours('2026-03-28T22:30Z', '2026-03-29T02:00Z')).toEqual([6]);
    expect(hours('2026-10-24T22:30Z', '2026-10-25T02:00Z')).toEqual([8]);
    const skipped = { ...night, offMinute: 2 * 60, onMinute: 3 * 60 };
    expect(hours('2026-03-29T00:00Z', '2026-03-29T03:00Z', skipped)).toEqual([]);
  });
});

describe('what is due', () => {
  const due = (handled: string, now: string, times = nights) =>
    scheduleDue(times, shanghai, at(handled), at(now));

  it('is the cut within two minutes of its time, once', () => {
    expect(due('2025-09-10T22:59', '2025-09-10T23:00')).toEqual({
      cutMs: at('2025-09-10T23:00'),
      missedMs: [],
      release: false,
    });
    expect(due('2025-09-10T22:59', '2025-09-10T23:02').cutMs).toBe(at('2025-09-10T23:00'));
    expect(due('2025-09-10T23:00', '2025-09-10T23:01')).toEqual({
      cutMs: null,
      missedMs: [],
      release: false,
    });
  });

  it('is no cut that is late, however it came: a server that was away, a pause that ended, a schedule that began in between', () => {
    expect(due('2025-09-10T22:00', '2025-09-10T23:03')).toEqual({
      cutMs: null,
      missedMs: [at('2025-09-10T23:00')],
      release: false,
    });
    expect(due('2025-09-09T12:00', '2025-09-11T12:00')).toEqual({
      cutMs: null,
      missedMs: [at('2025-09-09T23:00'), at('2025-09-10T23:00')],
      release: true,
    });
    expect(due('2025-09-10T23:30', '2025-09-10T23:31').cutMs).toBeNull();
  });

  it('is the release from the end on, whenever somebody looks', () => {
    expect(due('2025-09-11T05:59', '2025-09-11T05:59').release).toBe(false);
    expect(due('2025-09-11T05:59', '2025-09-11T06:00').release).toBe(true);
    expect(due('2025-09-11T05:00', '2025-09-11T15:00').release).toBe(true);
  });

  it('knows a span of many days from its begin, not from where the look began', () => {
    const dates = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`2025-10-0${i + 1}`, 'HOLIDAY']));
    const times = { windows: [weekend], dates };
    expect(due('2025-10-05T11:59', '2025-10-05T12:00', times)).toEqual({
      cutMs: null,
      missedMs: [],
      release: false,
    });
  });
});

it('it is time to be off from the first minute to before the last', () => {
  const off = (text: string) => isOffTime(nights, shanghai, at(text));
  expect(['22:59', '23:00', '23:59'].map((time) => off(`2025-09-12T${time}`))).toEqual([false, true, true]);
  expect(['05:59', '06:00'].map((time) => off(`2025-09-13T${time}`))).toEqual([true, false]);
});

it('what a person stopped stays so until the next time, and two months where there is none', () => {
  const holds = (stopped: string, now: string, times = nights) =>
    stopHolds(times, shanghai, at(stopped), at(now));
  expect(holds('2025-09-12T06:01', '2025-09-12T22:59')).toBe(true);
  expect(holds('2025-09-12T06:01', '2025-09-12T23:00')).toBe(false);
  expect(holds('2025-09-12T23:30', '2025-09-13T05:59')).toBe(true);
  const never = { windows: [], dates: {} };
  expect(holds('2025-09-12T06:01', '2025-11-01T00:00', never)).toBe(true);
  expect(holds('2025-09-12T06:01', '2025-12-01T00:00', never)).toBe(false);
});

it('the next firings are told in order, in local time', () => {
  expect(nextFirings(nights, shanghai, at('2025-09-12T22:00'), 3)).toEqual([
    { atMs: at('2025-09-12T23:00'), direction: 'CUT' },
    { atMs: at('2025-09-13T06:00'), direction: 'RESTORE' },
    { atMs: at('2025-09-15T23:00'), direction: 'CUT' },
  ]);
  expect(nextFirings({ windows: [], dates: {} }, shanghai, at('2025-09-12T22:00'), 3)).toEqual([]);
});

it('a schedule that is over stays over, and none is active without a consent', () => {
  for (const state of ['ENDED', 'CANCELLED'] as const)
    expect(new Set(Object.values(SCHEDULE_TABLE[state]))).toEqual(new Set(['REFUSED']));
  const waysIn = SCHEDULE_STATES.flatMap((from) =>
    Object.entries(SCHEDULE_TABLE[from]).flatMap(([event, to]) =>
      to === 'ACTIVE' ? [`${from} ${event}`] : [],
    ),
  );
  expect(waysIn).toEqual(['PENDING_APPROVAL APPROVE', 'PAUSED RESUME']);
});

it('a cut’s time runs until its own end, a restore’s until the next cut', () => {
  const active = { ...nights, state: 'ACTIVE' as const };
  const runs = (
    direction: 'CUT' | 'RESTORE',
    made: string,
    now: string,
    schedule: Parameters<typeof firingRuns>[0] = active,
  ) => firingRuns(schedule, shanghai, { direction, atMs: at(made) }, at(now));
  expect(runs('CUT', '2025-09-11T23:00', '2025-09-12T05:59')).toBe(true);
  expect(runs('CUT', '2025-09-11T23:00', '2025-09-12T06:00')).toBe(false);
  expect(runs('CUT', '2025-09-11T23:00', '2025-09-12T23:30'), 'it was another night').toBe(false);
  expect(runs('RESTORE', '2025-09-12T06:00', '2025-09-12T22:59')).toBe(true);
  expect(runs('RESTORE', '2025-09-12T06:00', '2025-09-12T23:00')).toBe(false);
  const paused = { ...nights, state: 'PAUSED' as const };
  expect(runs('CUT', '2025-09-11T23:00', '2025-09-12T01:00', paused)).toBe(false);
  expect(runs('RESTORE', '2025-09-12T01:00', '2025-09-12T01:05', paused)).toBe(true);
  expect(runs('RESTORE', '2025-09-12T01:00', '2025-09-13T01:00', paused)).toBe(true);
  expect(runs('RESTORE', '2025-09-12T01:00', '2025-09-13T01:01', paused), 'a day is over').toBe(false);
});
