/**
 * Emergency credit: a bounded advance that a resident takes when credit runs low. One loan at a time; repaid from the next
 * top-up after arrears. ACTIVE gives headroom; EXHAUSTED gives none until the loan is back at 0.
 */
export const EMERGENCY_CREDIT_STATUSES = ['OFF', 'OFFERED', 'ACTIVE', 'EXHAUSTED'] as const;
export type EmergencyCreditStatus = (typeof EMERGENCY_CREDIT_STATUSES)[number];

/** Available credit at and below which it is offered, µ. */
export const OFFER_AT_MICRO = 5_000_000n;

export interface EmergencyCredit {
  readonly status: EmergencyCreditStatus;
  /** Size of the loan in µ; 0 where the policy grants none. */
  readonly limitMicro: bigint;
}

export const NO_EMERGENCY_CREDIT: EmergencyCredit = { status: 'OFF', limitMicro: 0n };

/** Free part of the loan (µ): limit + ec while ACTIVE, else 0. `ecMicro` ≤ 0. */
export function emergencyHeadroomMicro(emergencyCredit: EmergencyCredit, ecMicro: bigint): bigint {
  if (emergencyCredit.status !== 'ACTIVE') return 0n;
  const free = emergencyCredit.limitMicro + ecMicro;
  return free > 0n ? free : 0n;
}

/** OFF and OFFERED follow the available credit; a running or used-up loan is not touched by it. */
export function offerEmergencyCredit(
  { status }: Pick<EmergencyCredit, 'status'>,
  offer: {
    /** What the policy grants, µ; 0: none. */
    readonly limitMicro: bigint;
    readonly availableMicro: bigint;
    readonly offerAtMicro: bigint;
    readonly grantedThisMonth: boolean;
  },
): EmergencyCreditStatus {
  if (status === 'ACTIVE' || status === 'EXHAUSTED') return status;
  const offered =
    offer.limitMicro > 0n && !offer.grantedThisMonth && offer.availableMicro <= offer.offerAtMicro;
  return offered ? 'OFFERED' : 'OFF';
}

export type EmergencyCreditRefusal = 'NOT_OFFERED' | 'ALREADY_RUNNING' | 'ALREADY_GRANTED_THIS_MONTH';

/** The resident's tap: OFFERED becomes ACTIVE, at most once a month. */
export function activateEmergencyCredit(
  emergencyCredit: EmergencyCredit,
  grantedThisMonth: boolean,
): { emergencyCredit: EmergencyCredit } | { refused: EmergencyCreditRefusal } {
  if (emergencyCredit.status === 'ACTIVE' || emergencyCredit.status === 'EXHAUSTED')
    return { refused: 'ALREADY_RUNNING' };
  if (grantedThisMonth) return { refused: 'ALREADY_GRANTED_THIS_MONTH' };
  if (emergencyCredit.status !== 'OFFERED') return { refused: 'NOT_OFFERED' };
  return { emergencyCredit: { ...emergencyCredit, status: 'ACTIVE' } };
}

/**
 * The status after postings moved the loan from `beforeMicro` to `afterMicro` (both ≤ 0): used up at −limit, ended when
 * repaid to 0. A loan that was taken but not yet drawn on stays ACTIVE.
 */
export function settleEmergencyCredit(
  emergencyCredit: EmergencyCredit,
  beforeMicro: bigint,
  afterMicro: bigint,
): EmergencyCredit {
  const { status, limitMicro } = emergencyCredit;
  const repaid = afterMicro === 0n && beforeMicro < 0n;
  if (repaid && (status === 'ACTIVE' || status === 'EXHAUSTED')) return { status: 'OFF', limitMicro };
  if (status === 'ACTIVE' && afterMicro <= -limitMicro) return { status: 'EXHAUSTED', limitMicro };
  return emergencyCredit;
}
