import type pg from 'pg';

/** Dates of a campus that differ from what their weekday says, over all of its calendars: date to day type. */
export async function workDaysOf(client: pg.ClientBase, campusId: number): Promise<Record<string, string>> {
  const { rows } = await client.query<{ days: Record<string, string> }>(
    'select days from calendar where campus_id = $1 order by id',
    [campusId],
  );
  return Object.assign({}, ...rows.map(({ days }) => days)) as Record<string, string>;
}
