import type pg from 'pg';

/** What a rule keeps of a point; null: nothing any more. */
export interface PointRuleState {
  readonly pointId: number;
  readonly state: object | null;
}

/** Through which window a rule has judged a campus, as it was saved; null: it never did. */
export async function ruleProgress(
  client: pg.ClientBase | pg.Pool,
  rule: string,
  campusId: number,
): Promise<string | null> {
  const { rows } = await client.query<{ through: string }>(
    `select state->>'through' as through from rule_state where rule = $1 and subject_type = 'SITE' and subject_id = $2`,
    [rule, campusId],
  );
  return rows[0]?.through ?? null;
}

export async function saveRuleProgress(
  client: pg.ClientBase | pg.Pool,
  rule: string,
  campusId: number,
  through: string,
): Promise<void> {
  await client.query(
    `insert into rule_state (rule, campus_id, subject_type, subject_id, state)
     values ($1, $2, 'SITE', $2, jsonb_build_object('through', $3::text))
     on conflict (rule, subject_type, subject_id) do update set state = excluded.state`,
    [rule, campusId, through],
  );
}

/** Keeps or forgets what a rule knows of points. */
export async function saveRuleStates(
  client: pg.ClientBase,
  rule: string,
  campusId: number,
  rows: readonly PointRuleState[],
): Promise<void> {
  const kept = rows.filter(({ state }) => state !== null);
  const gone = rows.filter(({ state }) => state === null);
  if (kept.length > 0)
    await client.query(
      `insert into rule_state (rule, campus_id, subject_type, subject_id, state)
       select $1, $2, 'POINT', x.id, x.state::jsonb from unnest($3::int[], $4::text[]) as x(id, state)
       on conflict (rule, subject_type, subject_id) do update set state = excluded.state`,
      [rule, campusId, kept.map(({ pointId }) => pointId), kept.map(({ state }) => JSON.stringify(state))],
    );
  if (gone.length > 0)
    await client.query(
      `delete from rule_state where rule = $1 and subject_type = 'POINT' and subject_id = any($2::int[])`,
      [rule, gone.map(({ pointId }) => pointId)],
    );
}
