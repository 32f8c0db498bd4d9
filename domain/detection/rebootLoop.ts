import type { DetectionSignal } from './detectionRule';
import type { SequenceInput } from './sequenceGaps';

export interface RebootLoopState {
  /** Newest restarts, ms UTC. */
  readonly boots: readonly number[];
  readonly active: boolean;
}

type Step = { readonly state: RebootLoopState | null; readonly signal: DetectionSignal | null };

const HOUR_MS = 3_600_000;
const MOST_PER_HOUR = 3;

/** The counter's own step says nothing: some senders count seconds in it. */
const restarted = ({ boot, previousBoot }: SequenceInput): boolean =>
  boot !== null && previousBoot !== null && boot > previousBoot;

/** False where a message changes nothing. */
export function rebootStirs(state: RebootLoopState | undefined, input: SequenceInput): boolean {
  if (restarted(input)) return true;
  return state !== undefined && input.at - (state.boots.at(-1) ?? 0) > HOUR_MS;
}

/** More than three restarts within an hour; returns after an hour without one. Source: domain.md 5. */
export function rebootLoopStep(state: RebootLoopState | null, input: SequenceInput): Step {
  const { at } = input;
  const boots = [...(state?.boots ?? []), ...(restarted(input) ? [at] : [])]
    .filter((one) => at - one <= HOUR_MS)
    .slice(-(MOST_PER_HOUR + 1));
  const wasActive = state?.active ?? false;
  if (boots.length === 0) return { state: null, signal: wasActive ? said('RETURN', at, 0) : null };
  const active = wasActive || boots.length > MOST_PER_HOUR;
  return {
    state: { boots, active },
    signal: active && !wasActive ? said('RAISE', at, boots.length) : null,
  };
}

function said(kind: DetectionSignal['kind'], at: number, boots: number): DetectionSignal {
  return { kind, at, priority: null, value: boots, limit: MOST_PER_HOUR };
}
