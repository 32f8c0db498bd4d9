import type pg from 'pg';
import { OPEN_CURRENT_MAX_A, VOLTAGE_PRESENT_MIN_V } from '../../domain/supply/proof';

/** A point whose measured supply differs from the wanted one although nothing under way or told of explains it. */
export interface SupplyGap {
  readonly pointId: number;
  readonly campusId: number;
  readonly pointCode: string;
  readonly spaceId: number;
  /** False: it is dark, and nothing wants it so. */
  readonly wantsOff: boolean;
  /** It is dark by our own doing: a cut of ours went out, or a restore of the engine's did not come about. */
  readonly restoreDue: boolean;
}

const SWITCHES = "('disconnect', 'connect', 'valve_close', 'valve_open')";
const TOLD = "('CUT_NOT_PROVEN', 'RESTORE_FAILED', 'SUPPLY_UNEXPLAINED')";

/** Gaps without a live switching command, a planned attempt, a refusal later than `refusedSinceMs` or an open alarm. */
export async function supplyGaps(
  pool: pg.Pool,
  limits: { readonly nowMs: number; readonly refusedSinceMs: number; readonly standingMs: number },
): Promise<SupplyGap[]> {
  const { rows } = await pool.query<SupplyGap>(
    `select * from (
     select s.point_id as "pointId", p.campus_id as "campusId", p.code as "pointCode", p.space_id as "spaceId",
            s.reasons <> '{}' as "wantsOff",
            coalesce(case when last.op in ('connect', 'valve_open') then last.automatic and last.state <> 'VERIFIED'
                          else last.issued_ms is not null and last.state <> 'FAILED' end, false) as "restoreDue",
            coalesce(s.changed_ms, s.observed_ms, 0) <= $3 as standing,
            exists (select 1 from account_point ap join account a on a.id = ap.account_id
                     where ap.point_id = s.point_id and ap.valid_from <= to_timestamp($1::float8 / 1000)
                       and (ap.valid_to is null or ap.valid_to > to_timestamp($1::float8 / 1000))
                       and a.status = 'ACTIVE') or p.role in ('PUBLIC', 'FEEDER') as told
       from supply_state s
       join meter_point p on p.id = s.point_id
       join meter_install i on i.point_id = s.point_id and i.valid_to is null
       join meter m on m.id = i.meter_id and m.has_relay
       left join lateral (select op, state, automatic, issued_ms from command c
                           where c.point_id = s.point_id and c.op in ${SWITCHES}
                           order by c.created_ms desc, c.id desc limit 1) last on true
      where s.retry_due_ms is null
        and case when s.reasons <> '{}' then s.observed <> 'OPEN'
                 else s.observed = 'OPEN' and s.tags = '[]' and p.utility <> 'GAS' end
        and coalesce((s.refusal ->> 'atMs')::bigint, 0) <= $2
        and not exists (select 1 from command c where c.point_id = s.point_id and c.finished_ms is null and c.op in ${SWITCHES})
        and not exists (select 1 from alarm a where a.subject_type = 'POINT' and a.subject_id = s.point_id and a.active
                           and a.rule in ${TOLD})) g
      where "wantsOff" or "restoreDue" or (standing and told) order by "pointId" limit 500`,
    [limits.nowMs, limits.refusedSinceMs, limits.standingMs],
  );
  return rows;
}

/** Alarms by which people are told that supply is not as it should be. */
export type SupplyAlarm =
  | 'CUT_NOT_PROVEN'
  | 'RESTORE_FAILED'
  | 'RESTORE_HELD'
  | 'SUPPLY_UNEXPLAINED'
  | 'LIFE_SAFETY_DARK';

/**
 * Alarms of supply whose matter is over by what was measured since, though no command proved it: the dark is explained or ended; a
 * restore that failed was carried out after all, or something wants the point off; one that was held for a new meter is held no longer; a cut was obeyed after all, or nothing wants
 * it any more and the point is on.
 */
export async function overAlarms(
  pool: pg.Pool,
): Promise<(Pick<SupplyGap, 'pointId' | 'campusId' | 'spaceId'> & { rule: SupplyAlarm })[]> {
  const { rows } = await pool.query<
    Pick<SupplyGap, 'pointId' | 'campusId' | 'spaceId'> & { rule: SupplyAlarm }
  >(
    `select p.id as "pointId", p.campus_id as "campusId", p.space_id as "spaceId", a.rule
       from alarm a join meter_point p on p.id = a.subject_id join supply_state s on s.point_id = p.id
       left join meter_install i on i.point_id = p.id and i.valid_to is null
       left join meter m on m.id = i.meter_id
       left join meter_state t on t.meter_id = m.id
      where (a.rule in ${TOLD} or a.rule in ('LIFE_SAFETY_DARK', 'RESTORE_HELD')) and a.subject_type = 'POINT' and a.active and a.ended_ms is null
        and not exists (select 1 from command c where c.point_id = p.id and c.finished_ms is null and c.op in ${SWITCHES})
        and case a.rule
          when 'LIFE_SAFETY_DARK' then s.observed <> 'OPEN' or p.protection <> 'LIFE_SAFETY'
          when 'RESTORE_HELD' then s.observed <> 'OPEN' or s.reasons <> '{}' or s.refusal ->> 'reason' is distinct from 'MAPPING_CHANGED'
          when 'SUPPLY_UNEXPLAINED' then s.observed <> 'OPEN' or s.reasons <> '{}' or s.tags <> '[]'
          when 'RESTORE_FAILED' then
            case when s.reasons = '{}' then s.observed = 'CLOSED' and s.changed_ms > a.active_since_ms
                   and (m.profile_options ->> 'measuresVoltage' is distinct from 'true' or t.voltage_v >= ${VOLTAGE_PRESENT_MIN_V})
                 else s.observed = 'OPEN' and not s.reasons ? 'LOCAL_TRIP' end
          else case when s.reasons = '{}' then s.observed = 'CLOSED'
                 else p.utility = 'ELECTRICITY' and s.observed = 'OPEN' and s.changed_ms > a.active_since_ms
                   and t.relay = 0 and abs(t.power_w) <= 5
                   and (m.phases = 3 or abs(t.current_a) <= ${OPEN_CURRENT_MAX_A}) end end`,
  );
  return rows;
}

/** Points of life safety that are measured without supply and of which nobody was told, whatever the reason. */
export async function darkLifeSafety(
  pool: pg.Pool,
): Promise<Pick<SupplyGap, 'pointId' | 'campusId' | 'spaceId'>[]> {
  const { rows } = await pool.query<Pick<SupplyGap, 'pointId' | 'campusId' | 'spaceId'>>(
    `select p.id as "pointId", p.campus_id as "campusId", p.space_id as "spaceId"
       from meter_point p join supply_state s on s.point_id = p.id
      where p.protection = 'LIFE_SAFETY' and s.observed = 'OPEN'
        and not exists (select 1 from alarm a where a.rule = 'LIFE_SAFETY_DARK' and a.subject_type = 'POINT'
                           and a.subject_id = p.id and a.active and a.ended_ms is null)`,
  );
  return rows;
}

/** Accounts that pay now for points which another account's credit, or nobody's, keeps off. */
export async function accountsNewToArrears(pool: pg.Pool, nowMs: number): Promise<number[]> {
  const { rows } = await pool.query<{ id: number }>(
    `select distinct a.id from supply_state s
       join account_point ap on ap.point_id = s.point_id and ap.valid_from <= to_timestamp($1::float8 / 1000)
        and (ap.valid_to is null or ap.valid_to > to_timestamp($1::float8 / 1000))
       join account a on a.id = ap.account_id
      where s.reasons ? 'ARREARS' and (s.reasons -> 'ARREARS' ->> 'accountId')::int is distinct from a.id
        and a.status = 'ACTIVE' order by a.id`,
    [nowMs],
  );
  return rows.map(({ id }) => id);
}
