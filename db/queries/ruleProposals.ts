import { type SQL, sql } from 'drizzle-orm';
import type pg from 'pg';
import type { SettingBody } from '../../domain/detection/ruleSettings';
import { actorName } from './actorName';
import type { ProposalState } from './protectionProposals';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** A proposed change of a rule's settings, as stored. */
export interface RuleProposalRow {
  id: number;
  rule: string;
  spaceId: number | null;
  state: ProposalState;
  seenVersion: number;
  body: SettingBody;
  proposerId: number;
  proposedBy: string;
  decidedBy: string | null;
}

/** Adds a proposal; null where one for this rule and place is open. */
export async function insertRuleProposal(
  client: pg.ClientBase,
  p: Omit<RuleProposalRow, 'id' | 'state' | 'decidedBy'> & {
    readonly campusId: number;
    readonly reason: string;
    readonly atMs: number;
  },
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into rule_proposal (campus_id, rule, space_id, state, seen_version, body, reason, proposer_id, proposed_by, proposed_ms)
     values ($1, $2, $3, 'PENDING', $4, $5, $6, $7, $8, $9) on conflict do nothing returning id`,
    [
      p.campusId,
      p.rule,
      p.spaceId,
      p.seenVersion,
      JSON.stringify(p.body),
      p.reason,
      p.proposerId,
      p.proposedBy,
      p.atMs,
    ],
  );
  return rows[0]?.id ?? null;
}

/** One proposal, locked; null if there is none on this campus. */
export async function lockRuleProposal(
  client: pg.ClientBase,
  campusId: number,
  id: number,
): Promise<RuleProposalRow | null> {
  const { rows } = await client.query<RuleProposalRow>(
    `select id, rule, space_id as "spaceId", state, seen_version as "seenVersion", body, proposer_id as "proposerId",
            proposed_by as "proposedBy", decided_by as "decidedBy"
       from rule_proposal where campus_id = $1 and id = $2 for no key update`,
    [campusId, id],
  );
  return rows[0] ?? null;
}

export async function decideRuleProposal(
  client: pg.ClientBase,
  id: number,
  decision: { readonly state: ProposalState; readonly by: string; readonly atMs: number },
): Promise<void> {
  await client.query('update rule_proposal set state = $2, decided_by = $3, decided_ms = $4 where id = $1', [
    id,
    decision.state,
    decision.by,
    decision.atMs,
  ]);
}

/** Number of the newest settings of a rule at a place; 0: it has none. */
export async function settingVersion(
  client: pg.ClientBase,
  campusId: number,
  rule: string,
  spaceId: number | null,
): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    `select coalesce(max(version), 0) as version from rule_setting
      where campus_id = $1 and rule = $2 and space_id is not distinct from $3::int`,
    [campusId, rule, spaceId],
  );
  return rows[0]!.version;
}

/** A version of settings by the ids of its place. */
export async function insertSettingVersion(
  client: pg.ClientBase,
  campusId: number,
  row: {
    readonly rule: string;
    readonly spaceId: number | null;
    readonly version: number;
    readonly body: SettingBody;
  },
  by: string,
  atMs: number,
): Promise<void> {
  await client.query(
    `insert into rule_setting (campus_id, rule, space_id, version, body, set_by, set_at)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7 / 1000.0))`,
    [campusId, row.rule, row.spaceId, row.version, JSON.stringify(row.body), by, atMs],
  );
}

/** A proposal as people see it. */
export interface RuleProposalView {
  id: number;
  rule: string;
  space: string | null;
  state: ProposalState;
  seenVersion: number;
  body: SettingBody;
  reason: string;
  proposerId: number;
  proposedBy: string;
  proposedMs: number;
  decidedBy: string | null;
  decidedMs: number | null;
}

/** Proposals for the campus and for spaces within the scope: those that wait, then those decided since an instant. */
export function listRuleProposals(
  source: Source,
  scope: ScopeFilter,
  sinceMs: number,
): Promise<RuleProposalView[]> {
  const name = (actor: SQL) => actorName(sql`r.campus_id`, actor);
  const placed = withinScope(scope, { campusId: sql`r.campus_id`, spaceId: sql`r.space_id` });
  return selectRows<RuleProposalView>(
    source,
    sql`select r.id, r.rule, s.code as space, r.state::text as state, r.seen_version as "seenVersion", r.body, r.reason,
           r.proposer_id as "proposerId", ${name(sql`r.proposed_by`)} as "proposedBy",
           r.proposed_ms::float8 as "proposedMs", ${name(sql`r.decided_by`)} as "decidedBy",
           r.decided_ms::float8 as "decidedMs"
      from rule_proposal r left join space s on s.id = r.space_id
     where (${placed} or (r.campus_id = ${scope.campusId} and r.space_id is null))
       and (r.state = 'PENDING' or r.decided_ms >= ${sinceMs}::bigint)
     order by r.state <> 'PENDING', r.proposed_ms desc limit 200`,
  );
}
