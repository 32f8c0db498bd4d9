import type { Database } from '../../db/client';
import { loadUser } from '../../db/queries/users';
import { type Caller, sessionCaller } from './caller';
import { sessionOf } from './readSession';

/** What a person may do at this moment who asked for something before; null: they are gone, or may do nothing any more. */
export async function personNow(database: Database, userId: number, at: Date): Promise<Caller | null> {
  const user = await loadUser(database, userId, at);
  return user && !user.disabled ? sessionCaller(sessionOf(user), '', at) : null;
}
