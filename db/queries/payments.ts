import type pg from 'pg';
import type { ChargeLine } from '../../domain/tariffs/chargeLines';

export interface StoredPayment {
  id: string;
  accountId: number;
  amountMicro: bigint;
  txId: bigint;
  /** Units that it bought, µ; null: it credited money. */
  unitsMicro: bigint | null;
  commandIds: string[];
}

/** The payment under a channel's reference; the account's lock makes a check before the insert safe. */
export async function paymentByReference(
  client: pg.ClientBase,
  campusId: number,
  channel: string,
  reference: string,
): Promise<StoredPayment | null> {
  const { rows } = await client.query<StoredPayment>(
    `select id, account_id as "accountId", amount_micro as "amountMicro", tx_id as "txId",
            units_micro as "unitsMicro", command_ids as "commandIds"
       from payment where campus_id = $1 and channel = $2 and reference = $3`,
    [campusId, channel, reference],
  );
  return rows[0] ?? null;
}

/** Opening balances are the import's: nobody enters a payment over the counter under such a reference. */
export const OPENING_PREFIX = 'opening-';

/**
 * Opening balances count where a key brought them in on one person's word, once the campus has people of finance; what was there
 * at its setup, or took two people, does not. In queries whose row is a payment `p`.
 */
const COUNTS = `(p.channel <> 'counter' or p.reference not like '${OPENING_PREFIX}%' or (
   p.actor like 'key:%' and p.approver is null and p.accepted_at > (
     select min(b.valid_from) from role_binding b join app_user u on u.id = b.user_id
      where u.campus_id = p.campus_id and b.role = 'FINANCE')))`;

/** First half of the key of a campus's desk; the second is the campus. */
const DESK_LOCK = 7_216_031;

/**
 * What is taken by hand at a campus is counted one after the other, so that of two the second sees the first. Whoever takes this
 * lock holds those of the accounts already.
 */
export async function lockDesk(client: pg.ClientBase, campusId: number): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, $2)', [DESK_LOCK, campusId]);
}

/** What was credited to accounts since an instant on somebody's word, by code, µ-currency: bank lists, cash desk, API keys. */
export async function byHandToAccounts(
  client: pg.ClientBase,
  campusId: number,
  accounts: readonly string[],
  sinceMs: number,
): Promise<Map<string, bigint>> {
  const { rows } = await client.query<{ code: string; sum: bigint }>(
    `select a.code, sum(p.amount_micro)::bigint as sum
       from account a join payment p on p.account_id = a.id
      where a.campus_id = $1 and a.code = any($2::text[]) and p.accepted_at >= $3
        and (p.channel in ('bank', 'counter') or p.actor like 'key:%') and ${COUNTS}
      group by a.code`,
    [campusId, accounts, new Date(sinceMs)],
  );
  return new Map(rows.map(({ code, sum }) => [code, sum]));
}

/**
 * What the human being behind `actor` credited on a campus since an instant on their word alone, under whichever sign-in, over the
 * counter and by bank lists, µ-currency; for an API key, what all keys of the campus did.
 */
export async function byHandOfOne(
  client: pg.ClientBase,
  campusId: number,
  actor: string,
  sinceMs: number,
): Promise<bigint> {
  const { rows } = await client.query<{ sum: bigint }>(
    `select coalesce(sum(p.amount_micro), 0)::bigint as sum from payment p
      where p.campus_id = $1 and p.accepted_at >= $3 and (p.channel in ('bank', 'counter') or p.actor like 'key:%')
        and p.approver is null and ${COUNTS}
        and case when $2 like 'key:%' then p.actor like 'key:%'
            else p.actor = $2 or p.actor in (
              select 'user:' || o.code from app_user u join app_user o on o.person_id = u.person_id
               where 'user:' || u.code = $2) end`,
    [campusId, actor, new Date(sinceMs)],
  );
  return rows[0]!.sum;
}

export async function insertPayment(
  client: pg.ClientBase,
  p: {
    id: string;
    campusId: number;
    accountId: number;
    channel: string;
    reference: string;
    amountMicro: bigint;
    txId: bigint;
    actor: string;
    /** The second person who consented; null: nobody. */
    approver: string | null;
    reason: string | null;
    acceptedMs: number;
    commandIds: readonly string[];
    /** Units that it bought; null: it credited money. */
    units: { micro: bigint; txId: bigint; lines: readonly ChargeLine[] } | null;
  },
): Promise<void> {
  await client.query(
    `insert into payment (id, campus_id, account_id, channel, reference, amount_micro, tx_id, actor, reason, accepted_at, command_ids,
                          units_micro, units_tx_id, unit_lines, approver)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      p.id,
      p.campusId,
      p.accountId,
      p.channel,
      p.reference,
      p.amountMicro,
      p.txId,
      p.actor,
      p.reason,
      new Date(p.acceptedMs),
      p.commandIds,
      p.units?.micro ?? null,
      p.units?.txId ?? null,
      p.units && JSON.stringify(p.units.lines),
      p.approver,
    ],
  );
  if (p.commandIds.length > 0)
    await client.query('insert into top_up_latency (payment_id, accepted_ms) values ($1, $2)', [
      p.id,
      p.acceptedMs,
    ]);
}
