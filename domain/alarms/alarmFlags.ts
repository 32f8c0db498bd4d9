import type { Alarm } from './alarm';

const CHATTER_ACTIVATIONS = 3;
const CHATTER_WINDOW_MS = 60_000;
const FLEETING_MS = 10_000;
const STALE_MS = 24 * 3_600_000;
const OFF_DELAY_MIN_MS = 30_000;
const OFF_DELAY_MAX_MS = 30 * 60_000;

/** What marks an alarm as a nuisance. */
export const ALARM_TAGS = ['CHATTER', 'FLEETING', 'STALE'] as const;
export type AlarmTag = (typeof ALARM_TAGS)[number];

/** Tags of an alarm at `now` (ms UTC). */
export function alarmTags(alarm: Alarm, now: number): AlarmTag[] {
  const tags: AlarmTag[] = [];
  if (alarm.chatter) tags.push('CHATTER');
  if (alarm.fleeting) tags.push('FLEETING');
  if (alarm.condition === 'ACTIVE' && isStale(activatedAt(alarm), now)) tags.push('STALE');
  return tags;
}

/** When the condition became true last (ms UTC); being announced again does not move it. */
export function activatedAt(alarm: Pick<Alarm, 'activations' | 'raisedAt'>): number {
  return alarm.activations.at(-1) ?? alarm.raisedAt;
}

/** Standing for more than 24 h. Both instants in ms UTC. */
export function isStale(activated: number, now: number): boolean {
  return now - activated > STALE_MS;
}

/** Gone in less than 10 s. Both instants in ms UTC. */
export function isFleeting(activated: number, gone: number): boolean {
  return gone - activated < FLEETING_MS;
}

/**
 * True if any three activations (ms UTC, ascending) lie within 60 s. An added off-delay (ms) keeps activations apart, so it
 * is taken out of the distance: an alarm that goes on as before is found again.
 */
export function isChattering(activations: readonly number[], offDelayMs = 0): boolean {
  const windowMs = CHATTER_WINDOW_MS + (CHATTER_ACTIVATIONS - 1) * offDelayMs;
  return activations.some((at, index) => {
    const third = activations[index + CHATTER_ACTIVATIONS - 1];
    return third !== undefined && third - at <= windowMs;
  });
}

/** The off-delay of a chattering alarm (ms): doubled, from 30 s where there was less, to at most 30 min. */
export function chatterOffDelayMs(offDelayMs: number): number {
  return Math.min(Math.max(offDelayMs, OFF_DELAY_MIN_MS) * 2, OFF_DELAY_MAX_MS);
}

/** What a new episode takes over from the one before it at the same object. */
export interface EpisodeBefore {
  readonly activations: readonly number[];
  readonly offDelayMs: number;
  readonly returnedAt: number | null;
}

/** The nuisance marks of an alarm that is activated at `at` (ms UTC), after what came before. */
export function activated(
  before: Pick<Alarm, 'activations' | 'offDelayMs' | 'chatter'>,
  at: number,
  kept: number,
): Pick<Alarm, 'activations' | 'offDelayMs' | 'chatter' | 'fleeting'> {
  const activations = [...before.activations, at].slice(-kept);
  if (!isChattering(activations, before.offDelayMs))
    return { activations, offDelayMs: before.offDelayMs, chatter: before.chatter, fleeting: false };
  // Counting starts over, so that the next doubling needs three more.
  return {
    activations: [at],
    offDelayMs: chatterOffDelayMs(before.offDelayMs),
    chatter: true,
    fleeting: false,
  };
}

/** Whether an episode that starts at `at` goes on with the marks of the one before: within the longest off-delay. */
export function goesOn(before: EpisodeBefore, at: number): boolean {
  return before.returnedAt !== null && at - before.returnedAt <= OFF_DELAY_MAX_MS;
}
