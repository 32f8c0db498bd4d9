import type pg from 'pg';

/**
 * Keeps the acts of one person, under whichever sign-in, apart from each other until the transaction ends, so that their sum can be
 * judged. After the configuration's lock, before all others.
 * @param actor `user:{code}` or `key:{id}`; others are not locked
 * @returns the id of a user; null for anything else
 */
export async function lockActor(client: pg.ClientBase, actor: string): Promise<number | null> {
  const [kind, name] = [actor.slice(0, actor.indexOf(':')), actor.slice(actor.indexOf(':') + 1)];
  if (kind === 'key') await client.query('select id from api_key where id = $1 for no key update', [name]);
  if (kind !== 'user') return null;
  const { rows } = await client.query<{ id: number; code: string }>(
    `select id, code from app_user where code = $1 or person_id = (select person_id from app_user where code = $1)
      order by id for no key update`,
    [name],
  );
  return rows.find(({ code }) => code === name)?.id ?? null;
}

/**
 * Points that the person behind an actor cut one by one since an instant, under any of their sign-ins or by keys that they answer
 * for, not for safety.
 * @param except code of a point that is not counted
 */
export async function pointsCutSingly(
  client: pg.ClientBase | pg.Pool,
  actor: string,
  sinceMs: number,
  except: string | null = null,
): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `with own as (
       select $1::text as actor
       union
       select 'user:' || o.code from app_user u join app_user o on o.person_id = u.person_id where 'user:' || u.code = $1)
     select count(distinct target)::int as n from audit_log
      where at_ms > $2
        and (actor in (select actor from own)
             or actor in (select 'key:' || k.id from api_key k where k.made_by in (select actor from own)))
        and action in ('SUPPLY_DISCONNECT', 'SUPPLY_CLOSEVALVE')
        and after ->> 'cause' = 'MANUAL' and target is distinct from 'point:' || $3`,
    [actor, sinceMs, except],
  );
  return rows[0]!.n;
}
