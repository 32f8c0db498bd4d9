import type { Surcharge } from './surcharge';

/** A fund that pays for free units, by the code in its ledger pot's name. */
export type FundPayer = `FUND:${string}`;
/** Who pays for a piece. What is exported is paid by the supplier. */
export type Payer = 'CUSTOMER' | 'SUPPLIER' | FundPayer;

/** Free units at hand, in the order in which they are used. */
export interface FreeLeft {
  readonly payer: FundPayer;
  readonly leftMicro: bigint;
  /** Whether they count towards the tiers. */
  readonly advancesTier: boolean;
}

/** A part of a quantity with its payer. */
export interface FreePart {
  readonly payer: Payer;
  readonly quantityMicro: bigint;
  readonly advancesTier: boolean;
}

/** Hands out free units while use is rated. */
export interface FreeSource {
  /** What is left at an instant. */
  left(atMs: number): readonly FreeLeft[];
  /** Divides what was used in (fromMs, toMs] among those who pay for it; nothing for a quantity of 0. */
  take(fromMs: number, toMs: number, quantityMicro: bigint): readonly FreePart[];
}

/** What an account has used of one utility in the accrual period that began at `periodStartMs`. */
export interface AccrualState {
  periodStartMs: number;
  quantityMicro: bigint;
}

/** A quantity with one price: one tariff version, period, tier and payer. Exact; money appears only as the numerator. */
export interface RatedPiece {
  /** The stretch (fromMs, toMs] that it lies in; parts of several tiers share one stretch. */
  fromMs: number;
  toMs: number;
  /** Code of the tariff version. */
  tariffVersion: string;
  period: string;
  /** From 1. */
  tier: number;
  payer: Payer;
  quantityMicro: bigint;
  /** µ-currency per whole unit. */
  priceMicro: bigint;
  /** quantityMicro · priceMicro, in pico-currency. */
  numeratorPico: bigint;
  /** Its place in time is assumed, not measured (decision: gap over 2 h across an edge). */
  estimated: boolean;
  /** A new charge must begin with this piece. */
  breakBefore: boolean;
  /** Whether it counts towards the tiers. */
  advancesTier: boolean;
  /** What its tariff version adds to the price; null: nothing. */
  surcharges: readonly Surcharge[] | null;
  /** It is the first of a local day that costs a standing charge. */
  beginsDay: boolean;
  /** Free units at hand when its stretch began; null: the account has none. */
  freeBefore: readonly FreeLeft[] | null;
}
