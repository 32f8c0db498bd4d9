import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { selectRows } from './rows';
import type { Source } from './scope';

/** A gift of money as drafted and decided; amounts in µ-currency, times in ms UTC. */
export interface GiftRow {
  readonly id: number;
  readonly campusId: number;
  readonly accountId: number;
  readonly accountCode: string;
  readonly amountMicro: bigint;
  /** Top-up that it goes with; null: goodwill by itself. */
  readonly paymentId: string | null;
  readonly reason: string;
  readonly state: 'DRAFT' | 'APPROVED' | 'REJECTED';
  readonly draftedBy: string;
  readonly draftedMs: number;
  readonly decidedBy: string | null;
  readonly decidedMs: number | null;
  readonly txId: bigint | null;
}

const GIFT = `g.id, g.campus_id as "campusId", g.account_id as "accountId", a.code as "accountCode",
  g.amount_micro as "amountMicro", g.payment_id as "paymentId", g.reason, g.state::text as state, g.drafted_by as "draftedBy",
  g.drafted_ms::float8 as "draftedMs", g.decided_by as "decidedBy", g.decided_ms::float8 as "decidedMs", g.tx_id as "txId"
  from gift g join account a on a.id = g.account_id`;

/** Newest gifts of a campus or of one account, those to be decided first. */
export async function listGifts(
  source: Source,
  campusId: number,
  accountCode: string | null,
  limit: number,
): Promise<GiftRow[]> {
  return selectRows<GiftRow>(
    source,
    sql`select ${sql.raw(GIFT)} where g.campus_id = ${campusId}
           ${accountCode === null ? sql`` : sql`and a.code = ${accountCode}`}
         order by g.state = 'DRAFT' desc, g.drafted_ms desc, g.id desc limit ${limit}`,
  );
}

/** One gift; null if the campus has none of this id. Not locked: `decideGiftRow` decides once. */
export async function findGift(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  id: number,
): Promise<GiftRow | null> {
  const { rows } = await client.query<GiftRow>(`select ${GIFT} where g.campus_id = $1 and g.id = $2`, [
    campusId,
    id,
  ]);
  return rows[0] ?? null;
}

export async function insertGift(
  client: pg.ClientBase,
  row: Pick<
    GiftRow,
    'campusId' | 'accountId' | 'amountMicro' | 'paymentId' | 'reason' | 'draftedBy' | 'draftedMs'
  >,
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into gift (campus_id, account_id, amount_micro, payment_id, reason, drafted_by, drafted_ms)
     values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [row.campusId, row.accountId, row.amountMicro, row.paymentId, row.reason, row.draftedBy, row.draftedMs],
  );
  return rows[0]!.id;
}

/** Decides a draft; false where it was decided before. */
export async function decideGiftRow(
  client: pg.ClientBase,
  id: number,
  decision: { state: 'APPROVED' | 'REJECTED'; by: string; atMs: number; txId: bigint | null },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update gift set state = $2, decided_by = $3, decided_ms = $4, tx_id = $5 where id = $1 and state = 'DRAFT'`,
    [id, decision.state, decision.by, decision.atMs, decision.txId],
  );
  return rowCount === 1;
}

/** Whether a payment belongs to an account. */
export async function isPaymentOf(
  client: pg.ClientBase,
  accountId: number,
  paymentId: string,
): Promise<boolean> {
  const { rowCount } = await client.query('select 1 from payment where id = $1 and account_id = $2', [
    paymentId,
    accountId,
  ]);
  return (rowCount ?? 0) > 0;
}
