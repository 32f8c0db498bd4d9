import type pg from 'pg';

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
  /** Somebody with credit pays for it. */
  readonly paidFor: boolean;
  /** Its position has stood since before `standingMs`. */
  readonly standing: boolean;
}

const SWITCHES = "('disconnect', 'connect', 'valve_close', 'valve_open')";
const TOLD = "('CUT_NOT_PROVEN', 'RESTORE_FAILED', 'SUPPLY_UNEXPLAINED')";

/** Gaps without a live switching command, a planned attempt, a refusal later than `refusedSinceMs` or an open alarm. */
export async function supplyGaps(
  pool: pg.Pool,
  limits: { readonly nowMs: number; readonly refusedSinceMs: number; readonly standingMs: number },
): Promise<SupplyGap[]> {
  const { rows } = await pool.query<SupplyGap>(
    `select s.point_id as "pointId", p.campus_id as "campusId", p.code as "pointCode", p.space_id as "spaceId",
            s.reasons <> '{}' as "wantsOff",
            coalesce(case when last.op in ('connect', 'valve_open') then last.automatic and last.state <> 'VERIFIED'
                          else last.issued_ms is not null and last.state <> 'FAILED' end, false) as "restoreDue",
            exists (select 1 from account_point ap join account a on a.id = ap.account_id
                     where ap.point_id = s.point_id and ap.valid_from <= to_timestamp($1::float8 / 1000)
                       and (ap.valid_to is null or ap.valid_to > to_timestamp($1::float8 / 1000))
                       and a.status = 'ACTIVE' and a.eligible_ms is null) as "paidFor",
            coalesce(s.changed_ms, s.observed_ms, 0) <= $3 as standing
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
                           and a.rule in ${TOLD})
      order by s.point_id limit 500`,
    [limits.nowMs, limits.refusedSinceMs, limits.standingMs],
  );
  return rows;
}

/** Points that are no longer dark without a reason, although their alarm still says so. */
export async function explainedPoints(
  pool: pg.Pool,
): Promise<Pick<SupplyGap, 'pointId' | 'campusId' | 'spaceId'>[]> {
  const { rows } = await pool.query<Pick<SupplyGap, 'pointId' | 'campusId' | 'spaceId'>>(
    `select p.id as "pointId", p.campus_id as "campusId", p.space_id as "spaceId"
       from alarm a join meter_point p on p.id = a.subject_id join supply_state s on s.point_id = p.id
      where a.rule = 'SUPPLY_UNEXPLAINED' and a.subject_type = 'POINT' and a.active
        and (s.observed <> 'OPEN' or s.reasons <> '{}' or s.tags <> '[]')`,
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
