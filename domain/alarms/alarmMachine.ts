import { DomainError } from '../errors';
import {
  ACTIVATIONS_KEPT,
  type Alarm,
  type AlarmBaseState,
  type AlarmPriority,
  alarmBaseState,
  axesOf,
  isAnnunciated,
} from './alarm';

/** Events on the base state. REALARM: an acknowledged alarm without action comes back after its interval. */
export const ALARM_EVENTS = ['RAISE', 'RETURN', 'ACKNOWLEDGE', 'RESET', 'REALARM'] as const;
export type AlarmEventKind = (typeof ALARM_EVENTS)[number];

/** SAME: nothing changes but the count. RETURN_*: to the latched state where the rule latches, else RTN_UNACK or NORMAL. */
type Cell = AlarmBaseState | 'SAME' | 'REFUSED' | 'RETURN_UNACK' | 'RETURN_ACK';

/** Every base state with every event; the compiler finds a missing cell. */
export const ALARM_TABLE: Readonly<Record<AlarmBaseState, Readonly<Record<AlarmEventKind, Cell>>>> = {
  // A closed episode takes nothing: a new condition is a new row.
  NORMAL: { RAISE: 'REFUSED', RETURN: 'SAME', ACKNOWLEDGE: 'REFUSED', RESET: 'REFUSED', REALARM: 'SAME' },
  UNACK: { RAISE: 'SAME', RETURN: 'RETURN_UNACK', ACKNOWLEDGE: 'ACKED', RESET: 'REFUSED', REALARM: 'SAME' },
  ACKED: { RAISE: 'SAME', RETURN: 'RETURN_ACK', ACKNOWLEDGE: 'SAME', RESET: 'REFUSED', REALARM: 'UNACK' },
  RTN_UNACK: { RAISE: 'UNACK', RETURN: 'SAME', ACKNOWLEDGE: 'NORMAL', RESET: 'REFUSED', REALARM: 'SAME' },
  LATCHED_UNACK: {
    RAISE: 'UNACK',
    RETURN: 'SAME',
    ACKNOWLEDGE: 'LATCHED_ACK',
    RESET: 'REFUSED',
    REALARM: 'SAME',
  },
  LATCHED_ACK: { RAISE: 'ACKED', RETURN: 'SAME', ACKNOWLEDGE: 'SAME', RESET: 'NORMAL', REALARM: 'SAME' },
};

/** Events on the three overlays. Expiry and removal evaluate the base state again. */
export const OVERLAY_EVENTS = [
  'SHELVE',
  'UNSHELVE',
  'SHELVE_EXPIRED',
  'SUPPRESS',
  'UNSUPPRESS',
  'TAKE_OUT_OF_SERVICE',
  'RETURN_TO_SERVICE',
] as const;
export type OverlayEventKind = (typeof OVERLAY_EVENTS)[number];

export type AlarmEvent =
  | { readonly kind: 'RAISE' | 'RETURN' | 'ACKNOWLEDGE' | 'REALARM'; readonly at: number }
  | { readonly kind: 'RESET'; readonly at: number; readonly note: string }
  | { readonly kind: 'SHELVE'; readonly at: number; readonly until: number }
  | { readonly kind: 'UNSHELVE' | 'SHELVE_EXPIRED' | 'UNSUPPRESS' | 'RETURN_TO_SERVICE'; readonly at: number }
  | { readonly kind: 'SUPPRESS'; readonly at: number; readonly by: string }
  | { readonly kind: 'TAKE_OUT_OF_SERVICE'; readonly at: number; readonly ticket: string };

/** What follows from a step. ANNOUNCE: sound and notify; NOTIFY_RETURN: tell that a P1 or P2 has gone; CLOSE: the episode ended. */
export type AlarmEffect = 'ANNOUNCE' | 'NOTIFY_RETURN' | 'CLOSE';

export interface AlarmStep {
  readonly outcome: 'MOVED' | 'SAME' | 'REFUSED';
  readonly alarm: Alarm;
  readonly effects: readonly AlarmEffect[];
}

/** A new episode, unacknowledged, from the reading that satisfied the on-delay (`at`). */
export function raiseAlarm(
  rule: { readonly ruleCode: string; readonly priority: AlarmPriority; readonly latching: boolean },
  objectId: string,
  at: number,
  suppressedBy: string | null = null,
): AlarmStep {
  const alarm: Alarm = {
    ruleCode: rule.ruleCode,
    priority: rule.priority,
    latching: rule.latching,
    objectId,
    condition: 'ACTIVE',
    acknowledged: false,
    latched: rule.latching,
    shelvedUntil: null,
    suppressedBy: rule.priority === 'P1' ? null : suppressedBy,
    outOfServiceTicket: null,
    raisedAt: at,
    activeSince: at,
    acknowledgedAt: null,
    returnedAt: null,
    lastAt: at,
    count: 1,
    activations: [at],
  };
  return { outcome: 'MOVED', alarm, effects: isAnnunciated(alarm) ? ['ANNOUNCE'] : [] };
}

/** Longest shelving by priority (ms): P1 15 min and a second person, the others 8 h. */
export function shelveLimitMs(priority: AlarmPriority): number {
  return priority === 'P1' ? 15 * 60_000 : 8 * 3_600_000;
}

/**
 * One step of an alarm. REFUSED leaves it unchanged: an act that is not possible in this state. Throws `invalid` for a reset
 * without a note or a shelving that is over its limit or already past.
 */
export function alarmStep(alarm: Alarm, event: AlarmEvent): AlarmStep {
  switch (event.kind) {
    case 'RAISE':
    case 'RETURN':
    case 'ACKNOWLEDGE':
    case 'REALARM':
      return baseStep(alarm, event.kind, event.at);
    case 'RESET':
      if (event.note.trim() === '')
        throw new DomainError('invalid', 'NOTE_NEEDED', 'A reset needs a note of what was inspected.', {
          field: '/note',
        });
      return baseStep(alarm, 'RESET', event.at);
    default:
      return overlayStep(alarm, event);
  }
}

function baseStep(alarm: Alarm, kind: AlarmEventKind, at: number): AlarmStep {
  const from = alarmBaseState(alarm);
  const cell = ALARM_TABLE[from][kind];
  if (cell === 'REFUSED') return { outcome: 'REFUSED', alarm, effects: [] };
  if (cell === 'SAME') return same(kind === 'RAISE' ? hit(alarm, at) : alarm);
  const to = targetOf(cell, alarm.latching);
  const moved: Alarm = { ...alarm, ...axesOf(to, alarm.latching), ...stampsOf(alarm, kind, to, at) };
  return { outcome: 'MOVED', alarm: moved, effects: effectsOf(moved, kind, to) };
}

function targetOf(cell: AlarmBaseState | 'RETURN_UNACK' | 'RETURN_ACK', latching: boolean): AlarmBaseState {
  if (cell === 'RETURN_UNACK') return latching ? 'LATCHED_UNACK' : 'RTN_UNACK';
  if (cell === 'RETURN_ACK') return latching ? 'LATCHED_ACK' : 'NORMAL';
  return cell;
}

function hit(alarm: Alarm, at: number): Alarm {
  return { ...alarm, lastAt: Math.max(alarm.lastAt, at), count: alarm.count + 1 };
}

function stampsOf(alarm: Alarm, kind: AlarmEventKind, to: AlarmBaseState, at: number): Partial<Alarm> {
  switch (kind) {
    case 'RAISE':
      return {
        ...pick(hit(alarm, at)),
        activeSince: at,
        returnedAt: null,
        acknowledgedAt: to === 'UNACK' ? null : alarm.acknowledgedAt,
        activations: [...alarm.activations, at].slice(-ACTIVATIONS_KEPT),
      };
    case 'RETURN':
      return { returnedAt: at };
    case 'ACKNOWLEDGE':
      return { acknowledgedAt: at };
    case 'REALARM':
      return { ...pick(hit(alarm, at)), activeSince: at, acknowledgedAt: null };
    case 'RESET':
      return {};
  }
}

function pick({ lastAt, count }: Alarm): Pick<Alarm, 'lastAt' | 'count'> {
  return { lastAt, count };
}

function effectsOf(alarm: Alarm, kind: AlarmEventKind, to: AlarmBaseState): AlarmEffect[] {
  const shown = isAnnunciated(alarm);
  const effects: AlarmEffect[] = [];
  if (to === 'UNACK' && shown) effects.push('ANNOUNCE');
  if (kind === 'RETURN' && shown && (alarm.priority === 'P1' || alarm.priority === 'P2'))
    effects.push('NOTIFY_RETURN');
  if (to === 'NORMAL') effects.push('CLOSE');
  return effects;
}

type OverlayEvent = Extract<AlarmEvent, { kind: OverlayEventKind }>;

function overlayStep(alarm: Alarm, event: OverlayEvent): AlarmStep {
  if (alarmBaseState(alarm) === 'NORMAL') return { outcome: 'REFUSED', alarm, effects: [] };
  switch (event.kind) {
    case 'SHELVE':
      return overlaid(alarm, { shelvedUntil: shelveUntil(alarm, event.at, event.until) });
    case 'UNSHELVE':
      return alarm.shelvedUntil === null ? same(alarm) : overlaid(alarm, { shelvedUntil: null });
    case 'SHELVE_EXPIRED':
      return shelveExpired(alarm, event.at);
    case 'SUPPRESS':
      if (alarm.priority === 'P1') return { outcome: 'REFUSED', alarm, effects: [] };
      return overlaid(alarm, { suppressedBy: event.by });
    case 'UNSUPPRESS':
      return alarm.suppressedBy === null ? same(alarm) : overlaid(alarm, { suppressedBy: null });
    case 'TAKE_OUT_OF_SERVICE':
      return overlaid(alarm, { outOfServiceTicket: event.ticket });
    case 'RETURN_TO_SERVICE':
      return alarm.outOfServiceTicket === null ? same(alarm) : overlaid(alarm, { outOfServiceTicket: null });
  }
}

function same(alarm: Alarm): AlarmStep {
  return { outcome: 'SAME', alarm, effects: [] };
}

function shelveUntil(alarm: Alarm, at: number, until: number): number {
  if (until <= at || until - at > shelveLimitMs(alarm.priority))
    throw new DomainError(
      'invalid',
      'SHELVE_TOO_LONG',
      'The time of shelving is over the limit of this priority.',
      {
        field: '/until',
        limitMs: shelveLimitMs(alarm.priority),
      },
    );
  return until;
}

/** A shelved alarm that is still active when its time is over is announced again, acknowledged before or not. */
function shelveExpired(alarm: Alarm, at: number): AlarmStep {
  if (alarm.shelvedUntil === null || at < alarm.shelvedUntil) return same(alarm);
  const back =
    alarm.condition === 'ACTIVE' ? { acknowledged: false, acknowledgedAt: null, activeSince: at } : {};
  return overlaid(alarm, { shelvedUntil: null, ...back });
}

/** Announces an unacknowledged active alarm when the last overlay goes. */
function overlaid(alarm: Alarm, change: Partial<Alarm>): AlarmStep {
  const changed = { ...alarm, ...change };
  const uncovered = !isAnnunciated(alarm) && isAnnunciated(changed) && alarmBaseState(changed) === 'UNACK';
  return { outcome: 'MOVED', alarm: changed, effects: uncovered ? ['ANNOUNCE'] : [] };
}
