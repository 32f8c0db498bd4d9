import { sql } from 'drizzle-orm';
import type { Utility } from '../../domain/metering/reading';
import { WORK_FROM_HOUR, WORK_TO_HOUR, type WorkCalendar } from '../../domain/network/workCalendar';
import type { Protection } from '../../domain/supply/supplyState';
import { jsonRows } from './jsonRows';
import { selectRows } from './rows';
import type { Source } from './scope';

/** A point whose quantity somebody answers for, with the meters that served it. Times in ms UTC. */
export interface AnswerablePoint {
  readonly pointId: number;
  readonly code: string;
  readonly name: string;
  /** English name where the point bears the name of its space; null: same. */
  readonly nameEn: string | null;
  readonly protection: Protection;
  /** Ids from the root to the space that the point stands in. */
  readonly spacePath: readonly number[];
  readonly installs: readonly { meterId: number; fromMs: number; toMs: number | null }[];
}

/** Who answers for what, as stored. */
export interface StoredAssignment {
  readonly departmentId: number;
  /** Ids of the department and of those above it. */
  readonly departmentPath: readonly number[];
  readonly spaceId: number | null;
  readonly pointId: number | null;
  readonly sharePpm: number;
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** All assignments of a campus, past ones too: a month is judged by those of its own time. */
export async function listAssignments(source: Source, campusId: number): Promise<StoredAssignment[]> {
  return selectRows<StoredAssignment>(
    source,
    sql`select a.department_id as "departmentId", d.path as "departmentPath", a.space_id as "spaceId", a.point_id as "pointId",
           a.share_ppm as "sharePpm", (extract(epoch from a.valid_from) * 1000)::float8 as "fromMs",
           (extract(epoch from a.valid_to) * 1000)::float8 as "toMs"
      from department_assignment a join department d on d.id = a.department_id
     where d.campus_id = ${campusId}`,
  );
}

/**
 * Points under any assignment that measure a department's own use: rooms' tenants pay for themselves, and feeders, check
 * meters and PV would count the same energy twice.
 */
export async function listAnswerablePoints(
  source: Source,
  campusId: number,
  utility: Utility,
): Promise<AnswerablePoint[]> {
  return selectRows<AnswerablePoint>(
    source,
    sql`select p.id as "pointId", p.code, coalesce(p.name, s.name) as name,
           coalesce(p.name_en, case when p.name is null or p.name = s.name then s.name_en end) as "nameEn",
           p.protection::text as protection, s.path as "spacePath",
           coalesce((select json_agg(json_build_object('meterId', i.meter_id,
                       'fromMs', (extract(epoch from i.valid_from) * 1000)::float8,
                       'toMs', (extract(epoch from i.valid_to) * 1000)::float8) order by i.valid_from)
                       from meter_install i where i.point_id = p.id), '[]'::json) as installs
      from meter_point p join space s on s.id = p.space_id
     where p.campus_id = ${campusId} and p.utility = ${utility}::utility and p.role in ('CUSTOMER', 'PUBLIC')
       and exists (select 1 from department_assignment a
                    where a.point_id = p.id or a.space_id = any(s.path))
     order by p.code`,
  );
}

/** Dates of the calendar that the campus entered first, by local date; empty where it has none. */
export async function loadCalendarDays(source: Source, campusId: number): Promise<Record<string, string>> {
  const [row] = await selectRows<{ days: Record<string, string> }>(
    source,
    sql`select days from calendar where campus_id = ${campusId} order by id limit 1`,
  );
  return row?.days ?? {};
}

/** A meter's time at a point, [fromMs, toMs) in whole hours; `key` comes back with its sums. */
export interface UseSegment {
  readonly key: number;
  readonly meterId: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a segment used in one local day or month, in working hours or after them. */
export interface SegmentUse {
  readonly key: number;
  /** `YYYY-MM-DD`, or `YYYY-MM` by month. */
  readonly period: string;
  readonly afterHours: boolean;
  readonly quantityMicro: bigint;
  /** Hours with a reading, the running one left out. */
  readonly hours: number;
}

/**
 * Sums of the hourly roll-up per segment, local day or month, and part of the day. An hour belongs to the day in which it
 * begins. The roll-up and not the readings: a year of hours is what a year of readings would be in an hour.
 * @param closedMs hours that begin at or after it are not counted in `hours`
 */
export async function sumSegments(
  source: Source,
  segments: readonly UseSegment[],
  options: { timeZone: string; calendar: WorkCalendar; by: 'DAY' | 'MONTH'; closedMs: number },
): Promise<SegmentUse[]> {
  if (segments.length === 0) return [];
  const { timeZone, calendar, by, closedMs } = options;
  const dates = (set: ReadonlySet<string>) => `{${[...set].join(',')}}`;
  const format = by === 'DAY' ? 'YYYY-MM-DD' : 'YYYY-MM';
  return selectRows<SegmentUse>(
    source,
    sql`with segment as (
        select key, "meterId" as meter_id, to_timestamp("fromMs" / 1000) as from_at, to_timestamp("toMs" / 1000) as to_at
          from json_to_recordset(${jsonRows(segments)}::json) as x(key int, "meterId" int, "fromMs" float8, "toMs" float8)
      )
      select segment.key, to_char(l.local, ${format}) as period,
             not (l.worked and extract(hour from l.local) >= ${WORK_FROM_HOUR}
                  and extract(hour from l.local) < ${WORK_TO_HOUR}) as "afterHours",
             sum(h.quantity_micro)::bigint as "quantityMicro",
             count(*) filter (where h.hour < to_timestamp(${closedMs}::float8 / 1000))::int as hours
        from segment
        join reading_hourly h on h.meter_id = segment.meter_id and h.hour >= segment.from_at and h.hour < segment.to_at
        cross join lateral (
          select w.local, w.local::date = any(${dates(calendar.workedDates)}::date[])
                 or (extract(isodow from w.local) < 6 and not (w.local::date = any(${dates(calendar.freeDates)}::date[])))
                   as worked
            from (select h.hour at time zone ${timeZone} as local) w) l
       group by 1, 2, 3`,
  );
}

/** Newest reading of these meters in the hours that begin in [fromMs, toMs), ms UTC; null without any. */
export async function newestHourlyMs(
  source: Source,
  meterIds: readonly number[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<number | null> {
  if (meterIds.length === 0) return null;
  const [row] = await selectRows<{ newestMs: number | null }>(
    source,
    sql`select (extract(epoch from max(h.last_ts)) * 1000)::float8 as "newestMs"
      from unnest(${`{${meterIds.join(',')}}`}::int[]) m(id)
      join reading_hourly h on h.meter_id = m.id and h.hour >= to_timestamp(${fromMs}::float8 / 1000)
       and h.hour < to_timestamp(${toMs}::float8 / 1000)`,
  );
  return row?.newestMs ?? null;
}
