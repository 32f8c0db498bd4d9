import type { LiveAlarm } from '../../contracts/liveEvents';
import { type FloodAlarm, type FloodCause, groupForFlood } from '../../domain/alarms/flood';

/** What stands on the list of a flood: a card for alarms of one cause, or an alarm by itself. */
export interface FloodCard<T> {
  /** The same for the same cause however its members change, e.g. `gateway:GW-03`; an alarm by itself has its id. */
  readonly key: string;
  /** `counted`: P3 and P4 that share no cause. Null: an alarm by itself. */
  readonly cause: FloodCause | 'counted' | null;
  /** Code of the gateway, feeder, building or rule; empty where the cause is none of them. */
  readonly value: string;
  /** In the order of the list. */
  readonly rows: readonly T[];
}

interface WithAlarm {
  readonly alarm: LiveAlarm;
}

/** Folds a list by common cause, never a P1. The order of the list is kept: a card stands where its first row stood. */
export function floodCards<T extends WithAlarm>(rows: readonly T[]): FloodCard<T>[] {
  const { groups, counted } = groupForFlood(rows.map(foldable));
  const cardOf = new Map<T, Omit<FloodCard<T>, 'rows'>>();
  for (const { cause, value, members } of groups)
    for (const { row } of members) cardOf.set(row, { key: `${cause}:${value}`, cause, value });
  // One alarm is no count.
  if (counted.length > 1)
    for (const { row } of counted) cardOf.set(row, { key: 'counted', cause: 'counted', value: '' });
  const cards = new Map<string, { card: Omit<FloodCard<T>, 'rows'>; rows: T[] }>();
  for (const row of rows) {
    const card = cardOf.get(row) ?? { key: row.alarm.id, cause: null, value: '' };
    const known = cards.get(card.key);
    if (known) known.rows.push(row);
    else cards.set(card.key, { card, rows: [row] });
  }
  return [...cards.values()].map(({ card, rows: members }) => ({ ...card, rows: members }));
}

/**
 * Whether new alarms sound in a flood: once for a card, so one that joins a card with an alarm that was heard stays silent.
 *
 * @param alarms all on the list, the new ones among them
 */
export function soundsInFlood(
  alarms: readonly LiveAlarm[],
  fresh: readonly string[],
  heard: ReadonlySet<string>,
): boolean {
  const isFresh = new Set(fresh);
  return floodCards(alarms.map((alarm) => ({ alarm }))).some(
    ({ rows }) =>
      rows.some(({ alarm }) => isFresh.has(alarm.id)) && !rows.some(({ alarm }) => heard.has(alarm.id)),
  );
}

function foldable<T extends WithAlarm>(row: T): FloodAlarm & { readonly row: T } {
  const { id, priority, causes, place, rule, raisedAt } = row.alarm;
  return {
    row,
    id,
    priority: `P${priority}`,
    announcedAt: raisedAt,
    gateway: causes.gateway,
    feeder: causes.feeder,
    building: place.building,
    ruleCode: rule,
  };
}
