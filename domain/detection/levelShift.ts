import { medianOf } from './robust';

/** Days that make a level, and twice as many that tell whether it has settled. */
const LEVEL_DAYS = 7;
const KEPT_DAYS = 2 * LEVEL_DAYS;
/** Days of a week that must lie on its side by at least half of the limit. */
const SAME_SIDE_MIN = 6;
/** Weeks whose ratios say how far a week usually strays, and the least of them. */
const WEEKS_KEPT = 12;
const WEEKS_MIN = 6;
/** A shift: so many usual spreads of a week, up to this share; and this share while too few weeks are known. */
const SIGMAS = 2.5;
const SHARE_MAX = 0.25;
const SHARE_UNKNOWN = 0.2;
/** Settled when two weeks in a row differ by no more than this share, or after so many days whatever they do. */
const SETTLED_SHARE = 0.05;
const SETTLED_AFTER_DAYS = 42;
const MAD_TO_SIGMA = 1.4826;

/** What a local day used and what was usual, over the hours that could be judged; start in ms UTC, kWh or m³. */
export type LevelDay = readonly [startMs: number, used: number, usual: number];

export interface LevelState {
  readonly days: readonly LevelDay[];
  /** Use over usual of whole weeks while the level held, newest last. */
  readonly weeks: readonly number[];
  /** Days since the last of them. */
  readonly sinceWeek: number;
  /** Days since the level began to shift; null while it holds. */
  readonly shiftingDays: number | null;
}

export const LEVEL_INITIAL: LevelState = { days: [], weeks: [], sinceWeek: 0, shiftingDays: null };

/** SHIFTED: the last week lies off. SETTLED: it does and stays there. BACK: it no longer does. */
export interface LevelEvent {
  readonly kind: 'SHIFTED' | 'SETTLED' | 'BACK';
  /** The last week over what was usual. */
  readonly ratio: number;
  /** Start of the first day on the new level. */
  readonly fromMs: number;
}

/**
 * Follows the level of use day by day. It has shifted when the sum of seven days lies off what was usual by 2.5 of the spreads
 * that weeks of this meter have had, from `leastShare` to 25 %, with six of the days on the same side: a meter whose weeks are alike
 * shows a small shift, one that jumps about only a large one. It has settled when a second week looks like the first; then the
 * spread of weeks is learned anew.
 */
export function levelStep(
  before: LevelState,
  day: LevelDay,
  leastShare: number,
): { readonly state: LevelState; readonly event: LevelEvent | null } {
  const days = [...before.days, day].slice(-KEPT_DAYS);
  const state = { ...before, days };
  const week = days.slice(-LEVEL_DAYS);
  const ratio = ratioOf(week);
  if (week.length < LEVEL_DAYS || ratio === null) return { state, event: null };
  const limit = limitOf(before.weeks, leastShare);
  if (before.shiftingDays === null) {
    if (isOff(week, ratio, limit))
      return { state: { ...state, shiftingDays: 0 }, event: { kind: 'SHIFTED', ratio, fromMs: week[0]![0] } };
    const full = before.sinceWeek + 1 >= LEVEL_DAYS;
    const weeks = full ? [...before.weeks, rounded(ratio)].slice(-WEEKS_KEPT) : before.weeks;
    return { state: { ...state, weeks, sinceWeek: full ? 0 : before.sinceWeek + 1 }, event: null };
  }
  const shiftingDays = before.shiftingDays + 1;
  if (Math.abs(ratio - 1) < limit / 2)
    return { state: { ...state, shiftingDays: null }, event: { kind: 'BACK', ratio, fromMs: week[0]![0] } };
  const earlier = days.length === KEPT_DAYS ? ratioOf(days.slice(0, LEVEL_DAYS)) : null;
  const settled = earlier !== null && Math.abs(ratio - earlier) <= SETTLED_SHARE;
  if (!settled && shiftingDays < SETTLED_AFTER_DAYS)
    return { state: { ...state, shiftingDays }, event: null };
  return {
    state: LEVEL_INITIAL,
    event: { kind: 'SETTLED', ratio, fromMs: settled ? days[0]![0] : week[0]![0] },
  };
}

function ratioOf(days: readonly LevelDay[]): number | null {
  const used = days.reduce((sum, day) => sum + day[1], 0);
  const usual = days.reduce((sum, day) => sum + day[2], 0);
  return usual > 0 ? used / usual : null;
}

function limitOf(weeks: readonly number[], leastShare: number): number {
  if (weeks.length < WEEKS_MIN) return Math.max(leastShare, SHARE_UNKNOWN);
  const spread = MAD_TO_SIGMA * medianOf(weeks.map((ratio) => Math.abs(ratio - 1)))!;
  return Math.min(SHARE_MAX, Math.max(leastShare, SIGMAS * spread));
}

function isOff(week: readonly LevelDay[], ratio: number, limit: number): boolean {
  if (Math.abs(ratio - 1) < limit) return false;
  const side = Math.sign(ratio - 1);
  const along = week.filter(([, used, usual]) => usual > 0 && side * (used / usual - 1) >= limit / 2);
  return along.length >= SAME_SIDE_MIN;
}

const rounded = (ratio: number): number => Math.round(ratio * 1e4) / 1e4;
