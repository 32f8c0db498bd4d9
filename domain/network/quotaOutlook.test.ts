import { describe, expect, it } from 'vitest';
import { type DayQuantity, dateOfDayNumber, dayNumberOf } from './forecast';
import { quotaPreview } from './quota';
import {
  crossingRange,
  excessParts,
  likelyExceeds,
  type MonthOutlook,
  monthOutlook,
  outlookCourse,
} from './quotaOutlook';
import { dayTypeIn, PLAIN_WEEK, workCalendarOf } from './workCalendar';

const KWH = 1_000_000n;
const days = (from: string, count: number, kwh: number): DayQuantity[] =>
  Array.from({ length: count }, (_, index) => ({
    date: dateOfDayNumber(dayNumberOf(from) + index),
    quantityMicro: BigInt(kwh) * KWH,
  }));

describe('outlook of a running month', () => {
  const history = days('2025-09-01', 73, 10);
  it('takes in the open day: what it is expected to come to, or what it already used', () => {
    const early = monthOutlook(history, {
      today: '2025-11-13',
      usedMicro: 124n * KWH,
      todayMicro: 4n * KWH,
    })!;
    expect(early.totalMicro).toBe(300n * KWH);
    expect(early.days[0]).toEqual({ date: '2025-11-13', quantityMicro: 6n * KWH });
    const heavy = monthOutlook(history, {
      today: '2025-11-13',
      usedMicro: 150n * KWH,
      todayMicro: 30n * KWH,
    })!;
    expect(heavy.totalMicro).toBe(320n * KWH);
    expect(heavy.days[0]?.quantityMicro).toBe(0n);
  });
  it('has the last day of the month as its end, and none without history', () => {
    const last = monthOutlook(history, { today: '2025-11-30', usedMicro: 290n * KWH, todayMicro: 0n })!;
    expect(last.days).toHaveLength(1);
    expect(monthOutlook([], { today: '2025-11-13', usedMicro: 0n, todayMicro: 0n })).toBeNull();
  });
  const outlook: MonthOutlook = {
    totalMicro: 100n * KWH,
    lowMicro: 90n * KWH,
    highMicro: 120n * KWH,
    days: days('2025-11-29', 2, 25),
    historyDays: 84,
  };
  it('the interval opens from nothing today to its full width on the last day', () => {
    expect(outlookCourse(outlook, 50n * KWH)).toEqual([
      { date: '2025-11-29', medianMicro: 75n * KWH, lowMicro: 70n * KWH, highMicro: 85n * KWH },
      { date: '2025-11-30', medianMicro: 100n * KWH, lowMicro: 90n * KWH, highMicro: 120n * KWH },
    ]);
  });
  it('names the dates between which the limit is reached, and null where the month ends first', () => {
    expect(crossingRange(80n * KWH, outlook, 50n * KWH)).toEqual({
      earliest: '2025-11-29',
      latest: '2025-11-30',
    });
    expect(crossingRange(95n * KWH, outlook, 50n * KWH)).toEqual({ earliest: '2025-11-30', latest: null });
    expect(crossingRange(95n * KWH, { ...outlook, lowMicro: null, highMicro: null }, 50n * KWH)).toBeNull();
  });
  it('calls an excess likely only well inside the interval', () => {
    expect(likelyExceeds(80n * KWH, outlook)).toBe(true);
    expect(likelyExceeds(90n * KWH, outlook)).toBe(false);
    expect(likelyExceeds(80n * KWH, { ...outlook, highMicro: null })).toBe(false);
  });
  it('the preview of a limit moves its crossing dates with it', () => {
    const preview = (limitMicro: bigint) =>
      quotaPreview(
        { limitMicro, thresholdsPercent: [80, 90, 100] },
        days('2025-11-01', 20, 3),
        outlook.days,
        [{ month: '2024-11', quantityMicro: 95n * KWH }],
      );
    expect(preview(100n * KWH).crossings.map(({ date }) => date)).toEqual([
      '2025-11-29',
      '2025-11-30',
      '2025-11-30',
    ]);
    expect(preview(70n * KWH).crossings.map(({ date }) => date)).toEqual([
      '2025-11-19',
      '2025-11-29',
      '2025-11-29',
    ]);
    expect(preview(90n * KWH).failedMonths).toEqual(['2024-11']);
  });
});

describe('where an excess comes from', () => {
  it('parts of forecast and plan sum to their wholes exactly', () => {
    const parts = excessParts(
      100n,
      121n,
      { workingMicro: 40n, afterMicro: 30n },
      { workingMicro: 2n, afterMicro: 1n },
      { workingMicro: 2n, afterMicro: 1n },
    )!;
    expect(parts.forecast).toEqual({ workingMicro: 74n, afterMicro: 47n });
    expect(parts.plan).toEqual({ workingMicro: 66n, afterMicro: 34n });
  });
  it('says nothing without earlier use to compare with', () => {
    const none = { workingMicro: 0n, afterMicro: 0n };
    const some = { workingMicro: 1n, afterMicro: 1n };
    expect(excessParts(1n, 1n, some, some, none)).toBeNull();
    expect(excessParts(1n, 1n, some, none, some)).toBeNull();
  });
});

describe('work calendar', () => {
  it('holidays are free, worked weekends are worked, other days go by weekday', () => {
    const type = dayTypeIn(
      workCalendarOf({ '2025-10-01': 'HOLIDAY', '2025-10-11': 'WORKDAY', '2025-10-13': 'EXAM' }),
    );
    expect(['2025-10-01', '2025-10-11', '2025-10-12', '2025-10-13'].map(type)).toEqual([
      'FREE_DAY',
      'WORKDAY',
      'FREE_DAY',
      'WORKDAY',
    ]);
    expect(dayTypeIn(PLAIN_WEEK)('2025-10-01')).toBe('WORKDAY');
  });
});
