import type pg from 'pg';
import type { SensorField } from '../../domain/inspection/meterChecks';
import { HEARD_SINCE } from './heardSince';

/** The span that devices are judged over, ms UTC: (fromMs, toMs]. */
export interface InspectedSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
}

/** What is stored about a meter's day; see domain/inspection/meterChecks.ts for what becomes of it. */
export interface MeterFactsRow {
  id: number;
  code: string;
  pointId: number;
  spaceId: number;
  electric: boolean;
  hasRelay: boolean;
  intervalS: number;
  fittedMs: number;
  /** From when on it could be heard; what was loaded as its history was never due. */
  heardMs: number;
  /** Smallest step of the register after the ratio, kWh or m³. */
  step: number;
  lastRxMs: number | null;
  /** `ClockState` of domain/metering/quality.ts; null: the clock is within its noise. */
  drift: unknown;
  relay: number | null;
  valve: number | null;
  positionMs: number | null;
  powerW: number | null;
  held: boolean;
  reasons: string[];
  reasonSinceMs: number | null;
  changedMs: number | null;
  explained: boolean;
  tagged: boolean;
  readings: number;
  quantity: number;
  byPowerKwh: number | null;
  hours: number;
  byArrival: boolean;
  lost: number | null;
  restarts: number | null;
  seen: SensorField[];
  detectorFault: boolean;
  failed: number;
  operations: number;
  lastProven: 'OPEN' | 'CLOSED' | null;
  refused: number;
  falls: number;
  told: string[];
  darkAbove: boolean;
  standing: string[] | null;
  sensors: Record<string, number> | null;
}

/** Refusals that say that a meter contradicted itself; what came too late, or what a person holds, is another matter. */
const CONTRADICTIONS = "('CONFLICT', 'SPIKE', 'ABOVE_CAP', 'REGISTER_RANGE', 'ORDER')";
const CUTS = "('disconnect', 'valve_close')";
const SWITCHES = "('disconnect', 'connect', 'valve_close', 'valve_open')";
/** A leap of more messages is a counter that was set, not messages that were lost. */
const LARGEST_LEAP = 100_000;

/**
 * The next meters after `afterId` in the order of their ids, at most `limit`, or the one of `onlyId`: those that are fitted and
 * were before the span ended. Bounded per meter: the hourly roll-up says how much came; counters and sensors are taken from the
 * last reading of each hour, which the key of `reading` finds, so that a day's million of readings is never read. What lies
 * between two such readings by the meter's count, and was not stored, is lost; in an hour with a restart that can't be told. What
 * came and is kept back in the quarantine came.
 */
export async function nextMeterFacts(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  { afterId, limit, onlyId }: { afterId: number; limit: number; onlyId: number | null },
  { fromMs, toMs }: InspectedSpan,
  day: string,
): Promise<MeterFactsRow[]> {
  const { rows } = await client.query<MeterFactsRow>(
    `with span as (select to_timestamp($4::float8 / 1000) as f, to_timestamp($5::float8 / 1000) as t),
     device as materialized (
       select m.id, m.code, m.utility, m.has_relay, m.interval_s, m.ratio_micro, m.register_decimals, m.gateway_id, i.point_id,
              i.valid_from, p.space_id, span.f, span.t, ${HEARD_SINCE} as heard_ms
         from span cross join meter m
         join meter_install i on i.meter_id = m.id and i.valid_to is null and i.valid_from < span.t
         join meter_point p on p.id = i.point_id
         left join meter_state st on st.meter_id = m.id
        where m.campus_id = $1 and m.retired_at is null and m.id > $2 and ($6::int is null or m.id = $6)
        order by m.id limit $3)
     select d.id, d.code, d.point_id as "pointId", d.space_id as "spaceId", d.utility = 'ELECTRICITY' as electric,
            d.has_relay as "hasRelay", d.interval_s as "intervalS", (extract(epoch from d.valid_from) * 1000)::float8 as "fittedMs", d.heard_ms as "heardMs",
            d.ratio_micro::float8 / 1e6 / 10 ^ d.register_decimals as step,
            st.last_rx_ms::float8 as "lastRxMs", st.drift, st.relay::int as relay, st.valve::int as valve,
            st.position_ms::float8 as "positionMs", st.power_w as "powerW",
            coalesce(jsonb_typeof(st.held) = 'object', false) as held,
            array(select jsonb_object_keys(coalesce(ss.reasons, '{}'))) as reasons,
            (select max((r.value->>'sinceMs')::float8) from jsonb_each(coalesce(ss.reasons, '{}')) r) as "reasonSinceMs",
            ss.changed_ms::float8 as "changedMs",
            coalesce(ss.refusal is not null or ss.retry_due_ms is not null or ss.tags <> '[]', false) or c.live as explained,
            coalesce(ss.tags <> '[]', false) as tagged,
            h.readings + q.kept_back as readings, h.quantity, h.by_power as "byPowerKwh", s.hours, s.by_arrival as "byArrival", case when s.lost is not null then greatest(0, s.lost - q.kept_back) end as lost, s.restarts,
            array_remove(array[case when s.ch4 then 'ch4' end, case when s.detfault then 'detfault' end,
              case when s.ires then 'ires' end, case when s.temp then 'temp' end], null) as seen,
            coalesce(s.fault, false) as "detectorFault",
            c.failed, c.operations, c.last_proven as "lastProven", q.refused, e.falls, a.told, x.dark as "darkAbove",
            n.standing, n.sensors
       from device d
       left join meter_state st on st.meter_id = d.id
       left join supply_state ss on ss.point_id = d.point_id
       cross join lateral (
         select coalesce(sum(readings) filter (where hour >= to_timestamp(d.heard_ms / 1000) - interval '1 hour'), 0)::int as readings,
                coalesce(sum(quantity_micro), 0)::float8 / 1e6 as quantity,
                sum(power_mean_w * least(1, readings * d.interval_s / 3600.0)) / 1000 as by_power
           from reading_hourly where meter_id = d.id and hour >= d.f and hour < d.t and hour >= d.valid_from - interval '1 hour') h
       cross join lateral (
         select count(*) filter (where hour >= d.f)::int as hours,
                coalesce(bool_and(ts_source = 1) filter (where hour >= d.f), false) as by_arrival,
                case when bool_or(seq is not null) then coalesce(sum(greatest(0, seq - seq_before - readings))
                  filter (where boot = boot_before and seq - seq_before between 1 and ${LARGEST_LEAP}), 0)::float8 end as lost,
                case when bool_or(boot is not null) then count(*) filter (where boot <> boot_before)::int end as restarts,
                bool_or(extra ? 'ch4') filter (where hour >= d.f) as ch4,
                bool_or(extra ? 'detfault') filter (where hour >= d.f) as detfault,
                bool_or(extra ? 'ires') filter (where hour >= d.f) as ires,
                bool_or(extra ? 'temp') filter (where hour >= d.f) as temp,
                bool_or(extra->'detfault' = '1') filter (where hour >= d.f) as fault
           from (select k.hour, k.readings, r.ts_source, r.boot, r.seq, r.extra, lag(r.boot) over w as boot_before,
                        lag(r.seq) over w as seq_before
                   from reading_hourly k join reading r on r.meter_id = k.meter_id and r.ts = k.last_ts
                  where k.meter_id = d.id and k.hour >= d.f - interval '1 hour' and k.hour < d.t and k.hour >= d.valid_from
                    and r.ts > d.f - interval '1 hour' and r.ts <= d.t
                 window w as (order by k.hour)) sampled) s
       cross join lateral (
         select count(*) filter (where state in ('FAILED', 'FAILED_TIMEOUT', 'UNVERIFIED') and finished_ms > $4 and finished_ms <= $5)::int as failed,
                count(*) filter (where state = 'VERIFIED')::int as operations,
                coalesce(bool_or(finished_ms is null), false) as live,
                (array_agg(case when op in ${CUTS} then 'OPEN' else 'CLOSED' end order by finished_ms desc)
                   filter (where state = 'VERIFIED'))[1] as last_proven
           from command where point_id = d.point_id and meter_id = d.id and op in ${SWITCHES}) c
       cross join lateral (
         select coalesce(sum(count) filter (where rx_at > d.f and rx_at <= d.t and reason in ${CONTRADICTIONS}), 0)::int as refused,
                count(*) filter (where ts_ms > $4 and ts_ms <= $5)::int as kept_back
           from quarantine where meter_id = d.id) q
       cross join lateral (
         select count(*)::int as falls from register_epoch
          where meter_id = d.id and reason = 'REGISTER_RESET' and opened_ms > $4 and opened_ms <= $5) e
       cross join lateral (
         select coalesce(array_agg(distinct rule), '{}') as told from alarm
          where ((subject_type = 'METER' and subject_id = d.id) or (subject_type = 'POINT' and subject_id = d.point_id)
                 or (subject_type = 'GATEWAY' and subject_id = d.gateway_id))
            and (ended_ms is null or coalesce(returned_ms, ended_ms) > $4)) a
       cross join lateral (
         with recursive above as (
           select l.parent_point_id as id from feeder_link l where l.child_point_id = d.point_id and l.valid_to is null
           union
           select l.parent_point_id from above join feeder_link l on l.child_point_id = above.id and l.valid_to is null)
         select exists (select from above join supply_state f on f.point_id = above.id
                         where f.observed = 'OPEN' or f.changed_ms > $4)
             or exists (select from above join alarm o on o.rule = 'FEEDER_OUTAGE' and o.subject_type = 'POINT' and o.subject_id = above.id
                         where o.ended_ms is null or o.returned_ms > $4) as dark) x
       left join lateral (
         select case when at_ms >= extract(epoch from d.valid_from) * 1000 then standing end as standing, sensors from device_inspection
          where subject_type = 'METER' and subject_id = d.id and asked_by is null and day < $7::date
          order by day desc limit 1) n on true
      order by d.id`,
    [campusId, afterId, limit, fromMs, toMs, onlyId, day],
  );
  return rows;
}

/** Meters for which an alarm of this rule stands although they are fitted nowhere any more, with the place of the alarm. */
export async function unfittedWithAlarm(
  client: pg.ClientBase,
  campusId: number,
  rule: string,
): Promise<{ id: number; spaceId: number | null }[]> {
  const { rows } = await client.query<{ id: number; spaceId: number | null }>(
    `select m.id, a.space_id as "spaceId" from alarm a join meter m on m.id = a.subject_id
      where a.campus_id = $1 and a.rule = $2 and a.subject_type = 'METER' and a.active
        and (m.retired_at is not null
             or not exists (select from meter_install i where i.meter_id = m.id and i.valid_to is null))
      order by m.id`,
    [campusId, rule],
  );
  return rows;
}

/**
 * Share of the expected reports that came of the meter in the middle of a campus, of those fitted throughout the span, since they could be
 * heard; null: there are fewer than `least`.
 */
export async function middleShare(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  { fromMs, toMs }: InspectedSpan,
  least: number,
): Promise<number | null> {
  const { rows } = await client.query<{ share: number | null; meters: number }>(
    `select percentile_cont(0.5) within group (order by x.share) as share, count(*)::int as meters
       from (select coalesce(sum(h.readings), 0) * d.interval_s * 1000 / ($3::float8 - d.from_ms) as share
               from (select m.id, m.interval_s, greatest($2::float8, ${HEARD_SINCE}) as from_ms
                       from meter m
                       join meter_install i on i.meter_id = m.id and i.valid_to is null and i.valid_from <= to_timestamp($2::float8 / 1000)
                       left join meter_state st on st.meter_id = m.id
                      where m.campus_id = $1 and m.retired_at is null) d
               left join reading_hourly h on h.meter_id = d.id
                    and h.hour >= to_timestamp(case when d.from_ms > $2 then d.from_ms - 3600000 else $2 end / 1000)
                    and h.hour < to_timestamp($3::float8 / 1000)
              where d.from_ms < $3
              group by d.id, d.interval_s, d.from_ms) x`,
    [campusId, fromMs, toMs],
  );
  const { share, meters } = rows[0]!;
  return meters < least ? null : share;
}

/** What is stored about a gateway's day. */
export interface GatewayFactsRow {
  id: number;
  code: string;
  spaceId: number | null;
  heard: boolean;
  awayMs: number;
  absences: number;
  metersHeard: number;
  /** `ClockState` of each of its meters whose clock is not within its noise. */
  clocks: unknown[];
  credentialMs: number | null;
  keepsCredentials: boolean;
  told: string[];
  standing: string[] | null;
}

/** Every gateway of a campus, of which there is one for dozens of meters. */
export async function listGatewayFacts(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  { fromMs, toMs }: InspectedSpan,
  day: string,
): Promise<GatewayFactsRow[]> {
  const { rows } = await client.query<GatewayFactsRow>(
    `select g.id, g.code, g.space_id as "spaceId",
            (g.online is not null or v.heard > 0) as heard, w.away as "awayMs", w.absences, v.heard as "metersHeard", v.clocks,
            (select (extract(epoch from max(created_at)) * 1000)::float8 from credential c
              where c.campus_id = g.campus_id and c.code = g.code and c.revoked_at is null) as "credentialMs",
            exists (select from credential c where c.campus_id = g.campus_id and c.revoked_at is null) as "keepsCredentials",
            array(select distinct rule from alarm a
                   where ((a.subject_type = 'GATEWAY' and a.subject_id = g.id)
                          or (a.rule = 'CLOCK_DRIFT' and a.subject_type = 'METER'
                              and a.subject_id in (select id from meter m where m.gateway_id = g.id)))
                     and (a.ended_ms is null or coalesce(a.returned_ms, a.ended_ms) > $2)) as told,
            n.standing
       from gateway g
       cross join lateral (
         select coalesce(sum(least(coalesce(a.returned_ms, $3), $3) - greatest(a.since_ms, $2)), 0)::float8 as away,
                count(*)::int as absences
           from alarm a where a.rule = 'GATEWAY_OFFLINE' and a.subject_type = 'GATEWAY' and a.subject_id = g.id
            and a.since_ms < $3 and coalesce(a.returned_ms, $3) > $2) w
       cross join lateral (
         select count(*)::int as heard, coalesce(jsonb_agg(st.drift) filter (where st.drift is not null), '[]') as clocks
           from meter m join meter_state st on st.meter_id = m.id
          where m.gateway_id = g.id and m.retired_at is null and st.last_rx_ms > $2) v
       left join lateral (
         select standing from device_inspection
          where subject_type = 'GATEWAY' and subject_id = g.id and asked_by is null and day < $4::date
          order by day desc limit 1) n on true
      where g.campus_id = $1
      order by g.id`,
    [campusId, fromMs, toMs, day],
  );
  return rows;
}
