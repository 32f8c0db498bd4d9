import { and, asc, eq, isNull, type SQL } from 'drizzle-orm';
import { campus } from '../schema/campus';
import { apiKey } from '../schema/person';
import { space } from '../schema/space';
import type { Source } from './scope';

export interface ApiKeyRow {
  id: string;
  name: string;
  scopes: string[];
  /** Root of the space subtree that it may see; null: the campus. */
  spaceId: number | null;
  /** Actor who made it; null: whoever installed. */
  madeBy: string | null;
  campus: {
    id: number;
    code: string;
    name: string;
    nameEn: string | null;
    timeZone: string;
    currency: string;
  };
}

/** The key of this hash that is not revoked, or null. */
export const findApiKey = (source: Source, hash: string): Promise<ApiKeyRow | null> =>
  findKey(source, eq(apiKey.hash, hash));

/** The key of this id that is not revoked, or null. */
export const findApiKeyById = (source: Source, id: string): Promise<ApiKeyRow | null> =>
  findKey(source, eq(apiKey.id, id));

async function findKey(source: Source, condition: SQL): Promise<ApiKeyRow | null> {
  const [row] = await source.db
    .select({
      id: apiKey.id,
      name: apiKey.name,
      scopes: apiKey.scopes,
      spaceId: apiKey.spaceId,
      madeBy: apiKey.madeBy,
      campus: {
        id: campus.id,
        code: campus.code,
        name: campus.name,
        nameEn: campus.nameEn,
        timeZone: campus.timeZone,
        currency: campus.currency,
      },
    })
    .from(apiKey)
    .innerJoin(campus, eq(campus.id, apiKey.campusId))
    .where(and(condition, isNull(apiKey.revokedAt)));
  return row ?? null;
}

export async function insertApiKey(
  source: Source,
  key: {
    id: string;
    campusId: number;
    name: string;
    hash: string;
    scopes: string[];
    spaceId: number | null;
    madeBy: string | null;
    createdAt: Date;
  },
): Promise<void> {
  await source.db.insert(apiKey).values(key);
}

/** A key in force. */
export interface ApiKeyListRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: string[];
  /** Code and names of the subtree that it may see; null: the campus. */
  readonly space: { readonly code: string; readonly name: string; readonly nameEn: string | null } | null;
  readonly createdAt: Date;
}

/** Keys of a campus that are not revoked, by name. Asked as the owner: the viewer may read no keys. */
export async function listApiKeys(source: Source, campusId: number): Promise<ApiKeyListRow[]> {
  return source.db
    .select({
      id: apiKey.id,
      name: apiKey.name,
      scopes: apiKey.scopes,
      space: { code: space.code, name: space.name, nameEn: space.nameEn },
      createdAt: apiKey.createdAt,
    })
    .from(apiKey)
    .leftJoin(space, eq(space.id, apiKey.spaceId))
    .where(and(eq(apiKey.campusId, campusId), isNull(apiKey.revokedAt)))
    .orderBy(asc(apiKey.name), asc(apiKey.id));
}

/** Ends a key at once. False if there is none or it was revoked before. */
export async function revokeApiKey(source: Source, campusId: number, id: string, at: Date): Promise<boolean> {
  const { rowCount } = await source.db
    .update(apiKey)
    .set({ revokedAt: at })
    .where(and(eq(apiKey.id, id), eq(apiKey.campusId, campusId), isNull(apiKey.revokedAt)));
  return rowCount === 1;
}
