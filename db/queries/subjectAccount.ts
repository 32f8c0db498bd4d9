import type pg from 'pg';

/** The account that pays at the point (or the meter's point) at which an alarm stands; null: none, or another kind of thing. */
export async function accountOfSubject(
  client: pg.ClientBase,
  subjectType: string,
  subjectId: number,
  nowMs: number,
): Promise<number | null> {
  if (subjectType !== 'POINT' && subjectType !== 'METER') return null;
  const { rows } = await client.query<{ id: number }>({
    name: 'account_of_subject',
    text: `select ap.account_id as id from account_point ap
      where ap.point_id = case when $1 = 'POINT' then $2::int
              else (select i.point_id from meter_install i where i.meter_id = $2::int and i.valid_to is null) end
        and ap.valid_from <= to_timestamp($3 / 1000.0) and (ap.valid_to is null or ap.valid_to > to_timestamp($3 / 1000.0))
      limit 1`,
    values: [subjectType, subjectId, nowMs],
  });
  return rows[0]?.id ?? null;
}
