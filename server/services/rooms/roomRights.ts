import { findRoom, isSpaceWithin, type RoomRow, seenSince } from '../../../db/queries/rooms';
import type { ScopeFilter } from '../../../db/queries/scope';
import { DomainError } from '../../../domain/errors';
import { type Caller, roleMissing } from '../../auth/caller';
import type { Action } from '../../auth/permissions';
import type { ReadDeps } from '../deps';

/** What a viewer may see and do in one room. Screens hide what is false. */
export interface RoomRights {
  /** Measured values, traces and the facts of supply. */
  readonly live: boolean;
  /** Time left. */
  readonly band: boolean;
  /** Money of the account. */
  readonly money: boolean;
  readonly cashDesk: boolean;
  readonly alarms: boolean;
  readonly commands: boolean;
  readonly residents: boolean;
  readonly cut: boolean;
  /** All below a feeder, by a bulk job. */
  readonly cutFeeder: boolean;
  readonly restore: boolean;
  /** Restores only under the own maintenance tag. */
  readonly restoreOwnTag: boolean;
  readonly requestRestore: boolean;
  readonly readNow: boolean;
  /** Hangs and takes the own maintenance tag. */
  readonly placeTag: boolean;
}

const RIGHTS = {
  live: 'VIEW_LIVE_ROOM',
  band: 'VIEW_BAND',
  money: 'VIEW_MONEY',
  cashDesk: 'CASH_DESK',
  alarms: 'VIEW_ALARMS',
  commands: 'VIEW_COMMANDS',
  residents: 'VIEW_RESIDENTS',
  cut: 'CUT',
  cutFeeder: 'CUT_FEEDER',
  restore: 'RESTORE',
  requestRestore: 'REQUEST_RESTORE',
  readNow: 'READ_NOW',
  placeTag: 'PLACE_TAG',
} as const satisfies Record<string, Action>;

/** Any of these lets a person open a room's page. */
const DOORS: readonly Action[] = ['VIEW_LIVE_ROOM', 'VIEW_BAND', 'VIEW_MONEY'];

/** A room with the scope by which it was found and the viewer's rights in it. */
export interface OpenRoom {
  readonly room: RoomRow;
  readonly scope: ScopeFilter;
  readonly rights: RoomRights;
  /** What happened here before is none of the viewer's: a resident sees the time of the own occupancy. ms UTC; null: no limit. */
  readonly seenSinceMs: number | null;
}

/**
 * Finds a room for a viewer.
 * @throws DomainError `forbidden` where no role opens any room; `notFound` outside the viewer's scope
 */
export async function openRoom(deps: ReadDeps, caller: Caller, code: string): Promise<OpenRoom> {
  const scopes = DOORS.flatMap((action) => caller.permission(action)?.scope ?? []);
  if (scopes.length === 0) throw roleMissing('VIEW_LIVE_ROOM');
  for (const scope of scopes) {
    const room = await findRoom(deps.reader, scope, code);
    if (!room) continue;
    const rights = await rightsIn(deps, caller, room.id);
    return { room, scope, rights, seenSinceMs: await seenSince(deps.reader, scope, room.id) };
  }
  throw new DomainError('notFound', 'ROOM', `There is no room ${code}.`);
}

async function rightsIn(deps: ReadDeps, caller: Caller, spaceId: number): Promise<RoomRights> {
  const known = new Map<string, boolean>();
  const covers = async (scope: ScopeFilter): Promise<boolean> => {
    const key = JSON.stringify(scope);
    const before = known.get(key);
    if (before !== undefined) return before;
    const within = await isSpaceWithin(deps.reader, scope, spaceId);
    known.set(key, within);
    return within;
  };
  const granted = async (action: Action) => {
    const permission = caller.permission(action);
    return permission !== null && (await covers(permission.scope)) ? permission.grant : null;
  };
  const rights: Record<string, boolean> = {};
  for (const [name, action] of Object.entries(RIGHTS)) rights[name] = (await granted(action)) !== null;
  const restore = await granted('RESTORE');
  return {
    ...(rights as Record<keyof typeof RIGHTS, boolean>),
    restore: restore === 'FULL',
    restoreOwnTag: restore === 'OWN_TAG',
  };
}

/** @throws DomainError `forbidden` */
export function needRight(rights: RoomRights, name: keyof typeof RIGHTS): void {
  if (!rights[name]) throw roleMissing(RIGHTS[name]);
}
