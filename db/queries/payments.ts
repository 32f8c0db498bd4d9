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

/** What bank transfers brought to an account since an instant, µ-currency. */
export async function transferredSince(
  client: pg.ClientBase,
  accountId: number,
  sinceMs: number,
): Promise<bigint> {
  const { rows } = await client.query<{ sum: bigint }>(
    `select coalesce(sum(amount_micro), 0)::bigint as sum from payment
      where account_id = $1 and channel = 'bank' and accepted_at >= $2`,
    [accountId, new Date(sinceMs)],
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
