import { type CommandState, type CommandTrackState, commandTrackState } from './commandMachine';

/** A bulk job switches many points by one decision; each point still goes through its own command and interlocks. */
export const BULK_JOB_STATES = [
  'PENDING_APPROVAL',
  'RUNNING',
  'PAUSED',
  'DONE',
  'STOPPED',
  'CANCELLED',
] as const;
export type BulkJobState = (typeof BULK_JOB_STATES)[number];

/** APPROVE, REJECT: a second person. WITHDRAW: who asked. EXPIRE: the clock, before approval. FINISH: nothing is left to send. */
export const BULK_JOB_EVENTS = [
  'APPROVE',
  'REJECT',
  'WITHDRAW',
  'EXPIRE',
  'PAUSE',
  'RESUME',
  'STOP',
  'FINISH',
] as const;
export type BulkJobEvent = (typeof BULK_JOB_EVENTS)[number];

type Row = Readonly<Record<BulkJobEvent, BulkJobState | 'REFUSED'>>;

const ENDED: Row = {
  APPROVE: 'REFUSED',
  REJECT: 'REFUSED',
  WITHDRAW: 'REFUSED',
  EXPIRE: 'REFUSED',
  PAUSE: 'REFUSED',
  RESUME: 'REFUSED',
  STOP: 'REFUSED',
  FINISH: 'REFUSED',
};

/** Every state with every event; the compiler finds a missing cell. */
export const BULK_JOB_TABLE: Readonly<Record<BulkJobState, Row>> = {
  PENDING_APPROVAL: {
    ...ENDED,
    APPROVE: 'RUNNING',
    REJECT: 'CANCELLED',
    WITHDRAW: 'CANCELLED',
    EXPIRE: 'CANCELLED',
  },
  RUNNING: { ...ENDED, PAUSE: 'PAUSED', STOP: 'STOPPED', FINISH: 'DONE' },
  PAUSED: { ...ENDED, RESUME: 'RUNNING', STOP: 'STOPPED' },
  DONE: ENDED,
  STOPPED: ENDED,
  CANCELLED: ENDED,
};

/** The state after `event`; null where it is refused. */
export function bulkJobStep(from: BulkJobState, event: BulkJobEvent): BulkJobState | null {
  const to = BULK_JOB_TABLE[from][event];
  return to === 'REFUSED' ? null : to;
}

export const BULK_DIRECTIONS = ['CUT', 'RESTORE'] as const;
export type BulkDirection = (typeof BULK_DIRECTIONS)[number];

/** What the points were chosen by. */
export const BULK_SCOPES = ['POINTS', 'ROOMS', 'ROOM', 'FLOOR', 'BUILDING', 'CAMPUS', 'FEEDER'] as const;
export type BulkScope = (typeof BULK_SCOPES)[number];

/**
 * PLANNED waits for its turn. HANDED has a command, which tells the rest. LIFTED: the hold of a person is gone, and nothing was
 * switched: another reason keeps the point off, or supply is on (HOLD_ONLY). BLOCKED: an interlock or a reason stood against it. ALREADY: it was so,
 * at most a hold was added (HOLD_ADDED). CANCELLED: never sent.
 */
export const BULK_TARGET_STATES = ['PLANNED', 'HANDED', 'LIFTED', 'BLOCKED', 'ALREADY', 'CANCELLED'] as const;
export type BulkTargetState = (typeof BULK_TARGET_STATES)[number];

/** One person alone switches at most so many points, in one job and in all jobs of ten minutes together. */
export const ALONE_AT_MOST = 10;
export const ALONE_WITHIN_MS = 10 * 60_000;

/** Whether an actor is a program, by its key, and no person. */
export const isProgram = (actor: string): boolean => actor.startsWith('key:');

/** One job holds at most so many points. */
export const BULK_POINTS_MAX = 2_000;

/** What decides whether a second person is needed. */
export interface BulkSize {
  readonly scope: BulkScope;
  /** Points that would be switched, or held off where they are off already. */
  readonly taken: number;
  /** Points that the same person switched by jobs without a second person in the last ten minutes. */
  readonly lately: number;
  /** Whether one of the points is itself a feeder. */
  readonly feeder: boolean;
}

/** Whether a second person must consent: more than ten points, a building (or the campus), or a feeder. */
export function needsSecondPerson({ scope, taken, lately, feeder }: BulkSize): boolean {
  if (feeder || scope === 'FEEDER' || scope === 'BUILDING' || scope === 'CAMPUS') return true;
  return taken + lately > ALONE_AT_MOST;
}

/** Operations a second to the meters of one gateway, at most. */
export const PER_GATEWAY_AND_SECOND = 5;
const GATEWAY_STEP_MS = 1_000 / PER_GATEWAY_AND_SECOND;
/** A wave of a job, and the time from one to the next. */
export const WAVE_SIZE = 20;
export const WAVE_MS = 5_000;
/** Within this time the points of a feeder come back, each at its own moment, against inrush. */
export const RESTORE_STAGGER_MS = 30_000;

/** A point of a job with the line that its command takes: its gateway, or the meter itself. */
export interface WaveTarget {
  readonly line: string;
}

/**
 * When each point's turn comes, ms after the start, in the order given: waves of 20 every 5 s, within a wave at most five a
 * second to one line, and restores spread by chance over 30 s more.
 * @param chance numbers in [0, 1)
 */
export function planWaves(
  targets: readonly WaveTarget[],
  direction: BulkDirection,
  chance: () => number,
): number[] {
  let wave = -1;
  let onLine = new Map<string, number>();
  return targets.map(({ line }, index) => {
    const own = Math.floor(index / WAVE_SIZE);
    if (own !== wave) {
      wave = own;
      onLine = new Map();
    }
    const before = onLine.get(line) ?? 0;
    onLine.set(line, before + 1);
    const stagger = direction === 'RESTORE' ? Math.floor(chance() * RESTORE_STAGGER_MS) : 0;
    return wave * WAVE_MS + before * GATEWAY_STEP_MS + stagger;
  });
}

/** After the last planned turn a job may linger this long; then what was never sent is given up. Pausing adds nothing. */
export const LINGER_MS = 15 * 60_000;

/** Later than this behind its plan a job was asleep: it goes on with the same spacing instead of catching up at once. */
export const ASLEEP_MS = 5_000;

/** What a cell of the matrix shows: the track state of its command, or what keeps it from having one. */
export type BulkCellState = CommandTrackState | 'planned' | 'lifted' | 'blocked' | 'already';

/** The one map from stored states to a cell; every point of a job is in exactly one. */
export function bulkCellState(
  target: { readonly state: BulkTargetState; readonly commandState: CommandState | null },
  job: BulkJobState,
): BulkCellState {
  switch (target.state) {
    case 'PLANNED':
      return job === 'PENDING_APPROVAL' ? 'approval' : 'planned';
    case 'HANDED':
      return target.commandState === null ? 'pending' : commandTrackState(target.commandState);
    case 'LIFTED':
      return 'lifted';
    case 'BLOCKED':
      return 'blocked';
    case 'ALREADY':
      return 'already';
    case 'CANCELLED':
      return 'cancelled';
  }
}

/** Cells that ended without doing what was asked: what "retry failed" asks for again. */
export const FAILED_CELLS: readonly BulkCellState[] = ['mismatch', 'failed', 'timeout', 'expired'];

const HELD_CELLS: ReadonlySet<BulkCellState> = new Set([
  ...(['sent', 'acked', 'verified'] as const),
  ...(['mismatch', 'failed', 'timeout'] as const),
]);

/**
 * Whether a bulk cut holds a point off, or has it tried again: what a restore of the job gives back. A hold that was added where
 * supply was off already counts as well.
 */
export function isHeldByCut({ cell, reason }: { cell: BulkCellState; reason: string | null }): boolean {
  return HELD_CELLS.has(cell) || (cell === 'already' && reason === 'HOLD_ADDED');
}
