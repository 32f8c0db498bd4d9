import type pg from 'pg';
import { idArray, int4Array, int8Array, textArray } from './binaryArrays';
import { readStamps } from './rowStamps';
import { numberOrNull } from './rows';

/** Account row as ingestion, top-up and policy hold it under lock. */
export interface LockedAccount {
  id: number;
  campusId: number;
  code: string;
  kind: 'ROOM' | 'PERSON' | 'DEPT' | 'PUBLIC';
  status: 'ACTIVE' | 'CLOSED';
  policyCode: string;
  ecState: 'OFF' | 'OFFERED' | 'ACTIVE' | 'EXHAUSTED';
  ecLimitMicro: bigint;
  /** When the newest emergency credit was taken. */
  ecGrantedMs: number | null;
  class: 'PREPAID' | 'SPECIAL' | 'POSTPAID';
  graceDays: number | null;
  graceLimitMicro: bigint | null;
  /** Null: no plan for arrears is agreed. */
  recoveryPercent: number | null;
  instalmentMicro: bigint | null;
  recoverySinceMs: number | null;
  recoveredMicro: bigint;
  tripStage: 'TRIPPED' | 'CONTINUED' | null;
  eligibleMs: number | null;
  finalNoticeMs: number | null;
  toldLevels: string[];
  policyDueMs: number | null;
  /** Amount under an open dispute, µ: it counts toward no cut. 0 where the same objection was rejected before. */
  disputedMicro: bigint;
}

/** Locks accounts in id order: the first lock of every act that moves money or supply. */
export async function lockAccounts(
  client: pg.ClientBase,
  accountIds: readonly number[],
): Promise<Map<number, LockedAccount>> {
  const { rows } = await client.query<LockedAccount>(
    `select id, campus_id as "campusId", code, kind, status, policy_code as "policyCode", ec_state as "ecState",
            ec_limit_micro as "ecLimitMicro", ec_granted_ms as "ecGrantedMs", class, grace_days as "graceDays",
            grace_limit_micro as "graceLimitMicro", recovery_percent as "recoveryPercent",
            instalment_micro as "instalmentMicro", recovery_since_ms as "recoverySinceMs",
            recovered_micro as "recoveredMicro", trip_stage as "tripStage", eligible_ms as "eligibleMs", final_notice_ms as "finalNoticeMs",
            told_levels as "toldLevels", policy_due_ms as "policyDueMs",
            coalesce((select d.disputed_micro from dispute d where d.account_id = account.id
                         and d.state in ('OPENED', 'UNDER_REVIEW')
                         and not exists (select 1 from dispute e
                                          where e.charge_id = d.charge_id and e.verdict = 'REJECTED')), 0)::int8 as "disputedMicro"
       from account where id = any($1::int4[]) order by id for no key update`,
    [idArray(accountIds)],
  );
  return new Map(
    rows.map((r) => [
      r.id,
      {
        ...r,
        ecGrantedMs: numberOrNull(r.ecGrantedMs),
        recoverySinceMs: numberOrNull(r.recoverySinceMs),
        eligibleMs: numberOrNull(r.eligibleMs),
        finalNoticeMs: numberOrNull(r.finalNoticeMs),
        policyDueMs: numberOrNull(r.policyDueMs),
      },
    ]),
  );
}

/** Stores the credit-watch fields of accounts. */
export async function updateAccountWatch(
  client: pg.ClientBase,
  accounts: readonly LockedAccount[],
): Promise<void> {
  if (accounts.length === 0) return;
  await client.query(
    `update account a set ec_state = u.ec::emergency_credit, eligible_ms = u.eligible, final_notice_ms = u.notice,
            told_levels = string_to_array(u.level, ','), policy_due_ms = u.due, ec_limit_micro = u.ec_limit,
            ec_granted_ms = u.ec_granted, recovered_micro = u.recovered, trip_stage = nullif(u.stage, '')
       from unnest($1::int4[], $2::text[], $3::int8[], $4::int8[], $5::text[], $6::int8[], $7::int8[], $8::int8[], $9::int8[],
                   $10::text[])
              as u(id, ec, eligible, notice, level, due, ec_limit, ec_granted, recovered, stage) where a.id = u.id`,
    [
      int4Array(accounts, (a) => a.id),
      textArray(accounts, (a) => a.ecState),
      int8Array(accounts, (a) => a.eligibleMs),
      int8Array(accounts, (a) => a.finalNoticeMs),
      textArray(accounts, (a) => a.toldLevels.join(',')),
      int8Array(accounts, (a) => a.policyDueMs),
      int8Array(accounts, (a) => a.ecLimitMicro),
      int8Array(accounts, (a) => a.ecGrantedMs),
      int8Array(accounts, (a) => a.recoveredMicro),
      textArray(accounts, (a) => a.tripStage ?? ''),
    ],
  );
}

/**
 * Locks accounts in id order, like `lockAccounts`, and tells only the stamp of each row: the transaction that wrote its
 * newest version. Whoever knows an account under the same stamp knows it as it is.
 */
export async function lockAccountStamps(
  client: pg.ClientBase,
  accountIds: readonly number[],
): Promise<Map<number, string>> {
  const { rows } = await client.query<{ stamps: string | null }>(
    `select string_agg(l.id || ' ' || l.xmin, ',') as stamps
       from (select id, xmin from account where id = any($1::int4[]) order by id for no key update) l`,
    [idArray(accountIds)],
  );
  return readStamps(rows[0]?.stamps);
}

/**
 * Gives locked accounts the stamp of this transaction: whoever writes to what belongs to an account, but not to its row or
 * to its streams, thereby tells those who know the account by its stamps.
 */
export async function stampAccounts(client: pg.ClientBase, accountIds: readonly number[]): Promise<void> {
  if (accountIds.length === 0) return;
  await client.query('update account set status = status where id = any($1::int4[])', [idArray(accountIds)]);
}
