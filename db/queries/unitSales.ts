import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { RefundableSale } from '../../domain/payments/unitRefund';
import type { ChargeLine } from '../../domain/tariffs/chargeLines';
import { REFUNDABLE } from './refunds';
import { openCursor, type RowCursor } from './rowCursor';
import { selectRows } from './rows';
import type { Source } from './scope';

/** Sales of units to an account since an instant, or all, as refunds see them. */
export function unitSalesOf(
  source: Source,
  accountId: number,
  sinceMs = 0,
): Promise<(RefundableSale & { readonly reference: string })[]> {
  return selectRows(
    source,
    sql`select ${sql.raw(REFUNDABLE)}, p.reference, p.unit_lines as "unitLines" from payment p
      where p.account_id = ${accountId} and p.units_micro is not null and p.accepted_at >= ${new Date(sinceMs)}`,
  );
}

/** Parts of one sale; null: the payment credited money. */
export async function saleLinesOf(client: pg.ClientBase, paymentId: string): Promise<ChargeLine[] | null> {
  const { rows } = await client.query<{ lines: ChargeLine[] | null }>(
    'select unit_lines as lines from payment where id = $1',
    [paymentId],
  );
  return rows[0]?.lines ?? null;
}

/** A payment that bought units, or should have, with all that the ledger moved under its keys. */
export interface BookedSale {
  id: string;
  /** What the account holds; null: money. */
  unit: string | null;
  amountMicro: bigint;
  /** What of it was given or taken back. */
  goneMicro: bigint;
  unitsMicro: bigint | null;
  lines: unknown;
  unitsTxId: bigint | null;
  /** The transaction under the sale's key, and the hash of its lines in hex. */
  saleTxId: bigint | null;
  /** Instant of the sale, ms UTC; null: it is not booked. */
  soldMs: bigint | null;
  /** The tariffs of its campus for what the account holds: by one of them it was sold. */
  tariffIds: number[];
  linesHash: string | null;
  /** What reached the account's pots by the sale, and by it, its refunds and chargebacks together, µ-units. */
  soldMicro: bigint | null;
  heldMicro: bigint | null;
  /** Some of it is of another account, or of another currency than the account's unit. */
  alien: boolean;
}

/**
 * What moved units besides charges: under which key, and of which payment. A refund that failed and a chargeback that was returned
 * moved them twice, or not at all where it was less than a µ-unit.
 */
const UNIT_KEYS = `select id as payment_id, campus_id, account_id, 'units:' || channel || ':' || reference as key, true as is_sale
    from payment where units_micro is not null
  union all
  select payment_id, campus_id, account_id, 'units:refund:' || refund_no || suffix, false
    from refund cross join (values (''), (':returned')) s(suffix) where suffix = '' or state = 'FAILED'
  union all
  select payment_id, campus_id, account_id, 'units:chargeback:' || channel || ':' || reference || suffix, false
    from chargeback cross join (values (''), (':returned')) s(suffix) where suffix = '' or returned_ms is not null`;

const UNIT_TXS = `select t.id, t.campus_id, t.key, t.t_ms, t.currency, encode(t.lines_hash, 'hex') as lines_hash,
         sum(e.amount_micro) filter (where la.account_id is not null)::int8 as micro,
         min(la.account_id) as account_id, max(la.account_id) as last_account_id
    from ledger_tx t join ledger_entry e on e.tx_id = t.id join ledger_account la on la.id = e.ledger_account_id
   where t.kind = 'units' group by t.id`;

/** Payments of accounts in units, and any other that says it bought units, in the order of their transactions. */
export function bookedSales(client: pg.ClientBase): Promise<RowCursor<BookedSale>> {
  return openCursor<BookedSale>(
    client,
    'booked_sales',
    `with moved as (
       select k.payment_id, k.is_sale, t.*, t.account_id <> k.account_id or t.last_account_id <> k.account_id as foreign_pot
         from (${UNIT_KEYS}) k join (${UNIT_TXS}) t on t.campus_id = k.campus_id and t.key = k.key)
     select p.id, a.unit, p.amount_micro as "amountMicro",
            (coalesce((select sum(amount_micro) from refund where payment_id = p.id and state <> 'FAILED'), 0)
             + coalesce((select sum(amount_micro) from chargeback where payment_id = p.id and returned_ms is null), 0))::int8
              as "goneMicro",
            p.units_micro as "unitsMicro", p.unit_lines as lines, p.units_tx_id as "unitsTxId",
            max(m.id) filter (where m.is_sale) as "saleTxId", max(m.lines_hash) filter (where m.is_sale) as "linesHash",
            (max(m.t_ms) filter (where m.is_sale))::int8 as "soldMs",
            coalesce((select array_agg(t.id) from tariff t join tariff s on s.id = a.sold_by_id
                       where t.campus_id = s.campus_id and t.utility = s.utility), '{}') as "tariffIds",
            (sum(m.micro) filter (where m.is_sale))::int8 as "soldMicro", sum(m.micro)::int8 as "heldMicro",
            coalesce(bool_or(m.foreign_pot or m.currency is distinct from a.unit), false) as alien
       from payment p left join account a on a.id = p.account_id and a.campus_id = p.campus_id
       left join moved m on m.payment_id = p.id
      where p.units_micro is not null or a.unit is not null
      group by p.id, a.unit, a.sold_by_id order by p.tx_id, p.id`,
  );
}

/** The first transaction that moved units and that no sale, refund or chargeback stands behind. */
export async function firstStrayUnits(client: pg.ClientBase): Promise<{ id: bigint; key: string } | null> {
  const { rows } = await client.query<{ id: bigint; key: string }>(
    `select t.id, t.key from ledger_tx t
      where t.kind = 'units'
        and not exists (select 1 from (${UNIT_KEYS}) k where k.campus_id = t.campus_id and k.key = t.key)
      order by t.id limit 1`,
  );
  return rows[0] ?? null;
}
