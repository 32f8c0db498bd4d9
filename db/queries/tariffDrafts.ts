import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { Utility } from '../../domain/metering/reading';
import type { AccrualPeriod } from '../../domain/tariffs/tariff';
import { msOf, selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';
import type { TariffBody } from './storedTariff';

export type DraftState = 'DRAFT' | 'SUBMITTED' | 'APPROVED' | 'REJECTED';

/** A tariff version in the making, or what became of it. */
export interface TariffDraft {
  readonly id: number;
  readonly tariffId: number;
  readonly revision: number;
  readonly state: DraftState;
  readonly validFromMs: number;
  readonly accrual: AccrualPeriod;
  readonly body: TariffBody;
  readonly note: string;
  readonly draftedBy: string;
  readonly draftedMs: number;
  readonly decidedBy: string | null;
  readonly decidedMs: number | null;
  readonly decisionNote: string | null;
}

/** A version with whoever put it in force. */
export interface VersionView {
  readonly id: number;
  readonly number: number;
  readonly validFromMs: number;
  readonly accrual: AccrualPeriod;
  readonly body: TariffBody;
  readonly createdBy: string;
  readonly supersededBy: number | null;
}

export interface TariffView {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly utility: Utility;
  readonly calendarCode: string | null;
  readonly days: Readonly<Record<string, string>>;
  /** Accounts that are rated by it now. */
  readonly accounts: number;
}

export async function listTariffs(source: Source, scope: ScopeFilter): Promise<TariffView[]> {
  return selectRows<TariffView>(
    source,
    sql`select t.id, t.code, t.name, t.name_en as "nameEn", t.utility::text as utility, c.code as "calendarCode",
               coalesce(c.days, '{}'::jsonb) as days,
               (select count(*)::int from account_tariff a
                 where a.tariff_id = t.id and a.valid_from <= ${scope.at} and (a.valid_to is null or a.valid_to > ${scope.at})) as accounts
          from tariff t left join calendar c on c.id = t.calendar_id
         where t.campus_id = ${scope.campusId} order by t.utility, t.code`,
  );
}

export async function versionsOf(source: Source, tariffId: number): Promise<VersionView[]> {
  return selectRows<VersionView>(
    source,
    sql`select id, number, ${msOf(sql`valid_from`)} as "validFromMs", accrual, body, created_by as "createdBy",
               superseded_by as "supersededBy"
          from tariff_version where tariff_id = ${tariffId} order by valid_from, number`,
  );
}

export async function draftsOf(source: Source, tariffId: number): Promise<TariffDraft[]> {
  return selectRows<TariffDraft>(
    source,
    sql`select id, tariff_id as "tariffId", revision, state::text as state, ${msOf(sql`valid_from`)} as "validFromMs", accrual,
               body, note, drafted_by as "draftedBy", ${msOf(sql`drafted_at`)} as "draftedMs", decided_by as "decidedBy",
               ${msOf(sql`decided_at`)} as "decidedMs", decision_note as "decisionNote"
          from tariff_draft where tariff_id = ${tariffId} order by id desc limit 50`,
  );
}

/** A draft under lock, with its tariff. */
export interface LockedDraft extends TariffDraft {
  readonly campusId: number;
  readonly tariffCode: string;
}

const MS = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

export async function lockDraft(
  client: pg.ClientBase,
  campusId: number,
  draftId: number,
): Promise<LockedDraft | null> {
  const { rows } = await client.query<LockedDraft>(
    `select d.id, d.campus_id as "campusId", d.tariff_id as "tariffId", t.code as "tariffCode", d.revision, d.state::text as state,
            ${MS('d.valid_from')} as "validFromMs", d.accrual, d.body, d.note, d.drafted_by as "draftedBy",
            ${MS('d.drafted_at')} as "draftedMs", d.decided_by as "decidedBy", ${MS('d.decided_at')} as "decidedMs",
            d.decision_note as "decisionNote"
       from tariff_draft d join tariff t on t.id = d.tariff_id where d.campus_id = $1 and d.id = $2 for update of d`,
    [campusId, draftId],
  );
  return rows[0] ?? null;
}

export interface DraftContent {
  readonly validFromMs: number;
  readonly accrual: AccrualPeriod;
  readonly body: TariffBody;
  readonly note: string;
}

export async function insertDraft(
  client: pg.ClientBase,
  row: DraftContent & { campusId: number; tariffId: number; draftedBy: string; nowMs: number },
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into tariff_draft (campus_id, tariff_id, valid_from, accrual, body, note, drafted_by, drafted_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    [
      row.campusId,
      row.tariffId,
      new Date(row.validFromMs),
      row.accrual,
      JSON.stringify(row.body),
      row.note,
      row.draftedBy,
      new Date(row.nowMs),
    ],
  );
  return rows[0]!.id;
}

/** Writes a draft anew; whoever last wrote it is its author. */
export async function rewriteDraft(
  client: pg.ClientBase,
  id: number,
  row: DraftContent & { draftedBy: string; nowMs: number },
): Promise<void> {
  await client.query(
    `update tariff_draft set revision = revision + 1, state = 'DRAFT', valid_from = $2, accrual = $3, body = $4, note = $5,
            drafted_by = $6, drafted_at = $7, decided_by = null, decided_at = null, decision_note = null where id = $1`,
    [
      id,
      new Date(row.validFromMs),
      row.accrual,
      JSON.stringify(row.body),
      row.note,
      row.draftedBy,
      new Date(row.nowMs),
    ],
  );
}

export async function setDraftState(
  client: pg.ClientBase,
  id: number,
  to: { state: DraftState; by?: string; nowMs?: number; note?: string | null; versionId?: number },
): Promise<void> {
  await client.query(
    `update tariff_draft set state = $2::tariff_draft_state, decided_by = $3, decided_at = $4, decision_note = $5, version_id = $6
      where id = $1`,
    [
      id,
      to.state,
      to.by ?? null,
      to.nowMs === undefined ? null : new Date(to.nowMs),
      to.note ?? null,
      to.versionId ?? null,
    ],
  );
}

/** Adds a version in force; one of the same start stands down for it. @returns its id and number */
export async function addVersion(
  client: pg.ClientBase,
  row: DraftContent & { tariffId: number; by: string; nowMs: number },
): Promise<{ id: number; number: number }> {
  const from = new Date(row.validFromMs);
  const known = await client.query<{ id: number }>(
    'select id from tariff_version where tariff_id = $1 and valid_from = $2 and superseded_by is null',
    [row.tariffId, from],
  );
  const oldId = known.rows[0]?.id ?? null;
  // The old one names itself until the new one has an id: two of one start may not be in force.
  if (oldId !== null)
    await client.query('update tariff_version set superseded_by = id where id = $1', [oldId]);
  const { rows } = await client.query<{ id: number; number: number }>(
    `insert into tariff_version (tariff_id, number, valid_from, accrual, body, created_by, created_at)
     select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6 from tariff_version where tariff_id = $1
     returning id, number`,
    [row.tariffId, from, row.accrual, JSON.stringify(row.body), row.by, new Date(row.nowMs)],
  );
  if (oldId !== null)
    await client.query('update tariff_version set superseded_by = $2 where id = $1', [oldId, rows[0]!.id]);
  return rows[0]!;
}

/** Asks for all accounts that used the tariff in [fromMs, toMs) to be rated again. @returns how many */
export async function askRerates(
  client: pg.ClientBase,
  row: { tariffId: number; draftId: number; fromMs: number; toMs: number | null },
): Promise<number> {
  const { rowCount } = await client.query(
    `insert into rerate_task (account_id, utility, from_ms, draft_id)
     select distinct at.account_id, at.utility, $2::int8, $4::int4
       from account_tariff at
      where at.tariff_id = $1 and (at.valid_to is null or at.valid_to > to_timestamp($2::float8 / 1000))
        and ($3::float8 is null or at.valid_from < to_timestamp($3::float8 / 1000))
        and exists (select 1 from stream s join meter_point p on p.id = s.point_id and p.utility = at.utility
                     where s.account_id = at.account_id
                       and (s.open_upto_ms > $2 or exists (select 1 from charge c where c.stream_id = s.id and c.t1_ms > $2)))
     on conflict do nothing`,
    [row.tariffId, row.fromMs, row.toMs, row.draftId],
  );
  return rowCount ?? 0;
}

export interface RerateTask {
  readonly accountId: number;
  readonly utility: Utility;
  readonly fromMs: number;
  readonly draftId: number;
}

export async function rerateTasks(source: pg.Pool | pg.ClientBase, limit: number): Promise<RerateTask[]> {
  const { rows } = await source.query<RerateTask>(
    `select account_id as "accountId", utility, from_ms::float8 as "fromMs", draft_id as "draftId"
       from rerate_task order by draft_id, account_id limit $1`,
    [limit],
  );
  return rows;
}

/** Takes a task away; false if it was done meanwhile. */
export async function takeRerate(client: pg.ClientBase, task: RerateTask): Promise<boolean> {
  const { rowCount } = await client.query(
    'delete from rerate_task where account_id = $1 and utility = $2::utility and draft_id = $3',
    [task.accountId, task.utility, task.draftId],
  );
  return rowCount === 1;
}

/** Locks a month. @returns false if it was locked already */
export async function lockMonth(
  client: pg.ClientBase,
  row: { campusId: number; month: string; endMs: number; by: string; nowMs: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into month_lock (campus_id, month, end_ms, locked_by, locked_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [row.campusId, row.month, row.endMs, row.by, new Date(row.nowMs)],
  );
  return rowCount === 1;
}

export async function lockedMonths(source: Source, scope: ScopeFilter): Promise<string[]> {
  const rows = await selectRows<{ month: string }>(
    source,
    sql`select month from month_lock where campus_id = ${scope.campusId} order by month desc limit 24`,
  );
  return rows.map((row) => row.month);
}

/** Puts an account under another tariff of a utility from an instant on. */
export async function assignTariff(
  client: pg.ClientBase,
  row: { accountId: number; utility: Utility; tariffId: number; fromMs: number },
): Promise<void> {
  const from = new Date(row.fromMs);
  await client.query(
    'delete from account_tariff where account_id = $1 and utility = $2::utility and valid_from >= $3',
    [row.accountId, row.utility, from],
  );
  await client.query(
    `update account_tariff set valid_to = $3
      where account_id = $1 and utility = $2::utility and (valid_to is null or valid_to > $3)`,
    [row.accountId, row.utility, from],
  );
  await client.query(
    `insert into account_tariff (account_id, utility, tariff_id, valid_from) values ($1, $2::utility, $3, $4)`,
    [row.accountId, row.utility, row.tariffId, from],
  );
}

/** What an account was charged for a utility in (fromMs, toMs], µ. */
export async function billedMicro(
  client: pg.ClientBase,
  accountId: number,
  utility: Utility,
  fromMs: number,
  toMs: number,
): Promise<bigint> {
  const { rows } = await client.query<{ billed: bigint }>(
    `select coalesce(sum(c.amount_micro), 0)::bigint as billed from charge c join meter_point p on p.id = c.point_id
      where c.account_id = $1 and p.utility = $2::utility and c.t0_ms >= $3 and c.t1_ms <= $4 and c.superseded_by is null`,
    [accountId, utility, fromMs, toMs],
  );
  return rows[0]!.billed;
}

/** Some accounts that are rated by a tariff now, rooms first: samples for a preview. */
export async function accountsUnder(source: Source, scope: ScopeFilter, tariffId: number): Promise<string[]> {
  const rows = await selectRows<{ code: string }>(
    source,
    sql`select a.code from account_tariff t join account a on a.id = t.account_id
         where t.tariff_id = ${tariffId} and a.campus_id = ${scope.campusId} and a.status = 'ACTIVE'
           and t.valid_from <= ${scope.at} and (t.valid_to is null or t.valid_to > ${scope.at})
         order by a.kind <> 'ROOM', a.code limit 12`,
  );
  return rows.map((row) => row.code);
}

/** Up to when an account's use of a utility is rated, ms UTC; null: none is. The account's ingestion must wait meanwhile. */
export async function ratedUntil(
  client: pg.ClientBase,
  accountId: number,
  utility: Utility,
): Promise<number | null> {
  const { rows } = await client.query<{ uptoMs: number | null }>(
    `select max(upto)::float8 as "uptoMs" from (
       select upto_ms as upto from accrual where account_id = $1 and utility = $2::utility
       union all
       select greatest(s.open_upto_ms, (select max(c.t1_ms) from charge c where c.stream_id = s.id))
         from stream s join meter_point p on p.id = s.point_id where s.account_id = $1 and p.utility = $2::utility) u`,
    [accountId, utility],
  );
  return rows[0]!.uptoMs;
}
