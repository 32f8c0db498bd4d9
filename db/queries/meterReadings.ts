import { type SQL, sql } from 'drizzle-orm';
import { STANDSTILL_HOURS } from '../../domain/metering/standstill';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** A meter as far as a list of its readings needs it. */
export interface MeterPlace {
  id: number;
  code: string;
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  intervalS: number;
  /** The point that it serves is PV. */
  feedsIn: boolean;
  /** Its newest readings told a voltage, switch or valve position. */
  reportsState: boolean;
  /** Since when it stands where the scope sees it, ms UTC: what it measured elsewhere before is not of that place. */
  seenSinceMs: number;
}

/** The meter of this code, if the point that it serves (or served last) lies within the scope; else null. */
export async function findMeterPlace(
  source: Source,
  scope: ScopeFilter,
  code: string,
): Promise<MeterPlace | null> {
  const [row] = await selectRows<MeterPlace>(
    source,
    sql`select m.id, m.code, m.utility::text as utility, m.interval_s as "intervalS", p.role = 'PV' as "feedsIn",
           s.voltage_v is not null or s.relay is not null or s.valve is not null as "reportsState",
           case when ${scope.campusWide} then 0 else extract(epoch from i.valid_from) * 1000 end::float8 as "seenSinceMs"
      from meter m
      left join meter_state s on s.meter_id = m.id
      join lateral (select point_id, valid_from from meter_install where meter_id = m.id order by valid_from desc limit 1) i on true
      join meter_point p on p.id = i.point_id
     where m.code = ${code} and ${pointWithin(scope)}`,
  );
  return row ?? null;
}

export interface StoredReading {
  tsMs: number;
  rxMs: number;
  valueMicro: bigint | null;
  quantityMicro: bigint | null;
  quality: number;
  tsSource: number;
  epoch: number;
  powerW: number | null;
  voltageV: number | null;
  currentA: number | null;
  powerFactor: number | null;
  relay: number | null;
  valve: number | null;
}

/** Stored readings of [fromMs, toMs), oldest first, later than `afterMs`. */
export async function listReadings(
  source: Source,
  meterId: number,
  range: { fromMs: number; toMs: number; afterMs: number | null; limit: number },
): Promise<StoredReading[]> {
  const after = range.afterMs === null ? sql`` : sql`and ts > ${new Date(range.afterMs)}`;
  return selectRows<StoredReading>(
    source,
    sql`select (extract(epoch from ts) * 1000)::float8 as "tsMs", (extract(epoch from rx_ts) * 1000)::float8 as "rxMs",
           value_micro as "valueMicro", quantity_micro as "quantityMicro", quality::int as quality,
           ts_source::int as "tsSource", epoch, power_w as "powerW", voltage_v as "voltageV", current_a as "currentA",
           power_factor as "powerFactor", relay::int as relay, valve::int as valve
      from reading
     where meter_id = ${meterId} and ts >= ${new Date(range.fromMs)} and ts < ${new Date(range.toMs)} ${after}
     order by ts
     limit ${range.limit}`,
  );
}

/** Sum of one span (fromMs, toMs]: an interval counts where it ends. */
export interface ReadingSum {
  fromMs: number;
  toMs: number;
  quantityMicro: bigint;
  powerMeanW: number | null;
  powerMaxW: number | null;
  readings: number;
  /** A part of it lies in hours in which the register stood still for long; false where that was not asked for. */
  standstill: boolean;
}

export type ReadingSpan = '15m' | '1h' | '1d';

/**
 * Sums of the spans that begin in [fromMs, toMs), oldest first, begun later than `afterMs`. Days are days of `timeZone`.
 * Hours come from the hourly roll-up, and days too where the zone's midnights fall on full UTC hours; the rest is summed
 * from the readings.
 */
export async function sumReadings(
  source: Source,
  meterId: number,
  range: {
    fromMs: number;
    toMs: number;
    afterMs: number | null;
    limit: number;
    span: ReadingSpan;
    timeZone: string;
    /** Whether local midnights fall on full UTC hours. */
    wholeHours: boolean;
    /** Tell standstills of at least `STANDSTILL_HOURS`. */
    standstills: boolean;
  },
): Promise<ReadingSum[]> {
  const from = new Date(range.fromMs);
  const to = new Date(range.toMs);
  const after = range.afterMs === null ? sql`` : sql`and start > ${new Date(range.afterMs)}`;
  const spans = range.span === '15m' || (range.span === '1d' && !range.wholeHours) ? fromReadings : fromHours;
  const still = range.standstills
    ? sql`exists (select from still where still.until > start and still.since < ${endOf(range.span, range.timeZone)})`
    : sql`false`;
  return selectRows<ReadingSum>(
    source,
    sql`with spans as (${spans(meterId, from, to, range.span, range.timeZone)}),
         still as materialized (${standstills(meterId, from, to)})
    select (extract(epoch from start) * 1000)::float8 as "fromMs",
           (extract(epoch from ${endOf(range.span, range.timeZone)}) * 1000)::float8 as "toMs",
           quantity_micro as "quantityMicro", power_mean_w as "powerMeanW", power_max_w as "powerMaxW", readings, ${still} as standstill
      from spans where start >= ${from} and start < ${to} ${after}
     order by start limit ${range.limit}`,
  );
}

/**
 * Hours without use in an unbroken row of at least `STANDSTILL_HOURS`, as (since, until]; looked at so far around the range
 * that an hour in it is told whichever end of its row it stands at. Hours without a reading end no row.
 */
function standstills(meterId: number, from: Date, to: Date): SQL {
  const around = sql`${`${STANDSTILL_HOURS} hours`}::interval`;
  return sql`select min(hour) as since, max(hour) + interval '1 hour' as until
      from (select hour, quantity_micro, count(*) filter (where quantity_micro <> 0) over (order by hour) as stretch
              from reading_hourly
             where meter_id = ${meterId} and hour >= ${from}::timestamptz - ${around}
               and hour < ${to}::timestamptz + interval '25 hours' + ${around}) hours
     where quantity_micro = 0 group by stretch
    having max(hour) + interval '1 hour' - min(hour) >= ${around}`;
}

/** First instant of the span that `instant` lies in. */
function startOf(instant: SQL, span: ReadingSpan, timeZone: string): SQL {
  switch (span) {
    case '15m':
      return sql`date_bin('15 minutes', ${instant}, timestamptz '2000-01-01 00:00:00+00')`;
    case '1h':
      return sql`date_bin('1 hour', ${instant}, timestamptz '2000-01-01 00:00:00+00')`;
    case '1d':
      return sql`date_trunc('day', ${instant}, ${timeZone}::text)`;
  }
}

function endOf(span: ReadingSpan, timeZone: string): SQL {
  switch (span) {
    case '15m':
      return sql`start + interval '15 minutes'`;
    case '1h':
      return sql`start + interval '1 hour'`;
    case '1d':
      // A local day is 23 to 25 hours long; 36 hours on, the next one has begun and not ended.
      return sql`date_trunc('day', start + interval '36 hours', ${timeZone}::text)`;
  }
}

function fromReadings(meterId: number, from: Date, to: Date, span: ReadingSpan, timeZone: string): SQL {
  // Intervals are (t0, t1]: what ends exactly on an edge belongs to the span before it.
  const start = startOf(sql`ts - interval '1 microsecond'`, span, timeZone);
  return sql`select ${start} as start, coalesce(sum(quantity_micro), 0)::bigint as quantity_micro,
           avg(power_w) as power_mean_w, max(power_w) as power_max_w, count(*)::int as readings
      from reading
     where meter_id = ${meterId} and ts > ${from} and ts <= ${to}::timestamptz + interval '25 hours' and quality in (0, 4)
     group by 1`;
}

function fromHours(meterId: number, from: Date, to: Date, span: ReadingSpan, timeZone: string): SQL {
  const start = startOf(sql`hour`, span, timeZone);
  return sql`select ${start} as start, sum(quantity_micro)::bigint as quantity_micro,
           sum(power_mean_w * readings) / nullif(sum(readings) filter (where power_mean_w is not null), 0) as power_mean_w,
           max(power_max_w) as power_max_w, sum(readings)::int as readings
      from reading_hourly
     where meter_id = ${meterId} and hour >= ${from} and hour < ${to}::timestamptz + interval '25 hours'
     group by 1`;
}
