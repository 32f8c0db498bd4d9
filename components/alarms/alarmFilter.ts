import type { LiveAlarm } from '../../contracts/liveEvents';
import { isCovered, shownState } from '../live/alarmView';

/** Which part of the list is shown; lives in the address, so that a link opens the same view. */
export interface AlarmFilter {
  priority: 1 | 2 | 3 | 4 | null;
  /** Null: what is annunciated. */
  state: 'unacked' | 'latched' | 'shelved' | 'suppressed' | null;
  /** Code of a building. */
  zone: string | null;
  mine: boolean;
}

const STATES = ['unacked', 'latched', 'shelved', 'suppressed'] as const;

/** Reads the address; anything unknown filters nothing. */
export function filterFrom(params: { get(name: string): string | null }): AlarmFilter {
  const priority = Number(params.get('priority'));
  const state = params.get('state');
  return {
    priority: priority === 1 || priority === 2 || priority === 3 || priority === 4 ? priority : null,
    state: STATES.find((each) => each === state) ?? null,
    zone: params.get('zone'),
    mine: params.get('mine') === '1',
  };
}

/** The address's part after `?`, empty when nothing is filtered. */
export function queryOf(filter: AlarmFilter): string {
  const params = new URLSearchParams();
  if (filter.priority !== null) params.set('priority', String(filter.priority));
  if (filter.state !== null) params.set('state', filter.state);
  if (filter.zone !== null) params.set('zone', filter.zone);
  if (filter.mine) params.set('mine', '1');
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** Whether an alarm belongs to the view. What is shelved, suppressed or out of service shows only where it is asked for. */
export function isShown(alarm: LiveAlarm, filter: AlarmFilter, me: string, now: number): boolean {
  const state = shownState(alarm, now);
  if (filter.priority !== null && alarm.priority !== filter.priority) return false;
  if (filter.zone !== null && alarm.place.building !== filter.zone) return false;
  if (filter.mine && alarm.acknowledgedBy !== me && alarm.owner !== me) return false;
  switch (filter.state) {
    case 'shelved':
      return state === 'SHELVED';
    case 'suppressed':
      return state === 'SUPPRESSED_BY_DESIGN';
    case 'unacked':
      return state === 'UNACK' || state === 'RTN_UNACK' || state === 'LATCHED_UNACK';
    case 'latched':
      return state === 'LATCHED_UNACK' || state === 'LATCHED_ACK';
    case null:
      return !isCovered(state);
  }
}
