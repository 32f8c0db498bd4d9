import type { CampusZone } from '../time/campusTime';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Waits before the attempts after the first, ms. Urgent (P1, P2): about 20 min in all; others: about 10 h. */
const WAITS_MS: Readonly<Record<'urgent' | 'ordinary', readonly number[]>> = {
  urgent: [2, 5, 15, 30, 60, 120, 300, 600].map((s) => s * SECOND_MS),
  ordinary: [10, 30, 120, 600, 1_800, 3_600, 10_800, 21_600].map((s) => s * SECOND_MS),
};
/** Later than this after the act nobody is helped by the message. Quiet hours are within it. */
const USEFUL_MS = { urgent: HOUR_MS, ordinary: 24 * HOUR_MS };
/** A provider that asks for patience gets it, up to here. */
const PATIENCE_MAX_MS = HOUR_MS;

/** No ordinary message goes out between these minutes of the local day (22:00 to 07:00). */
export const QUIET_FROM_MINUTE = 22 * 60;
export const QUIET_TO_MINUTE = 7 * 60;

/**
 * End of the quiet hours in which `atMs` lies (ms UTC); null: it lies in none. What is urgent never asks.
 */
export function quietUntil(zone: CampusZone, atMs: number): number | null {
  const { year, month, day, hour, minute } = zone.wallAt(atMs);
  const minuteOfDay = hour * 60 + minute;
  if (minuteOfDay < QUIET_TO_MINUTE) return zone.utcOf(year, month, day, QUIET_TO_MINUTE);
  if (minuteOfDay >= QUIET_FROM_MINUTE) return zone.utcOf(year, month, day + 1, QUIET_TO_MINUTE);
  return null;
}

/** What is known of a delivery when it is decided how it goes on. */
export interface DeliveryFacts {
  readonly urgent: boolean;
  /** Attempts made, the newest included. */
  readonly attempts: number;
  /** When the act happened that it tells of, ms UTC. */
  readonly createdMs: number;
}

/**
 * When a delivery that failed for now is tried again (ms UTC); null: it is given up.
 * @param askedMs wait that the receiver asked for (Retry-After), null: none
 */
export function nextAttempt(facts: DeliveryFacts, nowMs: number, askedMs: number | null): number | null {
  const wait = WAITS_MS[facts.urgent ? 'urgent' : 'ordinary'][facts.attempts - 1];
  if (wait === undefined) return null;
  const dueMs = nowMs + Math.max(wait, Math.min(askedMs ?? 0, PATIENCE_MAX_MS));
  return isUseful(facts, dueMs) ? dueMs : null;
}

/** Whether a message is worth sending still. */
export function isUseful({ urgent, createdMs }: DeliveryFacts, atMs: number): boolean {
  return atMs - createdMs <= USEFUL_MS[urgent ? 'urgent' : 'ordinary'];
}

/**
 * The shortest time between two messages about one subject to one receiver, ms. What an alarm that comes and goes says again in it
 * is left out, unless the receiver was told the opposite since; its escalations and every other act are subjects of their own.
 */
export const coolDownMs = (urgent: boolean): number => (urgent ? 2 * MINUTE_MS : 10 * MINUTE_MS);

/** How long a server that took a delivery may take for it before another does; above every channel's own time limit. */
export const LEASE_MS = 45 * SECOND_MS;
