import { sql } from 'drizzle-orm';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import { noScope, type ScopeFilter, type Source } from './scope';

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
  /** What the meter of a room said, or may have said, is kept from the reader: `payload`, and `detail` where it repeats a register. */
  withheld: boolean;
  count: number;
}

export interface QuarantineFilter {
  meterCode: string | null;
  reason: string | null;
  /** Entries older than this id. */
  beforeId: number | null;
  limit: number;
}

/** Reasons whose words repeat what a register said. */
const TELLS_A_REGISTER: ReadonlySet<string> = new Set(['CONFLICT', 'REGISTER_RANGE']);

/** Meters that an entry `q` may tell of: a message of a gateway is kept whole, without a time of its own, and holds what all of its meters said. */
const SPOKEN_OF = sql`select q.meter_id
  union all select m.id from meter m where m.campus_id = q.campus_id and m.code = q.meter_code
  union all select m.id from meter m join gateway g on g.id = m.gateway_id
             where q.ts_ms is null and g.campus_id = q.campus_id and g.code = q.gateway_code`;

/**
 * What was not charged, newest first. A limited scope sees entries of meters in its places; what names no meter of ours
 * is shown to campus-wide scopes only, also where not even the campus could be told.
 * @param values where the reader may see what rooms use; null: nowhere
 */
export async function listQuarantine(
  source: Source,
  scope: ScopeFilter,
  values: ScopeFilter | null,
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
  const seen = pointWithin(values ?? noScope(scope.campusId, scope.at));
  const rows = await selectRows<QuarantineView>(
    source,
    sql`select (exists (select 1 from meter_install i join meter_point p on p.id = i.point_id join space here on here.id = p.space_id
                    where i.meter_id in (${SPOKEN_OF}) and not ${seen}
                      and exists (select from space r where r.id = any(here.path) and r.kind = 'ROOM'))
                or (q.meter_code is null and q.gateway_code is null and ${values?.campusWide !== true})) as withheld, q.id::float8 as id, q.meter_code as "meterCode", q.gateway_code as "gatewayCode", q.topic,
           q.ts_ms::float8 as "tsMs", (extract(epoch from q.rx_at) * 1000)::float8 as "rxMs", q.reason, q.field,
           q.detail, q.payload, q.count
      from quarantine q
     where ${sql.join(conditions, sql` and `)}
     order by q.id desc
     limit ${filter.limit}`,
  );
  return rows.map((row) =>
    row.withheld
      ? { ...row, payload: null, detail: TELLS_A_REGISTER.has(row.reason) ? null : row.detail }
      : row,
  );
}
