import type { Database } from '../../db/client';
import { loadUser } from '../../db/queries/users';
import { type Caller, sessionCaller } from '../auth/caller';
import { sessionOf } from '../auth/readSession';
import type { Session } from '../auth/session';

/** The caller that a stored user would be, signed in at `nowMs`. For tests of services. */
export async function callerOf(database: Database, code: string, nowMs: number): Promise<Caller> {
  return sessionCaller(await signedIn(database, code, nowMs), '192.0.2.1', new Date(nowMs));
}

/** The session that a stored user would have, signed in at `nowMs`. For tests. */
export async function signedIn(database: Database, code: string, nowMs: number): Promise<Session> {
  const { rows } = await database.pool.query<{ id: number }>('select id from app_user where code = $1', [
    code,
  ]);
  const user = rows[0] && (await loadUser(database, rows[0].id, new Date(nowMs)));
  if (!user) throw new Error(`no user ${code}`);
  return sessionOf(user);
}
