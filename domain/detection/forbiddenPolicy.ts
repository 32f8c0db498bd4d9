/** What follows a proven forbidden load. */
export type ForbiddenStep = 'WARN' | 'TRIP' | 'TRIP_STAFF';

/** Events of the last 24 h count. */
export const FORBIDDEN_WINDOW_MS = 24 * 3_600_000;
const STAFF_FROM = 4;

/**
 * The step for the nth proven event of a point within 24 h (the event itself included): the first warns by buzzer and
 * message, the second and third trip and the resident may confirm after 5 min, from the fourth on only staff release.
 * Evidence of level 3 is a suspicion and never counts. Source: domain.md 5.1.
 */
export function forbiddenStep(nth: number): ForbiddenStep {
  if (nth <= 1) return 'WARN';
  return nth < STAFF_FROM ? 'TRIP' : 'TRIP_STAFF';
}
