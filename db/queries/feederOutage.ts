import type pg from 'pg';
import { cutAbove } from './silence';

/** A feeder with silent meters below it, one that is open, or one whose outage stands. */
export interface FeederOutageRow {
  pointId: number;
  pointCode: string;
  campusId: number;
  spaceId: number;
  meters: number;
  dark: number;
  tripped: boolean;
  cut: boolean;
  carries: boolean;
  /** Some meter of the campus is heard. */
  awake: boolean;
  /** The longest that a meter below may be silent before it counts as dark, ms. */
  silentMs: number;
  alarmOpen: boolean;
}

/** Silence that begins to say something: three intervals, at least 5 min. @param alias of the meter */
const silentFor = (alias: string) => `greatest(3000::bigint * ${alias}.interval_s, ${LEAST_SILENT_MS})`;
const LEAST_SILENT_MS = 300_000;
/** Meters of electricity, and where they stand, but for those of which the gateway is down. */
const LISTENED = `(
       select m.id, m.campus_id, m.interval_s, i.point_id
         from meter m join meter_install i on i.meter_id = m.id and i.valid_to is null left join gateway g on g.id = m.gateway_id
        where m.retired_at is null and m.utility = 'ELECTRICITY' and g.online is distinct from false)`;
/** Since when the condition of an alarm is away whose added off-delay still runs; null: it is not. @param alias of the alarm */
const pausedMs = (alias: string) =>
  `case when ${alias}.ended_ms is null and ${alias}.active then ${alias}.return_due_ms - ${alias}.off_delay_ms end`;
/** What a feeder that supplies nothing still measures at most, W. */
const IDLE_W = 100;

/**
 * Feeders that may be without supply. Meters of which the gateway is down, and those that were never heard, are not counted.
 * Asked every few seconds: it begins at what is silent or open.
 */
export async function feederOutages(
  client: pg.ClientBase | pg.Pool,
  nowMs: number,
): Promise<FeederOutageRow[]> {
  const { rows } = await client.query<FeederOutageRow>(
    `with dark as (
       select m.point_id from meter_state s join ${LISTENED} m on m.id = s.meter_id
        where s.last_rx_ms < $1::bigint - ${LEAST_SILENT_MS} and s.last_rx_ms < $1::bigint - ${silentFor('m')}),
     awake as materialized (
       select c.id from campus c where exists (
         select 1 from ${LISTENED} m join meter_state s on s.meter_id = m.id
          where m.campus_id = c.id and s.last_rx_ms >= $1::bigint - ${silentFor('m')})),
     asked as (
       select l.parent_point_id as id from dark d
         join feeder_link l on l.child_point_id = d.point_id and l.valid_to is null
       union
       select s.point_id from supply_state s join meter_point f on f.id = s.point_id and f.role = 'FEEDER' where s.observed = 'OPEN'
       union
       select a.subject_id from alarm a
        where a.rule = 'FEEDER_OUTAGE' and a.subject_type = 'POINT' and a.ended_ms is null and a.active)
     select f.id as "pointId", f.code as "pointCode", f.campus_id as "campusId", f.space_id as "spaceId",
            count(n.point_id)::int as meters, count(n.point_id) filter (where n.dark)::int as dark,
            coalesce(s.observed = 'OPEN' and s.reasons ? 'LOCAL_TRIP', false) as tripped,
            coalesce(s.observed = 'OPEN' and exists (
              select 1 from jsonb_object_keys(s.reasons) reason where reason <> 'LOCAL_TRIP'), false)
              or ${cutAbove('f.id')} is not null as cut,
            exists (select 1 from meter_install i join meter m on m.id = i.meter_id join meter_state o on o.meter_id = m.id
                     where i.point_id = f.id and i.valid_to is null and o.power_w > ${IDLE_W}
                       and o.last_rx_ms >= $1::bigint - ${silentFor('m')}) as carries,
            f.campus_id in (select id from awake) as awake, coalesce(max(n.silent_ms), 0)::float8 as "silentMs",
            exists (select 1 from alarm a where a.rule = 'FEEDER_OUTAGE' and a.subject_type = 'POINT' and a.subject_id = f.id
                       and a.ended_ms is null and a.active and a.return_due_ms is null) as "alarmOpen"
       from asked join meter_point f on f.id = asked.id and f.utility = 'ELECTRICITY'
       left join supply_state s on s.point_id = f.id
       left join feeder_link l on l.parent_point_id = f.id and l.valid_to is null
       left join lateral (
         select m.point_id, ${silentFor('m')} as silent_ms, o.last_rx_ms < $1::bigint - ${silentFor('m')} as dark
           from ${LISTENED} m join meter_state o on o.meter_id = m.id
          where m.point_id = l.child_point_id and o.last_rx_ms is not null) n on true
      group by f.id, s.point_id order by f.id`,
    [nowMs],
  );
  return rows;
}

/**
 * Whether messages reach us from beside a feeder: from at least half of the meters that are not below it, and for as long as those
 * below may be silent. Where they don't, silence says nothing of the feeder; where nothing is beside it, nothing can be said.
 */
export async function isHeardBeside(
  client: pg.ClientBase | pg.Pool,
  { campusId, pointId, silentMs }: Pick<FeederOutageRow, 'campusId' | 'pointId' | 'silentMs'>,
  nowMs: number,
): Promise<boolean> {
  const { rows } = await client.query<{ heard: boolean }>(
    `with recursive below as (
       select $2::int as id
       union
       select l.child_point_id from below b join feeder_link l on l.parent_point_id = b.id and l.valid_to is null),
     beside as (
       select s.last_rx_ms >= $3::bigint - ${silentFor('m')}
              and coalesce((s.detection->'outage'->>'to')::bigint, 0) <= $3::bigint - $4::bigint as heard
         from meter m join meter_state s on s.meter_id = m.id
         left join meter_install i on i.meter_id = m.id and i.valid_to is null
        where m.campus_id = $1 and m.retired_at is null and s.last_rx_ms is not null
          and not exists (select 1 from below b where b.id = i.point_id))
     select count(*) > 0 and 2 * count(*) filter (where heard) >= count(*) as heard from beside`,
    [campusId, pointId, nowMs, silentMs],
  );
  return rows[0]!.heard;
}

/**
 * Alarms of silence and voltage, and of outages further down, that the outage of a feeder above covers from now on (`feeder`, the
 * highest), or covers no longer (null). Silent meters have `graceMs`, and at least three intervals, to be heard once it is over. An
 * outage that comes and goes is over for them in each of its pauses, and does not cover again what was told since it began.
 */
export async function outageCoverChanges(
  client: pg.ClientBase | pg.Pool,
  nowMs: number,
  graceMs: number,
): Promise<{ id: number; campusId: number; feeder: string | null }[]> {
  const { rows } = await client.query<{ id: number; campusId: number; feeder: string | null }>(
    `with recursive below as (
       select f.code, f.id as point_id, 0 as depth, a.raised_ms, ${pausedMs('a')} as paused_ms from alarm a join meter_point f on f.id = a.subject_id
        where a.rule = 'FEEDER_OUTAGE' and a.subject_type = 'POINT' and a.ended_ms is null and a.active
       union
       select b.code, l.child_point_id, b.depth + 1, b.raised_ms, b.paused_ms from below b
         join feeder_link l on l.parent_point_id = b.point_id and l.valid_to is null),
     told as (
       select a.id, a.campus_id, a.rule, a.suppressed_by, a.announced_ms, greatest($2::bigint, 3000::bigint * m.interval_s) as grace_ms,
              case when a.subject_type = 'METER' then i.point_id else a.subject_id end as point_id
         from alarm a left join meter m on a.subject_type = 'METER' and m.id = a.subject_id
         left join meter_install i on i.meter_id = m.id and i.valid_to is null
        where a.rule in ('METER_OFFLINE', 'VOLTAGE_RANGE', 'FEEDER_VOLTAGE', 'FEEDER_OUTAGE') and a.ended_ms is null
          and a.priority > 1),
     judged as (
       select t.*, (select b.code from below b where b.point_id = t.point_id and (b.depth > 0 or t.rule <> 'FEEDER_OUTAGE')
                       and (t.rule <> 'METER_OFFLINE'
                            or (coalesce(b.paused_ms > $1::bigint - t.grace_ms, true) and coalesce(t.announced_ms < b.raised_ms, true)))
                     order by b.depth desc, b.code limit 1) as feeder,
              (select max(coalesce(${pausedMs('d')}, d.returned_ms)) from alarm d join meter_point f on f.id = d.subject_id
                where d.rule = 'FEEDER_OUTAGE' and d.campus_id = t.campus_id and 'outage:' || f.code = t.suppressed_by) as over_ms
         from told t)
     select id::float8 as id, campus_id as "campusId", feeder from judged
      where (feeder is not null and suppressed_by is null)
         or (feeder is null and suppressed_by like 'outage:%' and (rule <> 'METER_OFFLINE'
             or coalesce(over_ms, 0) <= $1::bigint - grace_ms))
      order by id`,
    [nowMs, graceMs],
  );
  return rows;
}
