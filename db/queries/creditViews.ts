import { sql } from 'drizzle-orm';
import type { DeclaredPeriod } from '../../domain/supply/noCutPeriods';
import { declaredFor } from './noCutDeclarations';
import { COUNTS_AS_TRIP } from './restoreConfirmations';
import { selectRows } from './rows';
import type { Source } from './scope';
import type { PolicyBody } from './storedPolicy';

/** An account's credit terms with the policy that rules them. Times in ms UTC, amounts in µ-currency. */
export interface CreditTermsRow {
  id: number;
  code: string;
  name: string | null;
  class: 'PREPAID' | 'SPECIAL' | 'POSTPAID';
  graceDays: number | null;
  graceLimitMicro: bigint | null;
  recoveryPercent: number | null;
  instalmentMicro: bigint | null;
  recoverySinceMs: number | null;
  recoveredMicro: bigint;
  tripStage: 'TRIPPED' | 'CONTINUED' | null;
  eligibleMs: number | null;
  finalNoticeMs: number | null;
  ecState: 'OFF' | 'OFFERED' | 'ACTIVE' | 'EXHAUSTED';
  ecLimitMicro: bigint;
  ecGrantedMs: number | null;
  ledgerMicro: bigint;
  unpostedMicro: bigint;
  availableMicro: bigint;
  policy: { body: PolicyBody; days: Record<string, string> | null; declared: DeclaredPeriod[] } | null;
}

/** The credit terms of an account; the caller has found it within the viewer's scope. */
export async function findCreditTerms(source: Source, accountId: number): Promise<CreditTermsRow | null> {
  const [row] = await selectRows<CreditTermsRow>(
    source,
    sql`select a.id, a.code, a.name, a.class::text as class, a.grace_days as "graceDays",
           a.grace_limit_micro as "graceLimitMicro", a.recovery_percent as "recoveryPercent",
           a.instalment_micro as "instalmentMicro", a.recovery_since_ms::float8 as "recoverySinceMs",
           a.recovered_micro as "recoveredMicro", a.trip_stage as "tripStage", a.eligible_ms::float8 as "eligibleMs",
           a.final_notice_ms::float8 as "finalNoticeMs", a.ec_state::text as "ecState",
           a.ec_limit_micro as "ecLimitMicro", a.ec_granted_ms::float8 as "ecGrantedMs",
           b.ledger_micro as "ledgerMicro", b.unposted_micro as "unpostedMicro", b.available_micro as "availableMicro",
           case when y.id is null then null else jsonb_build_object('body', y.body, 'days', c.days,
             'declared', ${declaredFor(sql`y.campus_id`, sql`y.code`)}) end as policy
      from account a
      join account_balance b on b.account_id = a.id
      left join policy y on y.campus_id = a.campus_id and y.code = a.policy_code and y.current
      left join calendar c on c.campus_id = a.campus_id and c.code = y.body ->> 'calendar'
     where a.id = ${accountId}`,
  );
  return row ?? null;
}

/** One pot of an account by itself. */
export interface CreditPot {
  name: string;
  bucket: 'CASH' | 'GIFT' | 'SUBSIDY' | 'EC' | 'ARREARS';
  balanceMicro: bigint;
  expiresMs: number | null;
}

export async function listCreditPots(source: Source, accountId: number): Promise<CreditPot[]> {
  return selectRows<CreditPot>(
    source,
    sql`select name, bucket, balance_micro as "balanceMicro", expires_ms::float8 as "expiresMs" from ledger_account
     where account_id = ${accountId} and balance_micro <> 0 order by bucket, expires_ms nulls last, name`,
  );
}

/** A point that an account pays for, with what its credit decision asks. */
export interface CreditPointRow {
  code: string;
  name: string | null;
  nameEn: string | null;
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  protection: 'NONE' | 'CREDIT' | 'LIFE_SAFETY';
  reasons: Record<
    string,
    { sinceMs: number; by: string; cause?: string; note?: string; staffOnly?: boolean; refuted?: boolean }
  >;
  tagged: boolean;
  observed: 'CLOSED' | 'OPEN' | 'UNKNOWN';
  observedMs: number | null;
  changedMs: number | null;
  positionMs: number | null;
  relay: number | null;
  valve: number | null;
  lastMs: number | null;
  intervalMs: number;
  outage: { from: number; to: number } | null;
  /** The newest switching command that lives. */
  command: { id: string; op: string; state: string; createdMs: number; notBeforeMs: number } | null;
  /** The newest switching command was a restore that ended without proof. */
  restoreFailed: boolean;
  /** When an exchange put the meter here and nobody confirmed it since. */
  mappedMs: number | null;
  /** Why the last automatic switching was refused; null: it was not. */
  refusedFor: string | null;
  /** Trips that were confirmed since `sinceMs`. */
  confirmations: number;
}

/** Points that the account pays for at `nowMs`, by code. @param sinceMs start of the local day */
export async function listCreditPoints(
  source: Source,
  accountId: number,
  nowMs: number,
  sinceMs: number,
): Promise<CreditPointRow[]> {
  const now = new Date(nowMs);
  return selectRows<CreditPointRow>(
    source,
    sql`select p.code, p.name, p.name_en as "nameEn", p.utility::text as utility, p.protection::text as protection,
           coalesce(s.reasons, '{}'::jsonb) as reasons, coalesce(s.tags, '[]'::jsonb) <> '[]'::jsonb as tagged,
           coalesce(s.observed::text, 'UNKNOWN') as observed, s.observed_ms::float8 as "observedMs",
           s.changed_ms::float8 as "changedMs", st.position_ms::float8 as "positionMs", st.relay::int as relay,
           st.valve::int as valve, st.last_ms::float8 as "lastMs", coalesce(m.interval_s, 60) * 1000 as "intervalMs",
           st.detection -> 'outage' as outage,
           (select jsonb_build_object('id', c.id, 'op', c.op, 'state', c.state, 'createdMs', c.created_ms,
                                      'notBeforeMs', c.not_before_ms)
              from command c where c.point_id = p.id and c.finished_ms is null
               and c.op in ('connect', 'disconnect', 'valve_open', 'valve_close')
             order by c.created_ms desc, c.id desc limit 1) as command,
           coalesce((select c.op in ('connect', 'valve_open') and c.finished_ms is not null and c.state <> 'VERIFIED'
              from command c where c.point_id = p.id and c.op in ('connect', 'disconnect', 'valve_open', 'valve_close')
             order by c.created_ms desc, c.id desc limit 1), false) as "restoreFailed",
           i.mapped_ms::float8 as "mappedMs", s.refusal ->> 'reason' as "refusedFor",
           (select count(*)::int from restore_confirmation r where r.point_id = p.id and r.at_ms >= ${sinceMs}::bigint
               and ${sql.raw(COUNTS_AS_TRIP)}) as confirmations
      from account_point ap
      join meter_point p on p.id = ap.point_id
      left join supply_state s on s.point_id = p.id
      left join meter_install i on i.point_id = p.id and i.valid_to is null
      left join meter m on m.id = i.meter_id
      left join meter_state st on st.meter_id = m.id
     where ap.account_id = ${accountId} and ap.valid_from <= ${now} and (ap.valid_to is null or ap.valid_to > ${now})
     order by p.utility, p.code`,
  );
}
