import type { SupplyReason } from '../domain/supply/supplyState';

/** What was asked of a point is done by a command. */
export interface SupplyCommanded {
  readonly commandId: string;
  /** True where the same direction was under way already: its command; or a cut that had not gone out, which is taken back. */
  readonly existing: boolean;
  /** When an interlock makes it wait, until when (ms UTC). */
  readonly waitUntilMs: number | null;
}

/** A restore at a point whose cut never came about: what held it holds it no longer, and no command was needed. */
export interface HoldLifted {
  readonly commandId: null;
  /** Reasons that were taken away; never none. */
  readonly lifted: readonly SupplyReason[];
}

/** A cut at a point that is proven off: a hold more keeps it so, and no command was needed. */
export interface HoldAdded {
  readonly commandId: null;
  /** The reason that holds the point off from now on. */
  readonly held: SupplyReason;
}

export type SupplyAnswer = SupplyCommanded | HoldLifted | HoldAdded;
