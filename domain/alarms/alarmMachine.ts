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
import { activated, activatedAt, type EpisodeBefore, goesOn, isFleeting } from './alarmFlags';

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

/** RETURN_DUE: the clock ends an off-delay that chattering has added. */
export type AlarmEvent =
  | { readonly kind: 'RAISE' | 'RETURN' | 'RETURN_DUE' | 'ACKNOWLEDGE' | 'REALARM'; readonly at: number }
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

/** What a new episode begins under. */
export interface EpisodeStart {
  readonly suppressedBy?: string | null;
  /** The episode before it at the same object. */
  readonly before?: EpisodeBefore | null;
  /** Overlays that people laid on the alarm and that outlast its episodes. */
  readonly shelvedUntil?: number | null;
  readonly outOfServiceTicket?: string | null;
}

/** A new episode, unacknowledged, from the reading that satisfied the on-delay (`at`). */
export function raiseAlarm(
  rule: { readonly ruleCode: string; readonly priority: AlarmPriority; readonly latching: boolean },
  objectId: string,
  at: number,
  { suppressedBy = null, before = null, shelvedUntil = null, outOfServiceTicket = null }: EpisodeStart = {},
): AlarmStep {
  const earlier = before && goesOn(before, at) ? before : { activations: [], offDelayMs: 0 };
  const alarm: Alarm = {
    ruleCode: rule.ruleCode,
    priority: rule.priority,
    latching: rule.latching,
    objectId,
    condition: 'ACTIVE',
    acknowledged: false,
    latched: rule.latching,
    shelvedUntil,
    suppressedBy: rule.priority === 'P1' ? null : suppressedBy,
    outOfServiceTicket,
    raisedAt: at,
    activeSince: at,
    acknowledgedAt: null,
    returnedAt: null,
    lastAt: at,
    count: 1,
    ...activated({ ...earlier, chatter: earlier.offDelayMs > 0 }, at, ACTIVATIONS_KEPT),
    returnDue: null,
    announcedAt: null,
  };
  if (!isAnnunciated(alarm)) return { outcome: 'MOVED', alarm, effects: [] };
  return { outcome: 'MOVED', alarm: { ...alarm, announcedAt: at }, effects: ['ANNOUNCE'] };
}

/**
 * The rule finds the condition more urgent than it was told. Whoever acknowledged or covered it did so for less: it is told anew,
 * and its ladder begins again. What covers a P1 takes two people, so a P1 comes out from under what covered less. SAME where it is
 * not more urgent, or its condition has gone.
 */
export function moreUrgent(alarm: Alarm, priority: AlarmPriority, at: number): AlarmStep {
  if (priority >= alarm.priority || alarm.condition !== 'ACTIVE') return same(alarm);
  const uncovered =
    priority === 'P1' ? { shelvedUntil: null, suppressedBy: null, outOfServiceTicket: null } : {};
  const changed: Alarm = {
    ...alarm,
    ...uncovered,
    priority,
    acknowledged: false,
    acknowledgedAt: null,
    activeSince: at,
  };
  return stepTo(changed, isAnnunciated(changed) ? ['ANNOUNCE'] : [], at);
}

/** Longest shelving by priority (ms): P1 15 min and a second person, the others 8 h. */
export function shelveLimitMs(priority: AlarmPriority): number {
  return priority === 'P1' ? 15 * 60_000 : 8 * 3_600_000;
}

/**
 * One step of an alarm. REFUSED leaves it unchanged: an act that is not possible in this state. Throws `invalid` for a reset
 * without a note, a shelving that is over its limit or already past, or being taken out of service without a ticket.
 */
export function alarmStep(alarm: Alarm, event: AlarmEvent): AlarmStep {
  switch (event.kind) {
    case 'RAISE':
    case 'ACKNOWLEDGE':
    case 'REALARM':
      return baseStep(alarm, event.kind, event.at);
    case 'RETURN':
      return returned(alarm, event.at);
    case 'RETURN_DUE':
      return alarm.returnDue === null || event.at < alarm.returnDue
        ? same(alarm)
        : baseStep(alarm, 'RETURN', event.at);
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

/** The condition has gone: at once, or, for an alarm that chatters, once it has stayed away for the added off-delay. */
function returned(alarm: Alarm, at: number): AlarmStep {
  if (alarm.condition !== 'ACTIVE' || alarm.offDelayMs === 0) return baseStep(alarm, 'RETURN', at);
  return same({ ...alarm, returnDue: alarm.returnDue ?? at + alarm.offDelayMs });
}

function baseStep(alarm: Alarm, kind: AlarmEventKind, at: number): AlarmStep {
  const from = alarmBaseState(alarm);
  const cell = ALARM_TABLE[from][kind];
  if (cell === 'REFUSED') return { outcome: 'REFUSED', alarm, effects: [] };
  if (cell === 'SAME') return same(kind === 'RAISE' ? { ...hit(alarm, at), returnDue: null } : alarm);
  const to = targetOf(cell, alarm);
  const moved: Alarm = { ...alarm, ...axesOf(to, alarm.latching), ...stampsOf(alarm, kind, to, at) };
  return stepTo(moved, effectsOf(moved, kind, to), at);
}

/** A move with its effects; an announcement is remembered. */
function stepTo(moved: Alarm, effects: readonly AlarmEffect[], at: number): AlarmStep {
  const alarm = effects.includes('ANNOUNCE') ? { ...moved, announcedAt: at } : moved;
  return { outcome: 'MOVED', alarm, effects };
}

function targetOf(
  cell: AlarmBaseState | 'RETURN_UNACK' | 'RETURN_ACK',
  { latching, announcedAt }: Alarm,
): AlarmBaseState {
  if (cell === 'RETURN_UNACK') {
    if (latching) return 'LATCHED_UNACK';
    // Nobody was told of it, so nobody has to say that it was seen: it came and went under an overlay.
    return announcedAt === null ? 'NORMAL' : 'RTN_UNACK';
  }
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
        ...activated(alarm, at, ACTIVATIONS_KEPT),
      };
    case 'RETURN': {
      const gone = alarm.returnDue === null ? at : alarm.returnDue - alarm.offDelayMs;
      return { returnedAt: at, returnDue: null, fleeting: isFleeting(activatedAt(alarm), gone) };
    }
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

/** Overlays that people take off again outlast an episode; all others need one. */
const OUTLASTING: ReadonlySet<OverlayEventKind> = new Set([
  'UNSHELVE',
  'SHELVE_EXPIRED',
  'RETURN_TO_SERVICE',
]);

function overlayStep(alarm: Alarm, event: OverlayEvent): AlarmStep {
  if (alarmBaseState(alarm) === 'NORMAL' && !OUTLASTING.has(event.kind))
    return { outcome: 'REFUSED', alarm, effects: [] };
  const { at } = event;
  switch (event.kind) {
    case 'SHELVE':
      return overlaid(alarm, { shelvedUntil: shelveUntil(alarm, at, event.until) }, at);
    case 'UNSHELVE':
      return alarm.shelvedUntil === null ? same(alarm) : overlaid(alarm, { shelvedUntil: null }, at);
    case 'SHELVE_EXPIRED':
      return shelveExpired(alarm, at);
    case 'SUPPRESS':
      if (alarm.priority === 'P1') return { outcome: 'REFUSED', alarm, effects: [] };
      return overlaid(alarm, { suppressedBy: event.by }, at);
    case 'UNSUPPRESS':
      return alarm.suppressedBy === null ? same(alarm) : overlaid(alarm, { suppressedBy: null }, at);
    case 'TAKE_OUT_OF_SERVICE':
      return overlaid(alarm, { outOfServiceTicket: ticketOf(event.ticket) }, at);
    case 'RETURN_TO_SERVICE':
      return alarm.outOfServiceTicket === null
        ? same(alarm)
        : overlaid(alarm, { outOfServiceTicket: null }, at);
  }
}

function ticketOf(ticket: string): string {
  if (ticket.trim() === '')
    throw new DomainError('invalid', 'TICKET_NEEDED', 'Taking an alarm out of service needs a ticket.', {
      field: '/ticket',
    });
  return ticket.trim();
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
  return overlaid(alarm, { shelvedUntil: null, ...back }, at);
}

/** Announces an unacknowledged active alarm when the last overlay goes. */
function overlaid(alarm: Alarm, change: Partial<Alarm>, at: number): AlarmStep {
  const changed = { ...alarm, ...change };
  const uncovered = !isAnnunciated(alarm) && isAnnunciated(changed) && alarmBaseState(changed) === 'UNACK';
  return stepTo(changed, uncovered ? ['ANNOUNCE'] : [], at);
}
