import { type SQL, sql } from 'drizzle-orm';
import type pg from 'pg';
import type { PaymentChannel } from '../../domain/credit/posting';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Money of which a provider told without an order, over a merchant account that belongs to no one campus. */
export interface UnassignedMoney {
  /** Of the telling. */
  readonly id: string;
  readonly channel: PaymentChannel;
  readonly txn: string;
  readonly amountMicro: bigint;
  readonly currency: string;
  readonly receivedMs: number;
}

const COLUMNS = `v.id::text as id, v.channel, v.provider_txn as txn, v.amount_micro as "amountMicro", v.currency,
  v.received_ms::float8 as "receivedMs"`;
const IS_UNASSIGNED = `v.campus_id is null and v.verdict = 'UNASSIGNED'`;

/** All of it that no campus has taken yet, oldest first, for whoever sees a whole campus. */
export function listUnassigned(source: Source, scope: ScopeFilter): Promise<UnassignedMoney[]> {
  if (!scope.campusWide) return Promise.resolve([]);
  const of = (table: SQL, number: SQL): SQL =>
    sql`not exists (select 1 from ${table} p where p.channel = v.channel and p.${number} = v.provider_txn)`;
  return selectRows<UnassignedMoney>(
    source,
    sql`select ${sql.raw(COLUMNS)} from psp_event v
     where ${sql.raw(IS_UNASSIGNED)} and ${of(sql`suspense_item`, sql`provider_txn`)} and ${of(sql`payment`, sql`reference`)}
     order by v.received_ms limit 200`,
  );
}

/** Locked, so that one campus takes it. */
export async function lockUnassigned(client: pg.ClientBase, id: string): Promise<UnassignedMoney | null> {
  const { rows } = await client.query<UnassignedMoney>(
    `select ${COLUMNS} from psp_event v where v.id = $1::int8 and ${IS_UNASSIGNED} for update`,
    [id],
  );
  return rows[0] ?? null;
}

/** Whether money of this number lies unassigned, or did before a campus took it. */
export async function isUnassigned(client: pg.ClientBase, channel: string, txn: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from psp_event v where v.channel = $1 and v.provider_txn = $2 and ${IS_UNASSIGNED} limit 1`,
    [channel, txn],
  );
  return rowCount === 1;
}

/** Whether another campus than this one took money of this number while it was unassigned. None takes it from here on. */
export async function isClaimedElsewhere(
  client: pg.ClientBase,
  campusId: number,
  channel: string,
  txn: string,
): Promise<boolean> {
  // The row that whoever claims it locks, too.
  const told = await client.query(
    `select 1 from psp_event v where v.channel = $1 and v.provider_txn = $2 and ${IS_UNASSIGNED} for update`,
    [channel, txn],
  );
  if (told.rowCount === 0) return false;
  const { rowCount } = await client.query(
    `select 1 from suspense_item s where s.channel = $2 and s.provider_txn = $3 and s.campus_id <> $1
        and exists (select 1 from psp_event v where v.campus_id = s.campus_id and v.channel = s.channel
                       and v.provider_txn = s.provider_txn and v.source = 'CLAIM') limit 1`,
    [campusId, channel, txn],
  );
  return rowCount === 1;
}

/** Whether money of this number is credited or set aside at any campus. */
export async function isPlacedAnywhere(
  client: pg.ClientBase,
  channel: string,
  txn: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from suspense_item where channel = $1 and provider_txn = $2
     union all select 1 from payment where channel = $1 and reference = $2 limit 1`,
    [channel, txn],
  );
  return rowCount === 1;
}
