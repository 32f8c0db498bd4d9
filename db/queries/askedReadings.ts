import type pg from 'pg';

/** When somebody last asked the meter of a point for a reading, ms UTC, and did not take that back; null: nobody did after `sinceMs`. */
export async function lastReadAsked(
  client: pg.ClientBase,
  pointId: number,
  sinceMs: number,
): Promise<number | null> {
  const { rows } = await client.query<{ ms: number | null }>(
    `select max(created_ms)::float8 as ms from command
      where point_id = $1 and created_ms > $2 and op = 'read' and state <> 'CANCELLED'`,
    [pointId, sinceMs],
  );
  return rows[0]!.ms;
}
