import type pg from 'pg';

/**
 * For long reads, for the length of one transaction: compiling costs more than it saves, sorts of millions of rows need room,
 * and a cursor's whole result is wanted, not its first rows.
 */
const FOR_LONG_READS = `set local jit = off; set local work_mem = '32MB'; set local cursor_tuple_fraction = 1`;

/**
 * Runs `fn` with read-only connections that all see the database as it stood at one instant, so that what is read side by
 * side fits together.
 * @param count connections at most; the pool keeps one for others
 * @throws whatever `fn` throws; nothing is left open
 */
export async function withSharedSnapshot<T>(
  pool: pg.Pool,
  count: number,
  fn: (clients: readonly pg.ClientBase[]) => Promise<T>,
): Promise<T> {
  const clients: pg.PoolClient[] = [];
  const begin = async (snapshot: string | null) => {
    const client = await pool.connect();
    clients.push(client);
    const seen = snapshot === null ? '' : `set transaction snapshot '${snapshot}';`;
    await client.query(`begin isolation level repeatable read read only; ${seen} ${FOR_LONG_READS}`);
    return client;
  };
  try {
    const first = await begin(null);
    const wanted = Math.min(count, pool.options.max - 1);
    if (wanted > 1) {
      const { rows } = await first.query<{ id: string }>('select pg_export_snapshot() as id');
      while (clients.length < wanted) await begin(rows[0]!.id);
    }
    return await fn(clients);
  } finally {
    for (const client of clients) {
      await client.query('rollback').catch(() => undefined);
      client.release();
    }
  }
}
