import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DayQuantity, dateOfDayNumber, dayNumberOf, forecastMonth, weekdayType } from './forecast';
import { QUOTA_THRESHOLDS_PERCENT, quotaCrossings, quotaNotice, quotaPreview, quotaStatus } from './quota';
import { bandDeviation, bandPosition, usualBand } from './usualBand';
import { quotaVerdict } from './verdict';

const KWH = 1_000_000n;
const quota = { limitMicro: 100n * KWH, thresholdsPercent: QUOTA_THRESHOLDS_PERCENT };
/** `count` days from `from`, each of `kwh`. */
const days = (from: string, count: number, kwh: number | ((date: string) => number)): DayQuantity[] =>
  Array.from({ length: count }, (_, index) => {
    const date = dateOfDayNumber(dayNumberOf(from) + index);
    const value = typeof kwh === 'number' ? kwh : kwh(date);
    return { date, quantityMicro: BigInt(Math.round(value * 1e6)) };
  });

describe('quota', () => {
  it('tells each threshold once, the highest reached first', () => {
    expect(quotaNotice(quotaStatus(quota, 79_999_999n), [])).toBeNull();
    expect(quotaNotice(quotaStatus(quota, 80n * KWH), [])).toBe(80);
    expect(quotaNotice(quotaStatus(quota, 95n * KWH), [80])).toBe(90);
    expect(quotaNotice(quotaStatus(quota, 120n * KWH), [])).toBe(100);
    expect(quotaNotice(quotaStatus(quota, 120n * KWH), [80, 90, 100])).toBeNull();
    expect(quotaStatus(quota, 92_500_000n).usedPpm).toBe(925_000n);
  });
  it('names the date of each threshold, measured or expected', () => {
    const crossings = quotaCrossings(quota, days('2025-05-01', 20, 4.1), days('2025-05-21', 11, 1));
    expect(crossings).toEqual([
      { percent: 80, date: '2025-05-20', basis: 'ACTUAL' },
      { percent: 90, date: '2025-05-28', basis: 'FORECAST' },
      { percent: 100, date: null, basis: null },
    ]);
  });
  it('previews a limit: crossings, expected share, months of last year that would have failed', () => {
    const lastYear = [
      { month: '2024-05', quantityMicro: 100n * KWH },
      { month: '2024-06', quantityMicro: 100n * KWH + 1n },
    ];
    const preview = quotaPreview(quota, days('2025-05-01', 20, 4), days('2025-05-21', 11, 2), lastYear);
    expect(preview.expectedPpm).toBe(1_020_000n);
    expect(preview.failedMonths).toEqual(['2024-06']);
    expect(preview.crossings.at(-1)).toEqual({ percent: 100, date: '2025-05-30', basis: 'FORECAST' });
  });
  it('a higher limit never makes a crossing earlier', () => {
    const kwh = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 1, maxLength: 31 });
    fc.assert(
      fc.property(
        kwh,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 100 }),
        (values, limit, more) => {
          const list = values.map((value, index) => days(dateOfDayNumber(20_000 + index), 1, value)[0]!);
          const at = (kwhLimit: number) =>
            quotaCrossings({ ...quota, limitMicro: BigInt(kwhLimit) * KWH }, list, []).map(
              ({ date }) => date ?? '9999',
            );
          at(limit).forEach((date, index) => {
            expect(date <= at(limit + more)[index]!).toBe(true);
          });
        },
      ),
    );
  });
  it('refuses a limit of 0', () => {
    expect(() => quotaStatus({ ...quota, limitMicro: 0n }, 0n)).toThrow(/above 0/);
  });
});

describe('month forecast', () => {
  it('a steady load is forecast exactly, with no spread', () => {
    const forecast = forecastMonth(days('2025-01-01', 140, 10), '2025-05-21');
    expect(forecast).toMatchObject({ usedMicro: 200n * KWH, totalMicro: 310n * KWH, historyDays: 84 });
    expect(forecast?.days).toHaveLength(11);
    expect(forecast?.lowMicro).toBe(310n * KWH);
    expect(forecast?.highMicro).toBe(310n * KWH);
  });
  it('keeps workdays and free days apart', () => {
    const shape = (date: string) => (weekdayType(date) === 'WORKDAY' ? 20 : 2);
    const forecast = forecastMonth(days('2025-01-01', 140, shape), '2025-05-21');
    const actual = days('2025-05-01', 31, shape).reduce((sum, { quantityMicro }) => sum + quantityMicro, 0n);
    expect(forecast?.totalMicro).toBe(actual);
  });
  it('blends in last year, scaled by how this year compares', () => {
    const lastYear = days('2024-03-01', 130, (date) => (date >= '2024-05-22' ? 30 : 10));
    const thisYear = days('2025-03-01', 81, 20);
    const forecast = forecastMonth([...lastYear, ...thisYear], '2025-05-21');
    const perDay = (forecast!.totalMicro - forecast!.usedMicro) / 11n;
    expect(perDay).toBe(40n * KWH);
  });
  it('says nothing without history, gives no interval while it is learning, and never forecasts below what is used', () => {
    expect(forecastMonth([], '2025-05-01')).toBeNull();
    const young = forecastMonth(days('2025-05-10', 11, 10), '2025-05-21');
    expect(young).toMatchObject({ lowMicro: null, highMicro: null, historyDays: 11 });
    const wild = days('2024-09-01', 262, (date) => (dayNumberOf(date) % 5 === 0 ? 100 : 1));
    const forecast = forecastMonth(wild, '2025-05-21')!;
    expect(forecast.lowMicro! >= forecast.usedMicro).toBe(true);
    expect(forecast.lowMicro! < forecast.totalMicro && forecast.totalMicro < forecast.highMicro!).toBe(true);
  });
  it('six weeks of history are enough for an interval on any day of the month', () => {
    for (const open of ['2025-05-01', '2025-05-02', '2025-05-15', '2025-05-31']) {
      const first = dateOfDayNumber(dayNumberOf(open) - 41);
      const history = days(first, 41, (date) => 10 + (dayNumberOf(date) % 3));
      expect(forecastMonth(history, open)?.highMicro, open).not.toBeNull();
    }
    expect(forecastMonth(days('2025-04-20', 31, 10), '2025-05-21')?.highMicro).toBeNull();
  });
  it('the first of a month forecasts the whole month, its last day one day', () => {
    const history = days('2025-01-01', 200, 10);
    expect(forecastMonth(history.slice(0, 120), '2025-05-01')).toMatchObject({
      usedMicro: 0n,
      totalMicro: 310n * KWH,
    });
    expect(forecastMonth(history.slice(0, 150), '2025-05-31')?.days).toHaveLength(1);
  });
  it('knows the weekday of a date', () => {
    expect(['2025-09-12', '2025-09-13', '2025-09-14', '2025-09-15'].map(weekdayType)).toEqual([
      'WORKDAY',
      'FREE_DAY',
      'FREE_DAY',
      'WORKDAY',
    ]);
  });
});

describe('usual band', () => {
  it('is the 10th to 90th percentile, and unknown with fewer than three earlier values', () => {
    expect(usualBand([4, 1])).toBeNull();
    expect(usualBand([40, 10, 20, 30])).toEqual({ low: 13, median: 25, high: 37, samples: 4 });
  });
  it('places a value and measures how far outside it is', () => {
    const band = usualBand([10, 20, 30, 40])!;
    expect([12, 13, 37, 38].map((value) => bandPosition(value, band))).toEqual([
      'BELOW',
      'WITHIN',
      'WITHIN',
      'ABOVE',
    ]);
    expect(bandPosition(null, band)).toBe('UNKNOWN');
    expect(bandPosition(5, null)).toBe('UNKNOWN');
    expect(bandDeviation(61, band)).toBe(1);
    expect(bandDeviation(25, band)).toBe(0);
  });
});

describe('verdict', () => {
  const crossings = [
    { percent: 80, date: '2025-05-10', basis: 'ACTUAL' as const },
    { percent: 100, date: '2025-05-27', basis: 'FORECAST' as const },
  ];
  const input = {
    usedPpm: 700_000n,
    expectedPpm: 1_036_000n,
    crossings,
    mainCause: null,
    completenessPpm: 1_000_000,
  };
  it('names the share expected, the date of the crossing and what explains the excess', () => {
    const mainCause = { label: 'lab', sharePpm: 610_000 };
    expect(quotaVerdict({ ...input, mainCause })).toEqual({
      key: 'quota.verdict.onCourseOver',
      values: { used: 70, percent: 104, date: '2025-05-27' },
      parts: [{ key: 'quota.verdict.cause', values: { label: 'lab', percent: 61 } }],
    });
  });
  it('an excess, however small, never reads as 100 %, and just below never as 100 % either', () => {
    expect(quotaVerdict({ ...input, expectedPpm: 1_000_001n }).values.percent).toBe(101);
    expect(quotaVerdict({ ...input, expectedPpm: 999_999n })).toMatchObject({
      key: 'quota.verdict.onCourseNear',
      values: { percent: 99 },
    });
  });
  it('a month that is over is told as ended, never as on course', () => {
    const ended = { ...input, ended: true };
    expect(quotaVerdict(ended)).toMatchObject({ key: 'quota.verdict.endedUnder', values: { used: 70 } });
    expect(quotaVerdict({ ...ended, usedPpm: 1_040_000n })).toMatchObject({
      key: 'quota.verdict.endedOver',
      values: { used: 104, date: '2025-05-27' },
    });
  });
  it('says when it is over, under, or still learning, and when data is missing', () => {
    expect(quotaVerdict({ ...input, usedPpm: 1_100_000n }).key).toBe('quota.verdict.exceeded');
    expect(quotaVerdict({ ...input, expectedPpm: 800_000n }).key).toBe('quota.verdict.onCourseUnder');
    expect(quotaVerdict({ ...input, expectedPpm: null }).key).toBe('quota.verdict.learning');
    expect(quotaVerdict({ ...input, completenessPpm: 975_500 }).parts).toEqual([
      { key: 'quota.verdict.incomplete', values: { percent: 97.5 } },
    ]);
  });
});
