import { type SQL, sql } from 'drizzle-orm';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';
import type { WaitingFacts } from './waiting';

/** Requests `n` at points `p` of spaces `s`, with the supply `x` of the point. */
const REQUESTS = sql`notice n
  join meter_point p on p.campus_id = n.campus_id and p.code = n.body ->> 'point'
  join space s on s.id = p.space_id
  left join supply_state x on x.point_id = p.id`;

/** The refusal `f` of a request `n`, which ends those before it as well. */
const REFUSES = sql`f.campus_id = n.campus_id and f.kind = 'RESTORE_REFUSED' and f.body ->> 'point' = n.body ->> 'point'
  and (f.body ->> 'request')::bigint >= n.id`;

/**
 * Whether nobody brought supply back since a request `n`, or is doing so. While a command is under way the request is answered; one that
 * fails, runs out or is taken back answers nothing.
 */
const NOT_RESTORED = sql`x.observed is distinct from 'CLOSED'
  and not exists (select 1 from command c
       where c.point_id = p.id and c.op in ('connect', 'valve_open') and c.created_ms >= n.at_ms
         and (c.finished_ms is null or c.state = 'VERIFIED'))`;

const madeSince = (sinceMs: number): SQL =>
  sql`n.kind = 'RESTORE_REQUESTED' and n.at_ms >= ${sinceMs}::bigint`;

const REFUSED = sql`exists (select 1 from notice f where ${REFUSES})`;

export interface WaitingRestore extends WaitingFacts {
  readonly space: string;
  readonly pointCode: string;
}

/**
 * Restores that somebody asked for since an instant at points within the scope, the newest of each point: until supply is on again, a
 * command to bring it back was proven, or the request is refused.
 * @param source the owner's: the notice of a room without an account lies behind every reader's wall but that of the whole campus
 */
export function restoresWaiting(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
): Promise<WaitingRestore[]> {
  return selectRows<WaitingRestore>(
    source,
    sql`select w.* from (
      select distinct on (p.id) n.id::text as id, n.body ->> 'by' as by, n.at_ms::float8 as "atMs", null as "dueMs",
             n.body ->> 'reason' as reason, s.code as space, p.code as "pointCode"
        from ${REQUESTS}
       where n.campus_id = ${scope.campusId} and ${madeSince(sinceMs)} and ${pointWithin(scope)}
         and ${NOT_RESTORED} and not ${REFUSED}
       order by p.id, n.id desc) w
     order by w."atMs", w.id limit 100`,
  );
}

/** Who refused a request, when and why. */
export interface RestoreRefusal {
  readonly by: string;
  readonly atMs: number;
  readonly reason: string;
}

/** A request to restore a point, while supply is not back. */
export interface RestoreRequest {
  readonly id: string;
  readonly by: string;
  readonly atMs: number;
  readonly reason: string;
  /** Null: it waits for an answer. */
  readonly refused: RestoreRefusal | null;
}

/**
 * The newest request of each of these points since an instant, waiting or refused, while supply is not back; by point.
 * @param source the owner's, as of `restoresWaiting`
 * @param pointIds points that the reader sees
 */
export async function pointRequests(
  source: Source,
  pointIds: readonly number[],
  sinceMs: number,
): Promise<Map<number, RestoreRequest>> {
  if (pointIds.length === 0) return new Map();
  const rows = await selectRows<RestoreRequest & { pointId: number }>(
    source,
    sql`select distinct on (p.id) p.id as "pointId", n.id::text as id, n.body ->> 'by' as by, n.at_ms::float8 as "atMs",
           n.body ->> 'reason' as reason,
           (select jsonb_build_object('by', f.body ->> 'by', 'atMs', f.at_ms, 'reason', f.body ->> 'reason')
              from notice f where ${REFUSES} order by f.id limit 1) as refused
      from ${REQUESTS}
     where p.id = any(${`{${pointIds.join(',')}}`}::int[]) and ${madeSince(sinceMs)} and ${NOT_RESTORED}
     order by p.id, n.id desc`,
  );
  return new Map(rows.map(({ pointId, ...request }) => [pointId, request]));
}

/** A request that waits, with what a refusal needs of it. */
export interface OpenRequest {
  readonly id: string;
  readonly accountId: number | null;
  /** Who asked; null: a program. */
  readonly askerId: number | null;
}

/** The requests at a point up to this one that wait for an answer, this one last. None where this one is answered. */
export async function openRequests(
  source: Source,
  pointId: number,
  requestId: string,
  sinceMs: number,
): Promise<OpenRequest[]> {
  const rows = await selectRows<OpenRequest>(
    source,
    sql`select n.id::text as id, n.account_id as "accountId", (n.body ->> 'askerId')::int as "askerId"
      from ${REQUESTS}
     where p.id = ${pointId} and n.id <= ${requestId}::bigint and ${madeSince(sinceMs)} and ${NOT_RESTORED} and not ${REFUSED}
     order by n.id`,
  );
  return rows.at(-1)?.id === requestId ? rows : [];
}

/** Whether a request at this point was refused. */
export async function isRequestRefused(source: Source, pointId: number, requestId: string): Promise<boolean> {
  const rows = await selectRows(
    source,
    sql`select 1 from ${REQUESTS} where p.id = ${pointId} and n.id = ${requestId}::bigint and ${REFUSED}`,
  );
  return rows.length > 0;
}
