import { type ReleasedCharge, releaseHeldCharge } from '../../../engine/releaseHeldCharge';
import type { Caller } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { heldChargeAlarm } from './heldChargeAlarm';

/**
 * Finance lets a charge be taken that was held because it is far beyond the usual.
 * @throws DomainError `conflict` `NO_HELD_CHARGE` / `ALARM_OVER` where nothing is held there any more; `forbidden`, `notFound`
 */
export async function releaseCharge(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly alarmId: number; readonly note: string },
): Promise<ReleasedCharge> {
  const alarm = await heldChargeAlarm(deps, caller, input.alarmId);
  const ask = {
    campusId: alarm.campusId,
    pointCode: alarm.pointCode,
    actor: caller.actor,
    note: input.note,
  };
  return releaseHeldCharge(deps.database, deps.engine, ask, (tx, { quantityMicro }) =>
    auditAct(tx, deps, caller, {
      action: 'CHARGE_RELEASED',
      target: `point:${alarm.pointCode}`,
      after: { alarm: alarm.id, note: input.note, quantityMicro: quantityMicro.toString() },
    }),
  );
}
