import type { LiveAlarm } from '../../contracts/liveEvents';
import { shownState } from '../live/alarmView';

/** What the page's headline says of alarms: the worst kind, where it is, and how many stand. */
export interface AlarmHeadline {
  readonly rule: string;
  readonly count: number;
  /** Code of the one building concerned; null: the campus itself. */
  readonly building: string | null;
  /** How many buildings, where it is more than one. */
  readonly buildings: number;
  /** The alarm to open: unacknowledged before acknowledged, then the newest. */
  readonly first: LiveAlarm;
}

/**
 * The worst that stands on the campus in one phrase: the alarms of the highest priority, of the kind of its newest. Only P1
 * and P2 make a headline; what is shelved, suppressed or over does not.
 *
 * @param alarms unacknowledged first, then by priority, then newest, as the live store lists them
 */
export function alarmHeadline(alarms: readonly LiveAlarm[], now: number): AlarmHeadline | null {
  const standing = alarms.filter((alarm) => {
    const state = shownState(alarm, now);
    return alarm.priority <= 2 && (state === 'UNACK' || state === 'ACKED');
  });
  const worst = standing.reduce<1 | 2 | 3 | 4>(
    (best, { priority }) => (priority < best ? priority : best),
    4,
  );
  const [first] = standing.filter(({ priority }) => priority === worst);
  if (!first) return null;
  const same = standing.filter(({ priority, rule }) => priority === worst && rule === first.rule);
  const buildings = new Set(same.map(({ place }) => place.building));
  return {
    rule: first.rule,
    count: same.length,
    building: buildings.size === 1 ? first.place.building : null,
    buildings: buildings.size,
    first,
  };
}
