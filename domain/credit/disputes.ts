import { DomainError } from '../errors';

/** Reasons for which a payer contests a charge by one tap, stored as they stand here; others are stored in the payer's own words. */
export const DISPUTE_REASONS = ['USED_LESS', 'AWAY', 'PRICE'] as const;

/** Where an objection to a charge stands. */
export type DisputeState = 'OPENED' | 'UNDER_REVIEW' | 'UPHELD' | 'REJECTED' | 'CLOSED';

/** What moves it on. */
export type DisputeStep = 'REVIEW' | 'UPHOLD' | 'REJECT' | 'CLOSE';

/** Working days within which it must be decided. */
export const DISPUTE_WORKING_DAYS = 5;

const NEXT: Readonly<Record<DisputeState, Partial<Record<DisputeStep, DisputeState>>>> = {
  OPENED: { REVIEW: 'UNDER_REVIEW', UPHOLD: 'UPHELD', REJECT: 'REJECTED' },
  UNDER_REVIEW: { UPHOLD: 'UPHELD', REJECT: 'REJECTED' },
  UPHELD: { CLOSE: 'CLOSED' },
  REJECTED: { CLOSE: 'CLOSED' },
  CLOSED: {},
};

/** While it is open its amount counts toward no cut, and the account may not open another. */
export function isOpenDispute(state: DisputeState): boolean {
  return state === 'OPENED' || state === 'UNDER_REVIEW';
}

/** The state after a step. @throws DomainError `refused` `DISPUTE_STATE` where the step does not fit */
export function nextDisputeState(state: DisputeState, step: DisputeStep): DisputeState {
  const next = NEXT[state][step];
  if (!next)
    throw new DomainError('refused', 'DISPUTE_STATE', `A dispute that is ${state} takes no ${step}.`, {
      state,
    });
  return next;
}
