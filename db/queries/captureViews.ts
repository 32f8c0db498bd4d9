import { type SQL, sql } from 'drizzle-orm';
import { HEARD_SINCE } from './heardSince';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Hours that a capture rate looks back over, and from when readings count. Instants in ms UTC, `fromMs` on the hour. */
export interface CaptureSpan {
  readonly fromMs: number;
  readonly nowMs: number;
}

/** Expected and received readings of one UTC hour. */
export interface CaptureHour {
  readonly hourMs: number;
  readonly expected: number;
  readonly received: number;
}

/** A meter from which readings are missing. */
export interface CaptureGap {
  readonly meter: string;
  readonly point: string;
  readonly space: string;
  readonly gateway: string | null;
  readonly expected: number;
  readonly received: number;
  readonly lastRxMs: number | null;
}

export interface Capture {
  readonly hours: readonly CaptureHour[];
  readonly expected: number;
  readonly received: number;
  /** Meters judged: heard at least once. */
  readonly meters: number;
  readonly metersWithGaps: number;
  /** The worst first. */
  readonly gaps: readonly CaptureGap[];
}

/**
 * One row per meter and hour: what its own interval lets expect and what came. Expected from the meter's first reading at
 * this place (and from the end of a history that was loaded, not received), up to two intervals ago: the newest may be under
 * way. Received is what the roll-up counted, so a repeated message is one reading.
 */
function cells(scope: ScopeFilter, { fromMs, nowMs }: CaptureSpan): SQL {
  return sql`with judged as (
      select m.id, m.code, p.code as point, p.space_id, m.gateway_id, m.interval_s * 1000 as step, st.last_rx_ms,
             ${sql.raw(HEARD_SINCE)} as since_ms
        from meter m
        join meter_install i on i.meter_id = m.id and i.valid_to is null
        join meter_point p on p.id = i.point_id
        join meter_state st on st.meter_id = m.id
       where m.retired_at is null and st.last_rx_ms is not null and ${pointWithin(scope)}
    ), wanted as (
      select x.hour_ms, to_timestamp(x.hour_ms / 1000.0) as hour
        from generate_series(${fromMs}::bigint, ${nowMs}::bigint, 3600000) as x(hour_ms)
    ), counted as materialized (
      select j.id, h.hour, h.readings from judged j
        join lateral (select hour, readings from reading_hourly
                       where meter_id = j.id and hour >= ${new Date(fromMs)} and hour <= ${new Date(nowMs)}) h on true
    ), cell as materialized (
      select j.id, w.hour_ms, coalesce(h.readings, 0) as received,
             greatest(0, floor((least(w.hour_ms + 3600000, ${nowMs}::bigint - 2 * j.step)
                                - greatest(w.hour_ms, j.since_ms)) / j.step))::int as expected
        from judged j cross join wanted w
        left join counted h on h.id = j.id and h.hour = w.hour
    ), per_meter as (
      select id, sum(expected)::int as expected, least(sum(expected), sum(received) filter (where expected > 0))::int as received
        from cell group by id having sum(expected) > 0
    )`;
}

/** Capture of the scope's meters. At most `limit` gaps are listed. */
export async function readCapture(
  source: Source,
  scope: ScopeFilter,
  span: CaptureSpan,
  limit: number,
): Promise<Capture> {
  const [row] = await selectRows<Capture>(
    source,
    sql`${cells(scope, span)}, gap as (
        select * from per_meter where received < expected order by received - expected, id limit ${limit}
      )
      select (select coalesce(jsonb_agg(jsonb_build_object('hourMs', x.hour_ms, 'expected', x.expected, 'received', x.received)
                       order by x.hour_ms), '[]')
                from (select hour_ms, sum(expected) as expected, sum(least(expected, received)) as received
                        from cell group by hour_ms) x) as hours,
             coalesce(sum(m.expected), 0)::float8 as expected, coalesce(sum(m.received), 0)::float8 as received,
             count(*)::int as meters, count(*) filter (where m.received < m.expected)::int as "metersWithGaps",
             (select coalesce(jsonb_agg(jsonb_build_object('meter', j.code, 'point', j.point, 'space', s.code,
                       'gateway', g.code, 'expected', gap.expected, 'received', gap.received, 'lastRxMs', j.last_rx_ms)
                       order by gap.received - gap.expected, j.code), '[]')
                from gap join judged j on j.id = gap.id join space s on s.id = j.space_id
                left join gateway g on g.id = j.gateway_id) as gaps
        from per_meter m`,
  );
  return row!;
}

/** Accepted readings of the scope's meters in the hours from `fromMs` to now. */
export async function countReadings(source: Source, scope: ScopeFilter, span: CaptureSpan): Promise<number> {
  const [row] = await selectRows<{ readings: number }>(
    source,
    sql`select coalesce(sum(h.readings), 0)::float8 as readings
      from meter m
      join meter_install i on i.meter_id = m.id and i.valid_to is null
      join meter_point p on p.id = i.point_id
      cross join generate_series(${span.fromMs}::bigint, ${span.nowMs}::bigint, 3600000) as x(hour_ms)
      join reading_hourly h on h.meter_id = m.id and h.hour = to_timestamp(x.hour_ms / 1000.0)
     where ${pointWithin(scope)}`,
  );
  return row!.readings;
}
