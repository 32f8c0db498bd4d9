/** States of a command; each attempt to switch a meter is one row that ends in a terminal state and never leaves it. */
export const COMMAND_STATES = [
  'PENDING_APPROVAL',
  'QUEUED',
  'SENT',
  'ACCEPTED',
  'EXECUTED',
  'VERIFIED',
  'UNVERIFIED',
  'FAILED',
  'FAILED_TIMEOUT',
  'EXPIRED',
  'CANCELLED',
  'SUPERSEDED',
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

/**
 * What can happen to a command. PUBLISH is the broker's PUBACK; ACK_* come from the meter; PROOF and CONTRADICTION from a
 * reading newer than the acknowledgement; PROOF_TIMEOUT, TIMEOUT and EXPIRE from the clock; the rest from people and engine.
 */
export const COMMAND_EVENTS = [
  'APPROVE',
  'REJECT',
  'PUBLISH',
  'ACK_ACCEPTED',
  'ACK_DONE',
  'ACK_FAILED',
  'ACK_REJECTED',
  'ACK_EXPIRED',
  'ACK_DUP',
  'PROOF',
  'CONTRADICTION',
  'PROOF_TIMEOUT',
  'TIMEOUT',
  'EXPIRE',
  'SUPERSEDE',
  'CANCEL',
  'RESEND',
] as const;
export type CommandEvent = (typeof COMMAND_EVENTS)[number];

/** IGNORED: late, lost or repeated, nothing to do. REFUSED: an act that is not possible in this state, to be told to who asked. */
type Cell = CommandState | 'IGNORED' | 'REFUSED';
type Row = Readonly<Record<CommandEvent, Cell>>;

/** A terminal row takes nothing more: an acknowledgement that arrives late never brings it back. */
const TERMINAL: Row = {
  APPROVE: 'REFUSED',
  REJECT: 'REFUSED',
  PUBLISH: 'IGNORED',
  ACK_ACCEPTED: 'IGNORED',
  ACK_DONE: 'IGNORED',
  ACK_FAILED: 'IGNORED',
  ACK_REJECTED: 'IGNORED',
  ACK_EXPIRED: 'IGNORED',
  ACK_DUP: 'IGNORED',
  PROOF: 'IGNORED',
  CONTRADICTION: 'IGNORED',
  PROOF_TIMEOUT: 'IGNORED',
  TIMEOUT: 'IGNORED',
  EXPIRE: 'IGNORED',
  SUPERSEDE: 'IGNORED',
  CANCEL: 'REFUSED',
  RESEND: 'REFUSED',
};

/** Every state with every event; the compiler finds a missing cell. */
export const COMMAND_TABLE: Readonly<Record<CommandState, Row>> = {
  PENDING_APPROVAL: {
    APPROVE: 'QUEUED',
    REJECT: 'CANCELLED',
    PUBLISH: 'REFUSED',
    ACK_ACCEPTED: 'IGNORED',
    ACK_DONE: 'IGNORED',
    ACK_FAILED: 'IGNORED',
    ACK_REJECTED: 'IGNORED',
    ACK_EXPIRED: 'IGNORED',
    ACK_DUP: 'IGNORED',
    PROOF: 'IGNORED',
    CONTRADICTION: 'IGNORED',
    PROOF_TIMEOUT: 'IGNORED',
    TIMEOUT: 'IGNORED',
    EXPIRE: 'CANCELLED',
    SUPERSEDE: 'SUPERSEDED',
    CANCEL: 'CANCELLED',
    RESEND: 'REFUSED',
  },
  // A meter's answer may overtake the broker's PUBACK; it names an id that only a published command carries.
  QUEUED: {
    APPROVE: 'REFUSED',
    REJECT: 'REFUSED',
    PUBLISH: 'SENT',
    ACK_ACCEPTED: 'ACCEPTED',
    ACK_DONE: 'EXECUTED',
    ACK_FAILED: 'FAILED',
    ACK_REJECTED: 'FAILED',
    ACK_EXPIRED: 'EXPIRED',
    ACK_DUP: 'EXECUTED',
    PROOF: 'IGNORED',
    CONTRADICTION: 'IGNORED',
    PROOF_TIMEOUT: 'IGNORED',
    TIMEOUT: 'IGNORED',
    EXPIRE: 'EXPIRED',
    SUPERSEDE: 'SUPERSEDED',
    CANCEL: 'CANCELLED',
    RESEND: 'REFUSED',
  },
  // Without an acknowledgement no reading can be newer than it, so nothing is proven yet. What is out cannot be called back.
  SENT: {
    APPROVE: 'REFUSED',
    REJECT: 'REFUSED',
    PUBLISH: 'IGNORED',
    ACK_ACCEPTED: 'ACCEPTED',
    ACK_DONE: 'EXECUTED',
    ACK_FAILED: 'FAILED',
    ACK_REJECTED: 'FAILED',
    ACK_EXPIRED: 'EXPIRED',
    ACK_DUP: 'EXECUTED',
    PROOF: 'IGNORED',
    CONTRADICTION: 'IGNORED',
    PROOF_TIMEOUT: 'IGNORED',
    TIMEOUT: 'FAILED_TIMEOUT',
    EXPIRE: 'FAILED_TIMEOUT',
    SUPERSEDE: 'SUPERSEDED',
    CANCEL: 'REFUSED',
    RESEND: 'SENT',
  },
  // The meter took it and a newer reading shows the result: proven even if the word "done" was lost on the way.
  ACCEPTED: {
    APPROVE: 'REFUSED',
    REJECT: 'REFUSED',
    PUBLISH: 'IGNORED',
    ACK_ACCEPTED: 'IGNORED',
    ACK_DONE: 'EXECUTED',
    ACK_FAILED: 'FAILED',
    ACK_REJECTED: 'FAILED',
    ACK_EXPIRED: 'EXPIRED',
    ACK_DUP: 'EXECUTED',
    PROOF: 'VERIFIED',
    CONTRADICTION: 'IGNORED',
    PROOF_TIMEOUT: 'IGNORED',
    TIMEOUT: 'FAILED_TIMEOUT',
    EXPIRE: 'FAILED_TIMEOUT',
    SUPERSEDE: 'SUPERSEDED',
    CANCEL: 'REFUSED',
    RESEND: 'SENT',
  },
  // One contradicting reading may be of the instant of switching: the proof window decides, and only it.
  EXECUTED: {
    APPROVE: 'REFUSED',
    REJECT: 'REFUSED',
    PUBLISH: 'IGNORED',
    ACK_ACCEPTED: 'IGNORED',
    ACK_DONE: 'IGNORED',
    ACK_FAILED: 'IGNORED',
    ACK_REJECTED: 'IGNORED',
    ACK_EXPIRED: 'IGNORED',
    ACK_DUP: 'IGNORED',
    PROOF: 'VERIFIED',
    CONTRADICTION: 'IGNORED',
    PROOF_TIMEOUT: 'UNVERIFIED',
    TIMEOUT: 'IGNORED',
    EXPIRE: 'IGNORED',
    SUPERSEDE: 'SUPERSEDED',
    CANCEL: 'REFUSED',
    RESEND: 'REFUSED',
  },
  VERIFIED: TERMINAL,
  UNVERIFIED: TERMINAL,
  FAILED: TERMINAL,
  FAILED_TIMEOUT: TERMINAL,
  EXPIRED: TERMINAL,
  CANCELLED: TERMINAL,
  SUPERSEDED: TERMINAL,
};

export type CommandStep =
  | { readonly outcome: 'MOVED'; readonly from: CommandState; readonly to: CommandState }
  | { readonly outcome: 'IGNORED' | 'REFUSED'; readonly from: CommandState };

/** One step of the table. A resend of a SENT command is MOVED from SENT to SENT. */
export function commandStep(from: CommandState, event: CommandEvent): CommandStep {
  const cell = COMMAND_TABLE[from][event];
  return cell === 'IGNORED' || cell === 'REFUSED'
    ? { outcome: cell, from }
    : { outcome: 'MOVED', from, to: cell };
}

export function isTerminal(state: CommandState): boolean {
  return COMMAND_TABLE[state] === TERMINAL;
}

/** States in which a command still acts on its point (at most one such row per point). */
export const LIVE_COMMAND_STATES: readonly CommandState[] = COMMAND_STATES.filter(
  (state) => !isTerminal(state),
);

/** Terminal states that leave the wanted supply unproven: they raise an alarm, and the reconciler plans a new command. */
export const FAILED_COMMAND_STATES: readonly CommandState[] = ['UNVERIFIED', 'FAILED', 'FAILED_TIMEOUT'];

/** `st` of an acknowledgement on the wire. A `dup` repeats the first result, which its `code` names if that was no success. */
export type AckStatus = 'accepted' | 'done' | 'failed' | 'rejected' | 'expired' | 'dup';

export function eventOfAck(status: AckStatus, code = ''): CommandEvent {
  switch (status) {
    case 'accepted':
      return 'ACK_ACCEPTED';
    case 'done':
      return 'ACK_DONE';
    case 'failed':
      return 'ACK_FAILED';
    case 'rejected':
      return 'ACK_REJECTED';
    case 'expired':
      return 'ACK_EXPIRED';
    case 'dup':
      return dupEvent(code);
  }
}

function dupEvent(code: string): CommandEvent {
  switch (code.toLowerCase()) {
    case 'failed':
      return 'ACK_FAILED';
    case 'rejected':
      return 'ACK_REJECTED';
    case 'expired':
      return 'ACK_EXPIRED';
    case 'accepted':
      return 'ACK_ACCEPTED';
    default:
      return 'ACK_DUP';
  }
}

/** What the command track shows (`data-state`). */
export type CommandTrackState =
  | 'approval'
  | 'pending'
  | 'sent'
  | 'acked'
  | 'verified'
  | 'mismatch'
  | 'failed'
  | 'timeout'
  | 'expired'
  | 'cancelled'
  | 'superseded';

const TRACK: Readonly<Record<CommandState, CommandTrackState>> = {
  PENDING_APPROVAL: 'approval',
  QUEUED: 'pending',
  SENT: 'sent',
  ACCEPTED: 'acked',
  EXECUTED: 'acked',
  VERIFIED: 'verified',
  UNVERIFIED: 'mismatch',
  FAILED: 'failed',
  FAILED_TIMEOUT: 'timeout',
  EXPIRED: 'expired',
  CANCELLED: 'cancelled',
  SUPERSEDED: 'superseded',
};

/** The one map from stored states to the screen. */
export function commandTrackState(state: CommandState): CommandTrackState {
  return TRACK[state];
}

const MINUTE_MS = 60_000;
const NEW_ATTEMPT_AFTER_MS = [5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS];

/**
 * How long the reconciler waits before a new command after `failedAttempts` (≥ 1) that ended unproven in a row: 5, 15, then
 * every 60 min. Interlocks are read again then.
 */
export function newAttemptDelayMs(failedAttempts: number): number {
  return NEW_ATTEMPT_AFTER_MS[Math.min(failedAttempts, NEW_ATTEMPT_AFTER_MS.length) - 1] ?? 0;
}

/** How long a second person has to approve (ms). */
export const APPROVAL_WINDOW_MS = 10 * MINUTE_MS;
