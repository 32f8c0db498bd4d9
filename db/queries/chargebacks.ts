import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { PaymentChannel } from '../../domain/credit/posting';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** A chargeback as stored; µ-currency, ms UTC. */
export interface ChargebackRow {
  readonly id: string;
  readonly campusId: number;
  readonly accountId: number;
  readonly paymentId: string;
  readonly channel: PaymentChannel;
  readonly reference: string;
  readonly amountMicro: bigint;
  readonly reason: string;
  readonly actor: string;
  readonly bookedMs: number;
  readonly txId: bigint;
  readonly returnedMs: number | null;
  readonly clearedMs: number | null;
}

const COLUMNS = `id, campus_id as "campusId", account_id as "accountId", payment_id as "paymentId", channel, reference,
  amount_micro as "amountMicro", reason, actor, booked_ms::float8 as "bookedMs", tx_id as "txId",
  returned_ms::float8 as "returnedMs", cleared_ms::float8 as "clearedMs"`;

/** A payment by the number under which its provider knows it, of whichever campus. */
export interface PaymentAtProvider {
  readonly id: string;
  readonly campusId: number;
  readonly accountId: number;
  readonly amountMicro: bigint;
  readonly currency: string;
}

/** @param campusId null: any campus, where only the provider's number is known */
export async function paymentAtProvider(
  client: pg.ClientBase,
  campusId: number | null,
  channel: string,
  reference: string,
): Promise<PaymentAtProvider | null> {
  const { rows } = await client.query<PaymentAtProvider>(
    `select p.id, p.campus_id as "campusId", p.account_id as "accountId", p.amount_micro as "amountMicro", c.currency
       from payment p join campus c on c.id = p.campus_id
      where p.channel = $2 and p.reference = $3 and ($1::int4 is null or p.campus_id = $1) order by p.campus_id limit 1`,
    [campusId, channel, reference],
  );
  return rows[0] ?? null;
}

/** Locked, after its account. */
export async function lockChargeback(
  client: pg.ClientBase,
  campusId: number,
  channel: string,
  reference: string,
): Promise<ChargebackRow | null> {
  const { rows } = await client.query<ChargebackRow>(
    `select ${COLUMNS} from chargeback where campus_id = $1 and channel = $2 and reference = $3 for update`,
    [campusId, channel, reference],
  );
  return rows[0] ?? null;
}

/** What of a payment was given back or taken back so far, µ. */
export async function goneOfPayment(client: pg.ClientBase, paymentId: string): Promise<bigint> {
  const { rows } = await client.query<{ gone: bigint }>(
    `select (coalesce((select sum(amount_micro) from refund where payment_id = $1 and state <> 'FAILED'), 0)
             + coalesce((select sum(amount_micro) from chargeback where payment_id = $1 and returned_ms is null), 0))::int8 as gone`,
    [paymentId],
  );
  return rows[0]!.gone;
}

export async function insertChargeback(
  client: pg.ClientBase,
  row: Omit<ChargebackRow, 'returnedMs' | 'clearedMs'>,
): Promise<void> {
  await client.query(
    `insert into chargeback (id, campus_id, account_id, payment_id, channel, reference, amount_micro, reason, actor, booked_ms, tx_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      row.id,
      row.campusId,
      row.accountId,
      row.paymentId,
      row.channel,
      row.reference,
      row.amountMicro,
      row.reason,
      row.actor,
      row.bookedMs,
      row.txId,
    ],
  );
}

export async function returnChargeback(
  client: pg.ClientBase,
  id: string,
  returned: { atMs: number; txId: bigint },
): Promise<void> {
  await client.query('update chargeback set returned_ms = $2, returned_tx_id = $3 where id = $1', [
    id,
    returned.atMs,
    returned.txId,
  ]);
}

/** Takes the flag off the account; false where there is no such flag. */
export async function clearChargeback(
  client: pg.ClientBase,
  campusId: number,
  id: string,
  cleared: { by: string; atMs: number; note: string },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update chargeback set cleared_by = $3, cleared_ms = $4, note = $5
      where campus_id = $1 and id = $2 and cleared_ms is null`,
    [campusId, id, cleared.by, cleared.atMs, cleared.note],
  );
  return rowCount === 1;
}

/** A flag on an account, for finance. */
export type FlaggedAccount = Pick<
  ChargebackRow,
  'id' | 'channel' | 'reference' | 'amountMicro' | 'reason' | 'bookedMs' | 'returnedMs'
> & { readonly accountCode: string };

/** Chargebacks whose accounts are flagged, newest first. A scope narrower than the campus sees none. */
export function listFlaggedAccounts(source: Source, scope: ScopeFilter): Promise<FlaggedAccount[]> {
  return selectRows<FlaggedAccount>(
    source,
    sql`select b.id, a.code as "accountCode", b.channel, b.reference, b.amount_micro as "amountMicro", b.reason,
           b.booked_ms::float8 as "bookedMs", b.returned_ms::float8 as "returnedMs"
      from chargeback b join account a on a.id = b.account_id
     where b.campus_id = ${scope.campusWide ? scope.campusId : null} and b.cleared_ms is null
     order by b.booked_ms desc limit 200`,
  );
}
