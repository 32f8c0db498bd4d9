import type pg from 'pg';
import type { ClosedNight } from '../../domain/detection/idleWaste';
import { WORK_FROM_HOUR, WORK_TO_HOUR, type WorkCalendar } from '../../domain/network/workCalendar';

/** A point that a department answers for, with what it drew in one night and in the weeks before; loads in kW. */
export interface IdleNightRow {
  pointId: number;
  pointCode: string;
  spaceCode: string;
  buildingId: number;
  buildingCode: string;
  closedKw: number | null;
  closedHours: number;
  openKw: number | null;
  openHours: number;
  baseKw: number | null;
  state: unknown;
}

/**
 * The next points after `afterId` in the order of their ids, at most `limit`: electricity that is no tenant's, in buildings,
 * somewhere that a department answers for at the night's end. A kWh of an hour is a kW.
 *
 * @param historyFromMs hours from then on say what is open load and base
 */
export async function nextIdleNights(
  client: pg.ClientBase | pg.Pool,
  place: { readonly campusId: number; readonly timeZone: string; readonly calendar: WorkCalendar },
  afterId: number,
  limit: number,
  night: ClosedNight,
  historyFromMs: number,
): Promise<IdleNightRow[]> {
  const { rows } = await client.query<IdleNightRow>(
    `select p.id as "pointId", p.code as "pointCode", s.code as "spaceCode", b.id as "buildingId", b.code as "buildingCode",
            x.closed_kw as "closedKw", x.closed_hours as "closedHours", x.open_kw as "openKw", x.open_hours as "openHours",
            x.base_kw as "baseKw", st.state
       from (select p.* from meter_point p join space s on s.id = p.space_id
              where p.campus_id = $1 and p.id > $2 and p.utility = 'ELECTRICITY' and p.role in ('CUSTOMER', 'PUBLIC')
                and exists (select 1 from department_assignment a where (a.point_id = p.id or a.space_id = any(s.path))
                               and a.valid_from <= to_timestamp($5::float8 / 1000)
                               and (a.valid_to is null or a.valid_to > to_timestamp($5::float8 / 1000)))
              order by p.id limit $3) p
       join space s on s.id = p.space_id
       join space b on b.id = any(s.path) and b.kind = 'BUILDING'
       left join rule_state st on st.rule = 'IDLE_WASTE' and st.subject_type = 'POINT' and st.subject_id = p.id
       cross join lateral (
         select avg(h.kwh) filter (where not h.open and h.hour >= to_timestamp($4::float8 / 1000)) as closed_kw,
                (count(*) filter (where not h.open and h.hour >= to_timestamp($4::float8 / 1000)))::int as closed_hours,
                percentile_cont(0.5) within group (order by h.kwh) filter (where h.open) as open_kw,
                (count(*) filter (where h.open))::int as open_hours,
                percentile_cont(0.1) within group (order by h.kwh) as base_kw
           from (
             select h.hour, h.quantity_micro::float8 / 1e6 as kwh,
                    extract(hour from l.local) >= ${WORK_FROM_HOUR} and extract(hour from l.local) < ${WORK_TO_HOUR}
                      and (l.local::date = any($8::date[])
                           or (extract(isodow from l.local) < 6 and not (l.local::date = any($9::date[])))) as open
               from meter_install i
               join reading_hourly h on h.meter_id = i.meter_id and h.hour >= to_timestamp($6::float8 / 1000)
                and h.hour < to_timestamp($5::float8 / 1000) and h.hour >= i.valid_from
                and (i.valid_to is null or h.hour < i.valid_to)
               cross join lateral (select h.hour at time zone $7 as local) l
              where i.point_id = p.id) h) x
      order by p.id`,
    [
      place.campusId,
      afterId,
      limit,
      night.fromMs,
      night.toMs,
      historyFromMs,
      place.timeZone,
      [...place.calendar.workedDates],
      [...place.calendar.freeDates],
    ],
  );
  return rows;
}

/** Buildings whose alarm of idle load is open. */
export async function openIdleBuildings(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select subject_id as id from alarm where campus_id = $1 and rule = 'IDLE_WASTE' and subject_type = 'SPACE'
        and ended_ms is null and active`,
    [campusId],
  );
  return rows.map(({ id }) => id);
}
