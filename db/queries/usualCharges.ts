import type pg from 'pg';
import type { UsualCharges } from '../../domain/detection/balanceAnomaly';

/** Three months of quarter hours at one point. */
const AT_MOST = 8_640;
const QUARTER_MS = 900_000;

/** A charge of an account that its transaction has yet to store; amount in µ of the account's currency. */
export interface ChargeToStore {
  readonly pointId: number;
  readonly t1Ms: number;
  readonly amountMicro: bigint;
}

/**
 * What an account is usually charged in a quarter hour at a point: by the newest of its charges in force that end in (sinceMs, uptoMs].
 * Where credit is low, many of them make one quarter hour. Those of nothing say what it is not charged: after weeks of standstill the
 * first use would be infinitely more than usual.
 * @param toStore what this transaction charged and did not store yet: it counts as if it had come in a batch before
 */
export async function usualCharges(
  client: pg.ClientBase,
  accountId: number,
  sinceMs: number,
  uptoMs: number,
  toStore: readonly ChargeToStore[],
): Promise<UsualCharges> {
  const { rows } = await client.query<UsualCharges>(
    `select coalesce(sum(charges), 0)::int as count, coalesce(percentile_disc(0.99) within group (order by amount), 0) as "p99Micro"
       from (select count(*) as charges, sum(amount_micro)::int8 as amount
               from (select * from (
                       (select point_id, t1_ms, amount_micro from charge where account_id = $1 and t1_ms > $2 and t1_ms <= $3
                           and superseded_by is null and amount_micro > 0 order by t1_ms desc limit ${AT_MOST})
                       union all
                       select * from unnest($4::int[], $5::bigint[], $6::bigint[]) as fresh(point_id, t1_ms, amount_micro)
                        where t1_ms > $2 and t1_ms <= $3 and amount_micro > 0) known
                     order by t1_ms desc limit ${AT_MOST}) newest
              group by point_id, (t1_ms - 1) / ${QUARTER_MS}) quarters`,
    [
      ...[accountId, sinceMs, uptoMs],
      toStore.map(({ pointId }) => pointId),
      toStore.map(({ t1Ms }) => t1Ms),
      toStore.map(({ amountMicro }) => amountMicro.toString()),
    ],
  );
  return rows[0]!;
}

/** When a meter last counted anything, at or before an instant and after `sinceMs`; null: not in that time. */
export async function lastUseMs(
  client: pg.ClientBase,
  meterId: number,
  sinceMs: number,
  uptoMs: number,
): Promise<number | null> {
  const { rows } = await client.query<{ ms: number }>(
    `select (extract(epoch from ts) * 1000)::float8 as ms from reading
      where meter_id = $1 and ts > $2 and ts <= $3 and quantity_micro > 0 order by ts desc limit 1`,
    [meterId, new Date(sinceMs), new Date(uptoMs)],
  );
  return rows[0]?.ms ?? null;
}
