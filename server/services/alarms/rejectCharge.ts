import type { Second } from '../../../contracts/payments';
import { textFromMicro } from '../../../domain/units';
import { type RejectedCharge, rejectHeldCharge } from '../../../engine/rejectHeldCharge';
import type { Caller } from '../../auth/caller';
import type { SignInDeps } from '../../auth/checkSignIn';
import { auditAct, auditConsent } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { secondPerson } from '../secondPerson';
import { heldChargeAlarm } from './heldChargeAlarm';

/**
 * Finance finds that a held charge must not be taken: what the meter counted meanwhile is never charged. Who may release may reject;
 * above what one person gives away in a day a second one of them consents.
 * @throws DomainError `conflict` `NO_HELD_CHARGE` / `ALARM_OVER`; `refused` `SECOND_PERSON` / `SECOND_PERSON_WRONG`; `forbidden`; `notFound`; `invalid`
 */
export async function rejectCharge(
  deps: ServiceDeps & SignInDeps,
  caller: Caller,
  input: { readonly alarmId: number; readonly reason: string; readonly second?: Second | undefined },
): Promise<RejectedCharge> {
  const alarm = await heldChargeAlarm(deps, caller, input.alarmId);
  const second = input.second ? await secondPerson(deps, caller, input.second, 'RELEASE_CHARGE') : null;
  // Whoever consents must be allowed to do it themselves, there.
  if (second) await heldChargeAlarm(deps, second, input.alarmId);
  const ask = {
    campusId: alarm.campusId,
    pointCode: alarm.pointCode,
    actor: caller.actor,
    approver: second?.actor ?? null,
    reason: input.reason,
  };
  return rejectHeldCharge(deps.database, deps.engine, ask, (tx, { quantityMicro, worthMicro }) => {
    const act = { action: 'CHARGE_REJECTED', target: `point:${alarm.pointCode}` };
    auditAct(tx, deps, caller, {
      ...act,
      after: {
        alarm: alarm.id,
        reason: input.reason,
        quantityMicro: quantityMicro.toString(),
        worth: textFromMicro(worthMicro),
        ...(second ? { approver: second.actor } : {}),
      },
    });
    auditConsent(tx, deps, caller, second, act);
  });
}
