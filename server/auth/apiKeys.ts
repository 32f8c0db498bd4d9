import { ulid } from 'ulid';
import type { KeyScope } from '../../contracts/restCommon';
import { KEY_SCOPES } from '../../contracts/restCommon';
import { type ApiKeyRow, findApiKey, findApiKeyById, insertApiKey } from '../../db/queries/apiKeys';
import { campusScope, type Source, spaceScope } from '../../db/queries/scope';
import type { Clock } from '../../domain/time/clock';
import type { Caller } from './caller';
import type { Action } from './permissions';
import { hashToken, newToken } from './tokens';

export const API_KEY_PREFIX = 'wkk_';

/** What each scope of a key allows. Beside a key stands nobody but at an import, so what else needs a second person is in no scope. */
const KEY_ACTIONS: Readonly<Record<KeyScope, readonly Action[]>> = {
  read: [
    'VIEW_OVERVIEW',
    'VIEW_MAP',
    'VIEW_LIVE_ROOM',
    'VIEW_BAND',
    'VIEW_MONEY',
    'VIEW_LEDGER',
    'VERIFY_LEDGER',
    'VIEW_COMMANDS',
    'VIEW_ALARMS',
    'VIEW_QUOTA',
    'VIEW_QUARANTINE',
    'VIEW_HEALTH',
  ],
  vend: ['CASH_DESK'],
  control: ['CUT', 'RESTORE', 'READ_NOW', 'SET_LIMIT', 'ACKNOWLEDGE_ALARM', 'SHELVE_ALARM', 'RESET_LATCH'],
  import: ['IMPORT_CAMPUS'],
  admin: ['REPLACE_METER', 'MANAGE_CREDENTIALS'],
};

/** The scope that `action` needs, for the words of a refusal; null: no key may do it. */
export function keyScopeOf(action: Action): KeyScope | null {
  return KEY_SCOPES.find((scope) => KEY_ACTIONS[scope].includes(action)) ?? null;
}

/** An API key as it calls. */
export interface KeyCaller extends Caller {
  readonly keyId: string;
  readonly scopes: readonly KeyScope[];
  /** False for a key that sees a space subtree only. */
  readonly campusWide: boolean;
}

/** The caller behind a bearer token, or null where it names no key in force. */
export async function readApiKey(
  deps: { readonly database: Source; readonly clock: Clock },
  token: string,
  address: string,
): Promise<KeyCaller | null> {
  if (!token.startsWith(API_KEY_PREFIX) || token.length > 200) return null;
  const row = await findApiKey(deps.database, hashToken(token));
  return row && callerOf(row, address, new Date(deps.clock.now()));
}

/** A key that is in force, by its id, as a caller from nowhere; null: there is none. */
export async function readKeyCaller(database: Source, id: string, at: Date): Promise<KeyCaller | null> {
  const row = await findApiKeyById(database, id);
  return row && callerOf(row, '', at);
}

function callerOf(row: ApiKeyRow, address: string, at: Date): KeyCaller {
  const scopes = KEY_SCOPES.filter((scope) => row.scopes.includes(scope));
  const scope =
    row.spaceId === null ? campusScope(row.campus.id, at) : spaceScope(row.campus.id, row.spaceId, at);
  return {
    keyId: row.id,
    scopes,
    campusWide: row.spaceId === null,
    actor: `key:${row.id}`,
    answerable: row.madeBy,
    address,
    campus: row.campus,
    user: null,
    reach: { kind: 'RECORDS', scope },
    permission: (action) =>
      scopes.some((s) => KEY_ACTIONS[s].includes(action)) ? { grant: 'FULL', scope } : null,
  };
}

/** Makes a key. The returned text is its only copy: the database keeps a hash. */
export async function createApiKey(
  deps: { readonly database: Source; readonly clock: Clock },
  input: {
    campusId: number;
    name: string;
    scopes: readonly KeyScope[];
    spaceId: number | null;
    /** Actor who answers for it; absent: whoever installs. */
    madeBy?: string;
  },
): Promise<{ id: string; key: string }> {
  const nowMs = deps.clock.now();
  const id = ulid(nowMs);
  const key = newToken(API_KEY_PREFIX);
  await insertApiKey(deps.database, {
    id,
    campusId: input.campusId,
    name: input.name,
    hash: hashToken(key),
    scopes: [...input.scopes],
    spaceId: input.spaceId,
    madeBy: input.madeBy ?? null,
    createdAt: new Date(nowMs),
  });
  return { id, key };
}
