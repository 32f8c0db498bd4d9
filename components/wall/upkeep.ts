import { wallClock } from '../ui/formatTime';

/** Reloads keep walls of one campus apart by up to this. */
export const JITTER_MS = 120_000;
const DAILY_HOUR = 4;
const HEAP_FACTOR = 1.5;
const DAY_MS = 86_400_000;

/** What decides whether a wall should start anew at the next scene edge. Times in ms of the same clock. */
export interface UpkeepFacts {
  readonly nowMs: number;
  readonly loadedMs: number;
  /** When another build was first seen; null: none. */
  readonly newBuildSinceMs: number | null;
  /** Heap in use, and after warm-up, bytes; null where the browser does not tell. */
  readonly heap: number | null;
  readonly warmHeap: number | null;
  /** This wall's own delay, ms, 0 to `JITTER_MS`. */
  readonly jitterMs: number;
  /** IANA zone of the campus. */
  readonly zone: string;
}

export type ReloadReason = 'NEW_BUILD' | 'DAILY' | 'HEAP';

/** Why a wall should reload at a scene edge now, or null. A week without a hand needs no more than these three. */
export function reloadReason(facts: UpkeepFacts): ReloadReason | null {
  const { nowMs, newBuildSinceMs, heap, warmHeap, jitterMs } = facts;
  if (newBuildSinceMs !== null && nowMs - newBuildSinceMs >= jitterMs) return 'NEW_BUILD';
  if (heap !== null && warmHeap !== null && heap > warmHeap * HEAP_FACTOR) return 'HEAP';
  return isDailyDue(facts) ? 'DAILY' : null;
}

/** Whether 04:00 of the campus (and this wall's delay) has passed since the page was loaded. */
function isDailyDue({ nowMs, loadedMs, jitterMs, zone }: UpkeepFacts): boolean {
  const { hour, minute, second } = wallClock(nowMs, zone);
  const sinceMidnight = ((hour * 60 + minute) * 60 + second) * 1_000;
  const sinceFour = sinceMidnight - DAILY_HOUR * 3_600_000 - jitterMs;
  const dueMs = nowMs - (sinceFour >= 0 ? sinceFour : sinceFour + DAY_MS);
  return loadedMs < dueMs;
}

/** Hours of night, minutes after local midnight. */
export interface NightHours {
  readonly from: number;
  readonly to: number;
}

export const NIGHT_DEFAULT: NightHours = { from: 19 * 60, to: 7 * 60 };

/** `19:00-07:00` as hours of night; null for anything else. */
export function nightHoursOf(text: string | undefined): NightHours | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text ?? '');
  if (!match) return null;
  const [, h1, m1, h2, m2] = match.map(Number);
  return { from: h1! * 60 + m1!, to: h2! * 60 + m2! };
}

/** Whether it is night on the campus; [from, to) across midnight or within a day. */
export function isNight(nowMs: number, zone: string, { from, to }: NightHours): boolean {
  const { hour, minute } = wallClock(nowMs, zone);
  const at = hour * 60 + minute;
  return from <= to ? at >= from && at < to : at >= from || at < to;
}

/** How old a wall's data may be before it says so, and before it says so across the screen. */
const LAGGING_MS = 15_000;
const OLD_MS = 60_000;

export type WallFreshness = 'live' | 'lagging' | 'old';

export function wallFreshness(ageMs: number | null): WallFreshness {
  if (ageMs === null || ageMs > OLD_MS) return 'old';
  return ageMs > LAGGING_MS ? 'lagging' : 'live';
}
