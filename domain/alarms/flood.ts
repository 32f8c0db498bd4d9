import type { AlarmPriority } from './alarm';

const WINDOW_MS = 10 * 60_000;
const OPENS_ABOVE = 10;
const CLOSES_BELOW = 5;
const MEMBERS_MIN = 5;

/** An announced alarm with the places that may be its common cause; null where it has none. */
export interface FloodAlarm {
  readonly id: string;
  readonly priority: AlarmPriority;
  readonly announcedAt: number;
  readonly gateway: string | null;
  readonly feeder: string | null;
  readonly building: string | null;
  readonly ruleCode: string;
}

export const FLOOD_CAUSES = ['gateway', 'feeder', 'building', 'ruleCode'] as const;
export type FloodCause = (typeof FLOOD_CAUSES)[number];

export interface FloodGroup<T extends FloodAlarm = FloodAlarm> {
  readonly cause: FloodCause;
  readonly value: string;
  /** The member that was announced first. */
  readonly firstOut: T;
  readonly worst: AlarmPriority;
  readonly members: readonly T[];
}

/** A list in flood view; every alarm of it is in exactly one part. */
export interface FloodFold<T extends FloodAlarm = FloodAlarm> {
  readonly groups: readonly FloodGroup<T>[];
  /** P3 and P4 that share no cause: they are a counter, not rows. */
  readonly counted: readonly T[];
  /** All P1, and P2 that share no cause: rows as ever. */
  readonly single: readonly T[];
}

/** Announcements within the last 10 min at `now`. */
export function announcedLately(announcedAt: readonly number[], now: number): number {
  return announcedAt.filter((at) => at > now - WINDOW_MS && at <= now).length;
}

/** Whether an operator's list is in flood view: opens above 10 announcements in 10 min, closes below 5. */
export function isFlood(wasFlood: boolean, announced: number): boolean {
  return wasFlood ? announced >= CLOSES_BELOW : announced > OPENS_ABOVE;
}

/**
 * Whether it is a flood at `now` (ms UTC) for somebody who comes only now: one that has begun lasts until fewer than 5, which the
 * newest announcement of each alarm that is still known tells.
 */
export function floodAt(announcedAt: readonly number[], now: number): boolean {
  // A clock a little ahead of this one says no more than now.
  const times = announcedAt.map((at) => Math.min(at, now));
  const lately = announcedLately(times, now);
  if (lately > OPENS_ABOVE || lately < CLOSES_BELOW) return lately > OPENS_ABOVE;
  times.sort((left, right) => left - right);
  let flood = false;
  let first = 0;
  const passTo = (at: number, known: number) => {
    while (first < known && times[first]! <= at - WINDOW_MS) {
      first++;
      flood = isFlood(flood, known - first);
    }
  };
  times.forEach((at, index) => {
    passTo(at, index);
    flood = isFlood(flood, index + 1 - first);
  });
  passTo(now, times.length);
  return flood;
}

/**
 * Groups a list for display by common cause, gateway before feeder before building before rule; a group has at least five
 * members. P1 is never folded. Nothing is suppressed: every alarm is in one group, counted or single.
 */
export function groupForFlood<T extends FloodAlarm>(alarms: readonly T[]): FloodFold<T> {
  const groups: FloodGroup<T>[] = [];
  let rest = alarms.filter((alarm) => alarm.priority !== 'P1');
  for (const cause of FLOOD_CAUSES) {
    const byValue = groupBy(rest, (alarm) => alarm[cause]);
    const folded = new Set<T>();
    for (const [value, members] of byValue) {
      if (value === null || members.length < MEMBERS_MIN) continue;
      groups.push(groupOf(cause, value, members));
      for (const member of members) folded.add(member);
    }
    rest = rest.filter((alarm) => !folded.has(alarm));
  }
  const counted = rest.filter(({ priority }) => priority === 'P3' || priority === 'P4');
  const left = new Set(rest.filter(({ priority }) => priority === 'P2'));
  return { groups, counted, single: alarms.filter((alarm) => alarm.priority === 'P1' || left.has(alarm)) };
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function groupOf<T extends FloodAlarm>(
  cause: FloodCause,
  value: string,
  members: readonly T[],
): FloodGroup<T> {
  const inOrder = [...members].sort((left, right) => left.announcedAt - right.announcedAt);
  const worst = members.map(({ priority }) => priority).sort()[0]!;
  return { cause, value, firstOut: inOrder[0]!, worst, members: inOrder };
}
