import { sql } from 'drizzle-orm';
import { HEARD_SINCE } from './heardSince';
import { selectRows } from './rows';
import type { Source } from './scope';

/** A meter delivers within this time of measuring, or what it sends is a backlog. */
const LATE_SECONDS = 120;
/** A step so many times as long as usual is a gap. */
const GAP_STEPS = 2.5;

/** How a meter reported in a span of time. Times and lengths in ms. */
export interface CommsSums {
  readings: number;
  /** Intervals of the meter in which at least one of them was measured: what was asked for besides a report adds none. */
  slots: number;
  /** Arrived more than two minutes after they were measured. */
  late: number;
  /** Median and longest time from measuring to arrival; null without a reading. */
  medianDelayMs: number | null;
  worstDelayMs: number | null;
  /** Held, discarded, from the future, or jitter. */
  doubtful: number;
  /** Timed by arrival, not by the meter's own clock. */
  byArrival: number;
  /** Messages that the meter's own count says it sent and that never came. */
  missing: number;
  /** Restarts between two of them. */
  restarts: number;
}

/**
 * How a meter reported in (fromMs, toMs]. A leap of more than `leapMax` is a counter that was set, not messages that were lost. Slots
 * are counted on two grids half an interval apart, and the better one holds: a beat that falls on the edges of the one wavers between
 * two of its slots.
 */
export async function sumComms(
  source: Source,
  meterId: number,
  range: { fromMs: number; toMs: number; intervalMs: number; leapMax: number },
): Promise<CommsSums> {
  const [row] = await selectRows<CommsSums>(
    source,
    sql`with told as (
      select quality, ts_source, boot, seq, lag(boot) over w as boot_before, lag(seq) over w as seq_before,
             extract(epoch from rx_ts - ts) as delay_s,
             (extract(epoch from ts) * 1000 - ${range.fromMs}::float8) / ${range.intervalMs}::float8 as beat
        from reading where meter_id = ${meterId} and ts > ${new Date(range.fromMs)} and ts <= ${new Date(range.toMs)}
      window w as (order by ts))
    select count(*)::int as readings, greatest(count(distinct ceil(beat)), count(distinct ceil(beat + 0.5)))::int as slots,
           count(*) filter (where delay_s > ${LATE_SECONDS})::int as late,
           (1000 * percentile_cont(0.5) within group (order by delay_s))::float8 as "medianDelayMs",
           (1000 * max(delay_s))::float8 as "worstDelayMs", count(*) filter (where quality <> 0)::int as doubtful,
           count(*) filter (where ts_source = 1)::int as "byArrival",
           coalesce(sum(seq - seq_before - 1) filter (where boot = boot_before
                      and seq - seq_before between 1 and ${range.leapMax}::bigint), 0)::float8 as missing,
           count(*) filter (where boot <> boot_before)::int as restarts
      from told`,
  );
  return row!;
}

/** From when on a meter could have been heard at its point, ms UTC; null: it has no state, or is fitted nowhere. */
export async function heardSince(source: Source, meterId: number): Promise<number | null> {
  const [row] = await selectRows<{ since: number }>(
    source,
    sql`select ${sql.raw(HEARD_SINCE)} as since from meter m
          join meter_install i on i.meter_id = m.id and i.valid_to is null join meter_state st on st.meter_id = m.id
         where m.id = ${meterId}`,
  );
  return row?.since ?? null;
}

/** Readings per quarter hour of (fromMs, toMs]; a quarter without any is left out. `fromMs` is the quarter's own start. */
export async function countQuarters(
  source: Source,
  meterId: number,
  range: { fromMs: number; toMs: number },
): Promise<{ fromMs: number; readings: number }[]> {
  return selectRows<{ fromMs: number; readings: number }>(
    source,
    // An interval ends where its reading stands: one that falls on an edge belongs to the quarter before.
    sql`select (extract(epoch from date_bin('15 minutes', ts - interval '1 microsecond',
                     timestamptz '2000-01-01 00:00:00+00')) * 1000)::float8 as "fromMs", count(*)::int as readings
      from reading where meter_id = ${meterId} and ts > ${new Date(range.fromMs)} and ts <= ${new Date(range.toMs)}
     group by 1 order by 1`,
  );
}

/**
 * Spans within [fromMs, toMs] in which nothing was measured, oldest first; at most 4,000: steps of more than 2.5 of the meter's
 * intervals, and of the shorter one of the steps around it, for an evenly coarse history has no gaps.
 */
export async function listGaps(
  source: Source,
  meterId: number,
  range: { fromMs: number; toMs: number; intervalMs: number },
): Promise<{ fromMs: number; toMs: number }[]> {
  const ends = sql`values (${new Date(range.fromMs)}::timestamptz), (${new Date(range.toMs)}::timestamptz)`;
  return selectRows<{ fromMs: number; toMs: number }>(
    source,
    sql`with instants as (
      select ts from reading where meter_id = ${meterId} and ts > ${new Date(range.fromMs)} and ts < ${new Date(range.toMs)}
      union all ${ends}),
    steps as (
      select (extract(epoch from ts) * 1000)::float8 as at, (extract(epoch from ts - lag(ts) over w) * 1000)::float8 as step,
             (extract(epoch from lag(ts) over w - lag(ts, 2) over w) * 1000)::float8 as step_before,
             (extract(epoch from lead(ts) over w - ts) * 1000)::float8 as step_after
        from instants window w as (order by ts))
    select at - step as "fromMs", at as "toMs" from steps
     where step > ${GAP_STEPS} * greatest(${range.intervalMs}::float8, least(step_before, step_after))
     order by at limit 4000`,
  );
}
