import type pg from 'pg';

/** A row beside the ledger that is not what was booked for it, or a booking whose row is gone. */
export interface UnprovenMoney {
  /** Null: a transaction of its kind that no row names. */
  table: 'refund' | 'suspense_item' | 'money_grant' | 'gift' | 'chargeback' | 'dispute' | null;
  /** Of the row, or of the transaction where there is none. */
  id: string;
  /** As the row says, and as its transaction posted; null: there is no such row or transaction. */
  statedMicro: bigint | null;
  postedMicro: bigint | null;
  /** Accounts likewise; null where no customer has a part in it. */
  statedAccount: string | null;
  postedAccount: string | null;
  /** Key of the transaction; null: none that the row could have. */
  key: string | null;
}

/** Whose pots moved; null for money of a sale of units, which is income: its units are looked at apart (`unitSales`). */
const MONEY_OF = `case when p.units_tx_id is null then coalesce(a.code, '') end`;

/**
 * The first refund, suspense item, granted subsidy, gift, chargeback or goodwill whose transaction is missing, is another's, or moved
 * another amount or another account's money; or the first such transaction whose row is gone.
 */
export async function firstUnprovenMoney(client: pg.ClientBase): Promise<UnprovenMoney | null> {
  const { rows } = await client.query<UnprovenMoney>(
    `with stated as (
       select 'refund' as tbl, r.refund_no as id, r.campus_id, r.tx_id, r.amount_micro as micro,
              'refund:' || r.channel || ':' || r.refund_no as key, ${MONEY_OF} as account
         from refund r left join account a on a.id = r.account_id and a.campus_id = r.campus_id
         left join payment p on p.id = r.payment_id
       union all
       select 'refund', r.refund_no, r.campus_id, r.reversal_tx_id, r.amount_micro,
              case when r.state = 'FAILED' then 'reverse:' || r.tx_id end, ${MONEY_OF}
         from refund r left join account a on a.id = r.account_id and a.campus_id = r.campus_id
         left join payment p on p.id = r.payment_id
        where r.state = 'FAILED' or r.reversal_tx_id is not null
       union all
       select 'suspense_item', id, campus_id, tx_id, amount_micro, 'topup:' || channel || ':' || provider_txn, null
         from suspense_item
       union all
       select 'suspense_item', id, campus_id, resolution_tx_id, amount_micro, 'suspense:' || id, null
         from suspense_item where resolved_ms is not null or resolution_tx_id is not null
       union all
       select 'money_grant', g.code, g.campus_id, g.tx_id, g.amount_micro, 'grant:' || g.code, coalesce(a.code, '')
         from money_grant g left join account a on a.id = g.account_id and a.campus_id = g.campus_id
       union all
       select 'gift', g.id::text, g.campus_id, g.tx_id, g.amount_micro, 'gift:' || g.id, coalesce(a.code, '')
         from gift g left join account a on a.id = g.account_id and a.campus_id = g.campus_id
        where g.state = 'APPROVED' or g.tx_id is not null
       union all
       select 'chargeback', b.id, b.campus_id, b.tx_id, b.amount_micro, 'chargeback:' || b.channel || ':' || b.reference,
              ${MONEY_OF}
         from chargeback b left join account a on a.id = b.account_id and a.campus_id = b.campus_id
         left join payment p on p.id = b.payment_id
       union all
       select 'chargeback', b.id, b.campus_id, b.returned_tx_id, b.amount_micro,
              'chargeback:' || b.channel || ':' || b.reference || ':returned', ${MONEY_OF}
         from chargeback b left join account a on a.id = b.account_id and a.campus_id = b.campus_id
         left join payment p on p.id = b.payment_id
        where b.returned_ms is not null or b.returned_tx_id is not null
       union all
       select 'dispute', d.id, d.campus_id, (d.outcome ->> 'goodwillTxId')::int8, (d.outcome ->> 'goodwillMicro')::int8,
              'dispute:' || d.id, coalesce(a.code, '')
         from dispute d left join account a on a.id = d.account_id and a.campus_id = d.campus_id
        where d.outcome ->> 'goodwillTxId' is not null),
     booked as (
       select t.id, t.campus_id, t.key, sum(e.amount_micro) filter (where e.amount_micro > 0) as micro,
              max(split_part(p.name, ':', 2)) filter (where p.name like 'cust:%') as account
         from ledger_tx t
         join ledger_entry e on e.tx_id = t.id
         join ledger_account p on p.id = e.ledger_account_id
        where t.kind in ('refund', 'suspense', 'grant', 'gift', 'chargeback') or (t.kind = 'adjust' and t.key like 'dispute:%')
           or (t.kind = 'reversal' and exists (select 1 from ledger_tx o where o.id = t.reverses and o.kind = 'refund'))
        group by t.id)
     select s.tbl as table, coalesce(s.id, b.id::text) as id, s.micro as "statedMicro", b.micro::int8 as "postedMicro",
            s.account as "statedAccount", b.account as "postedAccount", coalesce(b.key, s.key) as key
       from stated s full join booked b on b.id = s.tx_id and b.campus_id = s.campus_id and b.key = s.key
      where s.id is null or b.id is null or b.micro <> s.micro
         or (s.account is not null and b.account is distinct from s.account)
      order by coalesce(b.id, s.tx_id), s.id limit 1`,
  );
  return rows[0] ?? null;
}

/** A fund whose counted spending is not what the ledger took from its pot, µ. */
export interface MiscountedFund {
  code: string;
  spentMicro: bigint;
  paidMicro: bigint;
}

export async function firstMiscountedFund(client: pg.ClientBase): Promise<MiscountedFund | null> {
  const { rows } = await client.query<MiscountedFund>(
    `select f.code, (f.spent_micro + coalesce(u.micro, 0))::int8 as "spentMicro", coalesce(l.micro, 0)::int8 as "paidMicro"
       from fund f
       left join (select campus_id, pot, sum(amount_micro) as micro from fund_use group by 1, 2) u
              on u.campus_id = f.campus_id and u.pot = 'fund:' || f.code
       left join (select p.campus_id, p.name, -sum(e.amount_micro) as micro
                    from ledger_account p join ledger_entry e on e.ledger_account_id = p.id
                   where p.name like 'fund:%' group by 1, 2) l
              on l.campus_id = f.campus_id and l.name = 'fund:' || f.code
      where f.spent_micro + coalesce(u.micro, 0) <> coalesce(l.micro, 0)
      order by f.id limit 1`,
  );
  return rows[0] ?? null;
}
