import { findPointPlace } from '../../../db/queries/pointViews';
import { DomainError } from '../../../domain/errors';
import { setOwnLimit } from '../../../engine/setOwnLimit';
import type { Caller } from '../../auth/caller';
import { auditAct } from '../auditAct';
import { namedRefusal } from '../commands/namedRefusal';
import { ownRoomPlace } from '../credit/residentActs';
import type { ServiceDeps } from '../deps';
import type { OwnRoom } from './ownRoom';

/** Meters of others in the same place, such as a feeder's, are none of a resident's. */
const OF_RESIDENTS: ReadonlySet<string> = new Set(['CUSTOMER', 'TENANT']);

/**
 * A resident sets the load limit of a meter of the own room, or takes it back to the cap. @param input.limitW W; null: the cap
 * @returns the command that carries it
 * @throws DomainError notFound/POINT for a point that is not of the own room, and as `setOwnLimit` of the engine
 */
export async function setOwnRoomLimit(
  deps: ServiceDeps,
  caller: Caller,
  own: OwnRoom,
  input: { readonly pointCode: string; readonly limitW: number | null; readonly reason: string | null },
): Promise<{ commandId: string }> {
  const { spaceId } = await ownRoomPlace(deps, own);
  const { pointCode, limitW, reason } = input;
  const point = await findPointPlace(deps.reader, own.scope, pointCode);
  if (!point || point.spaceId !== spaceId || !OF_RESIDENTS.has(point.role))
    throw new DomainError('notFound', 'POINT', `There is no meter point ${pointCode} of yours.`);
  return namedRefusal(deps.reader, async () => {
    const { commandId } = await setOwnLimit(
      deps.database,
      deps.engine,
      {
        campusId: caller.campus.id,
        pointCode,
        limitW,
        actor: caller.actor,
        actorId: caller.user === null ? null : String(caller.user.id),
        reason,
      },
      (tx, asked) =>
        auditAct(tx, deps, caller, {
          action: 'OWN_LIMIT_ASKED',
          target: `point:${pointCode}`,
          before: { limitW: asked.fromW },
          after: { limitW, capW: asked.capW, reason, command: asked.commandId },
        }),
    );
    return { commandId };
  });
}
