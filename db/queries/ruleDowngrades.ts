import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { VerdictCounts } from '../../domain/alarms/alarmVerdict';
import { actorName } from './actorName';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** Ids from the root to a space, and the building among them; null: it stands in none. */
const BUILDING_OF = `(select b.id from space s join space b on b.id = any(s.path) and b.kind = 'BUILDING' where s.id = $3::int)`;

/** When a rule began to only tell where this space is; null: it does all that it does. */
export async function downgradedSince(
  client: pg.ClientBase,
  campusId: number,
  rule: string,
  spaceId: number | null,
): Promise<number | null> {
  const { rows } = await client.query<{ sinceMs: number }>(
    `select since_ms::float8 as "sinceMs" from rule_downgrade
      where campus_id = $1 and rule = $2 and lifted_ms is null
        and coalesce(building_id, 0) = coalesce(${BUILDING_OF}, 0)`,
    [campusId, rule, spaceId],
  );
  return rows[0]?.sinceMs ?? null;
}

/** Verdicts on one rule in one building that count for its downgrade. */
export interface DowngradeCandidate extends VerdictCounts {
  campusId: number;
  rule: string;
  buildingId: number | null;
  buildingCode: string | null;
}

/**
 * The newest verdict of each alarm since `sinceMs`, and since a downgrade of the rule was lifted there last, counted by rule and
 * building; only where no downgrade stands.
 */
export function downgradeCandidates(
  source: Source,
  rules: readonly string[],
  sinceMs: number,
): Promise<DowngradeCandidate[]> {
  return selectRows<DowngradeCandidate>(
    source,
    sql`with told as (
          select a.campus_id, a.rule, b.id as building_id, b.code as building_code, e.alarm_id, e.id, e.at_ms,
                 e.detail->>'verdict' as verdict
            from alarm_event e join alarm a on a.id = e.alarm_id
            left join space s on s.id = a.space_id
            left join space b on b.id = any(s.path) and b.kind = 'BUILDING'
           where e.event = 'VERDICT' and e.at_ms >= ${sinceMs}::bigint
             and a.rule = any(${sql.param([...rules])}::text[])),
        newest as (
          select distinct on (t.alarm_id) t.* from told t
           where not exists (select 1 from rule_downgrade d where d.campus_id = t.campus_id and d.rule = t.rule
             and coalesce(d.building_id, 0) = coalesce(t.building_id, 0)
             and (d.lifted_ms is null or t.at_ms <= d.lifted_ms))
           order by t.alarm_id, t.id desc)
        select campus_id as "campusId", rule, building_id as "buildingId", building_code as "buildingCode",
               count(*) filter (where verdict = 'TRUE')::int as "right",
               count(*) filter (where verdict = 'FALSE')::int as wrong,
               count(*) filter (where verdict = 'NUISANCE')::int as nuisance,
               count(*) filter (where verdict = 'UNCLEAR')::int as unclear
          from newest group by campus_id, rule, building_id, building_code order by campus_id, rule, building_code`,
  );
}

/** Downgrades a rule in a building; null where it is already. @returns its id */
export async function insertDowngrade(
  client: pg.ClientBase,
  row: {
    readonly campusId: number;
    readonly rule: string;
    readonly buildingId: number | null;
    readonly sinceMs: number;
    readonly right: number;
    readonly counted: number;
  },
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into rule_downgrade (campus_id, rule, building_id, since_ms, right_count, counted)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning id`,
    [row.campusId, row.rule, row.buildingId, row.sinceMs, row.right, row.counted],
  );
  return rows[0]?.id ?? null;
}

/** Lifts a downgrade; false where none of this id stands on the campus. */
export async function liftDowngrade(
  client: pg.ClientBase,
  lift: {
    readonly campusId: number;
    readonly id: number;
    readonly by: string;
    readonly atMs: number;
    readonly note: string;
  },
): Promise<{ rule: string } | null> {
  const { rows } = await client.query<{ rule: string }>(
    `update rule_downgrade set lifted_ms = $3, lifted_by = $4, lift_note = $5
      where campus_id = $1 and id = $2 and lifted_ms is null returning rule`,
    [lift.campusId, lift.id, lift.atMs, lift.by, lift.note],
  );
  return rows[0] ?? null;
}

/** A downgrade as people see it. */
export interface DowngradeView {
  id: number;
  rule: string;
  building: string | null;
  sinceMs: number;
  right: number;
  counted: number;
  liftedMs: number | null;
  liftedBy: string | null;
  liftNote: string | null;
}

/** Downgrades within the scope: those that stand, then those lifted since an instant, newest first. */
export function listDowngrades(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
): Promise<DowngradeView[]> {
  return selectRows<DowngradeView>(
    source,
    sql`select d.id, d.rule, b.code as building, d.since_ms::float8 as "sinceMs", d.right_count as "right", d.counted,
           d.lifted_ms::float8 as "liftedMs", ${actorName(sql`d.campus_id`, sql`d.lifted_by`)} as "liftedBy",
           d.lift_note as "liftNote"
      from rule_downgrade d left join space b on b.id = d.building_id
     where ${withinScope(scope, { campusId: sql`d.campus_id`, spaceId: sql`d.building_id` })}
       and (d.lifted_ms is null or d.lifted_ms >= ${sinceMs}::bigint)
     order by d.lifted_ms is not null, d.since_ms desc limit 200`,
  );
}
