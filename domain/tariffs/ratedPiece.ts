/** Who pays for a piece. Quantity subsidies will add funds beside the customer. */
export type Payer = 'CUSTOMER' | `FUND:${string}`;

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
}
