import { randomInt } from 'node:crypto';
import { ulid } from 'ulid';
import { type Database, type Tx, withTransaction } from '../../db/client';
import {
  approvePairing,
  findDisplayByToken,
  findPairing,
  insertDisplay,
  insertPairing,
  purgePairings,
  reissueDisplayToken,
  rotateDisplayToken,
  setFirstDisplayToken,
} from '../../db/queries/displays';
import type { Source } from '../../db/queries/scope';
import { DomainError } from '../../domain/errors';
import type { Clock } from '../../domain/time/clock';
import { isSecureOrigin, parseCookies } from './cookies';
import type { DisplaySession } from './session';
import { hashToken, newToken, sameHash } from './tokens';

/**
 * Walls are no users: a screen shows a code, an admin approves it, and the screen gets a read-only token in a cookie that
 * its own scripts can't read. The token is replaced daily without anyone noticing; the one before stays valid for 7 days,
 * so that a lost answer locks no wall out. Revoking ends both at once.
 */

export const DISPLAY_COOKIE = 'wattkeep-display';
export const DISPLAY_TOKEN_PREFIX = 'wkd_';
const PAIRING_MS = 15 * 60_000;
const ROTATE_AFTER_MS = 24 * 3_600_000;
const PREVIOUS_VALID_MS = 7 * 24 * 3_600_000;
/** Browsers cap a cookie's life at 400 days; each rotation sets it anew. */
const COOKIE_MAX_AGE_S = 400 * 24 * 3600;
/** Screens that may wait at once; more are refused, so that nobody fills the table. */
const MAX_OPEN_PAIRINGS = 200;
const CODE_ATTEMPTS = 20;

export const DEFAULT_PLAYLIST: readonly string[] = ['A', 'B', 'C'];

export interface DisplayDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly publicUrl: string;
}

export interface StartedPairing {
  /** Six digits that the screen shows. */
  code: string;
  /** Known to the waiting screen alone; whoever reads the code off the wall can't fetch its token. */
  secret: string;
  expiresMs: number;
  /** What the QR code says: the approval page with the code filled in. */
  approveUrl: string;
}

/** Opens a pairing. @throws DomainError `unavailable` `TOO_MANY_PAIRINGS` */
export async function startPairing(deps: DisplayDeps): Promise<StartedPairing> {
  const nowMs = deps.clock.now();
  if ((await purgePairings(deps.database, new Date(nowMs))) >= MAX_OPEN_PAIRINGS) {
    throw new DomainError('unavailable', 'TOO_MANY_PAIRINGS', 'Too many screens wait for approval.');
  }
  const secret = newToken('');
  const expiresMs = nowMs + PAIRING_MS;
  for (let attempt = 0; attempt < CODE_ATTEMPTS; attempt++) {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const opened = await insertPairing(deps.database, {
      code,
      secretHash: hashToken(secret),
      createdAt: new Date(nowMs),
      expiresAt: new Date(expiresMs),
    });
    if (opened)
      return { code, secret, expiresMs, approveUrl: `${deps.publicUrl}/admin/displays?code=${code}` };
  }
  throw new DomainError('unavailable', 'TOO_MANY_PAIRINGS', 'No free code was found.');
}

export type PairingState =
  | { state: 'WAITING' | 'EXPIRED' }
  /** `cookie` is the Set-Cookie text that hands over the token. */
  | { state: 'PAIRED'; cookie: string };

/**
 * Asked by the waiting screen. Once approved, each answer carries a fresh token until the code runs out, so an answer that
 * got lost costs nothing.
 */
export async function pollPairing(deps: DisplayDeps, code: string, secret: string): Promise<PairingState> {
  const now = new Date(deps.clock.now());
  const pairing = await findPairing(deps.database, code);
  if (!pairing || pairing.expiresAt <= now || !sameHash(pairing.secretHash, hashToken(secret))) {
    return { state: 'EXPIRED' };
  }
  if (pairing.displayId === null) return { state: 'WAITING' };
  const token = newToken(DISPLAY_TOKEN_PREFIX);
  const set = await setFirstDisplayToken(deps.database, pairing.displayId, hashToken(token), now);
  return set ? { state: 'PAIRED', cookie: displayCookie(token, deps.publicUrl) } : { state: 'EXPIRED' };
}

/** Approves a waiting screen. @throws DomainError `notFound` `PAIRING_CODE` */
export async function approveDisplay(
  deps: DisplayDeps,
  input: { campusId: number; code: string; name: string; playlist: readonly string[]; actor: string },
  closing: (tx: Tx, displayId: string) => void,
): Promise<{ displayId: string }> {
  const now = new Date(deps.clock.now());
  const displayId = ulid(now.getTime());
  await withTransaction(deps.database, async (tx) => {
    await insertDisplay(tx, {
      id: displayId,
      campusId: input.campusId,
      name: input.name,
      // A token that nobody knows; the screen gets its first one when it asks next.
      tokenHash: hashToken(newToken(DISPLAY_TOKEN_PREFIX)),
      rotatedAt: now,
      pairedAt: now,
      pairedBy: input.actor,
      playlist: [...input.playlist],
    });
    if (!(await approvePairing(tx, input.code, displayId, now))) {
      throw new DomainError('notFound', 'PAIRING_CODE', 'No screen waits under this code.', {
        field: '/code',
      });
    }
    closing(tx, displayId);
  });
  return { displayId };
}

function shownToken(cookieHeader: string | null | undefined): string | null {
  const token = parseCookies(cookieHeader).get(DISPLAY_COOKIE);
  return token?.startsWith(DISPLAY_TOKEN_PREFIX) ? token : null;
}

/** Whether a request claims to come from a display at all, valid or not. */
export function carriesDisplayToken(cookieHeader: string | null | undefined): boolean {
  return shownToken(cookieHeader) !== null;
}

/** The display behind a Cookie header, or null. */
export async function readDisplay(
  deps: { readonly database: Source; readonly clock: Clock },
  cookieHeader: string | null | undefined,
): Promise<DisplaySession | null> {
  const token = shownToken(cookieHeader);
  if (token === null) return null;
  const previousSince = new Date(deps.clock.now() - PREVIOUS_VALID_MS);
  const row = await findDisplayByToken(deps.database, hashToken(token), previousSince);
  if (!row) return null;
  return { kind: 'DISPLAY', displayId: row.id, name: row.name, campus: row.campus, playlist: row.playlist };
}

/** Replaces a token that is a day old. Returns the Set-Cookie text, or null when nothing is due. */
export async function rotateIfDue(
  deps: DisplayDeps,
  cookieHeader: string | null | undefined,
): Promise<string | null> {
  const token = shownToken(cookieHeader);
  if (token === null) return null;
  const nowMs = deps.clock.now();
  const shownHash = hashToken(token);
  const row = await findDisplayByToken(deps.database, shownHash, new Date(nowMs - PREVIOUS_VALID_MS));
  if (!row) return null;
  const fresh = newToken(DISPLAY_TOKEN_PREFIX);
  if (!row.tokenIsCurrent) {
    const reissued = await reissueDisplayToken(deps.database, row.id, shownHash, hashToken(fresh));
    return reissued ? displayCookie(fresh, deps.publicUrl) : null;
  }
  if (nowMs - row.rotatedAt.getTime() < ROTATE_AFTER_MS) return null;
  const rotated = await rotateDisplayToken(
    deps.database,
    row.id,
    shownHash,
    hashToken(fresh),
    new Date(nowMs),
  );
  return rotated ? displayCookie(fresh, deps.publicUrl) : null;
}

function displayCookie(token: string, publicUrl: string): string {
  const secure = isSecureOrigin(publicUrl) ? '; Secure' : '';
  return `${DISPLAY_COOKIE}=${token}; Path=/; Max-Age=${COOKIE_MAX_AGE_S}; HttpOnly; SameSite=Lax${secure}`;
}

/** Set-Cookie text that takes the token away from a revoked screen. */
export function clearedDisplayCookie(publicUrl: string): string {
  const secure = isSecureOrigin(publicUrl) ? '; Secure' : '';
  return `${DISPLAY_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure}`;
}
