import type pg from 'pg';
import type { CommandState } from '../../domain/supply/commandMachine';
import { idArray } from './binaryArrays';

/** What interlocks and policies must know of a point besides its own row. */
export interface PointContext {
  pointId: number;
  meterId: number | null;
  /** False: known to be offline, by its own status or its gateway's. Null: never said. */
  online: boolean | null;
  lastReadingMs: number | null;
  intervalMs: number;
  powerW: number | null;
  /** Gas leaks at its place, or nobody has inspected it since. */
  gasAlarmOpen: boolean;
  /** When an exchange put the meter here and nobody confirmed it since. */
  mappedMs: number | null;
  /** It is a feeder, and a life-safety point hangs below it at any depth. */
  lifeSafetyBelow: boolean;
  leaseBy: string | null;
  leaseUntilMs: number | null;
  /** The last outage of its meter that has ended. */
  outage: { from: number; to: number } | null;
}

export async function pointContexts(
  client: pg.ClientBase | pg.Pool,
  pointIds: readonly number[],
  nowMs: number,
): Promise<Map<number, PointContext>> {
  if (pointIds.length === 0) return new Map();
  const { rows } = await client.query<
    Omit<PointContext, 'lastReadingMs' | 'leaseUntilMs' | 'mappedMs'> & {
      lastReadingMs: bigint | null;
      mappedMs: bigint | null;
      leaseUntilMs: bigint | null;
    }
  >({
    name: 'point_contexts',
    text: `select p.id as "pointId", m.id as "meterId",
            -- A meter that was heard after it was told offline is not.
            case when (g.online = false and coalesce(g.status_ms, 0) >= coalesce(s.last_rx_ms, 0))
                   or (m.online = false and coalesce(m.status_ms, 0) >= coalesce(s.last_rx_ms, 0)) then false
                 when coalesce(g.online, m.online) is not null then true end as online,
            s.last_ms as "lastReadingMs", coalesce(m.interval_s, 60) * 1000 as "intervalMs", s.power_w as "powerW",
            exists (select 1 from alarm a where a.rule = 'GAS_LEAK' and a.space_id = p.space_id and a.ended_ms is null and (a.active or a.latched)) as "gasAlarmOpen",
            case when p.role = 'FEEDER' then exists (
              with recursive down(id) as (
                select f.child_point_id from feeder_link f where f.parent_point_id = p.id and f.valid_to is null
                union select f.child_point_id from feeder_link f join down d on f.parent_point_id = d.id where f.valid_to is null)
              select 1 from down d join meter_point z on z.id = d.id where z.protection = 'LIFE_SAFETY') else false end as "lifeSafetyBelow",
            s.detection->'outage' as outage,
            i.mapped_ms as "mappedMs", l.user_id::text as "leaseBy", l.until_ms as "leaseUntilMs"
       from meter_point p
       left join meter_install i on i.point_id = p.id and i.valid_to is null
       left join meter m on m.id = i.meter_id
       left join gateway g on g.id = m.gateway_id
       left join meter_state s on s.meter_id = m.id
       left join control_lease l on l.point_id = p.id and l.until_ms > $2
      where p.id = any($1::int[])`,
    values: [pointIds, nowMs],
  });
  return new Map(
    rows.map((r) => [
      r.pointId,
      {
        ...r,
        lastReadingMs: r.lastReadingMs === null ? null : Number(r.lastReadingMs),
        mappedMs: r.mappedMs === null ? null : Number(r.mappedMs),
        leaseUntilMs: r.leaseUntilMs === null ? null : Number(r.leaseUntilMs),
      },
    ]),
  );
}

/** Which of these points have a command that still acts. */
export async function pointsWithLiveCommands(
  client: pg.ClientBase,
  pointIds: readonly number[],
): Promise<number[]> {
  if (pointIds.length === 0) return [];
  const { rows } = await client.query<{ pointId: number }>(
    'select distinct point_id as "pointId" from command where finished_ms is null and point_id = any($1::int4[])',
    [idArray(pointIds)],
  );
  return rows.map((r) => r.pointId);
}

/** The newest switching command of a point; null: there was none. */
export async function lastSwitchOf(
  client: pg.ClientBase,
  pointId: number,
): Promise<{ op: string; state: CommandState } | null> {
  const { rows } = await client.query<{ op: string; state: CommandState }>(
    `select op, state from command where point_id = $1 and op in ('disconnect', 'connect', 'valve_close', 'valve_open')
      order by created_ms desc, id desc limit 1`,
    [pointId],
  );
  return rows[0] ?? null;
}

/** How far a meter's clock may be off when it judges a command's expiry, ms. */
const CLOCK_SLACK_MS = 60_000;

/**
 * Whether a cut of ours explains that a point was measured open at `openedMs` after it was closed at `sinceMs`: it may have
 * gone out since then, had not run out when the reading before was taken, its meter did not refuse it, and no proven restore
 * went out after it.
 */
export async function cutExplains(
  client: pg.ClientBase,
  pointId: number,
  opening: { readonly sinceMs: number; readonly openedMs: number; readonly intervalMs: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from command c where c.point_id = $1 and c.op in ('disconnect', 'valve_close')
        and c.issued_ms >= $2 and c.expires_ms >= $3 and c.state <> 'FAILED'
        and not exists (select 1 from command_event e where e.command_id = c.id and e.event = 'ACK_EXPIRED')
        and not exists (select 1 from command r where r.point_id = c.point_id and r.op in ('connect', 'valve_open')
              and r.state = 'VERIFIED' and r.issued_ms > c.issued_ms and r.issued_ms < $4) limit 1`,
    [pointId, opening.sinceMs, opening.openedMs - opening.intervalMs - CLOCK_SLACK_MS, opening.openedMs],
  );
  return (rowCount ?? 0) > 0;
}

/** What a meter said of its valve since an instant, in time order; flow in m³/h. */
export async function valveReadingsSince(
  client: pg.ClientBase,
  meterId: number,
  sinceMs: number,
): Promise<{ at: number; valve: number | null; flowM3PerHour: number | null }[]> {
  const { rows } = await client.query<{ at: bigint; valve: number | null; flow: number | null }>(
    `select (extract(epoch from ts) * 1000)::bigint as at, valve, (extra->>'flow')::float8 as flow
       from reading where meter_id = $1 and ts > $2 order by ts`,
    [meterId, new Date(sinceMs)],
  );
  return rows.map(({ at, valve, flow }) => ({ at: Number(at), valve, flowM3PerHour: flow }));
}

/** Marks how long a top-up took to the relay's acknowledgement, and to the proof. */
export async function noteTopUpLatency(
  client: pg.ClientBase,
  paymentId: string,
  step: { acknowledgedMs?: number; provenMs?: number },
): Promise<void> {
  await client.query(
    `update top_up_latency set acknowledged_ms = coalesce(acknowledged_ms, $2), proven_ms = coalesce(proven_ms, $3),
            to_ack_ms = coalesce(to_ack_ms, $2 - accepted_ms) where payment_id = $1`,
    [paymentId, step.acknowledgedMs ?? null, step.provenMs ?? null],
  );
}
