import { describe, expect, it } from 'vitest';
import { weekdayType } from '../network/forecast';
import { dayTypeIn, workCalendarOf } from '../network/workCalendar';
import { campusZone } from '../time/campusTime';
import { comparableHours, isYoung } from './comparableHours';
import {
  baselineValues,
  CONSUMPTION_ANOMALY_DEFAULTS,
  CONSUMPTION_ANOMALY_INITIAL,
  type ConsumptionAnomalyState,
  consumptionAnomalyStep,
  seriesScale,
} from './consumptionAnomaly';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday. */
const START = Date.UTC(2025, 0, 6);
const zone = campusZone('UTC');

/** Evenings of 1 kWh, the rest 0.4, with a little of its own each hour. */
function usual(at: number): number {
  const evening = at % 24 >= 18;
  return (evening ? 1 : 0.4) * (1 + ((at * 7919) % 97) / 970);
}

/** Runs `days` days and lists what was said, as `day:hour KIND priority`. */
function story(
  days: number,
  valueAt: (at: number) => number | null,
): { told: string[]; state: ConsumptionAnomalyState } {
  let state = CONSUMPTION_ANOMALY_INITIAL;
  const told: string[] = [];
  const past: (number | null)[] = [];
  let scale: number | null = null;
  for (let at = 0; at < days * 24; at++) {
    const hourMs = START + at * HOUR;
    const sinceMs = Math.max(START, state.levelFromMs ?? START);
    const hours = comparableHours(zone, hourMs, weekdayType, isYoung(hourMs, sinceMs)).filter(
      (ms) => ms >= sinceMs,
    );
    const day = zone.dayAt(hourMs);
    const value = valueAt(at);
    if (at % 24 === 0) scale = seriesScale(past.filter((one) => one !== null));
    const step = consumptionAnomalyStep(
      state,
      {
        hourMs,
        date: day.dateKey,
        dayStartMs: day.startMs,
        value,
        baseline: baselineValues(
          hours.map((ms) => ({ hourMs: ms, value: past[(ms - START) / HOUR] ?? null })),
          state,
        ),
        scale,
      },
      CONSUMPTION_ANOMALY_DEFAULTS,
    );
    past.push(value);
    state = step.state;
    const { signal } = step;
    if (signal)
      told.push(
        [
          `${Math.floor(at / 24)}:${at % 24} ${signal.kind}`,
          ...(signal.priority ? [signal.priority] : []),
          ...(signal.ratio === null ? [] : [`×${signal.ratio.toFixed(1)}`]),
        ].join(' '),
      );
  }
  return { told, state };
}

describe('unusual use', () => {
  it('is raised by the third hour in a row, and returns after three days without', () => {
    const { told } = story(76, (at) => usual(at) * (at >= 70 * 24 + 9 && at < 70 * 24 + 15 ? 4 : 1));
    expect(told).toEqual(['70:11 RAISE P3', '73:14 RETURN']);
  });

  it('says nothing of a usual room, and nothing of one or two hours', () => {
    expect(story(75, usual).told).toEqual([]);
    expect(story(75, (at) => usual(at) * (at === 70 * 24 + 9 || at === 70 * 24 + 10 ? 9 : 1)).told).toEqual(
      [],
    );
  });

  it('says nothing of a deviation below the energy floor', () => {
    const small = (at: number) => usual(at) * 0.2;
    expect(story(75, (at) => small(at) * (at >= 70 * 24 + 2 && at < 70 * 24 + 6 ? 3 : 1)).told).toEqual([]);
  });

  it('takes hours without a value, and zeros where there is use, for missing', () => {
    const gone = (from: number, to: number, as: null | 0) => (at: number) =>
      at >= from * 24 && at < to * 24 ? as : usual(at);
    expect(story(80, gone(70, 73, null)).told).toEqual([]);
    expect(story(80, gone(70, 73, 0)).told).toEqual([]);
    // Three weeks of stored zeros are no measure of what is usual afterwards.
    expect(story(120, gone(70, 91, 0)).told).toEqual([]);
  });

  it('of every evening is one alarm, not one a day', () => {
    const { told } = story(76, (at) => usual(at) * (at >= 70 * 24 && at % 24 >= 18 ? 5 : 1));
    expect(told.filter((line) => line.includes('RAISE'))).toEqual(['70:20 RAISE P3']);
  });

  it('does not become normal by being flagged: the same hour is alarmed again weeks later', () => {
    const spikes = [60, 67, 74, 81, 88, 95].map((day) => day * 24 + 9);
    const { told } = story(
      99,
      (at) => usual(at) * (spikes.some((from) => at >= from && at < from + 4) ? 6 : 1),
    );
    expect(told.filter((line) => line.includes('RAISE')).map((line) => line.split(':')[0])).toEqual([
      '60',
      '67',
      '74',
      '81',
      '88',
      '95',
    ]);
  });

  it('that stays is told once, and is normal when its level has settled', () => {
    const { told, state } = story(140, (at) => usual(at) * (at >= 90 * 24 ? 0.4 : 1));
    expect(told.filter((line) => line.includes('RAISE'))).toHaveLength(1);
    expect(told.at(-1)).toMatch(/^10\d:0 RETURN ×0\.4$/);
    expect(state.levelFromMs).toBe(START + 90 * DAY);
    // On the new level the old one is the deviation; the energy floor is reached in its fourth hour.
    const back = story(
      140,
      (at) => usual(at) * (at >= 90 * 24 && !(at >= 130 * 24 + 9 && at < 130 * 24 + 14) ? 0.4 : 1),
    );
    expect(back.told.at(-2)).toBe('130:12 RAISE P3');
  });

  it('is judged on a young history by the same hour of like days', () => {
    const { told } = story(12, (at) => usual(at) * (at >= 9 * 24 + 9 && at < 9 * 24 + 14 ? 5 : 1));
    expect(told[0]).toBe('9:11 RAISE P3');
    expect(story(2, (at) => usual(at) * (at >= 24 ? 5 : 1)).told).toEqual([]);
  });
});

it('a holiday is compared with Sundays, and never counts as a usual weekday', () => {
  const shanghai = campusZone('Asia/Shanghai');
  const wednesday = Date.UTC(2025, 9, 1, 2);
  const types = dayTypeIn(workCalendarOf({ '2025-10-01': 'HOLIDAY', '2025-09-28': 'WORKDAY' }));
  const weekdays = (at: number) =>
    comparableHours(shanghai, at, types, false).map((ms) => shanghai.weekday(ms));
  // 28 September is a Sunday that is worked.
  expect(weekdays(wednesday)).toEqual([7, 7, 7, 7, 7, 7, 7]);
  expect(comparableHours(shanghai, wednesday + 7 * DAY, types, false)[0]).toBe(wednesday - 7 * DAY);
  expect(new Set(weekdays(wednesday + 7 * DAY))).toEqual(new Set([3]));
});

it('an hour of the clock stays the same hour across a change of clocks', () => {
  const berlin = campusZone('Europe/Berlin');
  const monday = Date.UTC(2025, 9, 27, 8);
  expect(comparableHours(berlin, monday, weekdayType, false)[0]).toBe(Date.UTC(2025, 9, 20, 7));
});
