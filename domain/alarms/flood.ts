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

export interface FloodGroup {
  readonly cause: FloodCause;
  readonly value: string;
  /** The member that was announced first. */
  readonly firstOut: FloodAlarm;
  readonly worst: AlarmPriority;
  readonly members: readonly FloodAlarm[];
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
 * Groups a list for display by common cause, gateway before feeder before building before rule; a group has at least five
 * members. P1 is never folded. Nothing is suppressed: every alarm is either in one group or in `single`.
 */
export function groupForFlood(alarms: readonly FloodAlarm[]): {
  readonly groups: readonly FloodGroup[];
  readonly single: readonly FloodAlarm[];
} {
  const groups: FloodGroup[] = [];
  let rest = alarms.filter((alarm) => alarm.priority !== 'P1');
  for (const cause of FLOOD_CAUSES) {
    const byValue = groupBy(rest, (alarm) => alarm[cause]);
    const folded = new Set<FloodAlarm>();
    for (const [value, members] of byValue) {
      if (value === null || members.length < MEMBERS_MIN) continue;
      groups.push(groupOf(cause, value, members));
      for (const member of members) folded.add(member);
    }
    rest = rest.filter((alarm) => !folded.has(alarm));
  }
  const left = new Set(rest);
  return { groups, single: alarms.filter((alarm) => alarm.priority === 'P1' || left.has(alarm)) };
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

function groupOf(cause: FloodCause, value: string, members: readonly FloodAlarm[]): FloodGroup {
  const inOrder = [...members].sort((left, right) => left.announcedAt - right.announcedAt);
  const worst = members.map(({ priority }) => priority).sort()[0]!;
  return { cause, value, firstOut: inOrder[0]!, worst, members: inOrder };
}
