import { randomBytes } from 'node:crypto';
import { KEY_SCOPES } from '../../contracts/restCommon';
import { type Database, withTransaction } from '../../db/client';
import { type CampusRow, campusByCode } from '../../db/queries/campus';
import { DomainError, invalid } from '../../domain/errors';
import type { EngineContext } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { createApiKey } from '../auth/apiKeys';

/** What a campus begins with. */
export interface NewCampus {
  readonly code: string;
  readonly name: string;
  readonly nameEn?: string;
  /** IANA zone. */
  readonly timeZone: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Sign-in name of its first administrator. */
  readonly admin: string;
  /** Made at random when absent. */
  readonly password?: string;
}

/** The way in. Password and key stand nowhere else: the database keeps their hashes. */
export interface OpenedCampus {
  readonly campusId: number;
  readonly password: string;
  /** Key of the REST interface for the first import: every scope but `vend`, for nobody of finance is there to consent to one. */
  readonly apiKey: string;
}

const PASSWORD_BYTES = 15;

/**
 * Makes a campus with one administrator and one API key, ready for an import.
 * @throws DomainError `conflict` `CAMPUS_EXISTS`; `invalid` with the field and the rule of the import
 */
export async function openCampus(
  database: Database,
  ctx: EngineContext,
  input: NewCampus,
): Promise<OpenedCampus> {
  const { code, name, nameEn, timeZone, currency, admin } = input;
  if (await storedCampus(database, code))
    throw new DomainError('conflict', 'CAMPUS_EXISTS', `There is a campus ${code} already.`);
  const password = input.password ?? randomBytes(PASSWORD_BYTES).toString('base64url');
  const result = await importCampus(
    database,
    ctx,
    {
      campus: { code, name: nameEn === undefined ? name : { zh: name, en: nameEn }, timeZone, currency },
      persons: [{ code: 'ADMIN', name: 'Administrator' }],
      users: [{ code: admin, person: 'ADMIN', password, roles: [{ role: 'ADMIN' }] }],
    },
    { actor: 'setup' },
  );
  if (!result.applied) {
    const bad = result.rows.flatMap((row) => row.errors)[0];
    throw invalid(bad?.pointer ?? '', bad?.code ?? 'REFUSED', bad?.message ?? 'The campus was refused.');
  }
  const { id: campusId } = (await storedCampus(database, code))!;
  const { key } = await createApiKey(
    { database, clock: ctx.clock },
    {
      ...{ campusId, name: 'setup', spaceId: null, madeBy: `user:${admin}` },
      scopes: KEY_SCOPES.filter((scope) => scope !== 'vend'),
    },
  );
  return { campusId, password, apiKey: key };
}

function storedCampus(database: Database, code: string): Promise<CampusRow | null> {
  return withTransaction(database, (tx) => campusByCode(tx.client, code));
}
