import { randomBytes } from 'node:crypto';
import { DB_CHANNELS } from '../contracts/dbChannels';
import { type Database, withTransaction } from '../db/client';
import {
  credentialHolder,
  credentialsInForce,
  holdersWithoutCredential,
  insertCredentials,
  revokeCredentials,
} from '../db/queries/credentials';
import { notify } from '../db/queries/notify';
import { DomainError } from '../domain/errors';
import type { Closing, EngineContext } from './context';
import { checkMqttPassword, hashMqttPassword, makeMqttPassword } from './mqttPassword';

/** What a gateway or direct meter signs in with and checks commands by. Shown once; only a hash of the password is kept. */
export interface Credential {
  readonly code: string;
  /** The same as the code; also the client id. */
  readonly username: string;
  readonly password: string;
  /** HMAC-SHA256 key of commands, as text. */
  readonly signingKey: string;
  readonly createdMs: number;
}

/** Bits of a signing key: as many as the hash has. */
const SIGNING_KEY_BYTES = 32;

function makeCredential(code: string, createdMs: number): Credential {
  const signingKey = randomBytes(SIGNING_KEY_BYTES).toString('base64url');
  return { code, username: code, password: makeMqttPassword(), signingKey, createdMs };
}

/**
 * Makes the credential of a gateway or direct meter anew; the one before ends at once, and with it its connection.
 * @throws DomainError notFound/UNKNOWN_CODE; refused/BEHIND_GATEWAY for a meter that a gateway carries: it never signs in
 */
export async function rotateCredential(
  database: Database,
  context: EngineContext,
  holder: { campusId: number; code: string },
  closing?: Closing<Credential>,
): Promise<Credential> {
  const credential = makeCredential(holder.code, context.clock.now());
  const passwordHash = await hashMqttPassword(credential.password);
  await withTransaction(database, async (tx) => {
    const { client } = tx;
    requireHolder(await credentialHolder(client, holder.campusId, holder.code), holder.code);
    await revokeCredentials(client, holder.campusId, holder.code, credential.createdMs);
    const row = { code: holder.code, passwordHash, signingKey: credential.signingKey };
    await insertCredentials(client, holder.campusId, [row], credential.createdMs);
    notify(tx, DB_CHANNELS.configChanged, ['CREDENTIAL']);
    closing?.(tx, credential);
  });
  return credential;
}

function requireHolder(holder: Awaited<ReturnType<typeof credentialHolder>>, code: string): void {
  if (holder === null)
    throw new DomainError('notFound', 'UNKNOWN_CODE', `There is no gateway or meter "${code}".`);
  if (holder === 'CARRIED_METER')
    throw new DomainError(
      'refused',
      'BEHIND_GATEWAY',
      `Meter "${code}" reports through a gateway; the gateway has the credential.`,
    );
}

/**
 * Ends the credential of a gateway or meter; its connection ends and its commands can no longer be signed.
 * @throws DomainError notFound/NO_CREDENTIAL if none is in force
 */
export async function revokeCredential(
  database: Database,
  context: EngineContext,
  holder: { campusId: number; code: string },
  closing?: Closing<void>,
): Promise<void> {
  await withTransaction(database, async (tx) => {
    const { client } = tx;
    const ended = await revokeCredentials(client, holder.campusId, holder.code, context.clock.now());
    if (ended === 0)
      throw new DomainError('notFound', 'NO_CREDENTIAL', `"${holder.code}" has no credential in force.`);
    notify(tx, DB_CHANNELS.configChanged, ['CREDENTIAL']);
    closing?.(tx, undefined);
  });
}

/** Makes credentials for every gateway and direct meter of a campus that has none, for a fleet that starts together. */
export async function createMissingCredentials(
  database: Database,
  context: EngineContext,
  campusId: number,
): Promise<Credential[]> {
  const nowMs = context.clock.now();
  return withTransaction(database, async (tx) => {
    const { client } = tx;
    const codes = await holdersWithoutCredential(client, campusId);
    const made = codes.map((code) => makeCredential(code, nowMs));
    const rows = await Promise.all(
      made.map(async ({ code, password, signingKey }) => ({
        code,
        passwordHash: await hashMqttPassword(password),
        signingKey,
      })),
    );
    if (rows.length === 0) return [];
    await insertCredentials(client, campusId, rows, nowMs);
    notify(tx, DB_CHANNELS.configChanged, ['CREDENTIAL']);
    return made;
  });
}

/** Who signed in. */
export interface MqttHolder {
  readonly campusId: number;
  /** Second level of its topics. */
  readonly campusCode: string;
  readonly kind: 'GATEWAY' | 'METER';
  readonly code: string;
}

/**
 * Who a user name and password belong to, or null.
 * @param campusCode the only campus that counts; null: the one where the password fits
 */
export async function verifyCredential(
  database: Database,
  campusCode: string | null,
  username: string,
  password: string,
): Promise<MqttHolder | null> {
  for (const row of await credentialsInForce(database.pool, campusCode, username))
    if (await checkMqttPassword(password, row.passwordHash))
      return { campusId: row.campusId, campusCode: row.campusCode, kind: row.kind, code: username };
  return null;
}

/** The key that commands to a gateway or direct meter are signed with; null: none in force. */
export async function signingKeyOf(
  database: Database,
  campusCode: string,
  code: string,
): Promise<string | null> {
  const [row] = await credentialsInForce(database.pool, campusCode, code);
  return row?.signingKey ?? null;
}
