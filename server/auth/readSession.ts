import { decode } from 'next-auth/jwt';
import type { Source } from '../../db/queries/scope';
import { loadUser, type UserRow } from '../../db/queries/users';
import type { Clock } from '../../domain/time/clock';
import { isSecureOrigin, parseCookies } from './cookies';
import type { Session } from './session';

/** What reading a session needs; the process root owns all of it. */
export interface SessionReader {
  readonly database: Source;
  readonly clock: Clock;
  readonly authSecret: string;
  readonly publicUrl: string;
}

/** A session's life in seconds: a working day. Set for the session and for the token in it, which has its own. */
export const SESSION_MAX_AGE_S = 8 * 3600;

/** Name of the session cookie; the prefix makes browsers refuse it over plain http. */
export function sessionCookieName(publicUrl: string): string {
  return `${isSecureOrigin(publicUrl) ? '__Secure-' : ''}next-auth.session-token`;
}

/** What the signed cookie says: who, and under which version of the user's rights. */
export interface SessionClaims {
  readonly userId: number;
  readonly sessionVersion: number;
  /** End of the token, s since 1970 in real time. */
  readonly expiresS: number;
}

/** The claims of a Cookie header whose token is genuine and not over; else null. No database. */
export async function readClaims(
  reader: Pick<SessionReader, 'authSecret' | 'publicUrl'>,
  cookieHeader: string | null | undefined,
): Promise<SessionClaims | null> {
  const token = parseCookies(cookieHeader).get(sessionCookieName(reader.publicUrl));
  if (!token) return null;
  const payload = await decode({ token, secret: reader.authSecret }).catch(() => null);
  const { userId, sessionVersion, exp } = payload ?? {};
  if (typeof userId !== 'number' || typeof sessionVersion !== 'number' || typeof exp !== 'number')
    return null;
  return { userId, sessionVersion, expiresS: exp };
}

/**
 * The session behind a Cookie header, or null: no cookie, a forged or expired one, a user who was disabled, or one whose
 * rights changed since. Rights come from the database each time, never from the cookie.
 */
export async function readSession(
  reader: SessionReader,
  cookieHeader: string | null | undefined,
): Promise<Session | null> {
  const claims = await readClaims(reader, cookieHeader);
  if (!claims) return null;
  const user = await loadUser(reader.database, claims.userId, new Date(reader.clock.now()));
  if (!user || user.disabled || user.sessionVersion !== claims.sessionVersion) return null;
  return sessionOf(user);
}

/** The session of a user as loaded. */
export function sessionOf(user: UserRow): Session {
  return {
    kind: 'USER',
    userId: user.id,
    userCode: user.code,
    displayName: user.displayName,
    personId: user.personId,
    sessionVersion: user.sessionVersion,
    ownRooms: user.ownRooms,
    campus: user.campus,
    bindings: user.bindings,
  };
}
