import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { campusZone } from '../time/campusTime';
import {
  type FlowInterval,
  judgeNight,
  leakLimitM3h,
  leakLossM3,
  type NightFlow,
  type NightWindow,
  nightFlowOf,
  nightsBefore,
  WATER_LEAK_DEFAULTS,
  waterLeakRule,
} from './waterLeak';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FIRST = Date.UTC(2025, 8, 10, 2);
const params = { ...WATER_LEAK_DEFAULTS, rooms: 10, resolutionM3: 1e-6 };
/** 20 L/h. */
const LIMIT = 0.02;

const night = (n: number): NightWindow => ({
  night: `2025-09-${10 + n}`,
  fromMs: FIRST + n * DAY,
  toMs: FIRST + n * DAY + 3 * HOUR,
});

/** A night's minutes, each with what it let through, m³. */
function minutes(n: number, m3: (minute: number) => number, lengthMin = 1): FlowInterval[] {
  const { fromMs, toMs } = night(n);
  const intervals: FlowInterval[] = [];
  for (let at = fromMs; at < toMs; at += lengthMin * MINUTE)
    intervals.push({ fromMs: at, toMs: at + lengthMin * MINUTE, m3: m3((at - fromMs) / MINUTE) });
  return intervals;
}

const flow = (n: number, m3: (minute: number) => number, resolution = 1e-6): NightFlow =>
  nightFlowOf(night(n), minutes(n, m3), LIMIT, resolution);
const leak = (n: number) => flow(n, () => 0.001);
const calm = (n: number) => flow(n, (minute) => (minute % 10 === 0 ? 0.01 : 0));

function kinds(nights: readonly NightFlow[]): string[] {
  let state = waterLeakRule.initial;
  return nights.flatMap((one) => {
    const step = waterLeakRule.step(state, one, params);
    state = step.state;
    return step.signal ? [`${one.night} ${step.signal.kind}`] : [];
  });
}

describe('a continuous leak', () => {
  it('is raised after two leaking nights in a row, and returns after two quiet ones', () => {
    expect(kinds([leak(0), leak(1), leak(2), calm(3), leak(4), calm(5), calm(6)])).toEqual([
      '2025-09-11 RAISE',
      '2025-09-16 RETURN',
    ]);
    expect(kinds([leak(0), calm(1), leak(2), calm(3)])).toEqual([]);
  });

  it('is a night in which every hour is over the limit of the rooms served', () => {
    const drip = (litresAnHour: number) => flow(0, () => litresAnHour / 60_000);
    expect(judgeNight(drip(21), params)).toBe('LEAK');
    expect(judgeNight(drip(19), params)).toBe('QUIET');
    expect(judgeNight(drip(21), { ...params, rooms: 20 })).toBe('QUIET');
    expect(
      judgeNight(
        flow(0, (minute) => (minute < 60 ? 0.00001 : 0.01)),
        params,
      ),
    ).toBe('QUIET');
  });

  it('is none where a tenth of the minutes has no flow, however much the others have', () => {
    const pausing = (still: number) => flow(0, (minute) => (minute < still ? 0 : 0.05));
    expect(judgeNight(pausing(18), params)).toBe('QUIET');
    expect(
      judgeNight(
        flow(0, (minute) => (minute % 60 < 5 ? 0 : 0.05)),
        params,
      ),
    ).toBe('LEAK');
  });

  it('is not judged on less than nine tenths of the window: the nights before count on', () => {
    const gap = nightFlowOf(night(1), minutes(1, () => 0.001).slice(20), LIMIT, 1e-6);
    expect(judgeNight(gap, params)).toBe('UNKNOWN');
    expect(kinds([leak(0), gap, leak(2)])).toEqual(['2025-09-12 RAISE']);
    const lateSum = nightFlowOf(
      night(1),
      [{ fromMs: night(1).fromMs, toMs: night(1).toMs, m3: 0.2 }],
      LIMIT,
      1e-6,
    );
    expect(judgeNight(lateSum, params)).toBe('UNKNOWN');
  });

  it('is found by a meter that counts whole litres, whose register pauses between them', () => {
    let register = 0;
    let shown = 0;
    const counted = flow(
      0,
      () => {
        register += 0.0004;
        const before = shown;
        shown = Math.floor(register * 1_000 + 1e-9) / 1_000;
        return shown - before;
      },
      0.001,
    );
    expect(judgeNight(counted, params)).toBe('LEAK');
    expect(
      judgeNight(
        {
          ...counted,
          stillMs: nightFlowOf(
            night(0),
            minutes(0, (m) => (m % 3 === 0 ? 0.001 : 0)),
            LIMIT,
            1e-6,
          ).stillMs,
        },
        params,
      ),
    ).toBe('QUIET');
  });

  it('smaller than a coarse register can tell from none is no leak: it would never see a minute without flow', () => {
    const coarse = { ...params, resolutionM3: 0.01 };
    expect(leakLimitM3h(coarse)).toBeCloseTo(0.06, 9);
    const tens = nightFlowOf(
      night(0),
      minutes(0, (minute) => (minute % 15 === 0 ? 0.01 : 0)),
      leakLimitM3h(coarse),
      0.01,
    );
    expect(judgeNight(tens, coarse)).toBe('QUIET');
    const running = nightFlowOf(
      night(0),
      minutes(0, (minute) => (minute % 4 === 0 ? 0.01 : 0)),
      leakLimitM3h(coarse),
      0.01,
    );
    expect(judgeNight(running, coarse)).toBe('LEAK');
  });

  it('tells since when and how much, from the last moment without flow', () => {
    const began = FIRST - 5 * HOUR;
    let { state } = waterLeakRule.step(waterLeakRule.initial, { ...leak(0), lastStillMs: began }, params);
    ({ state } = waterLeakRule.step(state, leak(1), params));
    expect(state.sinceMs).toBe(began);
    // 60 L/h over 32 h.
    expect(leakLossM3(state, night(1).toMs)).toBeCloseTo(0.06 * 32, 6);
  });

  it('takes each night once, and raise and return take turns over any nights', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('leak', 'calm', 'gap'), { maxLength: 15 }), (story) => {
        const nights = story.map((kind, n) =>
          kind === 'leak' ? leak(n) : kind === 'calm' ? calm(n) : { ...leak(n), coveredMs: HOUR },
        );
        const told = kinds(nights).map((line) => line.split(' ')[1]);
        told.forEach((kind, index) => {
          expect(kind).toBe(index % 2 === 0 ? 'RAISE' : 'RETURN');
        });
        expect(kinds(nights.flatMap((one) => [one, one]))).toEqual(kinds(nights));
      }),
    );
  });
});

it('a night is 02:00 to 05:00 of the campus clock, in a night of changing clocks as well', () => {
  const berlin = campusZone('Europe/Berlin');
  const [before, change] = nightsBefore(berlin, Date.UTC(2025, 9, 26, 4), 2);
  expect(before).toEqual({
    night: '2025-10-25',
    fromMs: Date.UTC(2025, 9, 25, 0),
    toMs: Date.UTC(2025, 9, 25, 3),
  });
  // The repeated hour lies in this window, which is four hours long.
  expect(change).toEqual({
    night: '2025-10-26',
    fromMs: Date.UTC(2025, 9, 26, 0),
    toMs: Date.UTC(2025, 9, 26, 4),
  });
  expect(nightsBefore(berlin, Date.UTC(2025, 9, 26, 4) - 1, 1)[0]!.night).toBe('2025-10-25');
});
