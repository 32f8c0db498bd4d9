import type { Alarm } from './alarm';

const CHATTER_ACTIVATIONS = 3;
const CHATTER_WINDOW_MS = 60_000;
const FLEETING_MS = 10_000;
const STALE_MS = 24 * 3_600_000;
const OFF_DELAY_MAX_MS = 30 * 60_000;

export interface AlarmFlags {
  /** Three or more activations within 60 s. */
  readonly chatter: boolean;
  /** Gone within 10 s of its activation. */
  readonly fleeting: boolean;
  /** Active for more than 24 h. */
  readonly stale: boolean;
}

/** Marks of an alarm at `now` (ms UTC) that the review page counts. */
export function alarmFlags(alarm: Alarm, now: number): AlarmFlags {
  return {
    chatter: isChattering(alarm.activations),
    fleeting: alarm.returnedAt !== null && alarm.returnedAt - alarm.activeSince < FLEETING_MS,
    stale: alarm.condition === 'ACTIVE' && now - alarm.activeSince > STALE_MS,
  };
}

/** True if any three activations (ms UTC, ascending) lie within 60 s. */
export function isChattering(activations: readonly number[]): boolean {
  return activations.some((at, index) => {
    const third = activations[index + CHATTER_ACTIVATIONS - 1];
    return third !== undefined && third - at <= CHATTER_WINDOW_MS;
  });
}

/** The off-delay of a chattering alarm: doubled, at most 30 min. */
export function chatterOffDelayMs(offDelayMs: number): number {
  return Math.min(offDelayMs * 2, Math.max(offDelayMs, OFF_DELAY_MAX_MS));
}
