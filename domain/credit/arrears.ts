/** An agreed plan under which arrears are paid back in part of each top-up. */
export interface RecoveryPlan {
  readonly recoveryRatePpm: number;
  readonly instalmentPaid: boolean;
}

/** What the credit rules of disconnecting and reconnecting look at; all amounts in µ. */
export interface CreditStanding {
  readonly availableMicro: bigint;
  /** ≤ 0. */
  readonly arrearsMicro: bigint;
  /** Part of the balance under an open dispute (≥ 0): it doesn't count toward a disconnect. */
  readonly disputedMicro: bigint;
  readonly recoveryPlan: RecoveryPlan | null;
}

function partialPlan(standing: CreditStanding): RecoveryPlan | null {
  const plan = standing.recoveryPlan;
  return plan !== null && plan.recoveryRatePpm < 1_000_000 ? plan : null;
}

/** Credit that decides about supply (µ): disputed money is given the benefit; arrears under a partial plan are left aside. */
export function decidingCreditMicro(standing: CreditStanding): bigint {
  const plannedMicro = partialPlan(standing)?.instalmentPaid ? -standing.arrearsMicro : 0n;
  return standing.availableMicro + standing.disputedMicro + plannedMicro;
}

/** True when credit alone would allow a disconnect: available ≤ 0. */
export function isDisconnectEligible(standing: CreditStanding): boolean {
  return decidingCreditMicro(standing) <= 0n;
}

/** True when ARREARS may be cleared: credit above `reconnectMinMicro`, and arrears 0 or the plan's instalment paid. */
export function isReconnectEligible(standing: CreditStanding, reconnectMinMicro: bigint): boolean {
  const debtSettled = standing.arrearsMicro === 0n || partialPlan(standing)?.instalmentPaid === true;
  return debtSettled && decidingCreditMicro(standing) > reconnectMinMicro;
}
