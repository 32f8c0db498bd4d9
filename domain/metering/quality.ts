import type { ReadingQuality, TsSource } from './reading';

/** A meter's clock may differ this much from arrival before its time is judged (domain rule 2.3). */
export const CLOCK_TOLERANCE_MS = 120_000;
/** Above this drift the alarm CLOCK_DRIFT is due and the meter gets a time_sync. */
export const DRIFT_ALARM_MS = 60_000;
/** Above this drift the meter's time is not used until it is repaired. */
export const DRIFT_FORCE_RX_MS = 300_000;
const DRIFT_SAMPLES = 20;
/** Fewer live messages than this say nothing: one slow delivery is not a drifting clock. */
const DRIFT_SAMPLES_MIN = 5;
const DAY_MS = 86_400_000;

/** Clock knowledge about one sender. Plain JSON; keep it beside the meter or gateway. */
export interface ClockState {
  /** `rx − ts` of the last live messages, oldest first, at most 20. */
  samplesMs: number[];
  lastTsMs: number;
  lastRxMs: number;
  forcedRx: boolean;
}

export interface ClockObservation {
  state: ClockState;
  /** As `clockDrift` tells it. */
  driftMs: number | null;
  /** |drift| exceeds 60 s: alarm CLOCK_DRIFT and time_sync. */
  driftAlarm: boolean;
}

/**
 * Takes one message's own time and its arrival. A message counts as live if its time advanced about as much as its arrival
 * did since the one before; a backlog sent in a burst, or the first message after a silence, says nothing about the clock.
 */
export function observeClock(state: ClockState | null, tsMs: number, rxMs: number): ClockObservation {
  if (!state) {
    return judge({ samplesMs: [rxMs - tsMs], lastTsMs: tsMs, lastRxMs: rxMs, forcedRx: false });
  }
  const tsStepMs = tsMs - state.lastTsMs;
  const rxStepMs = rxMs - state.lastRxMs;
  const live = tsStepMs > 0 && Math.abs(tsStepMs - rxStepMs) <= Math.max(5_000, tsStepMs / 2);
  return judge({
    samplesMs: live ? [...state.samplesMs, rxMs - tsMs].slice(-DRIFT_SAMPLES) : state.samplesMs,
    lastTsMs: tsMs,
    lastRxMs: rxMs,
    forcedRx: state.forcedRx,
  });
}

/** Below this a meter's clock is as good as ours and nothing is remembered about it. */
const CLOCK_NOISE_MS = 10_000;

/** What one message says of its sender's clock. */
export interface ClockWatch {
  /** Null: nothing to be remembered. */
  readonly state: ClockState | null;
  /** CLOCK_DRIFT is due, or over; null: nothing new is said. */
  readonly says: 'RAISE' | 'RETURN' | null;
  readonly driftMs: number | null;
}

/** Follows a clock from the first message that it is off by more than noise, until all that is remembered is noise again. */
export function watchClock(state: ClockState | null, tsMs: number, rxMs: number): ClockWatch {
  if (state === null && Math.abs(rxMs - tsMs) <= CLOCK_NOISE_MS) return UNREMARKABLE;
  const { state: next, driftAlarm, driftMs } = observeClock(state, tsMs, rxMs);
  const settled = !next.forcedRx && next.samplesMs.every((sampleMs) => Math.abs(sampleMs) <= CLOCK_NOISE_MS);
  const says = driftAlarm ? 'RAISE' : state !== null && settled ? 'RETURN' : null;
  return { state: settled ? null : next, says, driftMs };
}

const UNREMARKABLE: ClockWatch = { state: null, says: null, driftMs: null };

/** Median of `rx − ts` over the live messages, ms; null while there are fewer than five. Positive: the meter is slow. */
export function clockDrift({ samplesMs }: ClockState): number | null {
  return samplesMs.length < DRIFT_SAMPLES_MIN ? null : median(samplesMs);
}

function judge(state: ClockState): ClockObservation {
  const driftMs = clockDrift(state);
  if (driftMs === null) return { state, driftMs, driftAlarm: false };
  const sizeMs = Math.abs(driftMs);
  const forcedRx = sizeMs > DRIFT_FORCE_RX_MS || (state.forcedRx && sizeMs > DRIFT_ALARM_MS);
  return { state: { ...state, forcedRx }, driftMs, driftAlarm: sizeMs > DRIFT_ALARM_MS };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A message's place in its sender's order. `seq` counts per `boot`. */
export interface SequencePoint {
  boot: number;
  seq: number;
  tsMs: number;
}

/**
 * Whether the sender's counters and its clock tell the same order for two messages. Unknown counters (null) contradict
 * nothing.
 */
export function sequenceConsistent(known: SequencePoint | null, current: SequencePoint | null): boolean {
  if (!known || !current) return true;
  const order = known.boot !== current.boot ? current.boot - known.boot : current.seq - known.seq;
  const time = current.tsMs - known.tsMs;
  return order > 0 ? time >= 0 : order < 0 ? time <= 0 : time === 0;
}

export interface TimeInput {
  /** The meter's time; null for a meter without a clock. */
  tsMs: number | null;
  rxMs: number;
  /** From `ClockState`: the meter's clock is known to be wrong by more than 300 s. */
  forcedRx: boolean;
  /** From `sequenceConsistent`; only asked for when the time lies more than 120 s back. */
  sequenceConsistent: boolean;
  /** Site setting, default 7 days. */
  lateLimitDays: number;
}

export interface EffectiveTime {
  tsMs: number;
  tsSource: TsSource;
  quality: ReadingQuality;
  /** TOO_LATE: older than the late limit; quarantine, and settle by hand in the open period. */
  refused: 'TOO_LATE' | null;
}

/**
 * The time by which a reading is rated (domain rule 2.3).
 */
export function effectiveTime(input: TimeInput): EffectiveTime {
  const { tsMs, rxMs } = input;
  if (tsMs === null || input.forcedRx) return { tsMs: rxMs, tsSource: 'RX', quality: 'VALID', refused: null };
  const ageMs = rxMs - tsMs;
  if (ageMs < -CLOCK_TOLERANCE_MS)
    return { tsMs: rxMs, tsSource: 'RX', quality: 'CLOCK_FUTURE', refused: null };
  if (ageMs <= CLOCK_TOLERANCE_MS) return { tsMs, tsSource: 'DEVICE', quality: 'VALID', refused: null };
  if (ageMs > input.lateLimitDays * DAY_MS) {
    return { tsMs, tsSource: 'DEVICE', quality: 'SUSPECT', refused: 'TOO_LATE' };
  }
  if (!input.sequenceConsistent) return { tsMs: rxMs, tsSource: 'RX', quality: 'SUSPECT', refused: null };
  return { tsMs, tsSource: 'DEVICE', quality: 'VALID', refused: null };
}
