import { sql } from 'drizzle-orm';
import { selectRows } from './rows';
import type { Source } from './scope';

/**
 * Shown names of actors. `user:{code}` and the plain ids by which leases and maintenance tags know a person have one;
 * rules, keys and meters have none and are left out.
 */
export async function actorNames(
  source: Source,
  actors: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(actors)];
  if (wanted.length === 0) return new Map();
  const rows = await selectRows<{ actor: string; name: string }>(
    source,
    sql`select x.actor, u.display_name as name
      from unnest(${sql.param(wanted)}::text[]) as x(actor)
      join app_user u on x.actor = 'user:' || u.code or x.actor = u.id::text`,
  );
  return new Map(rows.map(({ actor, name }) => [actor, name]));
}

/** Id by which leases and maintenance tags know the person behind an actor; null for rules, keys and the engine. */
export async function actorUserId(source: Source, actor: string): Promise<string | null> {
  if (!actor.startsWith('user:')) return null;
  const [row] = await selectRows<{ id: string }>(
    source,
    sql`select id::text as id from app_user where code = ${actor.slice('user:'.length)}`,
  );
  return row?.id ?? null;
}
