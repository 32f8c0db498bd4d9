import { sql } from 'drizzle-orm';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import type { ScopeFilter, Source } from './scope';

/** Energy and money of the charged electricity points, side by side. */

/** What runs now, from the windows that are open: rated and not yet posted. */
export interface OpenFlow {
  /** Charged electricity points that were heard lately, and all of them. */
  readonly counted: number;
  readonly points: number;
  /** Power that these points' meters measure, W. */
  readonly measuredW: number;
  /** Mean power by their registers since each window opened, W. */
  readonly ratedW: number;
  /** Sum over these windows of quantity × price, per minute of each window, pico-currency. */
  readonly picoPerMinute: number;
  /** Begin of the oldest of these windows. */
  readonly sinceMs: number | null;
}

/** @param heardMs a stream whose newest piece is older than this has no present flow */
export async function readOpenFlow(
  source: Source,
  scope: ScopeFilter,
  nowMs: number,
  heardMs: number,
): Promise<OpenFlow> {
  const [row] = await selectRows<OpenFlow>(
    source,
    sql`with flow as (
        select st.power_w, x.open, (x.open ->> 'f')::float8 as from_ms, (x.open ->> 't')::float8 as to_ms,
               coalesce(q.quantity, 0)::float8 as quantity, coalesce(q.money, 0)::float8 as money
          from stream x
          join meter_point p on p.id = x.point_id and p.utility = 'ELECTRICITY'
          left join meter_install i on i.point_id = p.id and i.valid_to is null
          left join meter_state st on st.meter_id = i.meter_id
          left join lateral (select sum((e ->> 4)::numeric) as quantity, sum((e ->> 4)::numeric * (e ->> 5)::numeric) as money
                               from jsonb_array_elements(x.open -> 'p') e) q on true
         where x.register = 'EA' and ${pointWithin(scope)}
      ), live as (
        select * from flow where open is not null and to_ms > ${nowMs - heardMs}::float8 and to_ms > from_ms
      )
      select count(*)::int as counted, (select count(*)::int from flow) as points,
             coalesce(sum(power_w), 0)::float8 as "measuredW",
             coalesce(sum(quantity * 3600.0 / (to_ms - from_ms)), 0)::float8 as "ratedW",
             coalesce(sum(money * 60000.0 / (to_ms - from_ms)), 0)::float8 as "picoPerMinute",
             min(from_ms) as "sinceMs"
        from live`,
  );
  return row!;
}

/** One span of time three times over: by the registers, by the charges, by the ledger. */
export interface FlowBooks {
  readonly charges: number;
  /** End minus start of the registers of these charges, and what their lines charge, µkWh. */
  readonly registerMicro: bigint;
  readonly quantityMicro: bigint;
  /** Quantity × price, exact, pico-currency as text. */
  readonly numeratorPico: string;
  /** What the charges came to, µ-currency, and what the ledger booked for them. */
  readonly amountMicro: bigint;
  readonly ledgerMicro: bigint;
  /** Carried over: part of a µ that stands in the streams before and after, pico-currency. */
  readonly carryInPico: bigint;
}

/** Charges in force whose window begins in [fromMs, toMs), with the ledger's own sum of their transactions. */
export async function readFlowBooks(
  source: Source,
  scope: ScopeFilter,
  fromMs: number,
  toMs: number,
): Promise<FlowBooks> {
  const [row] = await selectRows<FlowBooks>(
    source,
    sql`with counted as (
        select c.* from stream x
          join meter_point p on p.id = x.point_id and p.utility = 'ELECTRICITY'
          join account a on a.id = x.account_id and a.unit is null
          join lateral (select start_micro, end_micro, quantity_micro, numerator_pico, amount_micro, carry_pico, tx_id
                          from charge
                         where stream_id = x.id and t1_ms > ${fromMs}::bigint and t0_ms >= ${fromMs}::bigint
                           and t0_ms < ${toMs}::bigint and superseded_by is null) c on true
         where x.register = 'EA' and ${pointWithin(scope)}
      )
      select count(*)::int as charges, coalesce(sum(end_micro - start_micro), 0)::bigint as "registerMicro",
             coalesce(sum(quantity_micro), 0)::bigint as "quantityMicro",
             coalesce(sum(numerator_pico), 0)::text as "numeratorPico",
             coalesce(sum(amount_micro), 0)::bigint as "amountMicro",
             coalesce(sum(carry_pico), 0)::bigint as "carryInPico",
             (select coalesce(sum(e.amount_micro), 0)::bigint
                from counted k join ledger_entry e on e.tx_id = k.tx_id
                join ledger_account la on la.id = e.ledger_account_id and la.account_id is null) as "ledgerMicro"
        from counted`,
  );
  return row!;
}
