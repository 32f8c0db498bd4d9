import { sql } from 'drizzle-orm';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

export interface QuarantineView {
  id: number;
  meterCode: string | null;
  gatewayCode: string | null;
  topic: string | null;
  tsMs: number | null;
  rxMs: number;
  reason: string;
  field: string | null;
  detail: string | null;
  payload: string | null;
  count: number;
}

export interface QuarantineFilter {
  meterCode: string | null;
  reason: string | null;
  /** Entries older than this id. */
  beforeId: number | null;
  limit: number;
}

/**
 * What was not charged, newest first. A limited scope sees entries of meters in its places; what names no meter of ours
 * is shown to campus-wide scopes only, also where not even the campus could be told.
 */
export async function listQuarantine(
  source: Source,
  scope: ScopeFilter,
  filter: QuarantineFilter,
): Promise<QuarantineView[]> {
  const place = scope.campusWide
    ? sql`(q.campus_id = ${scope.campusId} or q.campus_id is null)`
    : sql`exists (select 1 from meter_install i join meter_point p on p.id = i.point_id
                   where i.meter_id = q.meter_id and ${pointWithin(scope)})`;
  const conditions = [place];
  if (filter.meterCode !== null) conditions.push(sql`q.meter_code = ${filter.meterCode}`);
  if (filter.reason !== null) conditions.push(sql`q.reason = ${filter.reason}`);
  if (filter.beforeId !== null) conditions.push(sql`q.id < ${filter.beforeId}::bigint`);
  return selectRows<QuarantineView>(
    source,
    sql`select q.id::float8 as id, q.meter_code as "meterCode", q.gateway_code as "gatewayCode", q.topic,
           q.ts_ms::float8 as "tsMs", (extract(epoch from q.rx_at) * 1000)::float8 as "rxMs", q.reason, q.field,
           q.detail, q.payload, q.count
      from quarantine q
     where ${sql.join(conditions, sql` and `)}
     order by q.id desc
     limit ${filter.limit}`,
  );
}
