import type { DetectionSignal } from './detectionRule';
import { numberOf, type RuleBody } from './streamingRule';

/** Counters of a message: the restarts of its sender, and the messages since; null: it tells none. */
export interface MessageCount {
  readonly boot: number | null;
  readonly seq: number | null;
}

/** Whether a message comes after the newest so far, by its sender's count. */
export function isNewerCount({ boot, seq }: MessageCount, newest: MessageCount): boolean {
  if (boot === null) return false;
  if (newest.boot === null || boot > newest.boot) return true;
  return boot === newest.boot && (seq ?? 0) > (newest.seq ?? -1);
}

/** Counters of a message and of the newest before it. */
export interface SequenceInput extends MessageCount {
  /** Arrival, ms UTC. */
  readonly at: number;
  readonly previousBoot: number | null;
  readonly previousSeq: number | null;
}

export interface SequenceGapsParams {
  readonly limitPercent: number;
  readonly expectedPerDay: number;
}

export interface SequenceGapsState {
  readonly from: number;
  /** Messages that are missing of this day. */
  readonly missing: number;
  /** Since when more are missing than may be; null: they are not. */
  readonly over: number | null;
  readonly active: boolean;
}

type Step = { readonly state: SequenceGapsState | null; readonly signal: DetectionSignal | null };

const DAY_MS = 86_400_000;
/** A gap may be filled by a backlog that arrives newest first: so long it is waited for. */
const BACKLOG_MS = 3_600_000;
/** A leap of more days' worth is a counter that was set, not messages that were lost. */
const LARGEST_LEAP_DAYS = 7;

export const SEQUENCE_GAPS_DEFAULTS = { limitPercent: 5 } as const;

export function sequenceGapsParams(intervalMs: number, body: RuleBody): SequenceGapsParams {
  return {
    limitPercent: numberOf(body, 'limitPercent', SEQUENCE_GAPS_DEFAULTS.limitPercent),
    expectedPerDay: Math.max(1, DAY_MS / intervalMs),
  };
}

/** Messages between this one and the newest before; negative: this one fills a gap; 0: in order, or another boot. */
function leapOf({ boot, seq, previousBoot, previousSeq }: SequenceInput): number {
  if (seq === null || previousSeq === null || boot !== previousBoot) return 0;
  if (seq < previousSeq) return -1;
  return Math.max(0, seq - previousSeq - 1);
}

/** False where a message changes nothing. */
export function sequenceStirs(state: SequenceGapsState | undefined, input: SequenceInput): boolean {
  const leap = leapOf(input);
  if (state === undefined) return leap > 0;
  if (leap !== 0 || input.at - state.from > DAY_MS) return true;
  return state.over !== null && !state.active && input.at - state.over >= BACKLOG_MS;
}

/**
 * Messages that never came: more than 5 % of a day's by the sender's own count, an hour after the count rose over it, for a
 * backlog fills gaps in any order. Returns at the end of a day that is within it. A restart of the sender begins its count
 * anew and is no gap. Source: domain.md 5.
 */
export function sequenceGapsStep(
  state: SequenceGapsState | null,
  input: SequenceInput,
  { limitPercent, expectedPerDay }: SequenceGapsParams,
): Step {
  const { at } = input;
  const limit = (limitPercent / 100) * expectedPerDay;
  const leap = leapOf(input);
  const lost = leap > LARGEST_LEAP_DAYS * expectedPerDay ? 0 : leap;
  const dayOver = state !== null && at - state.from > DAY_MS;
  const base = state === null || dayOver ? { from: at, missing: 0, over: null } : state;
  const missing = Math.max(0, base.missing + lost);
  const over = missing > limit ? (base.over ?? at) : null;
  const wasActive = state?.active ?? false;
  if (dayOver && wasActive && state.missing <= limit)
    return { state: null, signal: said('RETURN', at, state.missing, limit) };
  const due = over !== null && at - over >= BACKLOG_MS;
  const active = wasActive || due;
  if (missing === 0 && !active) return { state: null, signal: null };
  return {
    state: { from: base.from, missing, over, active },
    signal: due && !wasActive ? said('RAISE', at, missing, limit) : null,
  };
}

function said(kind: DetectionSignal['kind'], at: number, missing: number, limit: number): DetectionSignal {
  return { kind, at, priority: null, value: missing, limit: Math.floor(limit) };
}
