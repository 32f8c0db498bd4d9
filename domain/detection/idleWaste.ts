import { WORK_FROM_HOUR } from '../network/workCalendar';
import type { CampusZone } from '../time/campusTime';
import type { DetectionRule } from './detectionRule';
import { numberOf, type RuleBody } from './streamingRule';

/** Nights that are looked back on, and how many of them must have been wasteful. */
const NIGHTS_KEPT = 5;
/** Clean nights in a row that return. */
const CLEAN_NIGHTS = 2;
/** What draws more by night than by day is there for the night, such as lamps. */
const NIGHT_SHARE = 1;
/** Fewer hours than these make no verdict. */
const CLOSED_HOURS_MIN = 8;
const OPEN_HOURS_MIN = 24;

export interface IdleWasteParams {
  /** Load after hours over the load in working hours, both above the base. */
  readonly share: number;
  readonly leastKw: number;
  /** Wasteful nights of the last five. */
  readonly nights: number;
}

export const IDLE_WASTE_DEFAULTS: IdleWasteParams = { share: 0.35, leastKw: 0.5, nights: 3 };

export const idleWasteParams = (body: RuleBody): IdleWasteParams => ({
  ...IDLE_WASTE_DEFAULTS,
  share: numberOf(body, 'share', IDLE_WASTE_DEFAULTS.share),
  leastKw: numberOf(body, 'leastKw', IDLE_WASTE_DEFAULTS.leastKw),
});

/** The hours up to one opening: `fromMs` is the opening of the day before, `toMs` this one; `night` the date of `toMs`. */
export interface ClosedNight {
  readonly night: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Loads of a point, kW. */
export interface IdleNight {
  readonly night: string;
  readonly endMs: number;
  /** Mean over the closed hours of the night, and how many were measured. */
  readonly closedKw: number | null;
  readonly closedHours: number;
  /** Median of the open hours of the last four weeks, and how many. */
  readonly openKw: number | null;
  readonly openHours: number;
  /** 10th percentile of all hours of the last four weeks: what always runs, such as fridges and servers. */
  readonly baseKw: number | null;
}

export interface IdleWasteState {
  readonly night: string | null;
  /** Newest last: was it wasteful. */
  readonly nights: readonly boolean[];
  readonly active: boolean;
}

/** The last night that ended at an opening before `nowMs`, and those before it, oldest first. */
export function closedNightsBefore(zone: CampusZone, nowMs: number, count: number): ClosedNight[] {
  const nights: ClosedNight[] = [];
  const { year, month, day } = zone.dayAt(nowMs);
  for (let back = 0; nights.length < count; back++) {
    const toMs = zone.utcOf(year, month, day - back, WORK_FROM_HOUR * 60);
    if (toMs > nowMs) continue;
    const fromMs = zone.utcOf(year, month, day - back - 1, WORK_FROM_HOUR * 60);
    nights.unshift({ night: zone.dateKey(toMs), fromMs, toMs });
  }
  return nights;
}

/** What idles after hours above the base, kW, and its share of what works in hours; null: too little is known. */
export function idleLoad(night: IdleNight): { readonly idleKw: number; readonly share: number } | null {
  const { closedKw, openKw, baseKw } = night;
  if (closedKw === null || openKw === null || baseKw === null) return null;
  if (night.closedHours < CLOSED_HOURS_MIN || night.openHours < OPEN_HOURS_MIN) return null;
  const idleKw = Math.max(0, closedKw - baseKw);
  const workKw = openKw - baseKw;
  return { idleKw, share: workKw > 0 ? idleKw / workKw : idleKw > 0 ? Number.POSITIVE_INFINITY : 0 };
}

/**
 * After-hours idle waste: a night is wasteful when the mean load of its closed hours, less the base that always runs, is over
 * `share` of the median load of open hours, less the same base, and over `leastKw`. Raised with `nights` wasteful nights of
 * the last five, returned after two clean ones. What has run day and night for four weeks is base and is not found here.
 */
export const idleWasteRule: DetectionRule<IdleNight, IdleWasteState, IdleWasteParams> = {
  code: 'IDLE_WASTE',
  initial: { night: null, nights: [], active: false },
  step(state, input, { share, leastKw, nights: needed }) {
    if (state.night !== null && input.night <= state.night) return { state, signal: null };
    const idle = idleLoad(input);
    if (!idle) return { state: { ...state, night: input.night }, signal: null };
    const wasteful = idle.share > share && idle.share <= NIGHT_SHARE && idle.idleKw > leastKw;
    const nights = [...state.nights, wasteful].slice(-NIGHTS_KEPT);
    const raises = !state.active && nights.filter(Boolean).length >= needed && wasteful;
    const returns = state.active && nights.slice(-CLEAN_NIGHTS).every((one) => !one);
    const next = {
      night: input.night,
      nights: returns ? [] : nights,
      active: raises || (state.active && !returns),
    };
    if (!raises && !returns) return { state: next, signal: null };
    return {
      state: next,
      signal: {
        kind: raises ? 'RAISE' : 'RETURN',
        at: input.endMs,
        priority: null,
        value: idle.idleKw,
        limit: null,
      },
    };
  },
};
