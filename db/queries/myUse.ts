import { type SQL, sql } from 'drizzle-orm';
import type { Utility } from '../../domain/metering/reading';
import { chargeWithin } from './accountViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Fewer rooms than this are nobody's average: a median of them would tell of somebody. */
export const SIMILAR_ROOMS_MIN = 5;

/** Use of one utility at an account's points in one UTC hour. */
export interface AccountHour {
  pointCode: string;
  utility: Utility;
  hourMs: number;
  quantityMicro: bigint;
}

/** Hours (begun in [fromMs, toMs), ms UTC) of the points that the account pays for at `at`; hours without a reading are left out. */
export async function listAccountHours(
  source: Source,
  accountId: number,
  range: { fromMs: number; toMs: number },
  at: Date,
): Promise<AccountHour[]> {
  return selectRows<AccountHour>(
    source,
    sql`select p.code as "pointCode", p.utility::text as utility,
           (extract(epoch from h.hour) * 1000)::float8 as "hourMs", sum(h.quantity_micro)::bigint as "quantityMicro"
      from account_point ap
      join meter_point p on p.id = ap.point_id
      join meter_install i on i.point_id = p.id
      join reading_hourly h on h.meter_id = i.meter_id
           and h.hour >= date_trunc('hour', i.valid_from) and (i.valid_to is null or h.hour < i.valid_to)
     where ap.account_id = ${accountId} and ap.valid_from <= ${at} and (ap.valid_to is null or ap.valid_to > ${at})
       and h.hour >= ${new Date(range.fromMs)} and h.hour < ${new Date(range.toMs)}
     group by p.id, h.hour order by h.hour`,
  );
}

/** What an account used of a utility and the ledger does not hold yet: quantity and money, µ. */
export async function openUse(
  source: Source,
  accountId: number,
  utility: Utility,
): Promise<{ quantityMicro: bigint; amountMicro: bigint }> {
  const [row] = await selectRows<{ quantityMicro: bigint; amountMicro: bigint }>(
    source,
    sql`select coalesce(sum(o.quantity), 0)::int8 as "quantityMicro",
           coalesce(sum((floor(st.numerator_pico / 1000000) - st.posted_micro) * case st.register when 'EE' then -1 else 1 end
             + st.extra_unposted_micro), 0)::int8 as "amountMicro"
      from stream st
      join meter_point p on p.id = st.point_id
      left join lateral (
        select sum((piece ->> 4)::int8) as quantity from jsonb_array_elements(st.open -> 'p') piece
         where jsonb_typeof(st.open) = 'object' and st.register <> 'EE') o on true
     where st.account_id = ${accountId} and p.utility = ${utility}`,
  );
  return row ?? { quantityMicro: 0n, amountMicro: 0n };
}

/**
 * Since when (ms UTC) readings of the account's meters of a utility are held until a person has looked at them: what was used since is
 * on no bill. Null: none are.
 */
export async function heldSince(
  source: Source,
  accountId: number,
  utility: Utility,
  at: Date,
): Promise<number | null> {
  const [row] = await selectRows<{ sinceMs: number | null }>(
    source,
    sql`select min(st.base_ms)::float8 as "sinceMs"
      from account_point ap
      join meter_point p on p.id = ap.point_id and p.utility = ${utility}
      join meter_install i on i.point_id = p.id and i.valid_to is null
      join meter_state st on st.meter_id = i.meter_id
     where ap.account_id = ${accountId} and ap.valid_from <= ${at} and (ap.valid_to is null or ap.valid_to > ${at})
       and st.detection -> 'BALANCE_ANOMALY' ? 'heldSinceMs'`,
  );
  return row?.sinceMs ?? null;
}

/** What was charged in one part of a span: energy by its register, money as it left the account's pots. */
export interface UsePart {
  /** The part begins here, ms UTC: an hour or a campus day. */
  startMs: number;
  /** Set where one charge reaches over more than the part, after a time without readings: (fromMs, toMs]. */
  silent: { fromMs: number; toMs: number } | null;
  quantityMicro: bigint;
  debitMicro: bigint;
  /** Begin and end of the charges in it. */
  firstMs: number;
  lastMs: number;
}

/** Quantity of a part by the tariff's periods. */
export interface UsePeriod {
  startMs: number;
  silentFromMs: number | null;
  period: string;
  quantityMicro: bigint;
  /** Of it, paid by a fund. */
  freeMicro: bigint;
  /** Highest price in it, µ-currency per unit. */
  priceMicro: bigint;
}

export interface UseSpan {
  accountId: number;
  utility: Utility;
  /** Charges that lie in (fromMs, toMs]. Charges break at campus midnights, so a span of whole days holds whole charges. */
  fromMs: number;
  toMs: number;
  step: 'hour' | 'day';
  timeZone: string;
}

/** A charge longer than this was not measured hour by hour. */
const LONG_MS = 5_400_000;

/** Charges in force of an account, summed by hours or campus days of their begin, in order. */
export async function listUseParts(source: Source, scope: ScopeFilter, span: UseSpan): Promise<UsePart[]> {
  const rows = await selectRows<Omit<UsePart, 'silent'> & { long: boolean }>(
    source,
    sql`with c as (${chargesOf(scope, span)})
    select start_ms as "startMs", long_ms is not null as long, sum(quantity_micro)::bigint as "quantityMicro",
           sum(debit)::bigint as "debitMicro", min(t0_ms)::float8 as "firstMs", max(t1_ms)::float8 as "lastMs"
      from c group by start_ms, long_ms order by start_ms, long_ms nulls first`,
  );
  return rows.map(({ long, ...row }) => ({
    ...row,
    silent: long ? { fromMs: row.firstMs, toMs: row.lastMs } : null,
  }));
}

/** The lines of the same charges by period. */
export async function listUsePeriods(
  source: Source,
  scope: ScopeFilter,
  span: UseSpan,
): Promise<UsePeriod[]> {
  return selectRows<UsePeriod>(
    source,
    sql`with c as (${chargesOf(scope, span)})
    select start_ms as "startMs", long_ms as "silentFromMs", l ->> 'period' as period,
           sum((l ->> 'q_u')::numeric)::bigint as "quantityMicro",
           coalesce(sum((l ->> 'q_u')::numeric) filter (where l ->> 'payer' like 'FUND:%'), 0)::bigint as "freeMicro",
           max((l ->> 'price_u')::numeric)::bigint as "priceMicro"
      from c cross join lateral jsonb_array_elements(c.lines) l
     where l ->> 'tier' <> '0'
     group by start_ms, long_ms, l ->> 'period' order by start_ms, period`,
  );
}

function chargesOf(scope: ScopeFilter, span: UseSpan): SQL {
  const start = sql`date_trunc(${span.step}::text, to_timestamp(c.t0_ms / 1000.0), ${span.timeZone}::text)`;
  const long =
    span.step === 'hour'
      ? sql`case when c.t1_ms - c.t0_ms > ${LONG_MS}::bigint then c.t0_ms::float8 end`
      : sql`null::float8`;
  return sql`select (extract(epoch from ${start}) * 1000)::float8 as start_ms, ${long} as long_ms, c.t0_ms, c.t1_ms,
           c.quantity_micro, c.lines,
           coalesce((select -sum(e.amount_micro) from ledger_entry e join ledger_account la on la.id = e.ledger_account_id
                      where e.tx_id = c.tx_id and la.account_id = c.account_id), 0) as debit
      from charge c
      join account a on a.id = c.account_id
      join meter_point p on p.id = c.point_id and p.utility = ${span.utility}::utility
     where c.account_id = ${span.accountId} and ${chargeWithin(scope)} and c.superseded_by is null and c.register <> 'EE'
       and c.t1_ms > ${span.fromMs}::bigint and c.t1_ms <= ${span.toMs}::bigint`;
}

/** What rooms like one's own used, and how many they are: the median, and the middle half from `lowMicro` to `highMicro`. */
export interface SimilarRooms {
  rooms: number;
  lowMicro: bigint;
  medianMicro: bigint;
  highMicro: bigint;
}

const HOUR_MS = 3_600_000;

/**
 * Quartiles of what other rooms of the same building and size used in [fromMs, toMs), out of at least five rooms, or null. No
 * room is named by them. An hour that the range cuts, as midnight does in zones of half hours, counts in proportion.
 */
export async function similarRoomsUse(
  source: Source,
  spaceId: number,
  range: { fromMs: number; toMs: number; utility: Utility },
): Promise<SimilarRooms | null> {
  const [row] = await selectRows<SimilarRooms>(
    source,
    sql`with mine as (
        select s.id, s.head_capacity, b.id as building from space s join space b on b.id = any(s.path) and b.kind = 'BUILDING'
         where s.id = ${spaceId}
      ), room_use as (
        select s.id, sum(h.quantity_micro
                 * (least(extract(epoch from h.hour) * 1000 + ${HOUR_MS}::int, ${range.toMs}::bigint)
                    - greatest(extract(epoch from h.hour) * 1000, ${range.fromMs}::bigint)) / ${HOUR_MS}::int) as quantity
          from mine
          join space s on s.path && array[mine.building] and s.kind = 'ROOM' and s.id <> mine.id
               and s.head_capacity is not distinct from mine.head_capacity
          join meter_point p on p.space_id = s.id and p.role = 'CUSTOMER' and p.utility = ${range.utility}::utility
          join meter_install i on i.point_id = p.id and i.valid_to is null
          join reading_hourly h on h.meter_id = i.meter_id
               and h.hour > ${new Date(range.fromMs - HOUR_MS)} and h.hour < ${new Date(range.toMs)}
         group by s.id
      )
      select count(*)::int as rooms,
             (percentile_disc(0.25) within group (order by quantity))::bigint as "lowMicro",
             (percentile_disc(0.5) within group (order by quantity))::bigint as "medianMicro",
             (percentile_disc(0.75) within group (order by quantity))::bigint as "highMicro"
        from room_use having count(*) >= ${SIMILAR_ROOMS_MIN}`,
  );
  return row ?? null;
}
