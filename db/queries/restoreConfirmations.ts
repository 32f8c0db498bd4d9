import type pg from 'pg';

/** How a resident's word came in. */
export type ConfirmationMeans = 'PORTAL' | 'KIOSK' | 'METER';

export interface NewConfirmation {
  readonly campusId: number;
  readonly pointId: number;
  readonly accountId: number | null;
  readonly atMs: number;
  /** Reasons that it cleared. */
  readonly reasons: readonly string[];
  /** Cause of the trip that it answers; null: none. */
  readonly cause: string | null;
  readonly means: ConfirmationMeans;
  readonly actor: string;
}

export async function insertConfirmation(client: pg.ClientBase, row: NewConfirmation): Promise<void> {
  await client.query(
    `insert into restore_confirmation (campus_id, point_id, account_id, at_ms, reasons, cause, means, actor)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [row.campusId, row.pointId, row.accountId, row.atMs, row.reasons, row.cause, row.means, row.actor],
  );
}

/** How often trips of a point were confirmed since `sinceMs`. */
export async function countTripConfirmations(
  client: pg.ClientBase,
  pointId: number,
  sinceMs: number,
): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from restore_confirmation
      where point_id = $1 and at_ms >= $2 and cause in ('OVERLOAD', 'FORBIDDEN_LOAD')`,
    [pointId, sinceMs],
  );
  return rows[0]!.n;
}
