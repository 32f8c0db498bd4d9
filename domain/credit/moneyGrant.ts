import type { CampusZone } from '../time/campusTime';

/** When and under which name an entitlement's money is granted, and when what is left of it lapses. */
export interface GrantTerm {
  /** Start of the local month that it is for, ms UTC; 0: granted once. */
  readonly periodMs: number;
  /** Name of the pot. */
  readonly code: string;
  /** Null: stays until it is used. */
  readonly expiresMs: number | null;
}

/**
 * The grant that is due at `now`. Money of a month lapses with the month, or rolls over: then with the entitlement. Money that is
 * granted once lapses when its entitlement says so.
 */
export function grantTermAt(
  entitlement: {
    readonly code: string;
    readonly monthly: boolean;
    readonly carryOver: boolean;
    readonly validToMs: number | null;
    readonly expiresMs: number | null;
  },
  zone: CampusZone,
  now: number,
): GrantTerm {
  const { code, monthly, carryOver, validToMs, expiresMs } = entitlement;
  if (!monthly) return { periodMs: 0, code, expiresMs };
  const { year, month } = zone.dayAt(now);
  const name = `${code}.${year}-${String(month).padStart(2, '0')}`;
  const ends = [expiresMs, validToMs, carryOver ? null : zone.nextMonthStart(now)].filter(
    (ms) => ms !== null,
  );
  return {
    periodMs: zone.monthStart(now),
    code: name,
    expiresMs: ends.length === 0 ? null : Math.min(...ends),
  };
}
