/** Least load limit that a resident may set, W: below it a limit would be a cut by another name. */
export const OWN_LIMIT_LEAST_W = 100;

export type OwnLimitFault = 'NOT_WHOLE' | 'TOO_LOW' | 'ABOVE_CAP';

/** What is wrong with a resident's own limit under the staff's cap, both in W; null: nothing. */
export function ownLimitFault(limitW: number, capW: number): OwnLimitFault | null {
  if (!Number.isInteger(limitW)) return 'NOT_WHOLE';
  if (limitW < OWN_LIMIT_LEAST_W) return 'TOO_LOW';
  return limitW > capW ? 'ABOVE_CAP' : null;
}

/** The limit that load is judged by, W: the resident's own where one is in force, and never more than the cap. */
export function limitInForce(capW: number, ownW: number | null): number {
  return ownW === null ? capW : Math.min(capW, ownW);
}
