import { feedersOfFewRooms } from '../../../db/queries/fewRooms';
import { findMeterView, type MeterView } from '../../../db/queries/meterViews';
import { isSpaceWithin } from '../../../db/queries/rooms';
import type { ScopeFilter } from '../../../db/queries/scope';
import { DomainError } from '../../../domain/errors';
import { type Caller, roleMissing } from '../../auth/caller';
import type { Action } from '../../auth/permissions';
import type { ReadDeps } from '../deps';

/** What a viewer may see and do at one meter. Screens hide what is false. */
export interface MeterRights {
  /** What it measures: of a meter in a room that is how somebody lives, and of a feeder of few rooms nearly so. */
  readonly values: boolean;
  readonly commands: boolean;
  readonly alarms: boolean;
  readonly readNow: boolean;
  /** Have it inspected now. */
  readonly inspect: boolean;
}

/** Either opens a meter's page. Residents have their room's page instead. */
const DOORS: readonly Action[] = ['VIEW_HEALTH', 'VIEW_LIVE_ROOM'];

/** A meter with the viewer's rights at it. */
export interface OpenMeter {
  readonly meter: MeterView;
  readonly scope: ScopeFilter;
  readonly rights: MeterRights;
}

/**
 * Finds a meter for a viewer.
 * @throws DomainError `forbidden` where no role opens any meter; `notFound` outside the viewer's scope
 */
export async function openMeter(deps: ReadDeps, caller: Caller, code: string): Promise<OpenMeter> {
  const scopes = DOORS.flatMap((action) => staffScope(caller, action) ?? []);
  if (scopes.length === 0) throw roleMissing('VIEW_HEALTH');
  for (const scope of scopes) {
    const meter = await findMeterView(deps.reader, scope, code);
    if (!meter) continue;
    const granted = async (action: Action) => {
      const own = staffScope(caller, action);
      return own !== null && (await isSpaceWithin(deps.reader, own, meter.spaceId));
    };
    const inRoom = meter.path.some(({ kind }) => kind === 'ROOM');
    const few =
      meter.role === 'FEEDER'
        ? await feedersOfFewRooms(deps.reader, scope, staffScope(caller, 'VIEW_LIVE_ROOM'), [meter.pointId])
        : null;
    return {
      meter,
      scope,
      rights: {
        values: few ? few.size === 0 : !inRoom || (await granted('VIEW_LIVE_ROOM')),
        commands: await granted('VIEW_COMMANDS'),
        alarms: await granted('VIEW_ALARMS'),
        readNow: await granted('READ_NOW'),
        inspect: await granted('INSPECT_METER'),
      },
    };
  }
  throw new DomainError('notFound', 'METER', `There is no meter ${code}.`);
}

/** Where a role of staff allows it: who may see the own room alone is not meant. */
export function staffScope(caller: Caller, action: Action): ScopeFilter | null {
  const permission = caller.permission(action);
  return permission === null || permission.grant === 'OWN_ROOM' ? null : permission.scope;
}
