import type pg from 'pg';
import { PSP_EVENT_HASH } from './pspEvents';

/** Something wrong with what providers told: a row that was changed, or money and telling that don't answer each other. */
export interface UnprovenEvent {
  /** The row that is wrong or alone, as `table:id`. */
  id: string;
  /** CHANGED: since it was written. NO_MONEY: it credited, set aside or took back what is not there. NO_EVENT: nobody told of it. */
  problem: 'CHANGED' | 'NO_MONEY' | 'NO_EVENT';
}

/**
 * The first telling of a provider that was changed since it was recorded, that moved money which isn't there, or whose record is
 * gone although its money is there: of payments by order, and of money in suspense. Chargebacks come by letter, too.
 */
export async function firstUnprovenEvent(client: pg.ClientBase): Promise<UnprovenEvent | null> {
  const { rows } = await client.query<UnprovenEvent>(
    `with money as (
       select 'CREDITED' as verdict, 'payment:' || p.id as id, p.campus_id, p.channel, p.reference as txn, p.amount_micro, c.currency,
              exists (select 1 from payment_order o where o.payment_id = p.id and o.state <> 'MISMATCH') as told
         from payment p join campus c on c.id = p.campus_id
       union all
       select 'SUSPENSE', 'suspense_item:' || s.id, s.campus_id, s.channel, s.provider_txn, s.amount_micro, s.currency, true
         from suspense_item s
       union all
       select 'CHARGED_BACK', 'chargeback:' || b.id, b.campus_id, b.channel, p.reference, b.amount_micro, c.currency,
              false
         from chargeback b join payment p on p.id = b.payment_id join campus c on c.id = b.campus_id),
     moved as (
       select v.id, v.verdict, v.campus_id, v.channel, v.provider_txn as txn, v.amount_micro, v.currency
         from psp_event v where v.verdict in ('CREDITED', 'SUSPENSE', 'CHARGED_BACK')),
     -- Crediting what waited before may leave no line of its own.
     told as (
       select * from moved
       union all
       select v.id, 'CREDITED', v.campus_id, v.channel, v.provider_txn, v.amount_micro, v.currency
         from psp_event v where v.verdict = 'WAITING')
     (select 1 as rank, 'psp_event:' || v.id as id, 'CHANGED' as problem from psp_event v
       where v.row_hash is distinct from ${PSP_EVENT_HASH} order by v.id limit 1)
     union all
     (select 2, 'psp_event:' || v.id, 'NO_MONEY' from moved v
       where not exists (select 1 from money m where (m.verdict, m.campus_id, m.channel, m.txn, m.amount_micro, m.currency)
                                                   = (v.verdict, v.campus_id, v.channel, v.txn, v.amount_micro, v.currency))
       order by v.id limit 1)
     union all
     (select 3, m.id, 'NO_EVENT' from money m
       where m.told
         and not exists (select 1 from told v where (m.verdict, m.campus_id, m.channel, m.txn, m.amount_micro, m.currency)
                                                   = (v.verdict, v.campus_id, v.channel, v.txn, v.amount_micro, v.currency))
       order by m.id limit 1)
     order by rank limit 1`,
  );
  return rows[0] ?? null;
}
