import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarmPerformance, type MeasureKey, PERIOD_MS, periodEnd } from './performance';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 150;
const DAY = 144;
const quiet = {
  from: 0,
  to: DAY * PERIOD_MS,
  periods: [],
  byPriority: { P1: 0, P2: 0, P3: 0, P4: 0 },
  topTen: 0,
  shifts: [],
  stale: 0,
  chattering: 0,
  fleeting: 0,
  medianAckMs: null,
};
const of = (load: Parameters<typeof alarmPerformance>[0], key: MeasureKey) =>
  alarmPerformance(load).measures.find((one) => one.key === key)!;

describe('a flood counted by hand', () => {
  // One operator: 12 in the first ten minutes, then 6, then 4, then nothing for the rest of a day.
  const flood = {
    ...quiet,
    periods: [
      { at: 0, announced: 12 },
      { at: PERIOD_MS, announced: 6 },
      { at: 2 * PERIOD_MS, announced: 4 },
    ],
    byPriority: { P1: 1, P2: 3, P3: 16, P4: 2 },
    topTen: 11,
  };
  it('gives the rate, the day, the worst ten minutes and the flood, which ends below five', () => {
    expect(alarmPerformance(flood)).toMatchObject({ announced: 22, periods: 144, operatorPeriods: 144 });
    expect(of(flood, 'RATE').value).toBeCloseTo(22 / 144);
    expect(of(flood, 'PER_DAY')).toMatchObject({ value: 22, target: 150, limit: 300, verdict: 'WITHIN' });
    expect(of(flood, 'PEAK')).toMatchObject({ value: 12, verdict: 'OVER' });
    expect(of(flood, 'PERIODS_ABOVE').value).toBeCloseTo(1 / 144);
    expect(of(flood, 'FLOOD_TIME')).toMatchObject({ value: 2 / 144, verdict: 'OVER' });
  });
  it('mixes P1 to P3 and leaves P4 out', () => {
    expect(['MIX_P3', 'MIX_P2', 'MIX_P1'].map((key) => of(flood, key as MeasureKey).value)).toEqual([
      0.8, 0.15, 0.05,
    ]);
    expect(of(flood, 'MIX_P1').verdict).toBe('WITHIN');
    expect(of({ ...flood, byPriority: { P1: 9, P2: 3, P3: 8, P4: 0 } }, 'MIX_P1').verdict).toBe('OVER');
    expect(of(flood, 'TOP_TEN')).toMatchObject({ value: 0.5, verdict: 'OVER' });
  });
  it('is no flood for two operators', () => {
    const shift = { level: 'ON_DUTY', spaceId: null, from: 0, to: flood.to } as const;
    const two = { ...flood, shifts: [1, 2].map((userId) => ({ ...shift, userId })) };
    expect(alarmPerformance(two).operatorPeriods).toBe(288);
    expect(of(two, 'FLOOD_TIME').value).toBe(0);
    expect(of(two, 'PER_DAY').value).toBe(11);
  });
});

it('a day without an alarm is within every target that can be judged', () => {
  const { measures } = alarmPerformance(quiet);
  expect(measures.filter(({ verdict }) => verdict === 'OVER')).toEqual([]);
  expect(of(quiet, 'MIX_P1')).toMatchObject({ value: null, verdict: 'NONE' });
});

it('the ten minutes of an instant end on the clock, after it', () => {
  expect([0, 1, PERIOD_MS - 1, PERIOD_MS].map(periodEnd)).toEqual([
    PERIOD_MS,
    PERIOD_MS,
    PERIOD_MS,
    2 * PERIOD_MS,
  ]);
});

it('whatever is announced, nothing is lost, and time in flood holds every period above ten', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 60 }), (counts) => {
      const periods = counts.map((announced, index) => ({ at: index * PERIOD_MS, announced }));
      const load = { ...quiet, to: counts.length * PERIOD_MS, periods };
      const result = alarmPerformance(load);
      expect(result.announced).toBe(counts.reduce((sum, n) => sum + n, 0));
      expect(of(load, 'PEAK').value).toBe(Math.max(...counts));
      expect(of(load, 'PERIODS_ABOVE').value).toBe(counts.filter((n) => n > 10).length / counts.length);
      expect(of(load, 'FLOOD_TIME').value!).toBeGreaterThanOrEqual(of(load, 'PERIODS_ABOVE').value!);
    }),
    { numRuns: RUNS },
  );
});
