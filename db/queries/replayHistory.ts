import { sql } from 'drizzle-orm';
import type { AccountClass } from '../../domain/supply/creditTerms';
import type { Protection } from '../../domain/supply/supplyState';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';
import type { PolicyBody } from './storedPolicy';

/** Why an account's past can't be run through a policy: what decided then is not kept by instant. */
export type LeftOutOfReplay =
  | 'UNITS'
  | 'EMERGENCY_CREDIT'
  | 'RECOVERY_PLAN'
  | 'FREE_UNITS'
  | 'DISPUTE'
  | 'EARLY_TRIP'
  | 'PAYER_CHANGED';

/** One electricity point with its payer's credit and what happened to it over a span. Times in ms UTC, ascending. */
export interface ReplayHistoryRow {
  readonly account: string;
  readonly space: string;
  readonly point: string;
  readonly class: AccountClass;
  readonly graceDays: number | null;
  readonly graceLimitMicro: bigint | null;
  readonly protection: Protection;
  readonly leftOut: LeftOutOfReplay | null;
  /** At the end of the span, µ as text. */
  readonly total: string;
  readonly arrears: string;
  /** What each instant added: time, all pots, arrears; µ as text. */
  readonly moves: readonly (readonly [number, string, string])[];
  readonly noticesMs: readonly number[];
  readonly cutsMs: readonly number[];
  /** Approved changes of protection since the start of the span: when, and what it was before. */
  readonly protections: readonly { readonly atMs: number; readonly before: Protection }[];
}

/**
 * Points under a policy whose account owed something or was cut for credit in [fromMs, toMs): all others never ran out, so that no policy
 * cuts them.
 */
export async function replayHistory(
  source: Source,
  scope: ScopeFilter,
  span: { readonly policyCode: string; readonly fromMs: number; readonly toMs: number },
): Promise<ReplayHistoryRow[]> {
  const { policyCode, fromMs, toMs } = span;
  const within = withinScope(scope, {
    campusId: sql`p.campus_id`,
    spaceId: sql`p.space_id`,
    pointId: sql`p.id`,
  });
  const inSpan = sql`between ${fromMs}::bigint and ${toMs}::bigint`;
  return selectRows<ReplayHistoryRow>(
    source,
    sql`select a.code as account, s.code as space, p.code as point, a.class::text as class, a.grace_days as "graceDays",
           a.grace_limit_micro as "graceLimitMicro", p.protection::text as protection,
           case when a.unit is not null then 'UNITS'
                when a.recovery_percent is not null then 'RECOVERY_PLAN'
                when (extract(epoch from ap.valid_from) * 1000) > ${fromMs}::bigint then 'PAYER_CHANGED'
                when a.ec_state in ('ACTIVE', 'EXHAUSTED') or a.ec_granted_ms >= ${fromMs}::bigint then 'EMERGENCY_CREDIT'
                when exists (select 1 from entitlement f where f.account_id = a.id and f.utility = 'ELECTRICITY') then 'FREE_UNITS'
                when exists (select 1 from dispute d where d.account_id = a.id and d.opened_ms <= ${toMs}::bigint
                                and (d.state in ('OPENED', 'UNDER_REVIEW') or d.opened_ms >= ${fromMs}::bigint)) then 'DISPUTE'
                when exists (select 1 from command c where c.point_id = p.id and c.why = 'early_trip' and c.created_ms ${inSpan})
                  then 'EARLY_TRIP' end as "leftOut",
           pots.total::text as total, pots.arrears::text as arrears, coalesce(course.moves, '[]'::jsonb) as moves,
           coalesce((select jsonb_agg(n.at_ms order by n.at_ms) from notice n where n.account_id = a.id and n.kind = 'LOW_BALANCE'
                        and n.at_ms <= ${toMs}::bigint), '[]'::jsonb) as "noticesMs",
           coalesce((select jsonb_agg(c.created_ms order by c.created_ms) from command c
                      where c.point_id = p.id and c.cause = 'ARREARS' and c.op = 'disconnect' and c.issued_ms is not null
                        and c.created_ms ${inSpan}), '[]'::jsonb) as "cutsMs",
           coalesce((select jsonb_agg(jsonb_build_object('atMs', x.decided_ms, 'before', x.before) order by x.decided_ms)
                       from protection_proposal x where x.point_id = p.id and x.state = 'APPROVED' and x.decided_ms >= ${fromMs}::bigint),
                    '[]'::jsonb) as protections
      from account a
      join account_point ap on ap.account_id = a.id and ap.valid_to is null
      join meter_point p on p.id = ap.point_id and p.utility = 'ELECTRICITY'
      join space s on s.id = p.space_id
      join lateral (select sum(la.balance_micro) - coalesce(sum(later.amount), 0) as total,
                           coalesce(sum(la.balance_micro - coalesce(later.amount, 0)) filter (where la.bucket = 'ARREARS'), 0) as arrears
                      from ledger_account la
                      left join lateral (select sum(e.amount_micro) as amount from ledger_entry e join ledger_tx t on t.id = e.tx_id
                                          where e.ledger_account_id = la.id and t.t_ms > ${toMs}::bigint) later on true
                     where la.account_id = a.id) pots on pots.total is not null
      left join lateral (select jsonb_agg(jsonb_build_array(m.t_ms, m.total::text, m.arrears::text) order by m.t_ms) as moves
                           from (select t.t_ms, sum(e.amount_micro) as total,
                                        coalesce(sum(e.amount_micro) filter (where la.bucket = 'ARREARS'), 0) as arrears
                                   from ledger_account la join ledger_entry e on e.ledger_account_id = la.id
                                   join ledger_tx t on t.id = e.tx_id
                                  where la.account_id = a.id and t.t_ms ${inSpan} group by t.t_ms) m) course on true
     where a.campus_id = ${scope.campusId} and a.policy_code = ${policyCode} and a.status = 'ACTIVE' and a.kind <> 'PUBLIC' and ${within}
       and (exists (select 1 from ledger_account la where la.account_id = a.id and la.bucket = 'ARREARS' and la.account_seq > 0)
         or exists (select 1 from command c where c.point_id = p.id and c.cause = 'ARREARS' and c.created_ms ${inSpan}))
     order by s.code, p.code limit 2000`,
  );
}

/** All versions of a policy, oldest first. */
export async function policyVersions(
  source: Source,
  campusId: number,
  code: string,
): Promise<{ readonly fromMs: number; readonly body: PolicyBody }[]> {
  return selectRows<{ fromMs: number; body: PolicyBody }>(
    source,
    sql`select (extract(epoch from created_at) * 1000)::float8 as "fromMs", body from policy
         where campus_id = ${campusId} and code = ${code} order by version`,
  );
}
