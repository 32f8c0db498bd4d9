import type pg from 'pg';

/** A room's point of electricity on one local day. */
export interface VacantDayRow {
  pointId: number;
  pointCode: string;
  spaceId: number;
  meterCode: string | null;
  vacant: boolean;
  /** Since when nobody lives there, ms UTC. */
  vacantSinceMs: number | null;
  kwh: number | null;
  complete: boolean;
  state: unknown;
}

/**
 * The next points after `afterId` in the order of their ids, at most `limit`, that were vacant for the whole of [fromMs, toMs)
 * or about which the rule has said something. Vacant is a room whose room account people have lived under and nobody does; a
 * room that nobody was ever written down for is not known to be vacant, and one that a person pays for is not.
 */
export async function nextVacantDays(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  afterId: number,
  limit: number,
  fromMs: number,
  toMs: number,
): Promise<VacantDayRow[]> {
  const { rows } = await client.query<VacantDayRow>(
    `with span as (select to_timestamp($4::float8 / 1000) as day_start, to_timestamp($5::float8 / 1000) as day_end),
     room as (
       select p.id, p.code, p.space_id, st.state, lived.since,
              coalesce(not lived.lives, false) and not exists (
                select 1 from account_point ap join account a on a.id = ap.account_id and a.kind = 'PERSON'
                 where ap.point_id = p.id and ap.valid_from < span.day_end
                   and (ap.valid_to is null or ap.valid_to > span.day_start)) as vacant
         from span cross join meter_point p
         left join rule_state st on st.rule = 'VACANT_USE' and st.subject_type = 'POINT' and st.subject_id = p.id
         left join lateral (
           select bool_or(o.valid_to is null or o.valid_to > span.day_start) as lives, max(o.valid_to) as since
             from account a join occupancy o on o.account_id = a.id and o.valid_from < span.day_end
            where a.space_id = p.space_id and a.kind = 'ROOM') lived on true
        where p.campus_id = $1 and p.id > $2 and p.utility = 'ELECTRICITY' and p.role = 'CUSTOMER'
          and (st.state is not null or not lived.lives))
     select r.id as "pointId", r.code as "pointCode", r.space_id as "spaceId", x.meter as "meterCode", r.vacant,
            case when r.vacant then (extract(epoch from r.since) * 1000)::float8 end as "vacantSinceMs", x.kwh,
            coalesce(x.hours, 0) >= extract(epoch from span.day_end - span.day_start) / 3600 as complete, r.state
       from (select * from room where vacant or state is not null order by id limit $3) r cross join span
       cross join lateral (
         select max(m.code) as meter, sum(h.quantity_micro)::float8 / 1e6 as kwh, count(distinct h.hour) as hours
           from meter_install i join meter m on m.id = i.meter_id
           left join reading_hourly h on h.meter_id = i.meter_id and h.hour >= span.day_start and h.hour < span.day_end
                and h.hour >= i.valid_from - interval '1 hour' and (i.valid_to is null or h.hour < i.valid_to)
          where i.point_id = r.id and i.valid_from < span.day_end
            and (i.valid_to is null or i.valid_to > span.day_start)) x
      order by r.id`,
    [campusId, afterId, limit, fromMs, toMs],
  );
  return rows;
}
