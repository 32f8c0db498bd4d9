import type pg from 'pg';

/** What a person decided never to charge. Times in ms UTC, registers in primary µ. */
export interface RejectionRow {
  readonly meterId: number;
  /** The epoch that it opens. */
  readonly epoch: number;
  readonly pointId: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly fromMicro: bigint;
  readonly toMicro: bigint;
  readonly quantityMicro: bigint;
  readonly worthMicro: bigint;
  readonly reason: string;
  readonly actor: string;
  readonly approver: string | null;
  readonly atMs: number;
}

export async function insertRejection(client: pg.ClientBase, row: RejectionRow): Promise<void> {
  await client.query(
    `insert into charge_rejection (meter_id, epoch, point_id, from_ms, to_ms, from_micro, to_micro, quantity_micro, worth_micro,
                                   reason, actor, approver, at_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      row.meterId,
      row.epoch,
      row.pointId,
      row.fromMs,
      row.toMs,
      row.fromMicro,
      row.toMicro,
      row.quantityMicro,
      row.worthMicro,
      row.reason,
      row.actor,
      row.approver,
      row.atMs,
    ],
  );
}

/** What was rejected at a point since an instant is worth, µ-currency. */
export async function rejectedWorthSince(
  client: pg.ClientBase,
  pointId: number,
  sinceMs: number,
): Promise<bigint> {
  const { rows } = await client.query<{ sum: bigint }>(
    'select coalesce(sum(worth_micro), 0)::int8 as sum from charge_rejection where point_id = $1 and at_ms >= $2',
    [pointId, sinceMs],
  );
  return rows[0]!.sum;
}

/** Whether what a meter counted at an instant was rejected. */
export async function isRejectedAt(client: pg.ClientBase, meterId: number, atMs: number): Promise<boolean> {
  const { rows } = await client.query(
    'select from charge_rejection where meter_id = $1 and from_ms < $2 and to_ms > $2 limit 1',
    [meterId, atMs],
  );
  return rows.length > 0;
}

/** A rejection that does not hold, or an epoch that none bears out. */
export interface WrongRejection {
  meterCode: string;
  epoch: number;
  problem: string;
}

/**
 * The first rejection whose epoch does not begin where it ends, in whose time a reading is accepted or a charge in force, or the
 * first epoch that says it was rejected where no rejection is kept.
 */
export async function firstWrongRejection(client: pg.ClientBase): Promise<WrongRejection | null> {
  const { rows } = await client.query<WrongRejection>(
    `select m.code as "meterCode", w.epoch, w.problem from (
       select r.meter_id, r.epoch,
              case when e.meter_id is null then 'its epoch is missing'
                   when e.opened_ms <> r.to_ms or e.start_micro is distinct from r.to_micro then 'its epoch begins elsewhere'
                   when exists (select from reading a where a.meter_id = r.meter_id and a.ts > to_timestamp(r.from_ms / 1000.0)
                                   and a.ts < to_timestamp(r.to_ms / 1000.0) and a.quality in (0, 3) and a.value_micro is not null)
                     then 'a reading in its time is accepted'
                   when exists (select from charge c where c.meter_id = r.meter_id and c.superseded_by is null and c.register <> 'EE'
                                   and c.t0_ms < r.to_ms and c.t1_ms > r.from_ms)
                     then 'a charge is in force over it' end as problem
         from charge_rejection r
         left join register_epoch e on e.meter_id = r.meter_id and e.epoch = r.epoch and e.reason = 'CHARGE_REJECTED'
       union all
       select e.meter_id, e.epoch, 'nobody is on record for it' from register_epoch e
        where e.reason = 'CHARGE_REJECTED'
          and not exists (select from charge_rejection r where r.meter_id = e.meter_id and r.epoch = e.epoch)) w
       join meter m on m.id = w.meter_id
      where w.problem is not null order by w.epoch, w.meter_id limit 1`,
  );
  return rows[0] ?? null;
}
