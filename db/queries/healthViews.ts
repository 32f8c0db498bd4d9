import { sql } from 'drizzle-orm';
import type { InspectionRow } from './inspections';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** What the health page counts. Every list keeps to its scope; times are ms UTC of the business clock. */

/** Fitted meters by how they report, and the readings that should come and did come. */
export interface IngestHealth {
  readonly meters: number;
  /** Reported within two of their own intervals. */
  readonly reporting: number;
  readonly neverHeard: number;
  /** Readings whose time lies in the last minute. */
  readonly lastMinute: number;
  /** What the meters that were ever heard should send in a minute. */
  readonly expectedPerMinute: number;
}

/** A look-up by key per meter: a scan of the day's partition would read millions of rows every few seconds. */
export async function ingestHealth(source: Source, scope: ScopeFilter, nowMs: number): Promise<IngestHealth> {
  const [from, to] = [new Date(nowMs - 60_000), new Date(nowMs)];
  const [row] = await selectRows<IngestHealth>(
    source,
    sql`select count(*)::int as meters,
           count(*) filter (where st.last_rx_ms >= ${nowMs}::bigint - 2000 * m.interval_s)::int as reporting,
           count(*) filter (where st.last_rx_ms is null)::int as "neverHeard",
           coalesce(sum(r.n), 0)::int as "lastMinute",
           coalesce(sum(60.0 / m.interval_s) filter (where st.last_rx_ms is not null), 0)::float8 as "expectedPerMinute"
      from meter m
      join meter_install i on i.meter_id = m.id and i.valid_to is null
      join meter_point p on p.id = i.point_id
      left join meter_state st on st.meter_id = m.id
      cross join lateral (select count(*) as n from reading
                           where meter_id = m.id and ts > ${from} and ts <= ${to}) r
     where m.retired_at is null and ${pointWithin(scope)}`,
  );
  return row!;
}

export interface GatewayHealth {
  readonly code: string;
  readonly space: string | null;
  /** Null: never heard. */
  readonly online: boolean | null;
  /** Since when it is in that state. */
  readonly statusMs: number | null;
  readonly lastSeenMs: number | null;
  readonly meters: number;
  /** Of its newest night; null: none yet, or not shown to this scope. */
  readonly inspection: InspectionRow['result'] | null;
}

/** Gateways of the scope, those that are away first. */
export async function listGatewayHealth(source: Source, scope: ScopeFilter): Promise<GatewayHealth[]> {
  return selectRows<GatewayHealth>(
    source,
    sql`select g.code, s.code as space, g.online, g.status_ms::float8 as "statusMs",
           g.last_seen_ms::float8 as "lastSeenMs",
           (select count(*)::int from meter m where m.gateway_id = g.id and m.retired_at is null) as meters,
           (select result from device_inspection where subject_type = 'GATEWAY' and subject_id = g.id and asked_by is null
             order by day desc limit 1) as inspection
      from gateway g left join space s on s.id = g.space_id
     where ${withinScope(scope, { campusId: sql`g.campus_id`, spaceId: sql`g.space_id` })}
     order by g.online desc nulls last, g.code`,
  );
}

export interface CommandCount {
  readonly state: string;
  readonly count: number;
  /** Of these, ended within the shorter time. */
  readonly lately: number;
}

/** Commands created since `sinceMs` by the state that they are in; `lately` counts those that ended after `latelyMs`. */
export async function countCommands(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
  latelyMs: number,
): Promise<CommandCount[]> {
  return selectRows<CommandCount>(
    source,
    sql`select c.state::text as state, count(*)::int as count,
           count(*) filter (where c.finished_ms >= ${latelyMs}::bigint)::int as lately
      from command c join meter_point p on p.id = c.point_id
     where c.created_ms >= ${sinceMs}::bigint and ${pointWithin(scope)}
     group by c.state order by count desc, c.state`,
  );
}

export interface QuarantineCount {
  readonly reason: string;
  /** Messages or items refused, repeats of one content included. */
  readonly count: number;
  readonly newestMs: number;
}

/** What was not charged since `sinceMs`, by reason. What names no meter of ours is counted for campus-wide scopes only. */
export async function countQuarantine(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
): Promise<QuarantineCount[]> {
  const place = scope.campusWide
    ? sql`(q.campus_id = ${scope.campusId} or q.campus_id is null)`
    : sql`exists (select 1 from meter_install i join meter_point p on p.id = i.point_id
                   where i.meter_id = q.meter_id and ${pointWithin(scope)})`;
  return selectRows<QuarantineCount>(
    source,
    sql`select q.reason, sum(q.count)::int as count, (extract(epoch from max(q.rx_at)) * 1000)::float8 as "newestMs"
      from quarantine q where q.rx_at >= ${new Date(sinceMs)} and ${place}
     group by q.reason order by count desc, q.reason`,
  );
}

export interface WallHealth {
  readonly id: string;
  readonly name: string;
  readonly pairedMs: number;
  readonly lastHeartbeatMs: number | null;
  readonly lastFrameMs: number | null;
}

/** Paired walls of the campus. */
export async function listWallHealth(source: Source, campusId: number): Promise<WallHealth[]> {
  return selectRows<WallHealth>(
    source,
    sql`select d.id, d.name, (extract(epoch from d.paired_at) * 1000)::float8 as "pairedMs",
           d.last_heartbeat_ms::float8 as "lastHeartbeatMs", d.last_frame_ms::float8 as "lastFrameMs"
      from display d where d.campus_id = ${campusId} and d.revoked_at is null
     order by d.last_heartbeat_ms nulls first, d.name`,
  );
}

export interface LedgerHealth {
  /** When the newest checkpoint was made; null: none yet. */
  readonly checkpointMs: number | null;
  /** Transactions that no checkpoint covers yet. */
  readonly unsealed: number;
  readonly oldestUnsealedMs: number | null;
  readonly transactionsToday: number;
  readonly entriesToday: number;
  /** Since when the last verification says that the ledger does not hold; null: it holds, as far as it was verified. */
  readonly invalidSinceMs: number | null;
}

/** The chain of the installation and what a campus posted since `dayStartMs`. */
export async function ledgerHealth(
  source: Source,
  campusId: number,
  dayStartMs: number,
): Promise<LedgerHealth> {
  const [row] = await selectRows<LedgerHealth>(
    source,
    // Ids grow with time: what the last checkpoint before midnight covers need not be looked at. `coalesce` beside the id itself
    // would keep row-level security from using the index.
    sql`with sealed as (select made_ms, to_tx from ledger_checkpoint order by n desc limit 1),
      before_today as (select max(to_tx) as to_tx from ledger_checkpoint where made_ms <= ${dayStartMs}::bigint),
      open as (select count(*)::int as n, min(t_ms) as oldest_ms from ledger_tx
                where id > (select coalesce(max(to_tx), 0) from sealed)),
      today as (select id from ledger_tx
                 where id > (select coalesce(max(to_tx), 0) from before_today)
                   and campus_id = ${campusId} and t_ms >= ${dayStartMs}::bigint)
      select (select made_ms from sealed)::float8 as "checkpointMs", open.n as unsealed,
             open.oldest_ms::float8 as "oldestUnsealedMs",
             (select count(*)::int from today) as "transactionsToday",
             (select count(*)::int from today join ledger_entry e on e.tx_id = today.id) as "entriesToday",
             (select min(a.raised_ms)::float8 from alarm a where a.campus_id = ${campusId} and a.rule = 'LEDGER_INVALID'
                 and a.active and a.ended_ms is null) as "invalidSinceMs"
        from open`,
  );
  return row!;
}

/** One top-up that had to bring supply back. Lengths in ms from the accepted payment. */
export interface TopUpLatency {
  readonly acceptedMs: number;
  readonly toAckMs: number | null;
  readonly toProofMs: number | null;
}

/** Measured top-ups of the scope since `sinceMs`, newest first. */
export async function listTopUpLatencies(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
  limit: number,
): Promise<TopUpLatency[]> {
  return selectRows<TopUpLatency>(
    source,
    sql`select l.accepted_ms::float8 as "acceptedMs", l.to_ack_ms as "toAckMs",
           (l.proven_ms - l.accepted_ms)::float8 as "toProofMs"
      from top_up_latency l
      join payment y on y.id = l.payment_id
      join account a on a.id = y.account_id
     where l.accepted_ms >= ${sinceMs}::bigint
       and ${withinScope(scope, { campusId: sql`y.campus_id`, spaceId: sql`a.space_id` })}
     order by l.accepted_ms desc limit ${limit}`,
  );
}
