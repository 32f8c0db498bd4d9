import type pg from 'pg';
import type { Utility } from '../../domain/metering/reading';
import { openCursor, type RowCursor } from './rowCursor';
import type { TariffBody } from './storedTariff';

/** What ties charges to what was measured and to what it should cost: stored readings, tariff versions, accruals. */

/** Exported energy is measured by a register of its own, whose values stand in another table. */
const BILLING = `register <> 'EE'`;
const ACCEPTED = 'quality in (0, 3) and value_micro is not null';

/** An end of a charge, or of an open window, at which no accepted reading says the same register. */
export interface UnreadEnd {
  /** Null for an open window. */
  chargeId: bigint | null;
  streamId: number;
  meterId: number;
  epoch: number;
  kind: 'START' | 'END';
  atMs: bigint;
  registerMicro: bigint;
}

/**
 * Ends of charges in force and of open windows that do not stand on an accepted reading of the same instant, register and
 * epoch: most of them lie on a midnight or price edge between two readings. A start that another charge ends at is its.
 */
export function unreadEnds(client: pg.ClientBase): Promise<RowCursor<UnreadEnd>> {
  return openCursor<UnreadEnd>(
    client,
    'unread_ends',
    `select e.* from (
       select id as "chargeId", stream_id as "streamId", meter_id as "meterId", epoch, 'END' as kind, t1_ms as "atMs",
              end_micro as "registerMicro"
         from charge where superseded_by is null and ${BILLING}
       union all
       select c.id, c.stream_id, c.meter_id, c.epoch, 'START', c.t0_ms, c.start_micro
         from charge c where c.superseded_by is null and c.${BILLING}
          and not exists (select 1 from charge p where p.stream_id = c.stream_id and p.t1_ms = c.t0_ms and p.superseded_by is null
                             and p.meter_id = c.meter_id and p.epoch = c.epoch and p.end_micro = c.start_micro)
       union all
       select null, id, (open ->> 'm')::int4, (open ->> 'e')::int4, 'END', (open ->> 't')::int8, (open ->> 'r')::int8
         from stream where jsonb_typeof(open) = 'object' and ${BILLING}
       union all
       select null, id, (open ->> 'm')::int4, (open ->> 'e')::int4, 'START', (open ->> 'f')::int8, (open ->> 's')::int8
         from stream where jsonb_typeof(open) = 'object' and ${BILLING}) e
       left join reading r on r.meter_id = e."meterId" and r.ts = to_timestamp(e."atMs" / 1000.0) and r.${ACCEPTED.replace('value_micro', 'r.value_micro')}
      where r.meter_id is null or r.value_micro <> e."registerMicro" or r.epoch <> e.epoch`,
  );
}

/** The accepted readings around one end, and what else may stand for a reading there. */
export interface EndSurroundings {
  beforeMs: bigint | null;
  beforeMicro: bigint | null;
  beforeEpoch: number | null;
  afterMs: bigint | null;
  afterMicro: bigint | null;
  afterEpoch: number | null;
  /** Quantity of the interval that ends with the reading after. */
  afterQuantityMicro: bigint | null;
  /** The reading after has rate registers: inside its interval the register did not run evenly. */
  measured: boolean;
  /** The newest installation at or before the end with a given start register. */
  installedMs: bigint | null;
  installedMicro: bigint | null;
  /** Register modulus in primary µ; null: does not turn over. */
  modulusMicro: bigint | null;
  resetsToZero: boolean;
}

/**
 * For each end, in its order: the last accepted reading before it (at it, for a start) and the first one after it (at it, for
 * an end).
 */
export async function surroundingsOf(
  client: pg.ClientBase,
  ends: readonly UnreadEnd[],
): Promise<EndSurroundings[]> {
  const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::int8`;
  const { rows } = await client.query<EndSurroundings>(
    `select ${ms('p.ts')} as "beforeMs", p.value_micro as "beforeMicro", p.epoch as "beforeEpoch", ${ms('n.ts')} as "afterMs",
            n.value_micro as "afterMicro", n.epoch as "afterEpoch", n.quantity_micro as "afterQuantityMicro",
            exists (select 1 from register_reading g where g.meter_id = e.m and g.ts = n.ts and g.channel like 'EA\\_T%') as measured,
            ${ms('i.valid_from')} as "installedMs", i.start_micro as "installedMicro",
            m.modulus_micro * (m.ratio_micro / 1000000) as "modulusMicro",
            coalesce((m.profile_options ->> 'resetsToZero')::boolean, false) as "resetsToZero"
       from (select m, to_timestamp(t / 1000.0) as at, starts, i
               from unnest($1::int4[], $2::int8[], $3::boolean[]) with ordinality as u(m, t, starts, i)) e
       left join meter m on m.id = e.m
       left join lateral (select ts, value_micro, epoch from reading
                           where meter_id = e.m and (ts < e.at or (e.starts and ts = e.at)) and ts <= e.at and ${ACCEPTED}
                           order by ts desc limit 1) p on true
       left join lateral (select ts, value_micro, epoch, quantity_micro from reading
                           where meter_id = e.m and (ts > e.at or (not e.starts and ts = e.at)) and ts >= e.at and ${ACCEPTED}
                           order by ts limit 1) n on true
       left join lateral (select valid_from, start_micro from meter_install
                           where meter_id = e.m and valid_from <= e.at and start_micro is not null
                           order by valid_from desc limit 1) i on true
      order by e.i`,
    [ends.map((e) => e.meterId), ends.map((e) => e.atMs), ends.map((e) => e.kind === 'START')],
  );
  return rows;
}

/** A tariff version as far as it bears on a stored price. */
export interface StoredPrices {
  id: number;
  tariffId: number;
  validFromMs: bigint;
  /** When it was put in force, or written down to be. */
  createdMs: bigint;
  accrual: string;
  body: TariffBody;
}

export async function storedPrices(client: pg.ClientBase): Promise<StoredPrices[]> {
  const { rows } = await client.query<StoredPrices>(
    `select id, tariff_id as "tariffId", (extract(epoch from valid_from) * 1000)::int8 as "validFromMs",
            (extract(epoch from created_at) * 1000)::int8 as "createdMs", accrual, body
       from tariff_version order by id`,
  );
  return rows;
}

/** Accounts by the tariffs under which they stood. */
export async function tariffsOfAccounts(
  client: pg.ClientBase,
): Promise<{ accountId: number; tariffId: number; fromMs: bigint; toMs: bigint | null }[]> {
  const { rows } = await client.query<{
    accountId: number;
    tariffId: number;
    fromMs: bigint;
    toMs: bigint | null;
  }>(
    `select account_id as "accountId", tariff_id as "tariffId", (extract(epoch from valid_from) * 1000)::int8 as "fromMs",
            (extract(epoch from valid_to) * 1000)::int8 as "toMs" from account_tariff`,
  );
  return rows;
}

/** An accrual that is not the sum of what was charged and rated in its period. */
export interface WrongAccrual {
  accountCode: string | null;
  utility: Utility;
  periodMs: bigint;
  storedMicro: bigint | null;
  usedMicro: bigint;
}

/** Funds whose free units count towards no tier, from what a charge or window noted of the free units at hand. */
const notAdvancing = (free: string) =>
  `(select f ->> 0 from jsonb_array_elements(${free}) f where (f ->> 2)::int = 0)`;

/** The first tier accrual, in the order of accounts, that differs from the charges in force and open windows of its period. */
export async function firstWrongAccrual(client: pg.ClientBase): Promise<WrongAccrual | null> {
  const { rows } = await client.query<WrongAccrual>(
    `with used as (
       select u.account_id, p.utility, sum(u.quantity) as quantity,
              (extract(epoch from date_trunc(case v.accrual when 'YEAR' then 'year' else 'month' end,
                 to_timestamp(u.from_ms / 1000.0) at time zone c.time_zone) at time zone c.time_zone) * 1000)::int8 as period_ms
         from (select account_id, point_id, tariff_version_id as version_id, t0_ms as from_ms, quantity_micro
                      - case when extra -> 'f' @? 'strict $[*] ? (@[2] == 0)' then
                          (select coalesce(sum((line ->> 'q_u')::int8), 0) from jsonb_array_elements(lines) line
                            where line ->> 'tier' <> '0' and line ->> 'payer' in ${notAdvancing(`extra -> 'f'`)})
                        else 0 end as quantity
                 from charge where superseded_by is null and ${BILLING}
               union all
               select account_id, point_id, (open #>> '{p,0,0}')::int4, (open ->> 'f')::int8,
                      (select sum((piece ->> 4)::int8)::int8 from jsonb_array_elements(open -> 'p') piece
                        where piece ->> 3 not in ${notAdvancing(`coalesce(open -> 'g', '[]')`)})
                 from stream where jsonb_typeof(open) = 'object' and ${BILLING}) u
         join meter_point p on p.id = u.point_id
         join campus c on c.id = p.campus_id
         join tariff_version v on v.id = u.version_id and v.accrual <> 'NONE'
        group by 1, 2, 4)
     select coalesce(a.code, account_id::text) as "accountCode", utility, period_ms as "periodMs",
            s.quantity_micro as "storedMicro", coalesce(u.quantity, 0)::int8 as "usedMicro"
       from used u full join accrual s using (account_id, utility, period_ms) left join account a on a.id = account_id
      where coalesce(s.quantity_micro, 0) <> coalesce(u.quantity, 0)
      order by account_id, utility, period_ms limit 1`,
  );
  return rows[0] ?? null;
}
