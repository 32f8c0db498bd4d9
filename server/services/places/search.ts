import { type FoundPlace, searchPlaces } from '../../../db/queries/placeSearch';
import { type Caller, mayWithin } from '../../auth/caller';
import type { Action } from '../../auth/permissions';
import type { ReadDeps } from '../deps';

const HITS = 12;
/** A place is found by whoever may open something about it. */
const DOORS: readonly Action[] = ['VIEW_MAP', 'VIEW_LIVE_ROOM', 'VIEW_BAND', 'VIEW_MONEY'];

/** Buildings and rooms by code, name or meter, within what the viewer may see. Live state only where that may be seen. */
export async function searchCampus(deps: ReadDeps, caller: Caller, text: string): Promise<FoundPlace[]> {
  const door = DOORS.find((action) => caller.permission(action) !== null);
  const scope = door && caller.permission(door)?.scope;
  if (!scope) return [];
  const hits = await searchPlaces(deps.reader, scope, text, HITS);
  const live = door === 'VIEW_LIVE_ROOM' || mayWithin(caller, 'VIEW_LIVE_ROOM', scope);
  return live ? hits : hits.map((hit) => ({ ...hit, powerW: null }));
}
