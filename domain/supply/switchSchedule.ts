import type { CampusZone, LocalDay } from '../time/campusTime';

/** A local day as schedules tell it apart: a calendar's HOLIDAY or WORKDAY first, else by weekday. */
export const DAY_TYPES = ['WORKDAY', 'WEEKEND', 'HOLIDAY'] as const;
export type DayType = (typeof DAY_TYPES)[number];

/**
 * Off from `offMinute` on days of these types until `onMinute`, minutes after local 00:00 (0 to 1439). An `onMinute` that is not
 * later is of the day after.
 */
export interface OffWindow {
  readonly dayTypes: readonly DayType[];
  readonly offMinute: number;
  readonly onMinute: number;
}

/** When a schedule keeps its points off. */
export interface ScheduleTimes {
  readonly windows: readonly OffWindow[];
  /** Local dates `YYYY-MM-DD` with a day type of their own. */
  readonly dates: Readonly<Record<string, string>>;
}

/** Time without supply, [from, to) in ms UTC. */
export interface OffSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export const SCHEDULE_STATES = ['PENDING_APPROVAL', 'ACTIVE', 'PAUSED', 'ENDED', 'CANCELLED'] as const;
export type ScheduleState = (typeof SCHEDULE_STATES)[number];
export type ScheduleEvent = 'APPROVE' | 'REJECT' | 'EXPIRE' | 'PAUSE' | 'RESUME' | 'END';

type Row = Readonly<Record<ScheduleEvent, ScheduleState | 'REFUSED'>>;
const OVER: Row = {
  APPROVE: 'REFUSED',
  REJECT: 'REFUSED',
  EXPIRE: 'REFUSED',
  PAUSE: 'REFUSED',
  RESUME: 'REFUSED',
  END: 'REFUSED',
};

/** Every state with every event; the compiler finds a missing cell. */
export const SCHEDULE_TABLE: Readonly<Record<ScheduleState, Row>> = {
  PENDING_APPROVAL: {
    ...OVER,
    APPROVE: 'ACTIVE',
    REJECT: 'CANCELLED',
    EXPIRE: 'CANCELLED',
    END: 'CANCELLED',
  },
  ACTIVE: { ...OVER, PAUSE: 'PAUSED', END: 'ENDED' },
  PAUSED: { ...OVER, RESUME: 'ACTIVE', END: 'ENDED' },
  ENDED: OVER,
  CANCELLED: OVER,
};

/** The state after `event`; null where it is refused. */
export function scheduleStateAfter(from: ScheduleState, event: ScheduleEvent): ScheduleState | null {
  const to = SCHEDULE_TABLE[from][event];
  return to === 'REFUSED' ? null : to;
}

/** A cut that nobody made within this time of its hour is not made: like a command of its own, which expires by then. */
export const FIRE_WITHIN_MS = 120_000;
export const WINDOWS_MAX = 8;
const DAY_MS = 86_400_000;
/** Holidays in a row make one span; no row of them is longer. */
const LOOK_DAYS = 62;

/** The type of a local day. */
export function dayTypeOf(day: LocalDay, dates: ScheduleTimes['dates']): DayType {
  const own = dates[day.dateKey];
  if (own === 'HOLIDAY' || own === 'WORKDAY') return own;
  return day.weekday >= 6 ? 'WEEKEND' : 'WORKDAY';
}

/** Times without supply that touch [fromMs, toMs), ascending; those that meet are one. Edges are local wall time of the campus. */
export function offSpans(times: ScheduleTimes, zone: CampusZone, fromMs: number, toMs: number): OffSpan[] {
  const found: OffSpan[] = [];
  for (let day = zone.dayAt(fromMs - DAY_MS); day.startMs < toMs; day = zone.dayAt(day.endMs)) {
    const type = dayTypeOf(day, times.dates);
    for (const { dayTypes, offMinute, onMinute } of times.windows) {
      if (!dayTypes.includes(type)) continue;
      const overnight = onMinute <= offMinute ? 1 : 0;
      const span = {
        fromMs: zone.utcOf(day.year, day.month, day.day, offMinute),
        toMs: zone.utcOf(day.year, day.month, day.day + overnight, onMinute),
      };
      // An hour that the clock skips or repeats may leave nothing of a short window.
      if (span.fromMs < span.toMs) found.push(span);
    }
  }
  found.sort((a, b) => a.fromMs - b.fromMs);
  const merged: { fromMs: number; toMs: number }[] = [];
  for (const span of found) {
    const last = merged.at(-1);
    if (last && span.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, span.toMs);
    else merged.push({ ...span });
  }
  return merged.filter((span) => span.toMs > fromMs && span.fromMs < toMs);
}

/** Whether a schedule keeps its points off at `atMs`. */
export function isOffTime(times: ScheduleTimes, zone: CampusZone, atMs: number): boolean {
  return offSpans(times, zone, atMs, atMs + 1).length > 0;
}

/** What is due of a schedule that was last looked at at `handledMs`. */
export interface ScheduleDue {
  /** The cut to make now: since when its time runs. */
  readonly cutMs: number | null;
  /** Cuts whose time went by without anybody; they are not made. */
  readonly missedMs: readonly number[];
  /** Supply is not to be off now: whatever the schedule still holds comes back. */
  readonly release: boolean;
}

/** What to do now; a cut comes in its time or never, a restore whenever it is found to be due. */
export function scheduleDue(
  times: ScheduleTimes,
  zone: CampusZone,
  handledMs: number,
  now: number,
): ScheduleDue {
  const spans = offSpans(
    times,
    zone,
    Math.max(handledMs, now - LOOK_DAYS * DAY_MS) - LOOK_DAYS * DAY_MS,
    now + 1,
  );
  const begun = spans.filter(({ fromMs }) => fromMs > handledMs && fromMs <= now);
  const current = spans.find(({ fromMs, toMs }) => fromMs <= now && now < toMs);
  const due = begun.find((span) => span === current && now - span.fromMs <= FIRE_WITHIN_MS);
  return {
    cutMs: due?.fromMs ?? null,
    missedMs: begun.filter((span) => span !== due).map(({ fromMs }) => fromMs),
    release: current === undefined,
  };
}

/** One time at which a schedule switches. */
export interface Firing {
  readonly atMs: number;
  readonly direction: 'CUT' | 'RESTORE';
}

/** The next times at which a schedule switches after `now`, at most `count`, within two months. */
export function nextFirings(times: ScheduleTimes, zone: CampusZone, now: number, count: number): Firing[] {
  const horizon = now + LOOK_DAYS * DAY_MS;
  return offSpans(times, zone, now, horizon)
    .flatMap(({ fromMs, toMs }): Firing[] => [
      { atMs: fromMs, direction: 'CUT' },
      { atMs: toMs, direction: 'RESTORE' },
    ])
    .filter(({ atMs }) => atMs > now && atMs < horizon)
    .slice(0, count);
}

/** Whether a restore that a person stopped at `stoppedMs` stays so at `now`: until the schedule's next time, at most two months. */
export function stopHolds(times: ScheduleTimes, zone: CampusZone, stoppedMs: number, now: number): boolean {
  const [next] = nextFirings(times, zone, stoppedMs, 1);
  return now < (next?.atMs ?? stoppedMs + LOOK_DAYS * DAY_MS);
}

/** A restore is tried again within this of its firing, however often it was: later the place may be another than who consented knew. */
export const RESTORE_AGAIN_WITHIN_MS = DAY_MS;

/**
 * Whether the time of a firing made at `atMs` still runs at `now`: of a cut, the time without supply in which it was made; of a
 * restore, the time in which the schedule keeps nothing off, at most a day.
 */
export function firingRuns(
  schedule: ScheduleTimes & { readonly state: ScheduleState },
  zone: CampusZone,
  firing: { readonly direction: 'CUT' | 'RESTORE'; readonly atMs: number },
  now: number,
): boolean {
  const current = schedule.state === 'ACTIVE' ? offSpans(schedule, zone, now, now + 1) : [];
  if (firing.direction === 'RESTORE')
    return current.length === 0 && now - firing.atMs <= RESTORE_AGAIN_WITHIN_MS;
  return current.some(({ fromMs }) => fromMs <= firing.atMs);
}
