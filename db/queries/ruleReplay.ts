import { sql } from 'drizzle-orm';
import type { MessageCount } from '../../domain/detection/sequenceGaps';
import type { Measured } from '../../domain/detection/streamingRule';
import { selectRows } from './rows';
import type { Source } from './scope';

/** A stored reading as a streaming rule saw it. */
export interface ReplayedReading extends Measured {
  tsMs: number;
  /** Null: none, or not believed. */
  registerMicro: bigint | null;
}

/** What older than this was when it arrived raised nothing. */
const LIVE_MS = 15 * 60_000;

/** Readings of a meter in (afterMs, toMs) that came in time for the rules, oldest first. */
export function replayReadings(
  source: Source,
  meterId: number,
  range: { readonly afterMs: number; readonly toMs: number; readonly limit: number },
): Promise<ReplayedReading[]> {
  return selectRows<ReplayedReading>(
    source,
    sql`select (extract(epoch from ts) * 1000)::float8 as "tsMs",
           case when quality in (0, 4) then value_micro end as "registerMicro", power_w as "powerW",
           voltage_v as "voltageV", current_a as "currentA", power_factor as pf, relay::int as relay, valve::int as valve,
           boot::float8 as boot, seq::float8 as seq, extra
      from reading
     where meter_id = ${meterId} and ts > ${new Date(range.afterMs)} and ts < ${new Date(range.toMs)}
       and rx_ts - ts < make_interval(secs => ${LIVE_MS / 1_000})
     order by ts limit ${range.limit}`,
  );
}

/** Counters of a stored message, in the order of arrival. */
export interface ReplayedMessage extends MessageCount {
  rxMs: number;
}

/** Counters of a meter's messages that arrived in [fromMs, toMs), late ones as well, in the order of their arrival; at most `limit`. */
export function replayMessages(
  source: Source,
  meterId: number,
  range: { readonly fromMs: number; readonly toMs: number; readonly limit: number },
): Promise<ReplayedMessage[]> {
  return selectRows<ReplayedMessage>(
    source,
    sql`select (extract(epoch from rx_ts) * 1000)::float8 as "rxMs", boot::float8 as boot, seq::float8 as seq
      from reading
     where meter_id = ${meterId} and ts > ${new Date(range.fromMs)}::timestamptz - interval '7 days' and ts < ${new Date(range.toMs)}
       and rx_ts >= ${new Date(range.fromMs)} and rx_ts < ${new Date(range.toMs)}
     order by rx_ts, boot, seq limit ${range.limit}`,
  );
}

/** How many alarms of a rule were raised at these points, or at their meters, in [fromMs, toMs). */
export async function countRuleAlarms(
  source: Source,
  of: {
    readonly campusId: number;
    readonly rule: string;
    readonly pointIds: readonly number[];
    readonly meterIds: readonly number[];
  },
  fromMs: number,
  toMs: number,
): Promise<number> {
  const [row] = await selectRows<{ n: number }>(
    source,
    sql`select count(*)::int as n from alarm
         where campus_id = ${of.campusId} and rule = ${of.rule}
           and (subject_type = 'POINT' and subject_id = any(${`{${of.pointIds.join(',')}}`}::int[])
             or subject_type = 'METER' and subject_id = any(${`{${of.meterIds.join(',')}}`}::int[]))
           and raised_ms >= ${fromMs}::bigint and raised_ms < ${toMs}::bigint`,
  );
  return row!.n;
}
