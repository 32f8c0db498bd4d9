import type pg from 'pg';

/** A gateway's word about itself; an older word that comes late changes nothing about where it stands. */
export async function updateGatewayStatus(
  client: pg.ClientBase,
  status: {
    campusCode: string;
    code: string;
    online: boolean;
    atMs: number;
    boot: number | null;
    firmware: string | null;
  },
): Promise<{ id: number; campusId: number; spaceId: number | null } | null> {
  const { rows } = await client.query<{ id: number; campusId: number; spaceId: number | null }>(
    `update gateway g set online = case when coalesce(g.last_seen_ms, 0) <= $4 then $3 else g.online end,
            status_ms = case when coalesce(g.last_seen_ms, 0) <= $4 and g.online is distinct from $3 then $4 else g.status_ms end,
            boot = coalesce($5, g.boot), firmware = coalesce($6, g.firmware), last_seen_ms = greatest(g.last_seen_ms, $4)
       from campus c where c.id = g.campus_id and c.code = $1 and g.code = $2
      returning g.id, g.campus_id as "campusId", g.space_id as "spaceId"`,
    [status.campusCode, status.code, status.online, status.atMs, status.boot, status.firmware],
  );
  return rows[0] ?? null;
}

/** A directly connected meter's word about itself. */
export async function updateMeterStatus(
  client: pg.ClientBase,
  status: { campusCode: string; code: string; online: boolean; atMs: number },
): Promise<{ id: number; campusId: number } | null> {
  const { rows } = await client.query<{ id: number; campusId: number }>(
    `update meter m set online = case when coalesce(m.status_ms, 0) <= $4 then $3 else m.online end,
            status_ms = case when coalesce(m.status_ms, 0) <= $4 and m.online is distinct from $3 then $4 else m.status_ms end
       from campus c where c.id = m.campus_id and c.code = $1 and m.code = $2
      returning m.id, m.campus_id as "campusId"`,
    [status.campusCode, status.code, status.online, status.atMs],
  );
  return rows[0] ?? null;
}

/** Gateways that have said something, with whether their alarm is open and no return of it is waiting. */
export async function gatewayStatuses(client: pg.ClientBase | pg.Pool) {
  const { rows } = await client.query<{
    id: number;
    campusId: number;
    spaceId: number | null;
    code: string;
    online: boolean;
    statusMs: bigint | null;
    alarmOpen: boolean;
    meters: number;
  }>(
    `select g.id, g.campus_id as "campusId", g.space_id as "spaceId", g.code, g.online, g.status_ms as "statusMs",
            exists (select 1 from alarm a where a.rule = 'GATEWAY_OFFLINE' and a.subject_type = 'GATEWAY' and a.subject_id = g.id
                       and a.ended_ms is null and a.active and a.return_due_ms is null) as "alarmOpen",
            (select count(*)::int from meter m where m.gateway_id = g.id and m.retired_at is null) as meters
       from gateway g where g.online is not null and (g.online = false or exists (
              select 1 from alarm a where a.rule = 'GATEWAY_OFFLINE' and a.subject_type = 'GATEWAY' and a.subject_id = g.id
                 and a.ended_ms is null and a.active and a.return_due_ms is null))`,
  );
  return rows.map((r) => ({ ...r, statusMs: r.statusMs === null ? null : Number(r.statusMs) }));
}

/**
 * Meters that have been silent for a day, or whose alarm of silence is open. One that was never heard has not fallen
 * silent: it waits for its commissioning.
 */
export async function silentMeters(client: pg.ClientBase | pg.Pool, nowMs: number) {
  const { rows } = await client.query<{
    id: number;
    campusId: number;
    spaceId: number;
    code: string;
    lastRxMs: bigint | null;
    intervalMs: number;
    installedMs: bigint;
    gatewayDown: boolean;
    gatewayCode: string | null;
    alarmOpen: boolean;
  }>(
    `select m.id, m.campus_id as "campusId", p.space_id as "spaceId", m.code, s.last_rx_ms as "lastRxMs",
            m.interval_s * 1000 as "intervalMs", (extract(epoch from i.valid_from) * 1000)::bigint as "installedMs",
            coalesce(g.online = false, false) as "gatewayDown", g.code as "gatewayCode", a.id is not null as "alarmOpen"
       from meter m
       join meter_install i on i.meter_id = m.id and i.valid_to is null
       join meter_point p on p.id = i.point_id
       left join gateway g on g.id = m.gateway_id
       left join meter_state s on s.meter_id = m.id
       left join alarm a on a.rule = 'METER_OFFLINE' and a.subject_type = 'METER' and a.subject_id = m.id and a.ended_ms is null and a.active
              and a.return_due_ms is null
      where m.retired_at is null and (a.id is not null or s.last_rx_ms < $1)`,
    [nowMs - 86_400_000],
  );
  return rows.map((r) => ({
    ...r,
    lastRxMs: r.lastRxMs === null ? null : Number(r.lastRxMs),
    installedMs: Number(r.installedMs),
  }));
}

/** A meter's alarm of silence that its gateway's alarm covers from now on, or covers no longer. */
export interface SuppressionChange {
  id: number;
  campusId: number;
  /** What suppresses it; null: nothing any more. */
  by: string | null;
}

/**
 * Alarms of silent meters whose suppression is to change. After a gateway has come back its meters have `graceMs`, and at
 * least three of their intervals, to be heard before their silence is their own.
 */
export async function suppressionChanges(
  client: pg.ClientBase | pg.Pool,
  nowMs: number,
  graceMs: number,
): Promise<SuppressionChange[]> {
  const { rows } = await client.query<SuppressionChange>(
    `with silent as (
       select a.id, a.campus_id, a.suppressed_by, g.code, g.online, g.status_ms, m.interval_s,
              exists (select 1 from alarm d where d.rule = 'GATEWAY_OFFLINE' and d.subject_type = 'GATEWAY'
                         and d.subject_id = g.id and d.ended_ms is null and d.active) as down
         from alarm a join meter m on m.id = a.subject_id join gateway g on g.id = m.gateway_id
        where a.rule = 'METER_OFFLINE' and a.subject_type = 'METER' and a.ended_ms is null)
     select id::float8 as id, campus_id as "campusId", case when down then 'gateway:' || code end as by from silent
      where (down and suppressed_by is null)
         or (not down and suppressed_by like 'gateway:%' and online
             and coalesce(status_ms, 0) <= $1::bigint - greatest($2::bigint, 3000::bigint * interval_s))`,
    [nowMs, graceMs],
  );
  return rows;
}
