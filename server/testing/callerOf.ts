import type { Database } from '../../db/client';
import { loadUser } from '../../db/queries/users';
import { type Caller, sessionCaller } from '../auth/caller';
import { sessionOf } from '../auth/readSession';

/** The caller that a stored user would be, signed in at `nowMs`. For tests of services. */
export async function callerOf(database: Database, code: string, nowMs: number): Promise<Caller> {
  const { rows } = await database.pool.query<{ id: number }>('select id from app_user where code = $1', [
    code,
  ]);
  const at = new Date(nowMs);
  const user = rows[0] && (await loadUser(database, rows[0].id, at));
  if (!user) throw new Error(`no user ${code}`);
  return sessionCaller(sessionOf(user), '192.0.2.1', at);
}
