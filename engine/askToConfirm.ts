import type { LockedAccount } from '../db/queries/accountLocks';
import { insertNotice } from '../db/queries/notices';
import { releasedBySchedule } from '../db/queries/switchSchedules';
import type { ReconnectRule } from '../domain/supply/reconnectPolicy';
import type { AccountWork } from './accountWork';
import { creditPolicyFor } from './creditFacts';
import type { PointEntry } from './registry';
import type { SupplyDesk } from './supplyDesk';

/** Tells who pays for a point that its supply waits for a word of somebody who is there; once for each time it is held. */
export async function askToConfirm(
  desk: SupplyDesk,
  row: Pick<LockedAccount, 'id' | 'code' | 'campusId'>,
  point: PointEntry,
  rule: ReconnectRule,
): Promise<void> {
  await insertNotice(desk.tx.client, {
    campusId: row.campusId,
    kind: 'CONFIRM_RESTORE',
    accountId: row.id,
    departmentId: null,
    atMs: desk.now,
    dedupeKey: `confirm:${point.pointId}:${desk.row(point.pointId).reasons.ARREARS!.sinceMs}`,
    body: { account: row.code, point: point.pointCode, rule },
  });
}

/**
 * A restore that did not come about for more than a day (the meter was away, a tag hung) closes nothing unattended any more: a
 * heater may be on. The point is held again for whoever lives there to confirm. After a schedule the day runs from its end, which
 * everybody knows beforehand, and not from when it began.
 * @returns whether it was left to them
 */
export async function leaveToResident(
  desk: SupplyDesk,
  account: AccountWork | undefined,
  point: PointEntry,
): Promise<boolean> {
  const { observed, changedMs } = desk.row(point.pointId);
  if (!account || account.row.kind === 'PUBLIC' || point.utility !== 'ELECTRICITY') return false;
  if (observed !== 'OPEN' || changedMs === null) return false;
  const { confirmAfterOffMs } = creditPolicyFor(desk.registry, account).reconnect;
  if (desk.now - changedMs <= confirmAfterOffMs) return false;
  if (await releasedBySchedule(desk.tx.client, point.pointId, desk.now - confirmAfterOffMs)) return false;
  desk.addReason(point.pointId, 'ARREARS', 'rule:OFF_OVER_24H', {
    note: 'CREDIT_USED_UP',
    accountId: account.row.id,
  });
  await askToConfirm(desk, account.row, point, 'OFF_OVER_24H');
  return true;
}
