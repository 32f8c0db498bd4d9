import type { Tx } from '../db/client';
import { insertNotice } from '../db/queries/notices';
import { applyAlarmSignal } from './applyAlarmEvent';
import type { PointEntry, Registry } from './registry';

/**
 * A restore that is due waits because the meter was fitted here less than an hour ago and may feed another place. Who lives
 * there learns until when at the latest; staff get an alarm, for one of them can confirm the meter and end the wait.
 *
 * @param untilMs when the restore goes out by itself, ms UTC
 */
export async function tellHeldRestore(
  tx: Tx,
  registry: Registry,
  point: PointEntry,
  nowMs: number,
  untilMs: number,
): Promise<void> {
  await applyAlarmSignal(tx, nowMs, {
    rule: 'RESTORE_HELD',
    subject: { campusId: point.campusId, type: 'POINT', id: point.pointId, spaceId: point.spaceId },
    kind: 'RAISE',
    atMs: nowMs,
    evidence: { untilMs },
  });
  const payer = point.payers.find(({ fromMs, toMs }) => fromMs <= nowMs && (toMs === null || toMs > nowMs));
  const account = payer && registry.accounts.get(payer.accountId);
  if (!account) return;
  await insertNotice(tx.client, {
    campusId: point.campusId,
    kind: 'RESTORE_HELD',
    accountId: payer.accountId,
    departmentId: null,
    atMs: nowMs,
    dedupeKey: `held:${point.pointId}:${untilMs}`,
    body: { account: account.code, point: point.pointCode, until: untilMs },
  });
}
