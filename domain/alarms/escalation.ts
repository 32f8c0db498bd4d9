import type { Alarm, AlarmPriority } from './alarm';
import { alarmBaseState, isAnnunciated } from './alarm';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

export type EscalationTarget = 'NEXT_ON_DUTY' | 'SHIFT_LEAD' | 'DUTY_MANAGER';

/** A step that is due `afterMs` after the deciding reading while nobody has acknowledged. */
export interface EscalationStep {
  readonly afterMs: number;
  readonly target: EscalationTarget;
  /** Number of different channels that must carry the message. */
  readonly channels: number;
}

/** Ladder by priority; without a roster every step goes to all in scope. P4 never escalates. */
export const ESCALATION_LADDER: Readonly<Record<AlarmPriority, readonly EscalationStep[]>> = {
  P1: [
    { afterMs: 60 * SECOND_MS, target: 'NEXT_ON_DUTY', channels: 2 },
    { afterMs: 5 * MINUTE_MS, target: 'SHIFT_LEAD', channels: 2 },
    { afterMs: 15 * MINUTE_MS, target: 'DUTY_MANAGER', channels: 2 },
  ],
  P2: [
    { afterMs: 15 * MINUTE_MS, target: 'SHIFT_LEAD', channels: 1 },
    { afterMs: 60 * MINUTE_MS, target: 'DUTY_MANAGER', channels: 1 },
  ],
  P3: [{ afterMs: 480 * MINUTE_MS, target: 'SHIFT_LEAD', channels: 1 }],
  P4: [],
};

export type EscalationDue =
  | { readonly kind: 'ESCALATE'; readonly at: number; readonly level: number; readonly step: EscalationStep }
  | { readonly kind: 'REALARM'; readonly at: number };

/**
 * The next deadline of an alarm, past or to come; null if none. `level` steps were already taken for this activation.
 * `realarmAfterMs` is the rule's own; `actedAt` the instant of the last action (a command, a ticket) since it was
 * acknowledged. An overlay stops the ladder; it resumes when the overlay goes. Time runs from the deciding reading. Where
 * people were told only when the first step would have been due, by a finding about days that are over, readings that came late or a
 * shelf that ended, it runs from then: they have as long to answer as with any other alarm.
 */
export function nextEscalation(
  alarm: Alarm,
  level: number,
  realarmAfterMs: number | null,
  actedAt: number | null,
): EscalationDue | null {
  if (!isAnnunciated(alarm)) return null;
  const state = alarmBaseState(alarm);
  if (state === 'ACKED') {
    if (realarmAfterMs === null || alarm.acknowledgedAt === null) return null;
    if (actedAt !== null && actedAt >= alarm.acknowledgedAt) return null;
    return { kind: 'REALARM', at: alarm.acknowledgedAt + realarmAfterMs };
  }
  if (state !== 'UNACK') return null;
  const ladder = ESCALATION_LADDER[alarm.priority];
  const [first, step] = [ladder[0], ladder[level]];
  if (!first || !step) return null;
  const { activeSince, announcedAt } = alarm;
  const isLate = announcedAt !== null && announcedAt >= activeSince + first.afterMs;
  const fromMs = isLate ? announcedAt : activeSince;
  return { kind: 'ESCALATE', at: fromMs + step.afterMs, level: level + 1, step };
}

/**
 * How many steps are done once people of a level were told: a step that went on to the next level has taken that one's step as well.
 * @param step the step that was due, from 1
 */
export function stepsDone(priority: AlarmPriority, step: number, told: EscalationTarget): number {
  return Math.max(step, ESCALATION_LADDER[priority].findIndex(({ target }) => target === told) + 1);
}
