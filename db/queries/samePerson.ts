import { sql } from 'drizzle-orm';
import { selectRows } from './rows';
import type { Source } from './scope';

/**
 * The names under which the human being behind an actor acts: one for each of their sign-ins. Where two people are wanted, another
 * sign-in of the same person is no second one. A sign-in without a person, a key or a rule is itself alone.
 */
export async function actorsOfPerson(source: Source, actor: string): Promise<ReadonlySet<string>> {
  const actors = new Set([actor]);
  if (!actor.startsWith('user:')) return actors;
  const rows = await selectRows<{ code: string }>(
    source,
    sql`select o.code from app_user u join app_user o on o.person_id = u.person_id
         where u.code = ${actor.slice('user:'.length)}`,
  );
  for (const { code } of rows) actors.add(`user:${code}`);
  return actors;
}

/** Whether one human being stands behind both actors. */
export async function isSamePerson(source: Source, one: string, other: string): Promise<boolean> {
  return one === other || (await actorsOfPerson(source, one)).has(other);
}

/** The same of two users by their ids. */
export async function areOnePerson(source: Source, userId: number, otherId: number): Promise<boolean> {
  const rows = await selectRows(
    source,
    sql`select 1 from app_user a join app_user b on b.id = ${otherId}
         where a.id = ${userId} and (a.id = b.id or a.person_id = b.person_id)`,
  );
  return rows.length > 0;
}
