import pg from 'pg';

/** The role as which everything is read that a person, a key or a display asks for; row-level security binds it. */
export const VIEWER_ROLE = 'wattkeep_viewer';

/** Roles belong to the server and not to a database, so several databases may be migrated into one at the same instant. */
const RACES_LOST = new Set(['42710', '23505', 'XX000']);
const ATTEMPTS = 20;
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Makes the viewer's role where it is missing and lets `owner` become it. Safe to run from several databases of one server
 * at once.
 * @param owner role that the product signs in as; default: the one that is connected
 * @throws Error with the line that a superuser must run, where the connected role may not create roles
 */
export async function ensureViewerRole(client: pg.ClientBase, owner?: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select coalesce($1, current_user) as name', [
    owner ?? null,
  ]);
  const member = pg.escapeIdentifier(rows[0]!.name);
  const create = `create role ${VIEWER_ROLE} nologin`;
  const grant = `grant ${VIEWER_ROLE} to ${member}`;
  for (let attempt = 1; ; attempt++) {
    try {
      const found = await rolesNow(client, rows[0]!.name);
      if (!found.made) await client.query(create);
      if (!found.member) await client.query(grant);
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === INSUFFICIENT_PRIVILEGE) {
        const line = `${create}; ${grant};`;
        throw new Error(`${VIEWER_ROLE} is missing; run once as a superuser: ${line}`, { cause: error });
      }
      if (attempt >= ATTEMPTS || !RACES_LOST.has(code ?? '')) throw error;
    }
  }
}

async function rolesNow(client: pg.ClientBase, owner: string): Promise<{ made: boolean; member: boolean }> {
  const { rows } = await client.query<{ made: boolean; member: boolean }>(
    `select exists (select 1 from pg_roles where rolname = $1) as made,
            exists (select 1 from pg_roles where rolname = $2 and rolsuper)
              or exists (select 1 from pg_auth_members m join pg_roles r on r.oid = m.roleid
                           join pg_roles u on u.oid = m.member where r.rolname = $1 and u.rolname = $2
                            -- From 16 on a maker administers what it made and may still not become it.
                            and coalesce(to_jsonb(m) ->> 'set_option', 'true') = 'true') as member`,
    [VIEWER_ROLE, owner],
  );
  return rows[0]!;
}
