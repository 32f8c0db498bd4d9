import { type Database, type Tx, withTransaction } from '../db/client';
import { insertAlarmEvent, lockAlarm } from '../db/queries/alarmRows';
import { appealingAccounts, isAppealed } from '../db/queries/loadAppeals';
import { insertNotice } from '../db/queries/notices';
import type { AlarmVerdict } from '../domain/alarms/alarmVerdict';
import { DomainError } from '../domain/errors';
import { announce, applyAlarmAct } from './applyAlarmEvent';
import type { Closing, EngineContext } from './context';

export interface LoadAppeal {
  readonly campusId: number;
  readonly alarmId: number;
  /** Notice by which the resident was told. */
  readonly noticeId: number;
  readonly pointCode: string;
  readonly actor: string;
  /** What it was, by the resident's word, and its rated power if known, W. */
  readonly appliance: string;
  readonly powerW: number | null;
}

/**
 * A resident says that what a forbidden load was taken for is something else. It stands in the alarm's history with the appliance;
 * who judges the alarm there decides about it (`judgeAlarm`), so that appeals count towards the rule's precision in the building.
 * Supply is not changed by it: the resident's own restore stays as it is.
 * @throws DomainError conflict/ALREADY_APPEALED
 */
export function appealLoad(
  database: Database,
  ctx: EngineContext,
  { campusId, alarmId, noticeId, pointCode, actor, appliance, powerW }: LoadAppeal,
  closing?: Closing<void>,
): Promise<void> {
  const atMs = ctx.clock.now();
  return withTransaction(database, async (tx) => {
    await lockAlarm(tx.client, alarmId);
    if (await isAppealed(tx.client, alarmId, noticeId))
      throw new DomainError('conflict', 'ALREADY_APPEALED', 'This forbidden load is contested already.');
    const detail = { notice: String(noticeId), appliance, ...(powerW === null ? {} : { powerW }) };
    await insertAlarmEvent(tx.client, { alarmId, atMs, event: 'APPEAL', actor, detail });
    await insertNotice(tx.client, {
      campusId,
      kind: 'LOAD_APPEALED',
      accountId: null,
      departmentId: null,
      alarmId,
      atMs,
      dedupeKey: `appeal:${noticeId}`,
      body: { point: pointCode },
    });
    await announce(tx, alarmId);
    closing?.(tx);
  });
}

/**
 * Tells whoever lived there when an alarm was contested what was decided; a verdict that decides nothing is not told.
 * @returns whether it upholds somebody's appeal
 */
export async function tellAppealDecided(
  tx: Tx,
  alarm: { readonly id: number; readonly campusId: number },
  verdict: AlarmVerdict,
  atMs: number,
): Promise<boolean> {
  if (verdict === 'UNCLEAR') return false;
  const outcome = verdict === 'TRUE' ? 'REJECTED' : 'UPHELD';
  const appealing = await appealingAccounts(tx.client, alarm.id);
  for (const { accountId, accountCode, pointCode, contestedMs } of appealing)
    await insertNotice(tx.client, {
      campusId: alarm.campusId,
      kind: 'LOAD_APPEAL_DECIDED',
      accountId,
      departmentId: null,
      alarmId: alarm.id,
      atMs,
      concernsMs: contestedMs,
      dedupeKey: `appeal-decided:${alarm.id}:${accountId}:${contestedMs}:${outcome}`,
      body: { account: accountCode, point: pointCode, outcome, contestedMs },
    });
  return outcome === 'UPHELD' && appealing.length > 0;
}

/** Who upholds an appeal has seen the alarm: it climbs no ladder any more. One that is over, or was seen, stays as it is. */
export async function acknowledgeUpheld(
  tx: Tx,
  alarm: { readonly id: number; readonly campusId: number },
  actor: string,
  atMs: number,
): Promise<void> {
  const row = await lockAlarm(tx.client, alarm.id);
  if (!row || row.endedMs !== null || row.acknowledged) return;
  await applyAlarmAct(tx, atMs, {
    alarmId: alarm.id,
    campusId: alarm.campusId,
    event: { kind: 'ACKNOWLEDGE', at: atMs },
    actor,
  });
}
