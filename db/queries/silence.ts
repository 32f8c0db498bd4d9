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
 * Code of a feeder above a point that is off because somebody or a rule wants it off; null: none is. A feeder that opened by
 * itself alone was cut by nobody.
 */
export const cutAbove = (pointId: string): string => `(
  with recursive above as (
    select l.parent_point_id as id from feeder_link l where l.child_point_id = ${pointId} and l.valid_to is null
    union
    select l.parent_point_id from above join feeder_link l on l.child_point_id = above.id and l.valid_to is null)
  select f.code from above join supply_state s on s.point_id = above.id and s.observed = 'OPEN'
    join meter_point f on f.id = above.id
   where exists (select 1 from jsonb_object_keys(s.reasons) reason where reason <> 'LOCAL_TRIP')
   order by f.id limit 1)`;

/** Code of the highest feeder at or above a point whose outage stands; null: none does. */
const outageAbove = (pointId: string): string => `(
  with recursive above as (
    select ${pointId} as id, 0 as depth
    union
    select l.parent_point_id, above.depth + 1 from above join feeder_link l on l.child_point_id = above.id and l.valid_to is null)
  select f.code from above join meter_point f on f.id = above.id
    join alarm o on o.rule = 'FEEDER_OUTAGE' and o.subject_type = 'POINT' and o.subject_id = f.id and o.ended_ms is null and o.active
   order by above.depth desc, f.code limit 1)`;

/** The same for one point that has no outage of its own. */
export async function outageOver(client: pg.ClientBase, pointId: number): Promise<string | null> {
  const { rows } = await client.query<{ code: string | null }>(`select ${outageAbove('$1::int')} as code`, [
    pointId,
  ]);
  return rows[0]!.code;
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
    /** Feeder above it that was cut on purpose. */
    cutFeeder: string | null;
    /** Feeder above it that is without supply. */
    outageFeeder: string | null;
    alarmOpen: boolean;
  }>(
    `select m.id, m.campus_id as "campusId", p.space_id as "spaceId", m.code, s.last_rx_ms as "lastRxMs",
            m.interval_s * 1000 as "intervalMs", (extract(epoch from i.valid_from) * 1000)::bigint as "installedMs",
            coalesce(g.online = false, false) as "gatewayDown", g.code as "gatewayCode",
            ${cutAbove('p.id')} as "cutFeeder", ${outageAbove('p.id')} as "outageFeeder", a.id is not null as "alarmOpen"
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

/** A meter's alarm of silence that is covered from now on, or no longer. */
export interface SuppressionChange {
  id: number;
  campusId: number;
  /** What suppresses it; null: nothing any more. */
  by: string | null;
}

/**
 * Alarms of silent meters whose suppression is to change: by the alarm of their gateway, or by the cut of a feeder above them.
 * After a gateway has come back, or a feeder is closed again, its meters have `graceMs`, and at least three of their intervals,
 * to be heard before their silence is their own.
 */
export async function suppressionChanges(
  client: pg.ClientBase | pg.Pool,
  nowMs: number,
  graceMs: number,
): Promise<SuppressionChange[]> {
  const { rows } = await client.query<SuppressionChange>(
    `with silent as (
       select a.id, a.campus_id, a.suppressed_by, g.online, m.interval_s,
              case when exists (select 1 from alarm d where d.rule = 'GATEWAY_OFFLINE' and d.subject_type = 'GATEWAY'
                                   and d.subject_id = g.id and d.ended_ms is null and d.active)
                   then 'gateway:' || g.code else 'cut:' || ${cutAbove('i.point_id')} end as cover,
              case when a.suppressed_by like 'gateway:%' then g.status_ms
                   else (select s.changed_ms from meter_point f join supply_state s on s.point_id = f.id
                          where f.campus_id = a.campus_id and 'cut:' || f.code = a.suppressed_by) end as over_ms
         from alarm a join meter m on m.id = a.subject_id left join gateway g on g.id = m.gateway_id
         left join meter_install i on i.meter_id = m.id and i.valid_to is null
        where a.rule = 'METER_OFFLINE' and a.subject_type = 'METER' and a.ended_ms is null)
     select id::float8 as id, campus_id as "campusId", cover as by from silent
      where (cover is not null and suppressed_by is null)
         or (cover is distinct from suppressed_by and coalesce(over_ms, 0) <= $1::bigint - greatest($2::bigint, 3000::bigint * interval_s)
             and ((suppressed_by like 'gateway:%' and online is distinct from false) or suppressed_by like 'cut:%'))`,
    [nowMs, graceMs],
  );
  return rows;
}
