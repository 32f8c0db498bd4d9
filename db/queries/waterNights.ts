import type pg from 'pg';
import type { FlowInterval, NightWindow } from '../../domain/detection/waterLeak';

/** A water point in one night: those with too much flow in every hour, and those that the rule keeps something of. */
export interface WaterNightRow {
  pointId: number;
  pointCode: string;
  spaceId: number;
  meterId: number;
  meterCode: string;
  /** Rooms below its place, at least 1. */
  rooms: number;
  /** Least step of its register, m³. */
  resolutionM3: number;
  /** Hours of the window in the roll-up, and the smallest of them, m³. */
  hours: number;
  leastHourM3: number | null;
  state: unknown;
}

/** @param roomM3h flow of one room that is taken for use, m³/h */
export async function waterNights(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  { fromMs, toMs }: NightWindow,
  roomM3h: number,
): Promise<WaterNightRow[]> {
  const { rows } = await client.query<WaterNightRow>(
    `with served as (
       select p.id, p.code, p.space_id, m.id as meter_id, m.code as meter_code,
              power(10, -m.register_decimals) * m.ratio_micro::float8 / 1e6 as resolution,
              greatest(1, (select count(*)::int from space r
                            where r.campus_id = $1 and r.kind = 'ROOM' and r.path @> array[p.space_id])) as rooms
         from meter_point p
         join meter_install i on i.point_id = p.id and i.valid_to is null
         join meter m on m.id = i.meter_id
        where p.campus_id = $1 and p.utility = 'WATER'
     )
     select s.id as "pointId", s.code as "pointCode", s.space_id as "spaceId", s.meter_id as "meterId",
            s.meter_code as "meterCode", s.rooms, s.resolution::float8 as "resolutionM3", h.hours,
            h.least_m3 as "leastHourM3", st.state
       from served s
       cross join lateral (
         select count(*)::int as hours, (min(quantity_micro)::float8 / 1e6) as least_m3 from reading_hourly h
          where h.meter_id = s.meter_id and h.hour >= to_timestamp($2::float8 / 1000)
            and h.hour <= to_timestamp($3::float8 / 1000) - interval '1 hour') h
       left join rule_state st on st.rule = 'WATER_LEAK' and st.subject_type = 'POINT' and st.subject_id = s.id
      where st.state is not null or h.least_m3 > s.rooms * $4::float8
      order by s.id`,
    [campusId, fromMs, toMs, roomM3h],
  );
  return rows;
}

/** Intervals of water meters that touch a night's window, in order of time. */
export async function nightIntervals(
  client: pg.ClientBase | pg.Pool,
  meterIds: readonly number[],
  { fromMs, toMs }: NightWindow,
): Promise<Map<number, FlowInterval[]>> {
  const { rows } = await client.query<{ meterId: number; fromMs: number | null; toMs: number; m3: number }>(
    `select * from (
       select meter_id as "meterId", (extract(epoch from ts) * 1000)::float8 as "toMs",
              (extract(epoch from lag(ts) over (partition by meter_id order by ts)) * 1000)::float8 as "fromMs",
              quantity_micro::float8 / 1e6 as m3
         from reading
        where meter_id = any($1::int[]) and quality not in (1, 2) and quantity_micro is not null
          and ts > to_timestamp($2::float8 / 1000) - interval '1 hour'
          and ts < to_timestamp($3::float8 / 1000) + interval '1 hour') r
      where r."fromMs" < $3 and r."toMs" > $2
      order by 1, 2`,
    [meterIds, fromMs, toMs],
  );
  const intervals = new Map<number, FlowInterval[]>();
  for (const { meterId, fromMs: from, toMs: to, m3 } of rows) {
    if (from === null) continue;
    const list = intervals.get(meterId);
    const interval = { fromMs: from, toMs: to, m3 };
    if (list) list.push(interval);
    else intervals.set(meterId, [interval]);
  }
  return intervals;
}

/** When water meters last stood still for an interval before an instant, looking back a week at most, ms UTC. */
export async function lastStillBefore(
  client: pg.ClientBase | pg.Pool,
  meterIds: readonly number[],
  beforeMs: number,
): Promise<Map<number, number>> {
  const { rows } = await client.query<{ meterId: number; atMs: number }>(
    `select m.id as "meterId", (extract(epoch from r.ts) * 1000)::float8 as "atMs"
       from unnest($1::int[]) m(id)
       cross join lateral (
         select ts from reading r where r.meter_id = m.id and r.ts < to_timestamp($2::float8 / 1000)
            and r.ts > to_timestamp($2::float8 / 1000) - interval '7 days'
            and r.quantity_micro = 0 and r.quality not in (1, 2)
          order by r.ts desc limit 1) r`,
    [meterIds, beforeMs],
  );
  return new Map(rows.map(({ meterId, atMs }) => [meterId, atMs]));
}
