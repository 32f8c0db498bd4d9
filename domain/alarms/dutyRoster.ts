import type { EscalationTarget } from './escalation';

/** Levels of duty, from who answers first to who answers last. */
export const DUTY_LEVELS = ['ON_DUTY', 'SHIFT_LEAD', 'DUTY_MANAGER'] as const;
export type DutyLevel = (typeof DUTY_LEVELS)[number];

/** Somebody's duty in [from, to), ms UTC, for a space subtree or (null) the campus. */
export interface DutyShift {
  readonly userId: number;
  readonly level: DutyLevel;
  readonly spaceId: number | null;
  readonly from: number;
  readonly to: number;
}

/** Who is told at a step of the ladder. */
export interface DutyCall {
  /** Users in the order in which they are told: whoever looks after the smallest place first. */
  readonly userIds: readonly number[];
  /** Level that was found; null: nobody is on the roster, so all in scope are told. */
  readonly level: DutyLevel | null;
}

const LEVEL_OF: Readonly<Record<EscalationTarget, DutyLevel>> = {
  NEXT_ON_DUTY: 'ON_DUTY',
  SHIFT_LEAD: 'SHIFT_LEAD',
  DUTY_MANAGER: 'DUTY_MANAGER',
};

/**
 * Who is told of an alarm at `at` (ms UTC). A level that nobody fills passes the call up, never down: whoever is below has been
 * told before. All on duty for the place are told, since no order among them is kept.
 * @param spacePath ids from the root to the alarm's place; empty: it has none, so only shifts for the campus count
 */
export function dutyCall(
  shifts: readonly DutyShift[],
  target: EscalationTarget,
  spacePath: readonly number[],
  at: number,
): DutyCall {
  const depth = ({ spaceId }: DutyShift) => (spaceId === null ? -1 : spacePath.indexOf(spaceId));
  const here = shifts.filter(
    (shift) => shift.from <= at && at < shift.to && (shift.spaceId === null || depth(shift) >= 0),
  );
  for (const level of DUTY_LEVELS.slice(DUTY_LEVELS.indexOf(LEVEL_OF[target]))) {
    const found = here.filter((shift) => shift.level === level).sort((a, b) => depth(b) - depth(a));
    if (found.length > 0) return { userIds: [...new Set(found.map(({ userId }) => userId))], level };
  }
  return { userIds: [], level: null };
}

/** A time in which nobody anywhere fills a level, [from, to), ms UTC. */
export interface DutyGap {
  readonly level: DutyLevel;
  readonly from: number;
  readonly to: number;
}

/** Times in [from, to) in which a level is empty, by level, then by time. */
export function dutyGaps(shifts: readonly DutyShift[], from: number, to: number): DutyGap[] {
  return DUTY_LEVELS.flatMap((level) => {
    const gaps: DutyGap[] = [];
    let covered = from;
    const inOrder = shifts.filter((shift) => shift.level === level).sort((a, b) => a.from - b.from);
    for (const shift of inOrder) {
      if (shift.to <= covered) continue;
      if (shift.from >= to) break;
      if (shift.from > covered) gaps.push({ level, from: covered, to: shift.from });
      covered = shift.to;
    }
    if (covered < to) gaps.push({ level, from: covered, to });
    return gaps;
  });
}

/** How many different people answer alarms (level ON_DUTY) at `at`, ms UTC. */
export function operatorsAt(shifts: readonly DutyShift[], at: number): number {
  return new Set(
    shifts
      .filter((shift) => shift.level === 'ON_DUTY' && shift.from <= at && at < shift.to)
      .map(({ userId }) => userId),
  ).size;
}
