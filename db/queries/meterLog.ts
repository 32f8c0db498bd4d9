import { sql } from 'drizzle-orm';
import { alarmWithin } from './alarmViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Instants in (fromMs, toMs] at which a meter's relay or valve was read at another position than before, newest first. */
export async function listPositionChanges(
  source: Source,
  meterId: number,
  range: { fromMs: number; toMs: number; limit: number },
): Promise<{ atMs: number; contact: number }[]> {
  return selectRows<{ atMs: number; contact: number }>(
    source,
    sql`select (extract(epoch from ts) * 1000)::float8 as "atMs", contact
      from (select ts, coalesce(relay, valve)::int as contact,
                   lag(coalesce(relay, valve)::int) over (order by ts) as before
              from reading
             where meter_id = ${meterId} and ts > ${new Date(range.fromMs)} and ts <= ${new Date(range.toMs)}
               and coalesce(relay, valve) is not null) told
     where contact <> before order by ts desc limit ${range.limit}`,
  );
}

/** An alarm about a meter or its point. */
export interface MeterAlarmRow {
  id: number;
  rule: string;
  priority: 1 | 2 | 3 | 4;
  active: boolean;
  acknowledged: boolean;
  latched: boolean;
  raisedMs: number;
  returnedMs: number | null;
  endedMs: number | null;
}

/** Alarms about a meter, or about the point that it serves, raised in [fromMs, toMs] within the scope, newest first. */
export async function listMeterAlarms(
  source: Source,
  scope: ScopeFilter,
  about: { meterId: number; pointId: number },
  range: { fromMs: number; toMs: number; limit: number },
): Promise<MeterAlarmRow[]> {
  return selectRows<MeterAlarmRow>(
    source,
    sql`select a.id::float8 as id, a.rule, a.priority::int as priority, a.active, a.acknowledged, a.latched,
           a.raised_ms::float8 as "raisedMs", a.returned_ms::float8 as "returnedMs", a.ended_ms::float8 as "endedMs"
      from alarm a
     where ((a.subject_type = 'METER' and a.subject_id = ${about.meterId})
            or (a.subject_type = 'POINT' and a.subject_id = ${about.pointId}))
       and a.raised_ms between ${range.fromMs}::bigint and ${range.toMs}::bigint and ${alarmWithin(scope)}
     order by a.raised_ms desc, a.id desc limit ${range.limit}`,
  );
}
