import { type SQL, sql } from 'drizzle-orm';
import type pg from 'pg';
import type { DisputeState } from '../../domain/credit/disputes';
import { withinOwnTime } from './accountViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

export interface NewDispute {
  id: string;
  campusId: number;
  accountId: number;
  chargeId: bigint;
  reason: string;
  disputedMicro: bigint;
  openedBy: string;
  openedMs: number;
  dueMs: number;
  /** Canonical JSON. */
  evidence: string;
  evidenceHash: string;
}

/** Stores a new dispute; false if the account has an open one. */
export async function insertDispute(client: pg.ClientBase, d: NewDispute): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into dispute (id, campus_id, account_id, charge_id, state, reason, disputed_micro, opened_by, opened_ms, due_ms,
       evidence, evidence_hash)
     values ($1, $2, $3, $4, 'OPENED', $5, $6, $7, $8, $9, $10, $11)
     on conflict (account_id) where state in ('OPENED', 'UNDER_REVIEW') do nothing`,
    [
      d.id,
      d.campusId,
      d.accountId,
      d.chargeId,
      d.reason,
      d.disputedMicro,
      d.openedBy,
      d.openedMs,
      d.dueMs,
      d.evidence,
      d.evidenceHash,
    ],
  );
  return rowCount === 1;
}

/** What an act needs of a dispute. */
export interface DisputeRow {
  id: string;
  campusId: number;
  accountId: number;
  chargeId: bigint;
  state: DisputeState;
  disputedMicro: bigint;
  openedBy: string;
}

/** A dispute of the campus; `lock` holds it until the transaction ends (after the account's lock). */
export async function disputeById(
  client: pg.ClientBase,
  campusId: number,
  id: string,
  lock: boolean,
): Promise<DisputeRow | null> {
  const { rows } = await client.query<DisputeRow>(
    `select id, campus_id as "campusId", account_id as "accountId", charge_id as "chargeId", state,
            disputed_micro as "disputedMicro", opened_by as "openedBy"
       from dispute where campus_id = $1 and id = $2 ${lock ? 'for update' : ''}`,
    [campusId, id],
  );
  return rows[0] ?? null;
}

export interface DisputeOutcome {
  /** The charge in force in the contested one's place; null: it stands as it was. */
  chargeId: string | null;
  /** What the interval costs now, µ. */
  amountMicro: string;
  goodwillTxId: string | null;
  goodwillMicro: string;
}

export async function reviewDispute(
  client: pg.ClientBase,
  id: string,
  by: string,
  atMs: number,
): Promise<void> {
  await client.query(
    `update dispute set state = 'UNDER_REVIEW', reviewer = $2, reviewed_ms = $3 where id = $1`,
    [id, by, atMs],
  );
}

export async function storeVerdict(
  client: pg.ClientBase,
  id: string,
  verdict: {
    state: 'UPHELD' | 'REJECTED';
    by: string;
    atMs: number;
    reason: string;
    outcome: DisputeOutcome;
  },
): Promise<void> {
  await client.query(
    `update dispute set state = $2::dispute_state, verdict = $2::dispute_state, decided_by = $3, decided_ms = $4,
            decision_reason = $5, outcome = $6 where id = $1`,
    [id, verdict.state, verdict.by, verdict.atMs, verdict.reason, JSON.stringify(verdict.outcome)],
  );
}

export async function closeDispute(client: pg.ClientBase, id: string, atMs: number): Promise<void> {
  await client.query(`update dispute set state = 'CLOSED', closed_ms = $2 where id = $1`, [id, atMs]);
}

/** Whether a charge was contested before, and the objection rejected. */
export async function wasRejected(client: pg.ClientBase, chargeId: bigint): Promise<boolean> {
  const { rowCount } = await client.query(
    "select 1 from dispute where charge_id = $1 and verdict = 'REJECTED' limit 1",
    [chargeId],
  );
  return rowCount === 1;
}

/** A charge by id with what places it. */
export interface ContestedCharge {
  accountId: number;
  accountCode: string;
  meterId: number;
  pointId: number;
  register: string;
  epoch: number;
  t0Ms: number;
  t1Ms: number;
  amountMicro: bigint;
  supersededBy: bigint | null;
}

export async function contestedCharge(
  client: pg.ClientBase,
  campusId: number,
  chargeId: bigint,
): Promise<ContestedCharge | null> {
  const { rows } = await client.query<ContestedCharge>(
    `select c.account_id as "accountId", a.code as "accountCode", c.meter_id as "meterId", c.point_id as "pointId", c.register,
            c.epoch, c.t0_ms::float8 as "t0Ms", c.t1_ms::float8 as "t1Ms", c.amount_micro as "amountMicro",
            c.superseded_by as "supersededBy"
       from charge c join account a on a.id = c.account_id where c.id = $1 and c.campus_id = $2`,
    [chargeId, campusId],
  );
  return rows[0] ?? null;
}

/** What an account pays now for a charge's interval, and the one charge in force that takes its place. */
export async function standingCharge(
  client: pg.ClientBase,
  charge: ContestedCharge,
): Promise<{ id: bigint | null; amountMicro: bigint }> {
  const { rows } = await client.query<{ id: bigint | null; amountMicro: bigint }>(
    `select max(id) as id, coalesce(sum(amount_micro), 0)::int8 as "amountMicro" from charge
      where meter_id = $1 and register = $2 and account_id = $3 and t0_ms >= $4 and t1_ms <= $5 and superseded_by is null`,
    [charge.meterId, charge.register, charge.accountId, charge.t0Ms, charge.t1Ms],
  );
  return rows[0]!;
}

/**
 * What an account still has paid for a contested charge's interval, µ: its charges in force that no person reversed, less the
 * goodwill that was given for them before.
 */
export async function stillPaid(client: pg.ClientBase, charge: ContestedCharge): Promise<bigint> {
  const { rows } = await client.query<{ micro: bigint }>(
    `select coalesce(sum(c.amount_micro - ${GOODWILL_OF}), 0)::int8 as micro from charge c
      where c.meter_id = $1 and c.register = $2 and c.account_id = $3 and c.t0_ms >= $4 and c.t1_ms <= $5 and c.superseded_by is null
        and not exists (select 1 from ledger_tx r where r.reverses = c.tx_id)`,
    [charge.meterId, charge.register, charge.accountId, charge.t0Ms, charge.t1Ms],
  );
  return rows[0]!.micro;
}

/** Goodwill that disputes gave for the interval of a charge `c`, whichever revision was contested, µ. */
export const GOODWILL_OF = `coalesce((
  select sum((d.outcome ->> 'goodwillMicro')::int8) from dispute d join charge o on o.id = d.charge_id
   where d.account_id = c.account_id and o.meter_id = c.meter_id and o.register = c.register
     and o.t0_ms < c.t1_ms and o.t1_ms > c.t0_ms), 0)`;

/** What an account was given as goodwill since an instant, µ-currency. */
export async function goodwillSince(
  client: pg.ClientBase,
  accountId: number,
  sinceMs: number,
): Promise<bigint> {
  const { rows } = await client.query<{ sum: bigint }>(
    `select coalesce(sum((outcome ->> 'goodwillMicro')::int8), 0)::int8 as sum from dispute
      where account_id = $1 and decided_ms >= $2`,
    [accountId, sinceMs],
  );
  return rows[0]!.sum;
}

/** A dispute as screens show it. */
export interface DisputeView {
  id: string;
  accountCode: string;
  /** What the account holds in place of money: the contested amount is of it; null: money. */
  unit: string | null;
  spaceCode: string | null;
  chargeId: bigint;
  state: DisputeState;
  verdict: 'UPHELD' | 'REJECTED' | null;
  reason: string;
  disputedMicro: bigint;
  openedBy: string;
  openedMs: number;
  dueMs: number;
  evidenceHash: string;
  reviewer: string | null;
  decidedBy: string | null;
  decidedMs: number | null;
  decisionReason: string | null;
  outcome: DisputeOutcome | null;
  closedMs: number | null;
  t0Ms: number;
  t1Ms: number;
}

function views(source: Source, scope: ScopeFilter, where: SQL, limit: number): Promise<DisputeView[]> {
  return selectRows<DisputeView>(
    source,
    sql`select d.id, a.code as "accountCode", a.unit, s.code as "spaceCode", d.charge_id as "chargeId", d.state::text as state,
           d.verdict::text as verdict, d.reason, d.disputed_micro as "disputedMicro",
           coalesce(o.display_name, d.opened_by) as "openedBy", d.opened_ms::float8 as "openedMs", d.due_ms::float8 as "dueMs",
           d.evidence_hash as "evidenceHash", coalesce(r.display_name, d.reviewer) as reviewer,
           coalesce(x.display_name, d.decided_by) as "decidedBy", d.decided_ms::float8 as "decidedMs",
           d.decision_reason as "decisionReason", d.outcome, d.closed_ms::float8 as "closedMs",
           c.t0_ms::float8 as "t0Ms", c.t1_ms::float8 as "t1Ms"
      from dispute d
      join account a on a.id = d.account_id
      join charge c on c.id = d.charge_id
      left join space s on s.id = a.space_id
      left join app_user o on d.opened_by = 'user:' || o.code
      left join app_user r on d.reviewer = 'user:' || r.code
      left join app_user x on d.decided_by = 'user:' || x.code
     where ${where} and ${withinOwnTime(scope, sql`to_timestamp(d.opened_ms / 1000.0)`)}
     order by d.state in ('OPENED', 'UNDER_REVIEW') desc, case when d.state in ('OPENED', 'UNDER_REVIEW') then d.due_ms end,
              d.opened_ms desc limit ${limit}`,
  );
}

/** Disputes of a scope: open ones first, those due first; then the newest. */
export function listDisputes(source: Source, scope: ScopeFilter, limit: number): Promise<DisputeView[]> {
  return views(source, scope, sql`true`, limit);
}

/** The newest dispute about a charge, or about what it replaced. */
export async function disputeOfCharge(
  source: Source,
  scope: ScopeFilter,
  chargeId: bigint,
): Promise<DisputeView | null> {
  const [row] = await views(
    source,
    scope,
    sql`(d.charge_id = ${chargeId}::bigint or d.outcome ->> 'chargeId' = ${chargeId.toString()})`,
    1,
  );
  return row ?? null;
}

/** The dispute that an account has open; null: none. */
export async function openDisputeOf(
  source: Source,
  scope: ScopeFilter,
  accountCode: string,
): Promise<DisputeView | null> {
  const [row] = await views(
    source,
    scope,
    sql`a.code = ${accountCode} and d.state in ('OPENED', 'UNDER_REVIEW')`,
    1,
  );
  return row ?? null;
}

/** What was frozen when a dispute was opened; null: none of the scope's. */
export async function evidenceOf(
  source: Source,
  scope: ScopeFilter,
  id: string,
): Promise<{ evidence: string; evidenceHash: string } | null> {
  const [row] = await selectRows<{ evidence: string; evidenceHash: string }>(
    source,
    sql`select d.evidence, d.evidence_hash as "evidenceHash" from dispute d join account a on a.id = d.account_id
     where d.id = ${id} and ${withinOwnTime(scope, sql`to_timestamp(d.opened_ms / 1000.0)`)}`,
  );
  return row ?? null;
}
