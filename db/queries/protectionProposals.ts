import { type SQL, sql } from 'drizzle-orm';
import type pg from 'pg';
import type { Protection } from '../../domain/supply/supplyState';
import { actorName } from './actorName';
import { pointWithin } from './pointViews';
import { numberOrNull, selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

export type ProposalState = 'PENDING' | 'APPROVED' | 'REJECTED' | 'WITHDRAWN';

/** A proposed change of the protected list, as stored. */
export interface ProposalRow {
  id: number;
  campusId: number;
  pointId: number;
  state: ProposalState;
  before: Protection;
  after: Protection;
  owner: string | null;
  phone: string | null;
  reason: string;
  proposerId: number;
  proposedBy: string;
  proposedMs: number;
  decidedBy: string | null;
  decidedMs: number | null;
  note: string | null;
}

/** Adds a proposal; null where one for this point is open. */
export async function insertProposal(
  client: pg.ClientBase,
  p: Omit<ProposalRow, 'id' | 'state' | 'decidedBy' | 'decidedMs' | 'note'>,
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into protection_proposal (campus_id, point_id, state, "before", "after", owner, phone, reason, proposer_id, proposed_by, proposed_ms)
     values ($1, $2, 'PENDING', $3, $4, $5, $6, $7, $8, $9, $10) on conflict (point_id) where state = 'PENDING' do nothing
     returning id`,
    [
      p.campusId,
      p.pointId,
      p.before,
      p.after,
      p.owner,
      p.phone,
      p.reason,
      p.proposerId,
      p.proposedBy,
      p.proposedMs,
    ],
  );
  return rows[0]?.id ?? null;
}

/** One proposal, locked; null if there is none on this campus. */
export async function lockProposal(
  client: pg.ClientBase,
  campusId: number,
  id: number,
): Promise<ProposalRow | null> {
  const { rows } = await client.query<
    Omit<ProposalRow, 'proposedMs' | 'decidedMs'> & { proposedMs: bigint; decidedMs: bigint | null }
  >(
    `select id, campus_id as "campusId", point_id as "pointId", state, "before", "after", owner, phone, reason,
            proposer_id as "proposerId", proposed_by as "proposedBy", proposed_ms as "proposedMs", decided_by as "decidedBy",
            decided_ms as "decidedMs", note
       from protection_proposal where campus_id = $1 and id = $2 for no key update`,
    [campusId, id],
  );
  const row = rows[0];
  return row ? { ...row, proposedMs: Number(row.proposedMs), decidedMs: numberOrNull(row.decidedMs) } : null;
}

export async function decideProposal(
  client: pg.ClientBase,
  id: number,
  decision: { state: ProposalState; by: string; atMs: number; note: string | null },
): Promise<void> {
  await client.query(
    'update protection_proposal set state = $2, decided_by = $3, decided_ms = $4, note = $5 where id = $1',
    [id, decision.state, decision.by, decision.atMs, decision.note],
  );
}

/** Protection of a point now, its row locked. */
export async function lockProtection(client: pg.ClientBase, pointId: number): Promise<Protection> {
  const { rows } = await client.query<{ protection: Protection }>(
    'select protection from meter_point where id = $1 for no key update',
    [pointId],
  );
  return rows[0]!.protection;
}

/** Puts a point on the protected list or takes it off; owner and phone stay where none are given. */
export async function setProtection(
  client: pg.ClientBase,
  pointId: number,
  to: { protection: Protection; owner: string | null; phone: string | null },
): Promise<void> {
  await client.query(
    `update meter_point set protection = $2::protection, protection_owner = case when $2::protection = 'NONE' then null else coalesce($3, protection_owner) end,
            protection_phone = case when $2::protection = 'NONE' then null else coalesce($4, protection_phone) end where id = $1`,
    [pointId, to.protection, to.owner, to.phone],
  );
}

/** A proposal as people see it. */
export interface ProposalView extends Omit<ProposalRow, 'campusId' | 'pointId' | 'note' | 'reason'> {
  pointCode: string;
  /** Null: kept from the viewer. */
  reason: string | null;
  space: string;
}

/**
 * Proposals within the scope: those that wait, then those decided since an instant.
 * @param told where the reason is told: it may say how ill somebody is
 */
export function listProposals(
  source: Source,
  scope: ScopeFilter,
  told: ScopeFilter,
  sinceMs: number,
): Promise<ProposalView[]> {
  const name = (actor: SQL) => actorName(sql`r.campus_id`, actor);
  return selectRows<ProposalView>(
    source,
    sql`select r.id, p.code as "pointCode", s.code as space, r.state::text as state, r."before"::text as before,
           r."after"::text as after, r.owner, r.phone,
           case when ${pointWithin(told)} then r.reason end as reason, r.proposer_id as "proposerId",
           ${name(sql`r.proposed_by`)} as "proposedBy", r.proposed_ms::float8 as "proposedMs",
           ${name(sql`r.decided_by`)} as "decidedBy", r.decided_ms::float8 as "decidedMs"
      from protection_proposal r join meter_point p on p.id = r.point_id join space s on s.id = p.space_id
     where ${pointWithin(scope)} and (r.state = 'PENDING' or r.decided_ms >= ${sinceMs}::bigint)
     order by r.state <> 'PENDING', r.proposed_ms desc limit 200`,
  );
}

/** A point on the protected list. */
export interface ProtectedPoint {
  pointCode: string;
  space: string;
  role: string;
  protection: 'CREDIT' | 'LIFE_SAFETY';
  owner: string | null;
  phone: string | null;
}

/** The protected list within the scope: life safety first, then by code. */
export function listProtected(source: Source, scope: ScopeFilter): Promise<ProtectedPoint[]> {
  return selectRows<ProtectedPoint>(
    source,
    sql`select p.code as "pointCode", s.code as space, p.role::text as role, p.protection::text as protection,
           p.protection_owner as owner, p.protection_phone as phone
      from meter_point p join space s on s.id = p.space_id
     where p.protection <> 'NONE' and ${pointWithin(scope)}
     order by p.protection <> 'LIFE_SAFETY', p.code limit 1000`,
  );
}

/** A maintenance tag that hangs somewhere. */
export interface HungTag {
  pointCode: string;
  space: string;
  /** Id of the person, as tags know them. */
  by: string;
  name: string;
  note: string;
  sinceMs: number;
  /** Who hung it may hang no tags here any more, and so can't take it off. */
  left: boolean;
}

/**
 * Tags within the scope, oldest first.
 * @param holders roles that may hang tags
 */
export function listTags(source: Source, scope: ScopeFilter, holders: readonly string[]): Promise<HungTag[]> {
  return selectRows<HungTag>(
    source,
    sql`select p.code as "pointCode", s.code as space, tag.by, coalesce(u.display_name, tag.by) as name, tag.note,
           tag."sinceMs"::float8 as "sinceMs",
           coalesce(u.disabled, true) or not exists (
             select 1 from role_binding b where b.user_id = u.id and b.role::text = any(${sql.param([...holders])}::text[])
                and b.valid_from <= ${scope.at} and (b.valid_to is null or b.valid_to > ${scope.at})
                and (b.space_id is null or b.space_id = any(s.path))) as "left"
      from supply_state ss join meter_point p on p.id = ss.point_id join space s on s.id = p.space_id
      cross join lateral jsonb_to_recordset(ss.tags) as tag("by" text, note text, "sinceMs" bigint)
      left join app_user u on u.id::text = tag.by
     where ss.tags <> '[]'::jsonb and ${pointWithin(scope)}
     order by tag."sinceMs" limit 500`,
  );
}
