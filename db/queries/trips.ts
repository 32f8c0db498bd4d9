import { type SQL, sql } from 'drizzle-orm';
import type pg from 'pg';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** What an alarm measured when it led to a cut; W, null where it did not measure power. */
export interface TripRow {
  rule: string;
  atMs: number;
  powerW: number | null;
  limitW: number | null;
}

/** What a rule compares a step of power with is no limit of the room. SQL for an alarm `a`. */
const LIMIT_W = `case when a.evidence ->> 'unit' = 'W' and a.rule <> 'FORBIDDEN_LOAD' then (a.evidence ->> 'limit')::float8 end`;
const POWER_W = `case when a.evidence ->> 'unit' = 'W' then (a.evidence ->> 'value')::float8 end`;
const TRIP = `a.rule, a.raised_ms::float8 as "atMs", ${POWER_W} as "powerW", ${LIMIT_W} as "limitW"`;

/** The same as one JSON object with `rule`, `powerW` and `limitW`. SQL for an alarm `a`. */
export const TRIP_OBJECT: SQL = sql.raw(
  `jsonb_build_object('rule', a.rule, 'powerW', ${POWER_W}, 'limitW', ${LIMIT_W})`,
);

/** Which alarm tripped a point: the one that is known to, or the newest of some rules since a time (ms UTC). */
export type TripSought =
  | { readonly alarmId: number }
  | { readonly rules: readonly string[]; readonly sinceMs: number };

/** What tripped a point within the scope, or null. */
export async function findTrip(
  source: Source,
  scope: ScopeFilter,
  pointCode: string,
  sought: TripSought,
): Promise<TripRow | null> {
  const which =
    'alarmId' in sought
      ? sql`a.id = ${sought.alarmId}::bigint`
      : sql`a.rule = any(${sql.param([...sought.rules])}::text[]) and a.raised_ms >= ${sought.sinceMs}::bigint`;
  const [row] = await selectRows<TripRow>(
    source,
    sql`select ${sql.raw(TRIP)}
      from alarm a join meter_point p on a.subject_type = 'POINT' and p.id = a.subject_id
     where p.code = ${pointCode} and ${pointWithin(scope)} and ${which}
     order by a.raised_ms desc, a.id desc limit 1`,
  );
  return row ?? null;
}

/** What this alarm measured, wherever it stands; for acts that tell of it. */
export async function tripOfAlarm(client: pg.ClientBase, alarmId: number): Promise<TripRow | null> {
  const { rows } = await client.query<TripRow>(`select ${TRIP} from alarm a where a.id = $1`, [alarmId]);
  return rows[0] ?? null;
}
