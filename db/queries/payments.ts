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
const NO_OPENING = `not (channel = 'counter' and reference like '${OPENING_PREFIX}%')`;

const OF_ACCOUNT = `select coalesce(sum(amount_micro), 0)::bigint from payment
   where account_id = $1 and accepted_at >= $2 and (channel in ('bank', 'counter') or actor like 'key:%') and ${NO_OPENING}`;

/** What was credited to an account since an instant on somebody's word alone, µ-currency: bank lists, cash desk, API keys. */
export async function creditedByHandSince(
  client: pg.ClientBase,
  accountId: number,
  sinceMs: number,
): Promise<bigint> {
  const { rows } = await client.query<{ sum: bigint }>(`select (${OF_ACCOUNT}) as sum`, [
    accountId,
    new Date(sinceMs),
  ]);
  return rows[0]!.sum;
}

/** First half of the key of a campus's desk; the second is the campus. */
const DESK_LOCK = 7_216_031;

/** What is taken by hand at a campus is counted one after the other, so that of two the second sees the first. */
export async function lockDesk(client: pg.ClientBase, campusId: number): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, $2)', [DESK_LOCK, campusId]);
}

/** What was taken by hand since an instant, µ-currency. */
export interface TakenByHand {
  /** As `creditedByHandSince`. */
  readonly ofAccount: bigint;
  /**
   * Over the counter by the human being behind `actor`, under whichever sign-in; or, where that is an API key, by all keys of the
   * campus. Payments of more than `aloneMicro` are left out: two people stand behind them.
   */
  readonly ofActor: bigint;
}

export async function takenByHandSince(
  client: pg.ClientBase,
  whose: { campusId: number; accountId: number; actor: string; aloneMicro: bigint },
  sinceMs: number,
): Promise<TakenByHand> {
  const { campusId, accountId, actor, aloneMicro } = whose;
  const { rows } = await client.query<TakenByHand>(
    `select (${OF_ACCOUNT}) as "ofAccount",
            (select coalesce(sum(amount_micro), 0)::bigint from payment
              where campus_id = $3 and accepted_at >= $2 and (channel = 'counter' or actor like 'key:%')
                and amount_micro <= $5 and ${NO_OPENING}
                and case when $4 like 'key:%' then actor like 'key:%'
                    else actor = $4 or actor in (
                      select 'user:' || o.code from app_user u join app_user o on o.person_id = u.person_id
                       where 'user:' || u.code = $4) end) as "ofActor"`,
    [accountId, new Date(sinceMs), campusId, actor, aloneMicro],
  );
  return rows[0]!;
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
    reason: string | null;
    acceptedMs: number;
    commandIds: readonly string[];
    /** Units that it bought; null: it credited money. */
    units: { micro: bigint; txId: bigint; lines: readonly ChargeLine[] } | null;
  },
): Promise<void> {
  await client.query(
    `insert into payment (id, campus_id, account_id, channel, reference, amount_micro, tx_id, actor, reason, accepted_at, command_ids,
                          units_micro, units_tx_id, unit_lines)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
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
    ],
  );
  if (p.commandIds.length > 0)
    await client.query('insert into top_up_latency (payment_id, accepted_ms) values ($1, $2)', [
      p.id,
      p.acceptedMs,
    ]);
}
