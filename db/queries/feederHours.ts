import { sql } from 'drizzle-orm';
import { ROOMS_OF_A_SUM } from '../../domain/metering/roomsOfASum';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import { noScope, type ScopeFilter, type Source } from './scope';

/** One closed hour of a feeder and of what is metered directly below it. */
export interface FeederHourRow {
  readonly pointId: number;
  readonly hourMs: number;
  /** What the feeder's own meter counted; null: nothing was read. */
  readonly supplyMicro: bigint | null;
  /** Its own meter was read at both ends of the hour. */
  readonly complete: boolean;
  readonly childrenMicro: bigint;
  readonly children: number;
  /** Those of them that were read at both ends of the hour. */
  readonly completeChildren: number;
}

/**
 * Hours of feeders in [fromMs, toMs), both full hours, oldest first. A meter was read at both ends of an hour where a reading
 * lies in its last quarter, and one in its first or in the last of the hour before: what comes as one sum after a silence is no
 * hour's use.
 */
export async function feederHours(
  source: Source,
  pointIds: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<FeederHourRow[]> {
  if (pointIds.length === 0) return [];
  return selectRows<FeederHourRow>(
    source,
    sql`with span as (
        select to_timestamp(${fromMs}::float8 / 1000) as from_at, to_timestamp(${toMs}::float8 / 1000) as to_at
      ), wanted as (
        select generate_series(from_at - interval '1 hour', to_at - interval '1 hour', interval '1 hour') as hour from span
      ), member as (
        select id as feeder, id as point_id, true as own, null::timestamptz as since, null::timestamptz as until
          from unnest(${`{${pointIds.join(',')}}`}::int[]) as x(id)
        union all
        select l.parent_point_id, l.child_point_id, false, l.valid_from, l.valid_to from feeder_link l, span
         where l.parent_point_id = any(${`{${pointIds.join(',')}}`}::int[]) and l.sign > 0
           and l.valid_from < span.to_at and (l.valid_to is null or l.valid_to > span.from_at)
      ), seen as (
        select m.feeder, m.point_id, m.own, w.hour, sum(h.quantity_micro) as micro,
               coalesce(max(h.last_ts) >= w.hour + interval '45 minutes', false) as reached,
               coalesce(min(h.first_ts) <= w.hour + interval '15 minutes', false) as begun
          from member m
          cross join wanted w
          left join meter_install i on i.point_id = m.point_id and i.valid_from < w.hour + interval '1 hour'
           and (i.valid_to is null or i.valid_to > w.hour)
          left join reading_hourly h on h.meter_id = i.meter_id and h.hour = w.hour
         where m.own or (m.since < w.hour + interval '1 hour' and (m.until is null or m.until > w.hour))
         group by m.feeder, m.point_id, m.own, w.hour
      ), judged as (
        select feeder, point_id, own, hour, micro,
               reached and (begun or coalesce(lag(reached) over (partition by feeder, own, point_id order by hour), false)) as complete
          from seen
      )
      select feeder as "pointId", (extract(epoch from hour) * 1000)::float8 as "hourMs",
             (sum(micro) filter (where own))::bigint as "supplyMicro", bool_or(own and complete) as complete,
             coalesce(sum(micro) filter (where not own), 0)::bigint as "childrenMicro",
             (count(*) filter (where not own))::int as children,
             (count(*) filter (where not own and complete))::int as "completeChildren"
        from judged, span where hour >= from_at
       group by feeder, hour order by feeder, hour`,
  );
}

/** A point that a feeder supplies, or that feeds into it, with what is known of its meter. */
export interface FeederChildRow {
  readonly pointId: number;
  readonly code: string;
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly role: 'CUSTOMER' | 'PUBLIC' | 'FEEDER' | 'CHECK' | 'PV' | 'TENANT';
  /** It gives to the feeder, or is a roof of modules. */
  readonly feedsIn: boolean;
  /** Something below it does. */
  readonly hasInfeed: boolean;
  readonly meter: string | null;
  /** `ClockState` of domain/metering/quality.ts; null: the clock is within its noise. */
  readonly drift: unknown;
  readonly space: string;
  readonly spaceKind: 'CAMPUS' | 'BUILDING' | 'FLOOR' | 'ROOM' | 'ZONE';
  readonly spaceName: string;
  readonly spaceNameEn: string | null;
  /** It supplies so few rooms, some of them not the viewer's to see, that a sum of them would tell what each draws. */
  readonly hidesRooms: boolean;
  /** Whether it lies where the viewer sees anything, and where rooms are seen live. */
  readonly inScope: boolean;
  readonly valuesInScope: boolean;
}

/**
 * What a feeder supplies now, by code.
 * @param values where the viewer may see what rooms use; null: nowhere
 */
export async function listFeederChildren(
  source: Source,
  scope: ScopeFilter,
  values: ScopeFilter | null,
  pointId: number,
): Promise<FeederChildRow[]> {
  const seen = pointWithin(values ?? noScope(scope.campusId, scope.at));
  return selectRows<FeederChildRow>(
    source,
    sql`select p.id as "pointId", p.code, p.name, p.name_en as "nameEn", p.role::text as role,
           l.sign < 0 or p.role = 'PV' as "feedsIn",
           exists (select 1 from feeder_link d join meter_point dp on dp.id = d.child_point_id
                    where d.parent_point_id = p.id and (d.sign < 0 or dp.role = 'PV') and d.valid_to is null) as "hasInfeed", m.code as meter, st.drift, s.code as space, s.kind::text as "spaceKind",
           s.name as "spaceName", s.name_en as "spaceNameEn", ${pointWithin(scope)} as "inScope",
           ${seen} as "valuesInScope",
           (select count(*) between 1 and ${ROOMS_OF_A_SUM - 1} and bool_or(not ${seen})
              from feeder_link d join meter_point p on p.id = d.child_point_id join space ds on ds.id = p.space_id
             where d.parent_point_id = l.child_point_id and d.valid_to is null and ds.kind = 'ROOM') as "hidesRooms"
      from feeder_link l
      join meter_point p on p.id = l.child_point_id
      join space s on s.id = p.space_id
      left join meter_install i on i.point_id = p.id and i.valid_to is null
      left join meter m on m.id = i.meter_id
      left join meter_state st on st.meter_id = m.id
     where l.parent_point_id = ${pointId} and l.valid_from <= ${scope.at} and (l.valid_to is null or l.valid_to > ${scope.at})
     order by p.code`,
  );
}

/** What the rule of losses knows of a point (null: nothing yet) and the settings that hold there (null: the defaults). */
export interface LossStateRow {
  readonly pointId: number;
  readonly state: unknown;
  readonly settings: Record<string, number | string | boolean> | null;
}

/** The rule's state of each of these points, with the settings of the nearest place that has any. */
export async function lossStates(source: Source, pointIds: readonly number[]): Promise<LossStateRow[]> {
  if (pointIds.length === 0) return [];
  return selectRows<LossStateRow>(
    source,
    sql`select p.id as "pointId", st.state,
           (select r.body from rule_setting r
             where r.campus_id = p.campus_id and r.rule = 'NON_TECHNICAL_LOSS' and (r.space_id is null or r.space_id = any(s.path))
             order by array_position(s.path, r.space_id) desc nulls last, r.version desc limit 1) as settings
      from meter_point p
      join space s on s.id = p.space_id
      left join rule_state st on st.rule = 'NON_TECHNICAL_LOSS' and st.subject_type = 'POINT' and st.subject_id = p.id
     where p.id = any(${`{${pointIds.join(',')}}`}::int[])`,
  );
}

/** Alarms of these rules that were raised at points, or at their meters of now, since `sinceMs`. */
export async function alarmsAtPoints(
  source: Source,
  pointIds: readonly number[],
  rules: readonly string[],
  sinceMs: number,
): Promise<{ pointId: number; rule: string }[]> {
  if (pointIds.length === 0) return [];
  return selectRows<{ pointId: number; rule: string }>(
    source,
    sql`with place as (
        select p.id, i.meter_id from unnest(${`{${pointIds.join(',')}}`}::int[]) as p(id)
          left join meter_install i on i.point_id = p.id and i.valid_to is null)
      select distinct place.id as "pointId", a.rule
        from place join alarm a on a.rule = any(${`{${rules.join(',')}}`}::text[]) and a.raised_ms >= ${sinceMs}::bigint
         and ((a.subject_type = 'POINT' and a.subject_id = place.id) or (a.subject_type = 'METER' and a.subject_id = place.meter_id))`,
  );
}

/** The open alarm of a rule at a point; null: none stands. */
export async function openAlarmAt(source: Source, rule: string, pointId: number): Promise<number | null> {
  const [row] = await selectRows<{ id: number }>(
    source,
    sql`select id::float8 as id from alarm
       where rule = ${rule} and subject_type = 'POINT' and subject_id = ${pointId} and ended_ms is null`,
  );
  return row?.id ?? null;
}
