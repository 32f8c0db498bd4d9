import { sql } from 'drizzle-orm';
import type { Database } from '../client';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Counts of a campus in one hour. */
export interface CampusHour {
  /** Start of the UTC hour, ms. */
  readonly hourMs: number;
  /** Prepaid rooms, and those of them with less than 24 h left. */
  readonly rooms: number;
  readonly roomsUnder24h: number;
}

/** Keeps an hour's counts; the first ones of an hour stay. */
export async function keepCampusHour(database: Database, campusId: number, hour: CampusHour): Promise<void> {
  await database.pool.query(
    `insert into campus_hour (campus_id, hour_ms, rooms, rooms_under_24h) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [campusId, hour.hourMs, hour.rooms, hour.roomsUnder24h],
  );
}

/** Campuses of which an hour is not kept yet. */
export async function campusesWithoutHour(database: Database, hourMs: number): Promise<{ id: number }[]> {
  const { rows } = await database.pool.query<{ id: number }>(
    `select c.id from campus c
      where not exists (select 1 from campus_hour h where h.campus_id = c.id and h.hour_ms = $1) order by c.id`,
    [hourMs],
  );
  return rows;
}

/** Those of the hours that are not kept of a campus, the newest first, from when its ledger began. */
export async function missingCampusHours(
  database: Database,
  campusId: number,
  hoursMs: readonly number[],
): Promise<number[]> {
  const { rows } = await database.pool.query<{ hourMs: number }>(
    `select w.hour_ms::float8 as "hourMs" from unnest($2::bigint[]) as w(hour_ms)
      where w.hour_ms > (select min(t_ms) from ledger_tx where campus_id = $1)
        and not exists (select 1 from campus_hour h where h.campus_id = $1 and h.hour_ms = w.hour_ms)
      order by 1 desc`,
    [campusId, hoursMs.map(String)],
  );
  return rows.map(({ hourMs }) => hourMs);
}

/** Campuses and their IANA zones. */
export async function listCampusZones(database: Database): Promise<{ id: number; timeZone: string }[]> {
  const { rows } = await database.pool.query<{ id: number; timeZone: string }>(
    'select id, time_zone as "timeZone" from campus order by id',
  );
  return rows;
}

/** Forgets the hours before an instant. */
export async function dropCampusHours(database: Database, beforeMs: number): Promise<void> {
  await database.pool.query('delete from campus_hour where hour_ms < $1', [beforeMs]);
}

/** What is kept of these hours; nothing for who sees only a part, since the counts are of the whole campus. */
export async function listCampusHours(
  source: Source,
  scope: ScopeFilter,
  hoursMs: readonly number[],
): Promise<CampusHour[]> {
  if (!scope.campusWide) return [];
  return selectRows<CampusHour>(
    source,
    sql`select hour_ms::float8 as "hourMs", rooms, rooms_under_24h as "roomsUnder24h" from campus_hour
       where campus_id = ${scope.campusId} and hour_ms = any(${sql.param(hoursMs.map(String))}::bigint[])
       order by hour_ms`,
  );
}
