import { findHolder } from '../../../db/queries/holders';
import { findPointPlace } from '../../../db/queries/pointViews';
import { DomainError } from '../../../domain/errors';
import type { MeterExchange } from '../../../engine/exchangeInput';
import { type ExchangeOutcome, replaceMeter } from '../../../engine/replaceMeter';
import { type Caller, requirePermission } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';

/** Exchanges the meter of a point: the old one is charged to its end register, the new one counts from its start. */
export async function exchangeMeter(
  deps: ServiceDeps,
  caller: Caller,
  input: Omit<MeterExchange, 'campusId' | 'actor'>,
): Promise<ExchangeOutcome> {
  const { scope } = requirePermission(caller, 'REPLACE_METER');
  if (!(await findPointPlace(deps.reader, scope, input.pointCode))) {
    throw new DomainError('notFound', 'METER_POINT', `There is no meter point ${input.pointCode}.`);
  }
  const { gateway } = input.meter;
  if (gateway != null && !(await findHolder(deps.reader, scope, 'GATEWAY', gateway))) {
    throw new DomainError('notFound', 'UNKNOWN_CODE', `There is no gateway "${gateway}".`, {
      field: '/meter/gateway',
    });
  }
  return replaceMeter(
    deps.database,
    deps.engine,
    { ...input, campusId: scope.campusId, actor: caller.actor },
    (tx, outcome) =>
      auditAct(tx, deps, caller, {
        action: 'METER_REPLACED',
        target: `point:${input.pointCode}`,
        before: { meter: outcome.oldMeterCode, endRegister: input.oldEndRegister },
        after: {
          meter: outcome.newMeterCode,
          startRegister: input.meter.startRegister,
          reason: input.reason,
        },
      }),
  );
}
