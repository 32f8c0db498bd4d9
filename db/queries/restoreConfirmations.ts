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
  /** The one alarm that tripped it: a verdict that it was wrong takes the word out of the count. Null: none, or several did. */
  readonly alarmId: number | null;
  readonly means: ConfirmationMeans;
  readonly actor: string;
}

export async function insertConfirmation(client: pg.ClientBase, row: NewConfirmation): Promise<void> {
  await client.query(
    `insert into restore_confirmation (campus_id, point_id, account_id, at_ms, reasons, cause, alarm_id, means, actor)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[row.campusId, row.pointId, row.accountId, row.atMs, row.reasons],
      ...[row.cause, row.alarmId, row.means, row.actor],
    ],
  );
}

/**
 * Whether a confirmation `r` counts towards those of a day: it answers a trip for load, and staff did not find afterwards that the
 * alarm which tripped was wrong. The newest verdict that tells decides. SQL.
 */
export const COUNTS_AS_TRIP = `r.cause in ('OVERLOAD', 'FORBIDDEN_LOAD')
  and coalesce((select v.detail->>'verdict' from alarm_event v
                 where v.alarm_id = r.alarm_id and v.event = 'VERDICT' and v.at_ms >= r.at_ms
                   and v.detail->>'verdict' <> 'UNCLEAR' order by v.id desc limit 1), 'TRUE') = 'TRUE'`;

/** How often trips of a point were confirmed since `sinceMs`. */
export async function countTripConfirmations(
  client: pg.ClientBase,
  pointId: number,
  sinceMs: number,
): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from restore_confirmation r
      where r.point_id = $1 and r.at_ms >= $2 and ${COUNTS_AS_TRIP}`,
    [pointId, sinceMs],
  );
  return rows[0]!.n;
}
