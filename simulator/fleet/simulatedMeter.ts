import type { MeterLoad } from '../load/campusLoad';
import type { ActiveFaults, MeterFaultKind } from './faults';
import type { ReadingItem } from './readingItem';

/** How a command ended, kept to answer a repeat. `pending`: the contact is still moving. */
export interface CommandOutcome {
  state: 'pending' | 'done' | 'failed' | 'rejected';
  code: string;
}

/** Remembered commands per meter; the wire asks for 256 at least. */
const OUTCOMES_KEPT = 256;
/** Quarter hours of its own log that a meter keeps: two days. */
const LOG_SLOTS = 192;
const QUARTER_MS = 900_000;

/** One meter as it stands: contact, own limit, what it counted, and what is wrong with it. */
export class SimulatedMeter {
  /** Relay closed, or valve open. */
  contactClosed = true;
  /** A valve that moves takes a while. */
  valveMoving = false;
  /** Ready for reconnection: the local button closes the contact. */
  armed = false;
  /** Told to keep supply on: neither trips nor obeys a disconnect. */
  keepPowerOn = false;
  limitW: number | null;
  limitDelayMs = 10_000;
  display: { balance: string; reason: string } | null = null;
  /** The contact was opened by the meter's own protection. */
  locallyTripped = false;

  /** Up to where `ownTotal` is counted, ms UTC. */
  at: number;
  /** Counted by itself since the first day, whole µ; of a feeder, what nobody measures below it. */
  ownTotal: number;
  curveAt: number;
  /** Draw on top of the curve, µ an hour, and the part of a µ that is not counted yet (µ·ms). */
  extraMicroPerHour = 0;
  extraResidue = 0;
  /** Largest total shown so far: a register never runs backwards. */
  shownTotal = 0;
  /** Added to the total on the display, whole µ: registers that were reset or wrapped. */
  shiftMicro = 0;
  /** W that an overloaded feeder above adds. */
  raisedW = 0;

  faults: ActiveFaults = {};
  /** Kinds of hazard that this meter has a sensor for, since it had one. */
  readonly sensors = new Set<MeterFaultKind>();
  overSinceMs: number | null = null;
  overloadTold = false;
  tripping = false;

  seq = 0;
  readonly outcomes = new Map<string, CommandOutcome>();
  /** `iat` of the newest command that moved something. */
  lastIatMs = 0;

  frozenAs: Partial<ReadingItem> | null = null;
  heldBack: ReadingItem[] = [];
  repeatNext: ReadingItem | null = null;
  private readonly log = new Float64Array(LOG_SLOTS);
  private newestLogged = 0;

  constructor(
    readonly load: MeterLoad,
    startMs: number,
  ) {
    this.limitW = load.traits.limitW;
    this.at = startMs;
    this.curveAt = load.curve.totalAt(startMs);
    this.ownTotal = this.curveAt;
  }

  get code(): string {
    return this.load.traits.code;
  }

  get driftMs(): number {
    return (this.faults.clockDrift?.params.driftS ?? 0) * 1_000;
  }

  remember(commandId: string, outcome: CommandOutcome): void {
    this.outcomes.delete(commandId);
    this.outcomes.set(commandId, outcome);
    if (this.outcomes.size > OUTCOMES_KEPT) {
      this.outcomes.delete(this.outcomes.keys().next().value!);
    }
  }

  /** Notes the total of a quarter hour in the meter's own log. */
  logTotal(ts: number, total: number): void {
    this.log[(ts / QUARTER_MS) % LOG_SLOTS] = total;
    this.newestLogged = ts;
  }

  /** Totals of the quarter hours in [fromMs, toMs] that the log still holds, oldest first. */
  loggedTotals(fromMs: number, toMs: number): { ts: number; total: number }[] {
    if (this.newestLogged === 0) return [];
    const oldest = this.newestLogged - (LOG_SLOTS - 1) * QUARTER_MS;
    const found: { ts: number; total: number }[] = [];
    for (
      let ts = Math.max(oldest, Math.ceil(fromMs / QUARTER_MS) * QUARTER_MS);
      ts <= Math.min(toMs, this.newestLogged);
      ts += QUARTER_MS
    ) {
      const total = this.log[(ts / QUARTER_MS) % LOG_SLOTS]!;
      if (total > 0) found.push({ ts, total });
    }
    return found;
  }
}
