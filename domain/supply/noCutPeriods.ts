import type { CampusZone, LocalDay } from '../time/campusTime';

/** A daily window in minutes after local midnight; `from` > `to` runs over midnight. The end belongs to the time after it. */
export interface DailyWindow {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Local dates `YYYY-MM-DD`, both included. */
export interface DateSpan {
  readonly fromDate: string;
  readonly toDate: string;
}

/** Declared by an energy manager, [from, to) in ms UTC. */
export interface DeclaredPeriod {
  readonly kind: 'HEAT' | 'COLD' | 'PAYMENT_OUTAGE';
  readonly from: number;
  readonly to: number;
}

/** Time in which no disconnect for credit is allowed; part of a versioned policy. It bars the reason ARREARS only. */
export interface NoCutPeriods {
  readonly dailyWindows: readonly DailyWindow[];
  /** Local weekdays without cuts, 1 (Monday) to 7 (Sunday). */
  readonly weekdays: readonly number[];
  /** Local dates that are worked although their weekday is listed. */
  readonly workedDates: readonly string[];
  readonly holidays: readonly string[];
  readonly examWeeks: readonly DateSpan[];
  readonly declared: readonly DeclaredPeriod[];
}

/** 22:00 to 08:00 and weekends; holidays, exam weeks and declared periods are the site's to add. */
export const DEFAULT_NO_CUT_PERIODS: NoCutPeriods = {
  dailyWindows: [{ fromMinute: 22 * 60, toMinute: 8 * 60 }],
  weekdays: [6, 7],
  workedDates: [],
  holidays: [],
  examWeeks: [],
  declared: [],
};

/** For a policy that allows cuts at any hour. */
export const NO_NO_CUT_PERIODS: NoCutPeriods = {
  dailyWindows: [],
  weekdays: [],
  workedDates: [],
  holidays: [],
  examWeeks: [],
  declared: [],
};

export type NoCutKind = 'DAILY' | 'WEEKDAY' | 'HOLIDAY' | 'EXAM_WEEK' | DeclaredPeriod['kind'];

interface NoCutSpan {
  readonly kind: NoCutKind;
  readonly until: number;
}

const MINUTES_PER_DAY = 1_440;
/** A chain of periods longer than this many links (over a year of days) is treated as ending there. */
const LINKS_MAX = 800;

/** The no-cut time in force at `now`: the kind that bars now, and the instant at which the last adjoining period ends. */
export function noCutAt(periods: NoCutPeriods, zone: CampusZone, now: number): NoCutSpan | null {
  const first = longestAt(periods, zone, now);
  if (!first) return null;
  let until = first.until;
  for (let link = 0; link < LINKS_MAX; link += 1) {
    const next = longestAt(periods, zone, until);
    if (!next) break;
    until = next.until;
  }
  return { kind: first.kind, until };
}

function longestAt(periods: NoCutPeriods, zone: CampusZone, at: number): NoCutSpan | null {
  const day = zone.dayAt(at);
  const spans = [...declaredAt(periods, at), ...wholeDays(periods, day), ...dailyAt(periods, zone, day, at)];
  return spans.reduce<NoCutSpan | null>(
    (longest, span) => (longest === null || span.until > longest.until ? span : longest),
    null,
  );
}

function declaredAt(periods: NoCutPeriods, at: number): NoCutSpan[] {
  return periods.declared
    .filter(({ from, to }) => from <= at && at < to)
    .map(({ kind, to }) => ({ kind, until: to }));
}

function wholeDays(periods: NoCutPeriods, day: LocalDay): NoCutSpan[] {
  const kinds: NoCutKind[] = [];
  if (periods.weekdays.includes(day.weekday) && !periods.workedDates.includes(day.dateKey))
    kinds.push('WEEKDAY');
  if (periods.holidays.includes(day.dateKey)) kinds.push('HOLIDAY');
  if (periods.examWeeks.some(({ fromDate, toDate }) => fromDate <= day.dateKey && day.dateKey <= toDate))
    kinds.push('EXAM_WEEK');
  return kinds.map((kind) => ({ kind, until: day.endMs }));
}

function dailyAt(periods: NoCutPeriods, zone: CampusZone, day: LocalDay, at: number): NoCutSpan[] {
  const instant = (minute: number): number => zone.utcOf(day.year, day.month, day.day, minute);
  return periods.dailyWindows.flatMap(({ fromMinute, toMinute }): NoCutSpan[] => {
    const pieces =
      fromMinute < toMinute
        ? [{ from: instant(fromMinute), until: instant(toMinute) }]
        : [
            { from: day.startMs, until: instant(toMinute) },
            { from: instant(fromMinute), until: instant(MINUTES_PER_DAY) },
          ];
    return pieces
      .filter(({ from, until }) => from <= at && at < until)
      .map(({ until }) => ({ kind: 'DAILY', until }));
  });
}
