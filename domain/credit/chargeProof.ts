import type { ChargeExtra } from '../tariffs/sideStreams';
import type { TariffCalendar, TariffVersion } from '../tariffs/tariff';
import type { ChargeLineRecord } from './chargeLines';

/**
 * Everything from which anybody can recompute one charge, from the meter's register to the balance. Quantities and money in
 * µ, numerators and carry in pico-currency, times in ms UTC.
 */
export interface ChargeProof {
  /** Code of the account that is charged. */
  readonly account: string;
  readonly zone: string;
  readonly intervalMs: number;
  readonly t0Ms: number;
  readonly t1Ms: number;
  readonly startMicro: bigint;
  readonly endMicro: bigint;
  /** Value at which the register wraps to 0; null: it does not. */
  readonly modulusMicro: bigint | null;
  readonly quantityMicro: bigint;
  readonly amountMicro: bigint;
  /** Tier accrual of the account just before the charge. */
  readonly accruedMicro: bigint;
  /** What the charge before left below 1 µ. */
  readonly carryPico: bigint;
  readonly lines: readonly ChargeLineRecord[];
  /** Sums of other payers and of percentages, and the free units at its start; absent: none. */
  readonly extra?: ChargeExtra;
  readonly tariff: {
    /** Code of the version that the charge names. */
    readonly version: string;
    readonly versions: readonly TariffVersion[];
    readonly calendar: TariffCalendar;
  };
  /** Accepted readings that enclose the charge; empty once they are older than readings are kept, and for other registers. */
  readonly readings: readonly ChargeReading[];
  /** Periods that the meter's rate registers count, t1 to t4, and one step of theirs in µ; null: it has none. */
  readonly rateRegisters: { readonly periods: readonly string[]; readonly lsbMicro: bigint } | null;
  /** Readings came, or were left out, after this charge was made: they need not lead to it. */
  readonly readingsSince: boolean;
  /** Other meters count towards the same tiers and free units, or did so since: these readings alone need not tell them. */
  readonly tiersElsewhere: boolean;
  /** Null where the amount is zero: nothing moved. */
  readonly ledger: {
    readonly id: string;
    readonly key: string;
    readonly kind: string;
    readonly atMs: number;
    readonly currency: string;
    readonly linesHash: string | null;
    readonly txHash: string;
    readonly reverses: string | null;
    /** Halves in their order: even ones leave a pot, the next enters one. */
    readonly entries: readonly ProofEntry[];
  } | null;
}

/** An accepted reading: the billing register, and the rate registers that came with it, by channel. */
export interface ChargeReading {
  readonly tsMs: number;
  readonly valueMicro: bigint;
  readonly rates?: Readonly<Record<string, bigint>>;
}

/** One half of a posting. Pots of customers carry a link of their chain. */
export interface ProofEntry {
  readonly pot: string;
  readonly amountMicro: bigint;
  readonly accountSeq: bigint | null;
  readonly balanceAfterMicro: bigint | null;
  readonly entryHash: string | null;
  readonly prevHash: string | null;
}

/** Why a step was not recomputed. */
export type UncheckedReason =
  | 'READINGS_GONE'
  | 'READINGS_SINCE'
  | 'OTHER_REGISTER'
  | 'TIERS_ELSEWHERE'
  | 'NOTHING_BOOKED';

/** Whether a step holds, or why it could not be recomputed. */
export type StepOutcome = boolean | UncheckedReason;
