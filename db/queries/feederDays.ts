import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { selectRows } from './rows';
import type { Source } from './scope';

/** One local day of a feeder and of what is metered below it, kWh. */
export interface FeederDayRow {
  pointId: number;
  pointCode: string;
  spaceId: number;
  meterCode: string;
  supplyKwh: number | null;
  childrenKwh: number;
  children: number;
  /** Those of them that were read to the end of every hour. */
  completeChildren: number;
  complete: boolean;
  state: unknown;
}

/** A point's day in whole hours: what it used, and whether each hour was read. */
const DAY_OF_POINT = `
  select sum(h.quantity_micro)::float8 / 1e6 as kwh,
         count(distinct h.hour) >= extract(epoch from to_timestamp($3::float8 / 1000) - to_timestamp($2::float8 / 1000)) / 3600 as complete
    from meter_install i
    join reading_hourly h on h.meter_id = i.meter_id and h.hour >= to_timestamp($2::float8 / 1000)
     and h.hour < to_timestamp($3::float8 / 1000) and h.hour >= i.valid_from - interval '1 hour'
     and (i.valid_to is null or h.hour < i.valid_to)`;

/**
 * The feeders of a campus that have metered points below them, on one day. A feeder with an infeed below it is left out: what
 * it gives back is on another register.
 */
export async function feederDays(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  fromMs: number,
  toMs: number,
): Promise<FeederDayRow[]> {
  const { rows } = await client.query<FeederDayRow>(
    `select f.id as "pointId", f.code as "pointCode", f.space_id as "spaceId", m.code as "meterCode", own.kwh as "supplyKwh",
            coalesce(own.complete, false) as complete, coalesce(below.kwh, 0) as "childrenKwh", below.children,
            below.complete_children as "completeChildren", st.state
       from meter_point f
       join meter_install fi on fi.point_id = f.id and fi.valid_to is null
       join meter m on m.id = fi.meter_id
       left join rule_state st on st.rule = 'NON_TECHNICAL_LOSS' and st.subject_type = 'POINT' and st.subject_id = f.id
       cross join lateral (${DAY_OF_POINT} where i.point_id = f.id) own
       cross join lateral (
         select sum(c.kwh) as kwh, count(*)::int as children, (count(*) filter (where c.complete))::int as complete_children
           from feeder_link l cross join lateral (${DAY_OF_POINT} where i.point_id = l.child_point_id) c
          where l.parent_point_id = f.id and l.sign > 0 and l.valid_from < to_timestamp($3::float8 / 1000)
            and (l.valid_to is null or l.valid_to > to_timestamp($2::float8 / 1000))) below
      where f.campus_id = $1 and f.role = 'FEEDER' and f.utility = 'ELECTRICITY' and below.children > 0
        and not exists (select 1 from feeder_link l join meter_point p on p.id = l.child_point_id
                         where l.parent_point_id = f.id and (p.role = 'PV' or l.sign < 0) and l.valid_to is null)
      order by f.id`,
    [campusId, fromMs, toMs],
  );
  return rows;
}

/** Days of a feeder, or of a point below it. */
export interface PointDays {
  readonly pointCode: string;
  readonly spaceCode: string;
  readonly isFeeder: boolean;
  /** Null where a day was not read. */
  readonly kwh: (number | null)[];
}

/** What each point below a feeder, and the feeder itself, used in each of these days; null where a day was not read. */
export async function daysBelowFeeder(
  source: Source,
  feederPointId: number,
  days: readonly { readonly fromMs: number; readonly toMs: number }[],
): Promise<PointDays[]> {
  const from = `{${days.map(({ fromMs }) => fromMs).join(',')}}`;
  const to = `{${days.map(({ toMs }) => toMs).join(',')}}`;
  return selectRows<PointDays>(
    source,
    sql`select p.code as "pointCode", s.code as "spaceCode", p.id = ${feederPointId} as "isFeeder",
         array_agg(x.kwh order by d.from_ms) as kwh
       from meter_point p join space s on s.id = p.space_id
       cross join unnest(${from}::float8[], ${to}::float8[]) as d(from_ms, to_ms)
       cross join lateral (
         select sum(h.quantity_micro)::float8 / 1e6 as kwh from meter_install i
           join reading_hourly h on h.meter_id = i.meter_id and h.hour >= to_timestamp(d.from_ms / 1000)
            and h.hour < to_timestamp(d.to_ms / 1000)
          where i.point_id = p.id) x
      where p.id = ${feederPointId} or p.id in (
        select child_point_id from feeder_link where parent_point_id = ${feederPointId} and sign > 0 and valid_to is null)
      group by p.id, s.code order by p.code`,
  );
}
