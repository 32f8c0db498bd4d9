import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { instantOf, jsonRows } from './jsonRows';
import { selectRows } from './rows';
import type { Source } from './scope';
import type { PolicyBody } from './storedPolicy';

/** The version of a policy that rules now. */
export interface PolicyRow {
  readonly code: string;
  readonly name: string;
  /** In English where `name` is Chinese; null: same. */
  readonly nameEn: string | null;
  readonly version: number;
  readonly body: PolicyBody;
}

export async function currentPolicies(client: pg.ClientBase, campusId: number): Promise<PolicyRow[]> {
  const { rows } = await client.query<PolicyRow>(
    'select code, name, name_en as "nameEn", version, body from policy where campus_id = $1 and current order by id',
    [campusId],
  );
  return rows;
}

export type PolicyName = Pick<PolicyRow, 'code' | 'name' | 'nameEn'>;

/** The policies in force, by name. */
export function listPolicyNames(source: Source, campusId: number): Promise<PolicyName[]> {
  return selectRows<PolicyName>(
    source,
    sql`select code, name, name_en as "nameEn" from policy where campus_id = ${campusId} and current order by id`,
  );
}

/** Puts new versions in force; the versions before them stay as history. */
export async function addPolicyVersions(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly PolicyRow[],
  by: string,
  nowMs: number,
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    'update policy set current = false where campus_id = $1 and current and code = any($2::text[])',
    [campusId, rows.map((row) => row.code)],
  );
  await client.query(
    `insert into policy (campus_id, code, name, name_en, version, current, body, created_by, created_at)
     select $1, code, name, "nameEn", version, true, body, $3, ${instantOf('$4::float8')}
       from json_to_recordset($2::json) as x(code text, name text, "nameEn" text, version int, body jsonb)`,
    [campusId, jsonRows(rows), by, nowMs],
  );
}

/** Newest settings of an alarm rule for the campus (`space` null) or a space. */
export interface RuleSettingRow {
  readonly rule: string;
  readonly space: string | null;
  readonly version: number;
  readonly body: Readonly<Record<string, number | string | boolean>>;
}

export async function currentRuleSettings(
  client: pg.ClientBase,
  campusId: number,
): Promise<RuleSettingRow[]> {
  const { rows } = await client.query<RuleSettingRow>(
    `select distinct on (r.rule, r.space_id) r.rule, s.code as space, r.version, r.body
       from rule_setting r left join space s on s.id = r.space_id
      where r.campus_id = $1 order by r.rule, r.space_id, r.version desc`,
    [campusId],
  );
  return rows;
}

export async function addRuleSettings(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly RuleSettingRow[],
  by: string,
  nowMs: number,
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into rule_setting (campus_id, rule, space_id, version, body, set_by, set_at)
     select $1, x.rule, s.id, x.version, x.body, $3, ${instantOf('$4::float8')}
       from json_to_recordset($2::json) as x(rule text, space text, version int, body jsonb)
       left join space s on s.campus_id = $1 and s.code = x.space`,
    [campusId, jsonRows(rows), by, nowMs],
  );
}
