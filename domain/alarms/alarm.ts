/** 1 is the most urgent. */
export const ALARM_PRIORITIES = ['P1', 'P2', 'P3', 'P4'] as const;
export type AlarmPriority = (typeof ALARM_PRIORITIES)[number];

export type AlarmCondition = 'ACTIVE' | 'NORMAL';

/**
 * One episode of one rule at one object, stored on its axes; the ISA-18.2 state is derived. Returning to NORMAL ends the
 * episode: the next one is a new row. Times in ms UTC.
 */
export interface Alarm {
  readonly ruleCode: string;
  readonly objectId: string;
  readonly priority: AlarmPriority;
  /** The rule latches: after the condition has gone the alarm stays until a person resets it. */
  readonly latching: boolean;
  readonly condition: AlarmCondition;
  readonly acknowledged: boolean;
  /** Held by a latch: from raising until reset; always false for a rule that doesn't latch. */
  readonly latched: boolean;
  readonly shelvedUntil: number | null;
  /** What makes the alarm expected, e.g. `gateway:G12`. */
  readonly suppressedBy: string | null;
  readonly outOfServiceTicket: string | null;
  readonly raisedAt: number;
  /** The reading that satisfied the on-delay, or the newest re-activation; deadlines run from it (`nextEscalation`). */
  readonly activeSince: number;
  readonly acknowledgedAt: number | null;
  readonly returnedAt: number | null;
  /** Newest hit. */
  readonly lastAt: number;
  /** Hits within the episode, the first included. */
  readonly count: number;
  /** Newest activations (ms UTC), at most `ACTIVATIONS_KEPT`, to see chattering. */
  readonly activations: readonly number[];
  /** It came at least three times within a minute. */
  readonly chatter: boolean;
  /** Its newest activation was gone within 10 s. */
  readonly fleeting: boolean;
  /** What its chattering added to the rule's off-delay (ms); 0: nothing. */
  readonly offDelayMs: number;
  /** While an added off-delay runs: when the return takes effect (ms UTC). */
  readonly returnDue: number | null;
  /** When people were last told of it (ms UTC); null: never, it came under an overlay. */
  readonly announcedAt: number | null;
}

/** Enough to see three activations in a minute. */
export const ACTIVATIONS_KEPT = 5;

/** Base states of ISA-18.2, A to F. */
export const ALARM_BASE_STATES = [
  'NORMAL',
  'UNACK',
  'ACKED',
  'RTN_UNACK',
  'LATCHED_UNACK',
  'LATCHED_ACK',
] as const;
export type AlarmBaseState = (typeof ALARM_BASE_STATES)[number];

/** What is shown: the base state, unless an overlay covers it. */
export type AlarmState = AlarmBaseState | 'SHELVED' | 'SUPPRESSED_BY_DESIGN' | 'OUT_OF_SERVICE';

type Axes = Pick<Alarm, 'condition' | 'acknowledged' | 'latched'>;

/** The base state of the three axes. */
export function alarmBaseState({ condition, acknowledged, latched }: Axes): AlarmBaseState {
  if (condition === 'ACTIVE') return acknowledged ? 'ACKED' : 'UNACK';
  if (latched) return acknowledged ? 'LATCHED_ACK' : 'LATCHED_UNACK';
  return acknowledged ? 'NORMAL' : 'RTN_UNACK';
}

/** The axes of a base state; the inverse of `alarmBaseState` for a rule that latches or not. */
export function axesOf(state: AlarmBaseState, latching: boolean): Axes {
  switch (state) {
    case 'UNACK':
      return { condition: 'ACTIVE', acknowledged: false, latched: latching };
    case 'ACKED':
      return { condition: 'ACTIVE', acknowledged: true, latched: latching };
    case 'RTN_UNACK':
      return { condition: 'NORMAL', acknowledged: false, latched: false };
    case 'LATCHED_UNACK':
      return { condition: 'NORMAL', acknowledged: false, latched: true };
    case 'LATCHED_ACK':
      return { condition: 'NORMAL', acknowledged: true, latched: true };
    case 'NORMAL':
      return { condition: 'NORMAL', acknowledged: true, latched: false };
  }
}

/** The state to show: out of service before suppressed before shelved before the base state. A closed episode is NORMAL. */
export function alarmStateOf(alarm: Alarm): AlarmState {
  const base = alarmBaseState(alarm);
  if (base === 'NORMAL') return base;
  if (alarm.outOfServiceTicket !== null) return 'OUT_OF_SERVICE';
  if (alarm.suppressedBy !== null) return 'SUPPRESSED_BY_DESIGN';
  return alarm.shelvedUntil !== null ? 'SHELVED' : base;
}

/** True while the alarm is annunciated: no overlay covers it. */
export function isAnnunciated(alarm: Alarm): boolean {
  return alarm.outOfServiceTicket === null && alarm.suppressedBy === null && alarm.shelvedUntil === null;
}

/** Instants of a stored episode that say since when it is in its state; ms UTC. */
export interface StateInstants extends Axes {
  /** Its rule latches. */
  readonly latching: boolean;
  /** When it was first told of, by our clock. */
  readonly raisedMs: number;
  /** When its condition first became true, and last. */
  readonly sinceMs: number;
  readonly activeSinceMs: number;
  readonly acknowledgedMs: number | null;
  readonly returnedMs: number | null;
  readonly endedMs: number | null;
}

/**
 * Since when an episode is in its base state, ms UTC. A first activation counts from its raising, a later one (it came back, or was announced
 * again because nothing was done) from that. What is back to normal is so since its return, whenever somebody acknowledged it; behind
 * a latch, since its release.
 */
export function baseStateSince(alarm: StateInstants): number {
  const { raisedMs, sinceMs, activeSinceMs, acknowledgedMs, returnedMs, endedMs, latching } = alarm;
  const activeMs = activeSinceMs === sinceMs ? raisedMs : activeSinceMs;
  const returned = returnedMs ?? activeMs;
  switch (alarmBaseState(alarm)) {
    case 'UNACK':
      return activeMs;
    case 'ACKED':
      return Math.max(activeMs, acknowledgedMs ?? activeMs);
    case 'RTN_UNACK':
    case 'LATCHED_UNACK':
      return returned;
    case 'LATCHED_ACK':
      return Math.max(returned, acknowledgedMs ?? returned);
    case 'NORMAL':
      return latching ? (endedMs ?? returned) : returned;
  }
}
