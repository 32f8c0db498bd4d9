import { sql } from 'drizzle-orm';
import { jsonRows } from './jsonRows';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** An electricity point with the meter that serves it now, what feeds it, and what it said last. Times in ms UTC. */
export interface LoadPoint {
  readonly pointId: number;
  readonly code: string;
  /** Name as the campus gave it; null: none. */
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly role: 'CUSTOMER' | 'PUBLIC' | 'FEEDER' | 'CHECK' | 'PV' | 'TENANT';
  /** Rating, W; null: unknown. */
  readonly capacityW: number | null;
  /** The feeder above it; null: none is metered. */
  readonly parentId: number | null;
  readonly space: string;
  readonly spaceKind: 'CAMPUS' | 'BUILDING' | 'FLOOR' | 'ROOM' | 'ZONE';
  readonly spaceName: string;
  readonly spaceNameEn: string | null;
  readonly building: string | null;
  readonly floor: string | null;
  readonly floorName: string | null;
  readonly floorNameEn: string | null;
  /** Whether somebody lives or trades here on an account of their own. */
  readonly prepaidRoom: boolean;
  /** Off by measurement. */
  readonly open: boolean;
  readonly meterId: number;
  readonly meter: string;
  readonly gateway: string | null;
  readonly intervalMs: number;
  readonly powerW: number | null;
  readonly rxMs: number | null;
}

/** Metered electricity points within the scope, by code; `only` narrows them to the feeders, or to one point. */
export async function listLoadPoints(
  source: Source,
  scope: ScopeFilter,
  only: 'FEEDERS' | number | null = null,
): Promise<LoadPoint[]> {
  const narrowed =
    only === null ? sql`` : only === 'FEEDERS' ? sql`and p.role = 'FEEDER'` : sql`and p.id = ${only}`;
  return selectRows<LoadPoint>(
    source,
    sql`select p.id as "pointId", p.code, p.name, p.name_en as "nameEn", p.role::text as role, p.capacity_w as "capacityW",
           l.parent_point_id as "parentId", s.code as space, s.kind::text as "spaceKind", s.name as "spaceName",
           s.name_en as "spaceNameEn", b.code as building, f.code as floor, f.name as "floorName",
           f.name_en as "floorNameEn",
           exists (select 1 from account_point ap join account a on a.id = ap.account_id
                    where ap.point_id = p.id and ap.valid_to is null and a.kind = 'ROOM') as "prepaidRoom",
           ss.observed is not distinct from 'OPEN' as open,
           m.id as "meterId", m.code as meter, g.code as gateway, m.interval_s * 1000 as "intervalMs",
           st.power_w as "powerW", st.last_rx_ms::float8 as "rxMs"
      from meter_point p
      join space s on s.id = p.space_id
      left join space b on b.id = any(s.path) and b.kind = 'BUILDING'
      left join space f on f.id = any(s.path) and f.kind = 'FLOOR'
      join meter_install i on i.point_id = p.id and i.valid_to is null
      join meter m on m.id = i.meter_id and m.retired_at is null
      left join gateway g on g.id = m.gateway_id
      left join meter_state st on st.meter_id = m.id
      left join supply_state ss on ss.point_id = p.id
      left join lateral (
        select fl.parent_point_id from feeder_link fl
         where fl.child_point_id = p.id and fl.sign > 0
           and fl.valid_from <= ${scope.at} and (fl.valid_to is null or fl.valid_to > ${scope.at})
         order by fl.valid_from desc limit 1) l on true
     where p.utility = 'ELECTRICITY' and ${withinScope(scope, { campusId: sql`p.campus_id`, spaceId: sql`p.space_id`, pointId: sql`p.id` })}
       ${narrowed}
     order by p.code`,
  );
}

/** A fitted meter of any utility, and since when it has been heard. */
export interface HeardMeter {
  readonly meterId: number;
  /** Time of its first accepted reading; null: none yet. */
  readonly firstMs: number | null;
}

/** Every fitted meter within the scope. */
export async function listHeardMeters(source: Source, scope: ScopeFilter): Promise<HeardMeter[]> {
  return selectRows<HeardMeter>(
    source,
    sql`select m.id as "meterId",
           least(st.first_ms, (select min(e.opened_ms) from register_epoch e where e.meter_id = m.id))::float8 as "firstMs"
      from meter m
      join meter_install i on i.meter_id = m.id and i.valid_to is null
      join meter_point p on p.id = i.point_id
      left join meter_state st on st.meter_id = m.id
     where m.retired_at is null
       and ${withinScope(scope, { campusId: sql`p.campus_id`, spaceId: sql`p.space_id`, pointId: sql`p.id` })}`,
  );
}

/** A meter and the number of the set that its hours are summed in. */
export interface SetMember {
  readonly set: number;
  readonly meterId: number;
}

/** What a set of meters counted in one UTC hour. */
export interface SetHour {
  readonly set: number;
  readonly hourMs: number;
  readonly quantityMicro: bigint;
  /** Meters of the set with a reading in that hour. */
  readonly meters: number;
}

/**
 * Sums of sets of meters in the hours that begin at these instants (ms UTC), from the roll-up. One statement for all sets,
 * since a page asks for the transformers, the roof and a thousand consumers at once; hour by hour, so that each is a look-up
 * by key (as ranges, a year of rows would be read per meter).
 */
export async function sumSetHours(
  source: Source,
  members: readonly SetMember[],
  hoursMs: readonly number[],
): Promise<SetHour[]> {
  if (members.length === 0 || hoursMs.length === 0) return [];
  return selectRows<SetHour>(
    source,
    sql`with member as (
        select "set", "meterId" as meter_id from json_to_recordset(${jsonRows(members)}::json) as x("set" int, "meterId" int)
      ), wanted as (
        select to_timestamp(ms / 1000) as hour from unnest(${`{${[...new Set(hoursMs)].join(',')}}`}::float8[]) as x(ms)
      )
      select m."set", (extract(epoch from h.hour) * 1000)::float8 as "hourMs",
             sum(h.quantity_micro)::bigint as "quantityMicro", count(*)::int as meters
        from wanted w
        cross join member m
        join reading_hourly h on h.meter_id = m.meter_id and h.hour = w.hour
       group by m."set", h.hour
       order by m."set", h.hour`,
  );
}

/** Mean power of one meter in one hour. */
export interface MeterHour {
  readonly meterId: number;
  readonly hourMs: number;
  readonly powerW: number;
}

/** Mean power of these meters in the hours that begin at these instants (ms UTC); hours without data are left out. */
export async function meterHours(
  source: Source,
  meterIds: readonly number[],
  hoursMs: readonly number[],
): Promise<MeterHour[]> {
  if (meterIds.length === 0 || hoursMs.length === 0) return [];
  return selectRows<MeterHour>(
    source,
    sql`select h.meter_id as "meterId", (extract(epoch from h.hour) * 1000)::float8 as "hourMs",
           h.quantity_micro::float8 / 1000 as "powerW"
      from unnest(${`{${meterIds.join(',')}}`}::int[]) as m(id)
      cross join unnest(${`{${hoursMs.join(',')}}`}::float8[]) as x(ms)
      join reading_hourly h on h.meter_id = m.id and h.hour = to_timestamp(x.ms / 1000)`,
  );
}

/** Mean power of one meter in one step of time, from the readings. */
export interface MeterStep {
  readonly meterId: number;
  /** Start of the step, ms UTC. */
  readonly startMs: number;
  readonly powerW: number;
}

/**
 * Mean power of a few meters in steps of `stepMs` (a divisor of an hour), in (fromMs, toMs]. Energy over the time that it was
 * measured in: a step whose intervals are longer than `gapMs` is an outage and is left out, never bridged. Reads every
 * reading of the time, so it is for feeders and single meters, not for a thousand.
 */
export async function meterSteps(
  source: Source,
  meterIds: readonly number[],
  range: { fromMs: number; toMs: number; stepMs: number; gapMs: number },
): Promise<MeterStep[]> {
  if (meterIds.length === 0) return [];
  const { fromMs, toMs, stepMs, gapMs } = range;
  return selectRows<MeterStep>(
    source,
    sql`with part as (
        select r.meter_id, r.ts, r.quantity_micro,
               extract(epoch from r.ts - lag(r.ts) over (partition by r.meter_id order by r.ts)) as seconds
          from reading r
         where r.meter_id = any(${`{${meterIds.join(',')}}`}::int[]) and r.quality in (0, 4)
           and r.ts > to_timestamp(${fromMs - gapMs}::float8 / 1000) and r.ts <= to_timestamp(${toMs}::float8 / 1000)
      )
      select meter_id as "meterId",
             (extract(epoch from date_bin(make_interval(secs => ${stepMs / 1000}::float8), ts - interval '1 microsecond',
                                          timestamptz '2000-01-01 00:00:00+00')) * 1000)::float8 as "startMs",
             (sum(quantity_micro)::float8 * 3.6 / sum(seconds))::float8 as "powerW"
        from part
       where seconds > 0 and seconds <= ${gapMs / 1000}::float8 and quantity_micro is not null
         and ts > to_timestamp(${fromMs}::float8 / 1000)
       group by 1, 2
       order by 1, 2`,
  );
}

/** A stretch of time in which an alarm stood. Times in ms UTC. */
export interface AlarmStretch {
  readonly priority: 1 | 2 | 3 | 4;
  readonly fromMs: number;
  /** Null: it still stands. */
  readonly toMs: number | null;
}

/** When alarms up to `priority` stood since `sinceMs`, within the scope; suppressed ones left out. */
export async function listAlarmStretches(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
  priority: number,
  limit: number,
): Promise<AlarmStretch[]> {
  return selectRows<AlarmStretch>(
    source,
    sql`select a.priority::int as priority, a.raised_ms::float8 as "fromMs",
           coalesce(a.returned_ms, a.ended_ms)::float8 as "toMs"
      from alarm a
     where a.priority <= ${priority}::int and a.suppressed_by is null
       and (a.ended_ms is null or a.ended_ms >= ${sinceMs}::bigint)
       and coalesce(a.returned_ms, a.ended_ms, a.raised_ms) >= ${sinceMs}::bigint
       and ${withinScope(scope, { campusId: sql`a.campus_id`, spaceId: sql`a.space_id` })}
     order by a.raised_ms desc limit ${limit}`,
  );
}
