import type { Role, UserAccountRow } from '../../db/queries/people';

/** What a document may bring along that is not the administrators' alone. */
export interface ImportRights {
  /**
   * Whether finance consented to the key: opening balances as far as one person credits them, what policies lend and take back,
   * days of calendars by which use is priced.
   */
  readonly finance: boolean;
  /** Actor of the person who answers for the import: they give no role that they may not give. Null: nobody, and so none. */
  readonly answerable: string | null;
  /** Actor of the person who consents beside, as the caller verified them; null: nobody. */
  readonly second: string | null;
}

/** What two people stand behind: whoever answers for an import, and another human being who consents. */
export interface ImportConsent {
  /** The one who consents and may; null: nobody. */
  readonly approver: string | null;
  /** Whether finance stands beside: money may come in beyond what a key's word brings, and what is finance's may change. */
  readonly money: boolean;
  /** Whether another person is named who may not consent to money: their role does not reach it. */
  readonly secondMayNot: boolean;
  /** Whether sign-ins may get a role by which people consent to each other's acts. */
  mayGive(role: Role): boolean;
}

/** Roles of those who consent to money, roles and keys: an administrator alone makes nobody up who has one. */
export const isTrusted = (role: Role): boolean => role === 'FINANCE' || role === 'ADMIN';

/**
 * Judges the consent by the roles that were stored before the import. While nobody was ever of finance the campus is being set
 * up, and whoever does so brings in its first people and money; so does whoever installs.
 * @param rights null: whoever installs
 * @param everFinance whether anybody was ever of finance here
 */
export function consentOf(
  rights: ImportRights | null,
  users: readonly UserAccountRow[],
  everFinance: boolean,
): ImportConsent {
  if (rights === null || !everFinance)
    return { approver: null, money: true, secondMayNot: false, mayGive: () => true };
  const self = userOf(rights.answerable, users);
  const second = userOf(rights.second, users);
  const isOther =
    second !== undefined &&
    second !== self &&
    (second.person === null || self === undefined || second.person !== self.person);
  const holds = (role: Role) => isOther && holdsOnCampus(second, role);
  const finance = holds('FINANCE');
  // Where nobody is left who could consent for finance, another administrator does.
  const admin = holds('ADMIN');
  const orphaned = !users.some((user) => holdsOnCampus(user, 'FINANCE'));
  return {
    approver: finance || admin ? rights.second : null,
    money: finance,
    secondMayNot: isOther && !finance,
    mayGive: (role) => finance || (admin && (role === 'ADMIN' || orphaned)),
  };
}

function userOf(actor: string | null, users: readonly UserAccountRow[]): UserAccountRow | undefined {
  return actor?.startsWith('user:')
    ? users.find(({ code }) => code === actor.slice('user:'.length))
    : undefined;
}

/** Whether somebody, as they are stored, holds a role on the whole campus. */
export const holdsOnCampus = ({ disabled, roles }: UserAccountRow, wanted: Role): boolean =>
  !disabled &&
  roles.some(({ role, space, department }) => role === wanted && space === null && department === null);
