import type pg from 'pg';

/**
 * Keeps the acts of one actor apart from each other until the transaction ends, so that their sum can be judged. After the
 * configuration's lock, before all others.
 * @param actor `user:{code}` or `key:{id}`; others are not locked
 * @returns the id of a user; null for anything else
 */
export async function lockActor(client: pg.ClientBase, actor: string): Promise<number | null> {
  const [kind, name] = [actor.slice(0, actor.indexOf(':')), actor.slice(actor.indexOf(':') + 1)];
  if (kind === 'key') await client.query('select id from api_key where id = $1 for no key update', [name]);
  if (kind !== 'user') return null;
  const { rows } = await client.query<{ id: number }>(
    'select id from app_user where code = $1 for no key update',
    [name],
  );
  return rows[0]?.id ?? null;
}

/**
 * Points that an actor, or a key that the actor answers for, cut one by one since an instant, not for safety.
 * @param except code of a point that is not counted
 */
export async function pointsCutSingly(
  client: pg.ClientBase | pg.Pool,
  actor: string,
  sinceMs: number,
  except: string | null = null,
): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(distinct target)::int as n from audit_log
      where at_ms > $2 and (actor = $1 or actor in (select 'key:' || k.id from api_key k where k.made_by = $1))
        and action in ('SUPPLY_DISCONNECT', 'SUPPLY_CLOSEVALVE')
        and after ->> 'cause' = 'MANUAL' and target is distinct from 'point:' || $3`,
    [actor, sinceMs, except],
  );
  return rows[0]!.n;
}
