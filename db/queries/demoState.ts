import type pg from 'pg';

/** Ids of all campuses, oldest first. */
export async function campusIds(pool: pg.Pool): Promise<number[]> {
  const { rows } = await pool.query<{ id: number }>('select id from campus order by id');
  return rows.map((r) => r.id);
}

/** A small fact of the installation; null if it was never stored. */
export async function readSetting(pool: pg.Pool, key: string): Promise<unknown> {
  const { rows } = await pool.query<{ value: unknown }>('select value from setting where key = $1', [key]);
  return rows[0]?.value ?? null;
}

export async function writeSetting(pool: pg.Pool, key: string, value: unknown): Promise<void> {
  await pool.query(
    'insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
    [key, JSON.stringify(value)],
  );
}

/** Whether a reading arrived and was stored since an instant, ms UTC. */
export async function heardSince(pool: pg.Pool, sinceMs: number): Promise<boolean> {
  const { rows } = await pool.query<{ heard: boolean }>(
    'select exists (select 1 from meter_state where last_rx_ms >= $1) as heard',
    [sinceMs],
  );
  return rows[0]?.heard ?? false;
}

/** Sign-in codes with their roles, for the demo's list. */
export async function signInsByRole(pool: pg.Pool): Promise<{ code: string; role: string }[]> {
  const { rows } = await pool.query<{ code: string; role: string }>(
    `select distinct on (b.role) u.code, b.role::text as role from app_user u join role_binding b on b.user_id = u.id
      where not u.disabled order by b.role, u.id`,
  );
  return rows;
}

/**
 * Meters whose history was just loaded count as heard now: the time since the end of the history is no outage, and no
 * reading before this instant was ever due here, so the capture rate begins at it.
 */
export async function markHeard(pool: pg.Pool, nowMs: number): Promise<void> {
  await pool.query('update meter_state set last_rx_ms = $1 where last_rx_ms is not null', [nowMs]);
  await writeSetting(pool, 'loadedUntilMs', nowMs);
}

/**
 * An e-mail address, verified, for every sign-in of staff, who may all be put on duty, and for one resident, so that the demo's sandbox
 * has something to take.
 */
export async function giveContacts(pool: pg.Pool, domain: string, nowMs: number): Promise<void> {
  await pool.query(
    `insert into notice_contact (user_id, channel, address, created_ms, verified_ms)
     select u.id, 'EMAIL'::notice_channel, u.code || '@' || $1::text, $2::bigint, $2::bigint from app_user u
      where not u.disabled and (exists (select 1 from role_binding b where b.user_id = u.id and b.role <> 'STUDENT')
        or u.id = (select min(s.id) from app_user s join role_binding b on b.user_id = s.id
                    where b.role = 'STUDENT' and not s.disabled))
     on conflict do nothing`,
    [domain, nowMs],
  );
}
