import { type Database, type Tx, withTransaction } from '../db/client';
import { alarmsDue, alarmsOfGoneTags } from '../db/queries/alarmRows';
import { applyAlarmAct } from './applyAlarmEvent';
import type { EngineContext } from './context';
import { coverAlarm } from './coverAlarm';
import { escalateAlarm } from './escalateAlarm';

/** Ends of shelving, of added off-delays and of what a maintenance tag kept quiet, and steps of escalation that are due. */
export async function sweepAlarms(database: Database, ctx: EngineContext): Promise<{ swept: number }> {
  const now = ctx.clock.now();
  const due = await alarmsDue(database.pool, now);
  const isDue = (atMs: number | null) => atMs !== null && atMs <= now;
  for (const alarm of due) {
    const byClock = (tx: Tx, kind: 'SHELVE_EXPIRED' | 'RETURN_DUE') =>
      applyAlarmAct(tx, now, {
        alarmId: alarm.id,
        campusId: alarm.campusId,
        actor: 'engine',
        event: { kind, at: now },
      });
    await withTransaction(database, async (tx) => {
      if (isDue(alarm.returnDueMs)) await byClock(tx, 'RETURN_DUE');
      if (isDue(alarm.shelvedUntilMs)) await byClock(tx, 'SHELVE_EXPIRED');
      if (isDue(alarm.escalateDueMs)) await escalateAlarm(tx, now, alarm.id);
    });
  }
  for (const alarm of await alarmsOfGoneTags(database.pool))
    await coverAlarm(database, now, { ...alarm, by: null });
  return { swept: due.length };
}
