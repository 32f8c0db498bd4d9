import { and, asc, eq, gt, isNull, lte, or, sql } from 'drizzle-orm';
import { campus } from '../schema/campus';
import { display, displayPairing } from '../schema/person';
import type { Source } from './scope';

export interface DisplayRow {
  id: string;
  name: string;
  playlist: string[];
  /** Which of the two valid tokens was shown. */
  tokenIsCurrent: boolean;
  rotatedAt: Date;
  campus: {
    id: number;
    code: string;
    name: string;
    nameEn: string | null;
    timeZone: string;
    currency: string;
  };
}

/**
 * The display that holds this token: the current one, or the one before while it was replaced after `previousSince`.
 * Null for unknown, outdated and revoked tokens.
 */
export async function findDisplayByToken(
  source: Source,
  tokenHash: string,
  previousSince: Date,
): Promise<DisplayRow | null> {
  const [row] = await source.db
    .select({
      id: display.id,
      name: display.name,
      playlist: display.playlist,
      tokenHash: display.tokenHash,
      rotatedAt: display.rotatedAt,
      campus: {
        id: campus.id,
        code: campus.code,
        name: campus.name,
        nameEn: campus.nameEn,
        timeZone: campus.timeZone,
        currency: campus.currency,
      },
    })
    .from(display)
    .innerJoin(campus, eq(campus.id, display.campusId))
    .where(
      and(
        isNull(display.revokedAt),
        or(
          eq(display.tokenHash, tokenHash),
          and(eq(display.previousTokenHash, tokenHash), gt(display.rotatedAt, previousSince)),
        ),
      ),
    );
  if (!row) return null;
  const { tokenHash: current, ...rest } = row;
  return { ...rest, tokenIsCurrent: current === tokenHash };
}

/** Makes `newHash` the current token and keeps `shownHash` as the previous one. False if `shownHash` is not current any more. */
export async function rotateDisplayToken(
  source: Source,
  displayId: string,
  shownHash: string,
  newHash: string,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await source.db
    .update(display)
    .set({ tokenHash: newHash, previousTokenHash: shownHash, rotatedAt: at })
    .where(and(eq(display.id, displayId), eq(display.tokenHash, shownHash), isNull(display.revokedAt)));
  return rowCount === 1;
}

/** Replaces a current token that never reached its display; the previous token stays as it is. */
export async function reissueDisplayToken(
  source: Source,
  displayId: string,
  shownHash: string,
  newHash: string,
): Promise<boolean> {
  const { rowCount } = await source.db
    .update(display)
    .set({ tokenHash: newHash })
    .where(
      and(eq(display.id, displayId), eq(display.previousTokenHash, shownHash), isNull(display.revokedAt)),
    );
  return rowCount === 1;
}

export async function recordDisplayHeartbeat(
  source: Source,
  displayId: string,
  beat: { atMs: number; frameMs: number | null; build: string | null },
): Promise<void> {
  await source.db
    .update(display)
    .set({
      lastHeartbeatMs: beat.atMs,
      lastFrameMs: beat.frameMs,
      build: beat.build,
    })
    .where(eq(display.id, displayId));
}

export interface DisplayListRow {
  id: string;
  name: string;
  playlist: string[];
  pairedAt: Date;
  pairedBy: string;
  lastHeartbeatMs: number | null;
  lastFrameMs: number | null;
  build: string | null;
}

/** Paired displays of a campus that are not revoked, by name. */
export async function listDisplays(source: Source, campusId: number): Promise<DisplayListRow[]> {
  return source.db
    .select({
      id: display.id,
      name: display.name,
      playlist: display.playlist,
      pairedAt: display.pairedAt,
      pairedBy: display.pairedBy,
      lastHeartbeatMs: display.lastHeartbeatMs,
      lastFrameMs: display.lastFrameMs,
      build: display.build,
    })
    .from(display)
    .where(and(eq(display.campusId, campusId), isNull(display.revokedAt)))
    .orderBy(asc(display.name), asc(display.id));
}

/** Ends a display's right at once. False if there is none or it was revoked before. */
export async function revokeDisplay(
  source: Source,
  campusId: number,
  displayId: string,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await source.db
    .update(display)
    .set({ revokedAt: at })
    .where(and(eq(display.id, displayId), eq(display.campusId, campusId), isNull(display.revokedAt)));
  return rowCount === 1;
}

/** Which of these displays still hold their right. */
export async function validDisplayIds(source: Source, displayIds: readonly string[]): Promise<Set<string>> {
  if (displayIds.length === 0) return new Set();
  const rows = await source.db
    .select({ id: display.id })
    .from(display)
    .where(and(sql`${display.id} = any(${sql.param([...displayIds])}::text[])`, isNull(display.revokedAt)));
  return new Set(rows.map((r) => r.id));
}

/** Removes codes that ran out. Returns how many are still open. */
export async function purgePairings(source: Source, at: Date): Promise<number> {
  await source.db.delete(displayPairing).where(lte(displayPairing.expiresAt, at));
  const [row] = await source.db.select({ open: sql<bigint>`count(*)` }).from(displayPairing);
  return Number(row?.open ?? 0n);
}

/** Opens a pairing under a code. False if the code is taken. */
export async function insertPairing(
  source: Source,
  pairing: { code: string; secretHash: string; createdAt: Date; expiresAt: Date },
): Promise<boolean> {
  const { rowCount } = await source.db.insert(displayPairing).values(pairing).onConflictDoNothing();
  return rowCount === 1;
}

export interface PairingRow {
  secretHash: string;
  expiresAt: Date;
  /** Set once a person approved. */
  displayId: string | null;
}

export async function findPairing(source: Source, code: string): Promise<PairingRow | null> {
  const [row] = await source.db
    .select({
      secretHash: displayPairing.secretHash,
      expiresAt: displayPairing.expiresAt,
      displayId: displayPairing.displayId,
    })
    .from(displayPairing)
    .where(eq(displayPairing.code, code));
  return row ?? null;
}

/** Gives an open code its display; false if the code is unknown, over or approved before. */
export async function approvePairing(
  source: Source,
  code: string,
  displayId: string,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await source.db
    .update(displayPairing)
    .set({ displayId })
    .where(
      and(eq(displayPairing.code, code), isNull(displayPairing.displayId), gt(displayPairing.expiresAt, at)),
    );
  return rowCount === 1;
}

export async function insertDisplay(
  source: Source,
  row: {
    id: string;
    campusId: number;
    name: string;
    tokenHash: string;
    rotatedAt: Date;
    pairedAt: Date;
    pairedBy: string;
    playlist: string[];
  },
): Promise<void> {
  await source.db.insert(display).values(row);
}

/** Sets the token of a display that was just approved; no previous one exists then. */
export async function setFirstDisplayToken(
  source: Source,
  displayId: string,
  tokenHash: string,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await source.db
    .update(display)
    .set({ tokenHash, previousTokenHash: null, rotatedAt: at })
    .where(and(eq(display.id, displayId), isNull(display.revokedAt)));
  return rowCount === 1;
}
