import type pg from 'pg';

/** What a prepaid room's ledger said at an instant of the past. */
export interface PastCredit {
  readonly accountId: number;
  /** Of all pots, µ; without use that was not posted then. */
  readonly balanceMicro: bigint;
  readonly used: readonly PastUse[];
}

/** Quantity charged up to that instant, µ, since the starts of its month and of its year. */
export interface PastUse {
  readonly utility: string;
  readonly monthMicro: bigint;
  readonly yearMicro: bigint;
}

/** Credits of a campus's prepaid rooms as they were at `atMs`, from ledger entries and charges; rooms without any entry by then are left out. */
export async function roomCreditsAt(
  client: pg.ClientBase | pg.Pool,
  campusId: number,
  at: { readonly atMs: number; readonly monthMs: number; readonly yearMs: number },
): Promise<PastCredit[]> {
  const { rows } = await client.query<{
    accountId: number;
    balanceMicro: bigint;
    used: { utility: string; month: string; year: string }[] | null;
  }>(
    `with room as materialized (
       select a.id from account a
        where a.campus_id = $1 and a.kind = 'ROOM' and a.status = 'ACTIVE'
          and exists (select 1 from account_point ap join meter_point p on p.id = ap.point_id
                       where ap.account_id = a.id and ap.valid_to is null and p.utility = 'ELECTRICITY')),
     balance as (
       select la.account_id, sum(e.amount_micro)::bigint as micro
         from ledger_tx t
         join ledger_entry e on e.tx_id = t.id
         join ledger_account la on la.id = e.ledger_account_id and la.account_id is not null
        where t.campus_id = $1 and t.t_ms <= $2
        group by 1),
     used as (
       select account_id, json_agg(json_build_object('utility', utility, 'month', month, 'year', year)) as used
         from (select c.account_id, p.utility::text,
                      sum(c.quantity_micro) filter (where c.t1_ms > $3)::text as month,
                      sum(c.quantity_micro)::text as year
                 from charge c join meter_point p on p.id = c.point_id
                where c.campus_id = $1 and c.superseded_by is null and c.t1_ms > $4 and c.t1_ms <= $2
                group by 1, 2) by_utility
        group by 1)
     select r.id as "accountId", b.micro as "balanceMicro", u.used
       from room r join balance b on b.account_id = r.id left join used u on u.account_id = r.id
      order by r.id`,
    [campusId, at.atMs, at.monthMs, at.yearMs],
  );
  return rows.map(({ accountId, balanceMicro, used }) => ({
    accountId,
    balanceMicro,
    used: (used ?? []).map(({ utility, month, year }) => ({
      utility,
      monthMicro: BigInt(month ?? '0'),
      yearMicro: BigInt(year),
    })),
  }));
}
