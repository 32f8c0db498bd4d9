import { withTransaction } from '../../../db/client';
import { insertAlarmEvent } from '../../../db/queries/alarmRows';
import { announce } from '../../../engine/applyAlarmEvent';
import type { Caller } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { alarmFor } from './actOnAlarm';

/** Writes a note into an alarm's history, while it stands or afterwards; all who see the alarm read it. @throws `alarmFor`'s */
export async function noteAlarm(
  deps: ServiceDeps,
  caller: Caller,
  { alarmId, note }: { alarmId: number; note: string },
): Promise<void> {
  const alarm = await alarmFor(deps, caller, 'NOTE_ALARM', alarmId);
  await withTransaction(deps.database, async (tx) => {
    await insertAlarmEvent(tx.client, {
      alarmId: alarm.id,
      atMs: deps.engine.clock.now(),
      event: 'NOTE',
      actor: caller.actor,
      detail: { note },
    });
    announce(tx, alarm.id);
    auditAct(tx, deps, caller, { action: 'ALARM_NOTE', target: `alarm:${alarm.id}`, after: { note } });
  });
}
