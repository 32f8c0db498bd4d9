import type pg from 'pg';
import type { LockedAccount } from './accountLocks';

/** Stores what is agreed with a locked account about its credit. */
export async function updateCreditTerms(client: pg.ClientBase, row: LockedAccount): Promise<void> {
  await client.query(
    `update account set class = $2, grace_days = $3, grace_limit_micro = $4, recovery_percent = $5, instalment_micro = $6,
            recovery_since_ms = $7, recovered_micro = $8 where id = $1`,
    [
      row.id,
      row.class,
      row.graceDays,
      row.graceLimitMicro,
      row.recoveryPercent,
      row.instalmentMicro,
      row.recoverySinceMs,
      row.recoveredMicro,
    ],
  );
}

/**
 * Has the policy look anew at all accounts of a campus whose credit is used up, and at the cuts that wait for the end of a no-cut
 * time, as soon as it can.
 */
export async function reviewUsedUp(client: pg.ClientBase, campusId: number, nowMs: number): Promise<void> {
  await client.query(
    `update account set policy_due_ms = $2
      where id in (select id from account where campus_id = $1 and (eligible_ms is not null or policy_due_ms is not null)
                    order by id for no key update)`,
    [campusId, nowMs],
  );
  await client.query(
    `update supply_state set retry_due_ms = $2
      where point_id in (select s.point_id from supply_state s join meter_point p on p.id = s.point_id
                          where p.campus_id = $1 and s.refusal ->> 'reason' = 'NO_CUT_PERIOD' and s.retry_due_ms > $2
                          order by s.point_id for no key update of s)`,
    [campusId, nowMs],
  );
}
