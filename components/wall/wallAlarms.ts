import type { LiveAlarm } from '../../contracts/liveEvents';
import { isFeeder, shownState, standingFigure, standsAtFeeder } from '../live/alarmView';
import type { MarkState, Priority } from '../ui/AlarmMark';

/** One line of the alarm scene. Rooms of one building with the same trouble are one line: a wall names no room. */
export interface WallAlarm {
  readonly key: string;
  readonly priority: Priority;
  readonly rule: string;
  readonly mark: MarkState;
  /** Lower-case state for tests and styles. */
  readonly state: 'unacked' | 'acked' | 'returned' | 'latched';
  /** Alarms in it, and how many of them nobody has acknowledged. */
  readonly count: number;
  readonly unacknowledged: number;
  /** True where it stands for rooms rather than for a feeder, gateway or the campus. */
  readonly rooms: boolean;
  /** Of rooms only what tells nothing of how people live there: how hot, how much current to earth; the worst of them. Null: none to tell, or what it was told of has returned. */
  readonly figure: string | null;
  readonly building: string | null;
  /** Names of the floors, as the campus gave them, in order of appearance. */
  readonly floors: readonly string[];
  /** Code of the feeder, gateway or other thing outside rooms. */
  readonly unit: string | null;
  readonly kind: 'FEEDER' | 'GATEWAY' | 'OTHER';
  readonly raisedAt: number;
  readonly escalatesAt: number | null;
}

const STATES: Partial<Record<ReturnType<typeof shownState>, WallAlarm['state']>> = {
  UNACK: 'unacked',
  ACKED: 'acked',
  RTN_UNACK: 'returned',
  LATCHED_UNACK: 'latched',
  LATCHED_ACK: 'latched',
};
const ORDER: readonly WallAlarm['state'][] = ['unacked', 'acked', 'latched', 'returned'];

/**
 * What the alarm scene lists: P1 to P3 that are neither shelved, suppressed nor out of service, rooms gathered by building;
 * unacknowledged first, then by priority, then the newest.
 */
export function wallAlarms(alarms: readonly LiveAlarm[], now: number): WallAlarm[] {
  const groups = new Map<string, { alarm: LiveAlarm; state: WallAlarm['state'] }[]>();
  for (const alarm of alarms) {
    const state = STATES[shownState(alarm, now)];
    if (!state || alarm.priority > 3) continue;
    const key = alarm.inRoom
      ? `${alarm.priority}/${alarm.rule}/${alarm.place.building ?? ''}`
      : `${alarm.priority}/${alarm.id}`;
    const list = groups.get(key);
    if (list) list.push({ alarm, state });
    else groups.set(key, [{ alarm, state }]);
  }
  return [...groups]
    .map(([key, list]) => wallAlarm(key, list))
    .sort(
      (a, b) =>
        Number(b.unacknowledged > 0) - Number(a.unacknowledged > 0) ||
        a.priority - b.priority ||
        b.raisedAt - a.raisedAt,
    );
}

/** Whether an unacknowledged P1 stands: it holds the alarm scene. */
export function hasUnacknowledgedP1(rows: readonly WallAlarm[]): boolean {
  return rows.some(({ priority, unacknowledged }) => priority === 1 && unacknowledged > 0);
}

/** The unacknowledged P2 that the band shows on the other scenes. */
export function bandAlarm(rows: readonly WallAlarm[]): WallAlarm | null {
  return rows.find(({ priority, state }) => priority === 2 && state === 'unacked') ?? null;
}

function wallAlarm(key: string, list: readonly { alarm: LiveAlarm; state: WallAlarm['state'] }[]): WallAlarm {
  const state = ORDER.find((one) => list.some((member) => member.state === one))!;
  const leading = list.filter((member) => member.state === state).map(({ alarm }) => alarm);
  const first = leading.reduce((oldest, alarm) => (alarm.raisedAt < oldest.raisedAt ? alarm : oldest));
  const rooms = first.inRoom;
  const { place } = first;
  const kind =
    place.gateway !== null && place.point === null
      ? 'GATEWAY'
      : isFeeder(first) || standsAtFeeder(first)
        ? 'FEEDER'
        : 'OTHER';
  return {
    key,
    priority: first.priority,
    rule: first.rule,
    mark: state,
    state,
    count: list.length,
    unacknowledged: list.filter(({ alarm }) => alarm.state === 'UNACK' || alarm.state.endsWith('_UNACK'))
      .length,
    rooms,
    figure: rooms ? worstFigure(leading) : standingFigure(first),
    building: place.building,
    floors: rooms ? [...new Set(list.flatMap(({ alarm }) => alarm.place.path[1] ?? []))].sort(byNumber) : [],
    unit: rooms ? null : kind === 'GATEWAY' ? place.gateway : (place.point ?? place.meter),
    kind,
    raisedAt: first.raisedAt,
    escalatesAt: first.escalatesAt,
  };
}

function worstFigure(alarms: readonly LiveAlarm[]): string | null {
  const told = alarms.filter(
    ({ rule, unit, returnedAt }) => returnedAt === null && (unit === 'C' || rule === 'LEAKAGE'),
  );
  const [worst] = told.toSorted((a, b) => Number(b.value) - Number(a.value));
  return worst ? standingFigure(worst) : null;
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
