import { findCommandView } from '../../../db/queries/commandViews';
import { findPointPlace } from '../../../db/queries/pointViews';
import { DomainError } from '../../../domain/errors';
import { armPoint, cancelCommand, releasePoint } from '../../../engine/requestSupply';
import { type Caller, requirePermission, roleMissing } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';

/** Where a person may open the control panel: wherever cutting or restoring is allowed. */
async function pointToArm(deps: ReadDeps, caller: Caller, pointCode: string) {
  const permissions = [caller.permission('CUT'), caller.permission('RESTORE')];
  const { user } = caller;
  if (user === null || permissions.every((p) => p === null)) throw roleMissing('CUT');
  for (const permission of permissions) {
    const point = permission && (await findPointPlace(deps.reader, permission.scope, pointCode));
    if (point) return { point, user };
  }
  throw new DomainError('notFound', 'METER_POINT', `There is no meter point ${pointCode}.`);
}

/**
 * Reserves a point while its panel is open; asking again renews it.
 * @throws DomainError `refused` `ARMED_BY_OTHER` with the other's name
 */
export async function armPanel(
  deps: ServiceDeps,
  caller: Caller,
  input: { pointCode: string },
): Promise<{ untilMs: number }> {
  const { point, user } = await pointToArm(deps, caller, input.pointCode);
  return armPoint(deps.database, deps.engine, { pointId: point.id, userId: user.id, userName: user.name });
}

/** Closes the panel before its time is over. */
export async function releasePanel(
  deps: ServiceDeps,
  caller: Caller,
  input: { pointCode: string },
): Promise<void> {
  const { point, user } = await pointToArm(deps, caller, input.pointCode);
  await releasePoint(deps.database, { pointId: point.id, userId: user.id });
}

/** Takes back a command in its first seconds. @throws DomainError `conflict` `ALREADY_SENT` */
export async function undoCommand(
  deps: ServiceDeps,
  caller: Caller,
  input: { commandId: string },
): Promise<void> {
  const { scope } = requirePermission(caller, 'VIEW_COMMANDS');
  const command = await findCommandView(deps.reader, scope, input.commandId);
  // Only one's own: another's act is answered by the opposite act, with all interlocks.
  if (!command || command.actor !== caller.actor) {
    throw new DomainError('notFound', 'COMMAND', `There is no command ${input.commandId} of yours.`);
  }
  await cancelCommand(
    deps.database,
    deps.engine,
    { campusId: scope.campusId, commandId: input.commandId, actor: caller.actor },
    (tx) =>
      auditAct(tx, deps, caller, {
        action: 'COMMAND_UNDONE',
        target: `command:${input.commandId}`,
      }),
  );
}
