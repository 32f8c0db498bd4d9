import type { RegisterReading } from './reading';
import { follows, registerDelta } from './registerDelta';
import { capMicro, type RegisterSpec } from './registerSpec';
import type {
  ChargeableInterval,
  DiscardedHold,
  HeldChain,
  HeldRejection,
  HoldKind,
  RegisterOutcome,
  RegisterState,
  RegisterVerdict,
} from './registerVerdict';

/** A first reading and two that agree with it make a level believable. */
const AGREEING_READINGS = 3;

const NOTHING: readonly never[] = [];

/** The state of a register whose baseline is known: a start register given at installation, or a first reading. */
export function baselineState(epoch: number, baseline: RegisterReading): RegisterState {
  return {
    epoch,
    lastMs: baseline.tsMs,
    lastMicro: baseline.valueMicro,
    lowHold: null,
    highHold: null,
  };
}

/**
 * Takes the next reading of a register, newer than the last accepted one (older ones go to `checkLate`), and says what it
 * makes chargeable. `resetProven`: the meter itself says that it counts anew (a new start time of its total, an exchange).
 * `firstEpoch` names the epoch of a register that has no state yet.
 * @throws RangeError if the reading is not newer than the last accepted one.
 */
export function advanceRegister(
  spec: RegisterSpec,
  state: RegisterState | null,
  reading: RegisterReading,
  resetProven = false,
  firstEpoch = 0,
): RegisterVerdict {
  if (!state) return verdict('BASELINE', baselineState(firstEpoch, reading));
  if (reading.tsMs <= state.lastMs) {
    throw new RangeError('advanceRegister takes readings newer than the last accepted one');
  }
  // What was measured before a reset and is held for its charge must be charged before a new epoch begins.
  if (resetProven && !state.highHold?.charge) return openProvenEpoch(spec, state, reading);
  if (state.lowHold || state.highHold) return advanceHeld(spec, state, reading);
  const delta = registerDelta(spec, lastOf(state), reading);
  if (delta.kind === 'BELOW') return hold(state, 'RESET_CANDIDATE', chainOf(reading));
  if (delta.kind === 'ABOVE_CAP') return hold(state, 'SPIKE', chainOf(reading));
  if (delta.kind === 'JITTER') return verdict('JITTER', state);
  return accept(state, reading, delta.quantityMicro, delta.kind === 'ROLLOVER' ? 'ROLLOVER' : 'ACCEPTED');
}

/**
 * Holds a reading that the register rules would take, until staff decide: its charge is in doubt, not its level. What agrees with
 * it is held after it, however long that lasts.
 */
export function holdForStaff(state: RegisterState, reading: RegisterReading): RegisterVerdict {
  return hold(state, 'SPIKE', { ...chainOf(reading), count: AGREEING_READINGS, charge: true });
}

/** Whether staff were asked about readings of this register that are held. */
export function awaitsStaff({ highHold }: RegisterState): boolean {
  return highHold !== null && highHold.count >= AGREEING_READINGS;
}

/**
 * Staff approved the held high level: the jump is charged and the held readings after it are to be replayed. Returns null if nothing
 * is held high.
 */
export function releaseSpike(state: RegisterState): RegisterVerdict | null {
  const chain = state.highHold;
  if (!chain) return null;
  const quantityMicro = chain.first.valueMicro - state.lastMicro;
  const settled = settleHolds({ ...state, highHold: null }, chain.first.tsMs);
  return {
    ...verdict('RELEASED', baselineState(state.epoch, chain.first)),
    intervals: [intervalTo(state, chain.first, quantityMicro, true)],
    acceptedHeld: [chain.first],
    discarded: settled.discarded,
    replayHeldAfterMs: chain.count > 1 ? chain.first.tsMs : settled.replayHeldAfterMs,
  };
}

/**
 * Staff rejected what is held high: it is never charged. The newest of it begins a new epoch, so that no delta, late reading or
 * re-rating reaches across; whatever else was held until then is refuted. Returns null if nothing is held high.
 */
export function rejectHeld(spec: RegisterSpec, state: RegisterState): HeldRejection | null {
  const chain = state.highHold;
  if (!chain) return null;
  const climbed = chain.last.valueMicro - state.lastMicro;
  const quantityMicro = climbed < 0n && spec.modulusMicro !== null ? climbed + spec.modulusMicro : climbed;
  return {
    ...verdict('REJECTED', baselineState(state.epoch + 1, chain.last)),
    rejected: intervalTo(state, chain.last, quantityMicro, false),
    discarded: [{ kind: 'SPIKE', fromMs: state.lastMs + 1, toMs: chain.last.tsMs - 1 }],
    acceptedHeld: [chain.last],
    replayHeldAfterMs: chain.last.tsMs,
  };
}

function advanceHeld(spec: RegisterSpec, state: RegisterState, reading: RegisterReading): RegisterVerdict {
  const { lowHold, highHold } = state;
  // Once staff were asked, time alone must not turn the jump into a plausible amount and bill it.
  if (highHold && highHold.count >= AGREEING_READINGS && follows(spec, highHold.last, reading)) {
    return extendHigh(state, highHold, reading);
  }
  const delta = registerDelta(spec, lastOf(state), reading);
  switch (delta.kind) {
    case 'FORWARD':
    case 'ROLLOVER': {
      const kind = delta.kind === 'ROLLOVER' ? 'ROLLOVER' : 'ACCEPTED';
      return { ...accept(state, reading, delta.quantityMicro, kind), ...settleHolds(state, reading.tsMs) };
    }
    case 'JITTER':
      return {
        ...verdict('JITTER', baselineState(state.epoch, lastOf(state))),
        ...settleHolds(state, reading.tsMs),
      };
    case 'BELOW':
      if (!lowHold) return hold(state, 'RESET_CANDIDATE', chainOf(reading));
      if (reading.tsMs <= lowHold.last.tsMs) return discardReading(state, 'RESET_CANDIDATE');
      if (!follows(spec, lowHold.last, reading))
        return replaceChain(state, 'RESET_CANDIDATE', lowHold, reading);
      if (lowHold.count + 1 >= AGREEING_READINGS && !highHold?.charge) {
        return openEpoch(spec, state, [...chainReadings(lowHold), reading]);
      }
      return hold(state, 'RESET_CANDIDATE', extend(lowHold, reading));
    case 'ABOVE_CAP':
      if (!highHold) return hold(state, 'SPIKE', chainOf(reading));
      if (reading.tsMs <= highHold.last.tsMs) return discardReading(state, 'SPIKE');
      if (follows(spec, highHold.last, reading)) return extendHigh(state, highHold, reading);
      if (highHold.count >= AGREEING_READINGS) return discardReading(state, 'SPIKE');
      return replaceChain(state, 'SPIKE', highHold, reading);
  }
}

function openProvenEpoch(
  spec: RegisterSpec,
  state: RegisterState,
  reading: RegisterReading,
): RegisterVerdict {
  const { lowHold } = state;
  const continues = lowHold !== null && follows(spec, lowHold.last, reading);
  return openEpoch(spec, state, continues ? [...chainReadings(lowHold), reading] : [reading]);
}

/** Opens an epoch at the first low reading and replays the others from there. */
function openEpoch(
  spec: RegisterSpec,
  state: RegisterState,
  lows: readonly RegisterReading[],
): RegisterVerdict {
  const first = lows[0]!;
  const newest = lows[lows.length - 1]!;
  const toEpoch = state.epoch + 1;
  const silenceMs = first.tsMs - state.lastMs;
  const capOfSilence = capMicro(spec, silenceMs);
  const fromZero = spec.resetsToZero && first.valueMicro >= 0n && first.valueMicro <= capOfSilence;
  const baseline: RegisterReading = fromZero ? { tsMs: state.lastMs, valueMicro: 0n } : first;
  let next = baselineState(toEpoch, baseline);
  const intervals: ChargeableInterval[] = [];
  for (const low of fromZero ? lows : lows.slice(1)) {
    const step = advanceRegister(spec, next, low);
    intervals.push(...step.intervals);
    next = step.state;
  }
  let lostMicro = 0n;
  if (lows.length > 1) {
    const advance = newest.valueMicro - first.valueMicro;
    lostMicro = (advance * BigInt(silenceMs)) / BigInt(newest.tsMs - first.tsMs);
  } else if (!fromZero) {
    lostMicro = first.valueMicro;
  }
  if (fromZero || lostMicro < 0n || lostMicro > capOfSilence) lostMicro = 0n;
  // Low readings that begin the new epoch are no longer held; an older chain that they do not continue is discarded.
  const chainUsed = state.lowHold !== null && state.lowHold.first.tsMs === first.tsMs;
  const settled = settleHolds(chainUsed ? { ...state, lowHold: null } : state, newest.tsMs);
  return {
    ...verdict('RESET', next),
    intervals,
    ...settled,
    acceptedHeld: lows.slice(0, -1),
    epochChange: { fromEpoch: state.epoch, toEpoch, baseline, lostMicro },
  };
}

function accept(
  state: RegisterState,
  reading: RegisterReading,
  quantityMicro: bigint,
  outcome: 'ACCEPTED' | 'ROLLOVER',
): RegisterVerdict {
  const result = verdict(outcome, baselineState(state.epoch, reading));
  return { ...result, intervals: [intervalTo(state, reading, quantityMicro, false)] };
}

function hold(state: RegisterState, kind: HoldKind, chain: HeldChain): RegisterVerdict {
  return kind === 'SPIKE'
    ? verdict('HELD_SPIKE', { ...state, highHold: chain })
    : verdict('HELD_RESET', { ...state, lowHold: chain });
}

function extendHigh(state: RegisterState, chain: HeldChain, reading: RegisterReading): RegisterVerdict {
  const longer = extend(chain, reading);
  const held = hold(state, 'SPIKE', longer);
  if (longer.count !== AGREEING_READINGS) return held;
  const quantityMicro = chain.first.valueMicro - state.lastMicro;
  return { ...held, release: { fromMs: state.lastMs, toMs: chain.first.tsMs, quantityMicro } };
}

function replaceChain(
  state: RegisterState,
  kind: HoldKind,
  chain: HeldChain,
  reading: RegisterReading,
): RegisterVerdict {
  return {
    ...hold(state, kind, chainOf(reading)),
    discarded: [{ kind, fromMs: chain.first.tsMs, toMs: chain.last.tsMs }],
  };
}

function discardReading(state: RegisterState, kind: HoldKind): RegisterVerdict {
  return { ...verdict('DISCARDED', state), discardedAs: kind };
}

/**
 * After a reading at `acceptedMs` was accepted, held readings older than it are refuted; newer ones (it arrived late) must
 * be judged again from the new baseline.
 */
function settleHolds(state: RegisterState, acceptedMs: number) {
  const discarded: DiscardedHold[] = [];
  let replayHeldAfterMs: number | null = null;
  for (const kind of ['RESET_CANDIDATE', 'SPIKE'] as const) {
    const chain = kind === 'SPIKE' ? state.highHold : state.lowHold;
    if (!chain) continue;
    if (chain.first.tsMs < acceptedMs) {
      discarded.push({ kind, fromMs: chain.first.tsMs, toMs: Math.min(chain.last.tsMs, acceptedMs) });
    }
    if (chain.last.tsMs > acceptedMs) replayHeldAfterMs = acceptedMs;
  }
  return { discarded, replayHeldAfterMs };
}

function verdict(outcome: RegisterOutcome, state: RegisterState): RegisterVerdict {
  return {
    outcome,
    state,
    intervals: NOTHING,
    discarded: NOTHING,
    discardedAs: null,
    acceptedHeld: NOTHING,
    epochChange: null,
    release: null,
    replayHeldAfterMs: null,
  };
}

function intervalTo(
  state: RegisterState,
  reading: RegisterReading,
  quantityMicro: bigint,
  approved: boolean,
): ChargeableInterval {
  return {
    epoch: state.epoch,
    fromMs: state.lastMs,
    toMs: reading.tsMs,
    fromMicro: state.lastMicro,
    toMicro: reading.valueMicro,
    quantityMicro,
    approved,
  };
}

function lastOf(state: RegisterState): RegisterReading {
  return { tsMs: state.lastMs, valueMicro: state.lastMicro };
}

function chainOf(reading: RegisterReading): HeldChain {
  return { count: 1, first: reading, second: null, last: reading, charge: false };
}

function extend(chain: HeldChain, reading: RegisterReading): HeldChain {
  return { ...chain, count: chain.count + 1, second: chain.second ?? reading, last: reading };
}

function chainReadings(chain: HeldChain): RegisterReading[] {
  const readings = [chain.first];
  if (chain.second) readings.push(chain.second);
  if (chain.count > 2) readings.push(chain.last);
  return readings;
}
