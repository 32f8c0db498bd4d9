import type pg from 'pg';

/** A point with the hours that its newest closed one is judged by. */
export interface PointHoursRow {
  pointId: number;
  pointCode: string;
  spaceId: number;
  spaceKind: string;
  meterCode: string;
  /** When its first meter was fitted, ms UTC. */
  sinceMs: number;
  state: unknown;
  /** Starts of hours (ms UTC) and what was used in them, kWh. */
  hours: number[];
  used: number[];
}

/** Hours that are wanted of points with a long history and of those with a young one, ms UTC. */
export interface WantedHours {
  readonly weekly: readonly number[];
  readonly daily: readonly number[];
  /** Histories that began later than this are young. */
  readonly youngSinceMs: number;
}

/**
 * The next points after `afterId` in the order of their ids, at most `limit`, with these hours of the roll-up over all meters
 * that they ever had. Electricity that is used: what PV gives and what check meters see twice is left out.
 */
export async function nextPointHours(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  afterId: number,
  limit: number,
  { weekly, daily, youngSinceMs }: WantedHours,
): Promise<PointHoursRow[]> {
  const { rows } = await client.query<PointHoursRow>(
    `select p.id as "pointId", p.code as "pointCode", p.space_id as "spaceId", s.kind::text as "spaceKind",
            m.code as "meterCode", since.ms as "sinceMs", st.state,
            coalesce(h.hours, '{}') as hours, coalesce(h.used, '{}') as used
       from (select * from meter_point where campus_id = $1 and id > $2 and utility = 'ELECTRICITY'
                and role in ('CUSTOMER', 'PUBLIC', 'TENANT', 'FEEDER') order by id limit $3) p
       join space s on s.id = p.space_id
       left join meter_install i on i.point_id = p.id and i.valid_to is null
       left join meter m on m.id = i.meter_id
       left join rule_state st on st.rule = 'CONSUMPTION_ANOMALY' and st.subject_type = 'POINT' and st.subject_id = p.id
       cross join lateral (
         select (extract(epoch from min(valid_from)) * 1000)::float8 as ms from meter_install where point_id = p.id) since
       cross join lateral (
         select array_agg(x.ms order by x.ms) as hours, array_agg(x.kwh order by x.ms) as used from (
           select (extract(epoch from h.hour) * 1000)::float8 as ms, sum(h.quantity_micro)::float8 / 1e6 as kwh
             from meter_install w
             join reading_hourly h on h.meter_id = w.meter_id
              and h.hour = any(case when greatest(since.ms, (st.state->'rule'->>'levelFromMs')::float8) > $6::float8
                                    then $5::timestamptz[] else $4::timestamptz[] end)
              and h.hour >= w.valid_from - interval '1 hour' and (w.valid_to is null or h.hour < w.valid_to)
            where w.point_id = p.id
            group by h.hour) x) h
      where m.id is not null
      order by p.id`,
    [campusId, afterId, limit, datesOf(weekly), datesOf(daily), youngSinceMs],
  );
  return rows;
}

const datesOf = (instants: readonly number[]): Date[] => instants.map((ms) => new Date(ms));

/**
 * Median hour of points between two instants, kWh; hours without use are left out where most have some, since a gap is
 * often stored as 0.
 */
export async function medianHours(
  client: pg.ClientBase | pg.Pool,
  pointIds: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<Map<number, number>> {
  const { rows } = await client.query<{ pointId: number; kwh: number }>(
    `select i.point_id as "pointId",
            (case when count(*) filter (where h.quantity_micro > 0) * 2 > count(*)
                  then percentile_cont(0.5) within group (order by h.quantity_micro) filter (where h.quantity_micro > 0)
                  else percentile_cont(0.5) within group (order by h.quantity_micro) end)::float8 / 1e6 as kwh
       from meter_install i
       join reading_hourly h on h.meter_id = i.meter_id and h.hour >= to_timestamp($2::float8 / 1000)
        and h.hour < to_timestamp($3::float8 / 1000) and h.hour >= i.valid_from - interval '1 hour'
        and (i.valid_to is null or h.hour < i.valid_to)
      where i.point_id = any($1::int[])
      group by i.point_id`,
    [pointIds, fromMs, toMs],
  );
  return new Map(rows.map(({ pointId, kwh }) => [pointId, kwh]));
}
