import type pg from 'pg';
import { stampAccounts } from './accountLocks';
import { idArray, int4Array, int8Array, textArray } from './binaryArrays';
import { readStamps } from './rowStamps';
import { numberOrNull } from './rows';

/** A stream as stored; the account's lock guards it. */
export interface StreamRow {
  id: number;
  accountId: number;
  pointId: number;
  register: string;
  numeratorPico: bigint;
  postedMicro: bigint;
  open: unknown;
  openUptoMs: number | null;
  /** Sums beside the main one (domain/tariffs/sideStreams.ts), and what of them the customer owes; null: none. */
  extra: unknown;
  extraUnpostedMicro: bigint;
}

interface RawStream extends Omit<StreamRow, 'numeratorPico' | 'openUptoMs'> {
  numeratorPico: string;
  openUptoMs: bigint | null;
}

export async function streamsOf(client: pg.ClientBase, accountIds: readonly number[]): Promise<StreamRow[]> {
  const { rows } = await client.query<RawStream>(
    `select id, account_id as "accountId", point_id as "pointId", register, numerator_pico::text as "numeratorPico",
            posted_micro as "postedMicro", open, open_upto_ms as "openUptoMs", extra,
            extra_unposted_micro as "extraUnpostedMicro"
       from stream where account_id = any($1::int4[])`,
    [idArray(accountIds)],
  );
  return rows.map((r) => ({
    ...r,
    numeratorPico: BigInt(r.numeratorPico),
    openUptoMs: numberOrNull(r.openUptoMs),
  }));
}

/** Stamps of all streams of these accounts, by stream; the accounts' locks are held. */
export async function streamStamps(
  client: pg.ClientBase,
  accountIds: readonly number[],
): Promise<Map<number, string>> {
  // Without a name, as all queries with such a list: planned once for an empty table, it would stay a scan of all.
  const { rows } = await client.query<{ stamps: string | null }>(
    `select string_agg(id || ' ' || xmin, ',') as stamps from stream where account_id = any($1::int4[])`,
    [idArray(accountIds)],
  );
  return readStamps(rows[0]?.stamps);
}

/** Makes streams that do not exist yet; the account's lock is held. */
export async function createStreams(
  client: pg.ClientBase,
  keys: readonly { accountId: number; pointId: number; register: string }[],
): Promise<StreamRow[]> {
  if (keys.length === 0) return [];
  const { rows } = await client.query<RawStream>(
    `insert into stream (account_id, point_id, register)
     select * from unnest($1::int4[], $2::int4[], $3::text[])
     returning id, account_id as "accountId", point_id as "pointId", register, numerator_pico::text as "numeratorPico",
               posted_micro as "postedMicro", open, open_upto_ms as "openUptoMs", extra,
               extra_unposted_micro as "extraUnpostedMicro"`,
    [
      int4Array(keys, (k) => k.accountId),
      int4Array(keys, (k) => k.pointId),
      textArray(keys, (k) => k.register),
    ],
  );
  await stampAccounts(
    client,
    keys.map((k) => k.accountId),
  );
  return rows.map((r) => ({
    ...r,
    numeratorPico: BigInt(r.numeratorPico),
    openUptoMs: numberOrNull(r.openUptoMs),
  }));
}

export async function updateStreams(client: pg.ClientBase, streams: readonly StreamRow[]): Promise<void> {
  if (streams.length === 0) return;
  await client.query({
    name: 'update_streams',
    text: `update stream s set numerator_pico = u.n::numeric, posted_micro = u.posted, open = u.open::jsonb, open_upto_ms = u.upto
       from unnest($1::int4[], $2::text[], $3::int8[], $4::text[], $5::int8[]) as u(id, n, posted, open, upto)
      where s.id = u.id`,
    values: [
      int4Array(streams, (s) => s.id),
      textArray(streams, (s) => s.numeratorPico.toString()),
      int8Array(streams, (s) => s.postedMicro),
      textArray(streams, (s) => (s.open === null ? null : JSON.stringify(s.open))),
      int8Array(streams, (s) => s.openUptoMs),
    ],
  });
}

/** Stores the side sums of the few streams that have them. */
export async function updateStreamSides(client: pg.ClientBase, streams: readonly StreamRow[]): Promise<void> {
  const sided = streams.filter((s) => s.extra !== null);
  if (sided.length === 0) return;
  await client.query({
    name: 'update_stream_sides',
    text: `update stream s set extra = u.extra::jsonb, extra_unposted_micro = u.unposted
       from unnest($1::int4[], $2::text[], $3::int8[]) as u(id, extra, unposted) where s.id = u.id`,
    values: [
      int4Array(sided, (s) => s.id),
      textArray(sided, (s) => JSON.stringify(s.extra)),
      int8Array(sided, (s) => s.extraUnpostedMicro),
    ],
  });
}

/** Tier accrual of an account and utility in one period. */
export interface AccrualRow {
  accountId: number;
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  periodMs: number;
  quantityMicro: bigint;
  uptoMs: number;
  crossedMs: number;
}

export async function accrualsOf(
  client: pg.ClientBase,
  accountIds: readonly number[],
): Promise<AccrualRow[]> {
  const { rows } = await client.query<
    Omit<AccrualRow, 'periodMs' | 'uptoMs' | 'crossedMs'> & {
      periodMs: bigint;
      uptoMs: bigint;
      crossedMs: bigint;
    }
  >(
    `select account_id as "accountId", utility, period_ms as "periodMs", quantity_micro as "quantityMicro",
            upto_ms as "uptoMs", crossed_ms as "crossedMs"
       from accrual where account_id = any($1::int4[])`,
    [idArray(accountIds)],
  );
  return rows.map((r) => ({
    ...r,
    periodMs: Number(r.periodMs),
    uptoMs: Number(r.uptoMs),
    crossedMs: Number(r.crossedMs),
  }));
}

export async function upsertAccruals(client: pg.ClientBase, rows: readonly AccrualRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query({
    name: 'upsert_accruals',
    text: `insert into accrual (account_id, utility, period_ms, quantity_micro, upto_ms, crossed_ms)
     select a, u::utility, p, q, t, c from unnest($1::int4[], $2::text[], $3::int8[], $4::int8[], $5::int8[], $6::int8[])
       as x(a, u, p, q, t, c)
     on conflict (account_id, utility, period_ms) do update
       set quantity_micro = excluded.quantity_micro, upto_ms = excluded.upto_ms, crossed_ms = excluded.crossed_ms`,
    values: [
      int4Array(rows, (r) => r.accountId),
      textArray(rows, (r) => r.utility),
      int8Array(rows, (r) => r.periodMs),
      int8Array(rows, (r) => r.quantityMicro),
      int8Array(rows, (r) => r.uptoMs),
      int8Array(rows, (r) => r.crossedMs),
    ],
  });
}
