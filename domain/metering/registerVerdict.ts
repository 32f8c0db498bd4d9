import type { RegisterReading } from './reading';

export type HoldKind = 'RESET_CANDIDATE' | 'SPIKE';

/** Held readings that agree with each other. Only the first two and the newest are kept, however long a hold lasts. */
export interface HeldChain {
  count: number;
  first: RegisterReading;
  second: RegisterReading | null;
  last: RegisterReading;
  /** Held for its charge: staff decide about the money, the level is not in doubt. */
  charge: boolean;
}

/** All that a register must remember between readings. Plain data. */
export interface RegisterState {
  epoch: number;
  /** The last accepted reading: the baseline of the next delta. */
  lastMs: number;
  lastMicro: bigint;
  /** Low readings that may mean a reset. */
  lowHold: HeldChain | null;
  /** High readings that may mean a spike. */
  highHold: HeldChain | null;
}

/** (fromMs, toMs] with the registers at both ends; belongs to the epoch named. */
export interface ChargeableInterval {
  epoch: number;
  fromMs: number;
  toMs: number;
  fromMicro: bigint;
  toMicro: bigint;
  quantityMicro: bigint;
  /** Approved by a person, not proven by the register rules. */
  approved: boolean;
}

/** Stored held readings of this register with fromMs ≤ ts ≤ toMs go to quarantine with `kind` as the reason. */
export interface DiscardedHold {
  kind: HoldKind;
  fromMs: number;
  toMs: number;
}

/** A new epoch: alarm REGISTER_RESET. */
export interface EpochChange {
  fromEpoch: number;
  toEpoch: number;
  /** Baseline of the new epoch. */
  baseline: RegisterReading;
  /** Proposed estimate of what the jump swallowed; charged only after a person approves it. */
  lostMicro: bigint;
}

/** A high level that three readings agree on: ask staff to release (`releaseSpike`) or reject (`rejectHeld`) it. */
export interface ReleaseProposal {
  fromMs: number;
  toMs: number;
  quantityMicro: bigint;
}

/**
 * BASELINE first of an epoch, charges 0. ACCEPTED and ROLLOVER charge. JITTER charges 0 and keeps the baseline. HELD_RESET
 * and HELD_SPIKE wait. RESET opened an epoch. RELEASED or REJECTED by staff. DISCARDED: this reading goes to quarantine as
 * `discardedAs`.
 */
export type RegisterOutcome =
  | 'BASELINE'
  | 'ACCEPTED'
  | 'ROLLOVER'
  | 'JITTER'
  | 'HELD_RESET'
  | 'HELD_SPIKE'
  | 'RESET'
  | 'RELEASED'
  | 'REJECTED'
  | 'DISCARDED';

/** What the caller persists, in this order: `discarded`, `epochChange`, `intervals`, `state`, then the replay. */
export interface RegisterVerdict {
  outcome: RegisterOutcome;
  state: RegisterState;
  /** In time order; a confirmed reset yields several. */
  intervals: readonly ChargeableInterval[];
  discarded: readonly DiscardedHold[];
  discardedAs: HoldKind | null;
  /** Readings held until now that this verdict accepts; they are no longer SUSPECT. */
  acceptedHeld: readonly RegisterReading[];
  epochChange: EpochChange | null;
  release: ReleaseProposal | null;
  /** Feed stored held readings newer than this again, in time order; null: nothing to replay. */
  replayHeldAfterMs: number | null;
}

/** What staff rejected: nothing of it is chargeable. */
export interface HeldRejection extends RegisterVerdict {
  /** From the last accepted reading to the newest held one. */
  rejected: ChargeableInterval;
}
