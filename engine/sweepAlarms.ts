import { type Database, type Tx, withTransaction } from '../db/client';
import { alarmsDue, alarmsOfGoneTags, type DueAlarmRow } from '../db/queries/alarmRows';
import { applyAlarmAct } from './applyAlarmEvent';
import type { EngineContext } from './context';
import { coverAlarm } from './coverAlarm';
import { escalateAlarm } from './escalateAlarm';
import { oneByOne } from './oneByOne';

/** Ends of shelving, of added off-delays and of what a maintenance tag kept quiet, and steps of escalation that are due. */
export async function sweepAlarms(database: Database, ctx: EngineContext): Promise<{ swept: number }> {
  const now = ctx.clock.now();
  const due = [
    ...(await alarmsDue(database.pool, now)).map((alarm) => ({ alarm })),
    ...(await alarmsOfGoneTags(database.pool)).map((uncovered) => ({ uncovered })),
  ];
  await oneByOne(due, ctx.log, 'sweep of an alarm', (one) =>
    'alarm' in one
      ? takeDue(database, now, one.alarm)
      : coverAlarm(database, now, { ...one.uncovered, by: null }),
  );
  return { swept: due.length };
}

async function takeDue(database: Database, now: number, alarm: DueAlarmRow): Promise<void> {
  const isDue = (atMs: number | null) => atMs !== null && atMs <= now;
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
