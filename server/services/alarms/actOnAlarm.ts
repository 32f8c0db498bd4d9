import { withTransaction } from '../../../db/client';
import { type AlarmView, findAlarm } from '../../../db/queries/alarmViews';
import type { AlarmEvent } from '../../../domain/alarms/alarmMachine';
import { DomainError } from '../../../domain/errors';
import { applyAlarmAct } from '../../../engine/applyAlarmEvent';
import { type Caller, requirePermission } from '../../auth/caller';
import type { Action } from '../../auth/permissions';
import { auditAct } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';

/**
 * The alarm, if the caller may do `action` at its place.
 * @throws DomainError `forbidden` without the role, `notFound` outside the scope
 */
export async function alarmFor(
  deps: ReadDeps,
  caller: Caller,
  action: Action,
  alarmId: number,
): Promise<AlarmView> {
  const { scope } = requirePermission(caller, action);
  const alarm = await findAlarm(deps.reader, scope, alarmId);
  if (!alarm) throw new DomainError('notFound', 'ALARM', `There is no alarm ${alarmId}.`);
  return alarm;
}

/** Takes a person's act to the alarm and the audit log, in one transaction. */
export async function actOnAlarm(
  deps: ServiceDeps,
  caller: Caller,
  alarm: AlarmView,
  event: AlarmEvent,
  detail: Record<string, string | number> = {},
): Promise<void> {
  const nowMs = deps.engine.clock.now();
  await withTransaction(deps.database, async (tx) => {
    await applyAlarmAct(tx, nowMs, {
      alarmId: alarm.id,
      campusId: alarm.campusId,
      event,
      actor: caller.actor,
      detail,
    });
    auditAct(tx, deps, caller, {
      action: `ALARM_${event.kind}`,
      target: `alarm:${alarm.id}`,
      after: detail,
    });
  });
}
