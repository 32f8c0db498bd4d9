import type pg from 'pg';
import type { Utility } from '../../domain/metering/reading';
import { FreeBook, type FreeGrant, type FreeSpan, type FreeUse } from '../../domain/tariffs/freeUnits';
import type { CampusZone } from '../../domain/time/campusTime';
import { idArray, int4Array, int8Array } from './binaryArrays';
import { msOf } from './jsonRows';

/** Free units of an account's grant in one month, as stored. */
export interface FreeUseRow extends FreeUse {
  readonly accountId: number;
}

export async function freeUsesOf(client: Reader, accountIds: readonly number[]): Promise<FreeUseRow[]> {
  const { rows } = await client.query<
    Omit<FreeUseRow, 'periodMs' | 'uptoMs' | 'crossedMs'> & {
      periodMs: bigint;
      uptoMs: bigint;
      crossedMs: bigint;
    }
  >(
    `select account_id as "accountId", entitlement_id as "grantId", period_ms as "periodMs",
            granted_micro as "grantedMicro", carried_micro as "carriedMicro", used_micro as "usedMicro",
            upto_ms as "uptoMs", crossed_ms as "crossedMs"
       from entitlement_use where account_id = any($1::int4[])`,
    [idArray(accountIds)],
  );
  return rows.map((r) => ({
    ...r,
    periodMs: Number(r.periodMs),
    uptoMs: Number(r.uptoMs),
    crossedMs: Number(r.crossedMs),
  }));
}

export async function upsertFreeUses(client: pg.ClientBase, rows: readonly FreeUseRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query({
    name: 'upsert_free_uses',
    text: `insert into entitlement_use
       (account_id, entitlement_id, period_ms, granted_micro, carried_micro, used_micro, upto_ms, crossed_ms)
     select * from unnest($1::int4[], $2::int4[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::int8[])
     on conflict (account_id, entitlement_id, period_ms) do update
       set granted_micro = excluded.granted_micro, carried_micro = excluded.carried_micro,
           used_micro = excluded.used_micro, upto_ms = excluded.upto_ms, crossed_ms = excluded.crossed_ms`,
    values: [
      int4Array(rows, (r) => r.accountId),
      int4Array(rows, (r) => r.grantId),
      int8Array(rows, (r) => r.periodMs),
      int8Array(rows, (r) => r.grantedMicro),
      int8Array(rows, (r) => r.carriedMicro),
      int8Array(rows, (r) => r.usedMicro),
      int8Array(rows, (r) => r.uptoMs),
      int8Array(rows, (r) => r.crossedMs),
    ],
  });
}

/** Anything that runs a query. */
interface Reader {
  query<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<R>>;
}

/** Approved free units of all accounts of a campus (null: of all campuses), by account and utility. */
export async function freeBooks(
  client: Reader,
  only: readonly (number | null)[],
  campuses: ReadonlyMap<number, { readonly zone: CampusZone }>,
): Promise<Map<number, Map<Utility, FreeBook>>> {
  const books = new Map<number, Map<Utility, FreeBook>>();
  const { rows } = await client.query<
    Omit<FreeGrant, 'stops' | 'payer'> & {
      accountId: number;
      campusId: number;
      utility: Utility;
      fundId: number;
      fundCode: string;
    }
  >(
    `select e.id, e.account_id as "accountId", e.campus_id as "campusId", e.utility, e.fund_id as "fundId",
            f.code as "fundCode", e.quantity_micro as "quantityMicro", e.per_head as "perHead",
            ${msOf('e.valid_from')} as "fromMs", ${msOf('e.valid_to')} as "toMs", ${msOf('e.expires_at')} as "expiresMs",
            e.advances_tier as "advancesTier", e.carry_over as "carryOver"
       from entitlement e join fund f on f.id = e.fund_id
      where e.kind = 'QUANTITY' and e.state = 'APPROVED' and ($1::int is null or e.campus_id = $1)`,
    [...only],
  );
  if (rows.length === 0) return books;
  const stops = await stopsOf(client);
  const heads = await headsOf(
    client,
    rows.filter((row) => row.perHead).map((row) => row.accountId),
  );
  const grants = new Map<string, FreeGrant[]>();
  for (const { accountId, utility, fundId, fundCode, campusId, ...grant } of rows) {
    const key = `${accountId}/${utility}`;
    const list = grants.get(key) ?? [];
    list.push({ ...grant, payer: `FUND:${fundCode}`, stops: stops.get(fundId) ?? [] });
    grants.set(key, list);
    if (list.length > 1) continue;
    const ofAccount = books.get(accountId) ?? new Map<Utility, FreeBook>();
    books.set(accountId, ofAccount);
  }
  for (const { accountId, utility, campusId } of rows)
    books
      .get(accountId)!
      .set(
        utility,
        new FreeBook(
          grants.get(`${accountId}/${utility}`)!,
          heads.get(accountId) ?? [],
          campuses.get(campusId)!.zone,
        ),
      );
  return books;
}

async function stopsOf(client: Reader): Promise<Map<number, FreeSpan[]>> {
  const { rows } = await client.query<{ fundId: number; fromMs: number; toMs: number | null }>(
    `select fund_id as "fundId", from_ms::float8 as "fromMs", to_ms::float8 as "toMs" from fund_stop order by from_ms`,
  );
  return spansBy(rows, (row) => row.fundId);
}

async function headsOf(client: Reader, accountIds: readonly number[]): Promise<Map<number, FreeSpan[]>> {
  if (accountIds.length === 0) return new Map();
  const { rows } = await client.query<{ accountId: number; fromMs: number; toMs: number | null }>(
    `select account_id as "accountId", ${msOf('valid_from')} as "fromMs", ${msOf('valid_to')} as "toMs"
       from occupancy where account_id = any($1::int4[])`,
    [idArray(accountIds)],
  );
  return spansBy(rows, (row) => row.accountId);
}

function spansBy<R extends FreeSpan>(rows: readonly R[], keyOf: (row: R) => number): Map<number, FreeSpan[]> {
  const spans = new Map<number, FreeSpan[]>();
  for (const row of rows) {
    const list = spans.get(keyOf(row)) ?? [];
    list.push({ fromMs: row.fromMs, toMs: row.toMs });
    spans.set(keyOf(row), list);
  }
  return spans;
}

/** Free units as a person drafts them. */
export interface FreeUnitsDraft {
  readonly campusId: number;
  readonly code: string;
  readonly accountId: number;
  readonly utility: Utility;
  readonly fundCode: string;
  readonly quantityMicro: bigint;
  readonly perHead: boolean;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly expiresMs: number | null;
  readonly advancesTier: boolean;
  readonly carryOver: boolean;
  readonly note: string;
  readonly by: string;
  readonly nowMs: number;
}

/** Adds a draft of free units. @returns false where its code is taken or the fund does not exist */
export async function insertFreeUnits(client: pg.ClientBase, d: FreeUnitsDraft): Promise<boolean> {
  const at = (ms: number | null) => (ms === null ? null : new Date(ms));
  const { rowCount } = await client.query(
    `insert into entitlement (campus_id, code, account_id, kind, utility, fund_id, quantity_micro, per_head, valid_from, valid_to,
            expires_at, advances_tier, carry_over, note, drafted_by, drafted_at)
     select $1, $2, $3, 'QUANTITY', $4::utility, f.id, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
       from fund f where f.campus_id = $1 and f.code = $5 on conflict do nothing`,
    [
      d.campusId,
      d.code,
      d.accountId,
      d.utility,
      d.fundCode,
      d.quantityMicro,
      d.perHead,
      at(d.fromMs),
      at(d.toMs),
      at(d.expiresMs),
      d.advancesTier,
      d.carryOver,
      d.note,
      d.by,
      at(d.nowMs),
    ],
  );
  return rowCount === 1;
}

/** A draft of free units under lock; null: the campus has none of this code. */
export async function lockFreeUnits(
  client: pg.ClientBase,
  campusId: number,
  code: string,
): Promise<{
  id: number;
  accountId: number;
  utility: Utility;
  state: 'DRAFT' | 'APPROVED' | 'REJECTED';
  draftedBy: string;
  fromMs: number;
} | null> {
  const { rows } = await client.query(
    `select id, account_id as "accountId", utility, state::text as state, drafted_by as "draftedBy",
            ${msOf('valid_from')} as "fromMs"
       from entitlement where campus_id = $1 and code = $2 and kind = 'QUANTITY' for update`,
    [campusId, code],
  );
  return rows[0] ?? null;
}

export async function decideFreeUnits(
  client: pg.ClientBase,
  id: number,
  decision: { approve: boolean; by: string; nowMs: number },
): Promise<void> {
  await client.query(
    `update entitlement set state = case when $2 then 'APPROVED' else 'REJECTED' end::entitlement_state,
            approved_by = $3, approved_at = $4 where id = $1`,
    [
      id,
      decision.approve,
      decision.approve ? decision.by : null,
      decision.approve ? new Date(decision.nowMs) : null,
    ],
  );
}

/** Asks for one account to be rated again from an instant on. */
export async function askRerate(
  client: pg.ClientBase,
  task: { accountId: number; utility: Utility; fromMs: number },
): Promise<void> {
  await client.query(
    `insert into rerate_task (account_id, utility, from_ms, draft_id) values ($1, $2::utility, $3, 0)
     on conflict (account_id, utility, draft_id) do update set from_ms = least(rerate_task.from_ms, excluded.from_ms)`,
    [task.accountId, task.utility, task.fromMs],
  );
}
