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

/** Who fills a level at a place, in the order in which they are told: whoever looks after the smallest place first. */
export interface DutyRung {
  readonly level: DutyLevel;
  readonly userIds: readonly number[];
}

/** Who is told at a step of the ladder. */
export interface DutyCall {
  readonly userIds: readonly number[];
  /** Level that they fill; null: nobody on the roster is left to be told. */
  readonly level: DutyLevel | null;
  /** The first level with somebody who was not told before, whether or not a message reaches them; null: all were. */
  readonly tried: DutyLevel | null;
  /** People on the way there to whom nothing can be sent. */
  readonly missed: readonly number[];
}

const LEVEL_OF: Readonly<Record<EscalationTarget, DutyLevel>> = {
  NEXT_ON_DUTY: 'ON_DUTY',
  SHIFT_LEAD: 'SHIFT_LEAD',
  DUTY_MANAGER: 'DUTY_MANAGER',
};

/** The step of the ladder that calls a level. */
export const targetOf = (level: DutyLevel): EscalationTarget =>
  level === 'ON_DUTY' ? 'NEXT_ON_DUTY' : level;

/**
 * Levels that are filled for a place at `at` (ms UTC), from the one that a step calls upwards, never down: whoever is below has been
 * told before. All on duty for the place belong to a rung, since no order among them is kept.
 * @param spacePath ids from the root to the place; empty: it has none, so only shifts for the campus count
 */
export function dutyRungs(
  shifts: readonly DutyShift[],
  target: EscalationTarget,
  spacePath: readonly number[],
  at: number,
): DutyRung[] {
  const depth = ({ spaceId }: DutyShift) => (spaceId === null ? -1 : spacePath.indexOf(spaceId));
  const here = shifts.filter(
    (shift) => shift.from <= at && at < shift.to && (shift.spaceId === null || depth(shift) >= 0),
  );
  return DUTY_LEVELS.slice(DUTY_LEVELS.indexOf(LEVEL_OF[target])).flatMap((level) => {
    const found = here.filter((shift) => shift.level === level).sort((a, b) => depth(b) - depth(a));
    return found.length === 0 ? [] : [{ level, userIds: [...new Set(found.map(({ userId }) => userId))] }];
  });
}

/**
 * The first rung with somebody whom a message reaches and who was not told before. To tell somebody twice, or somebody whom nothing
 * reaches, would be a step that nobody notices.
 */
export function callOn(
  rungs: readonly DutyRung[],
  isReached: (userId: number) => boolean,
  wasTold: (userId: number) => boolean,
): DutyCall {
  const missed: number[] = [];
  let tried: DutyLevel | null = null;
  for (const { level, userIds } of rungs) {
    const fresh = userIds.filter((id) => !wasTold(id) && !missed.includes(id));
    if (fresh.length > 0) tried ??= level;
    missed.push(...fresh.filter((id) => !isReached(id)));
    const reached = fresh.filter(isReached);
    if (reached.length > 0) return { userIds: reached, level, tried, missed };
  }
  return { userIds: [], level: null, tried, missed };
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
