import {
  type FoundMeter,
  type FoundResident,
  hanNames,
  searchMeters,
  searchResidents,
} from '../../../db/queries/campusSearch';
import { type FoundPlace, searchPlaces } from '../../../db/queries/placeSearch';
import { type Caller, mayWithin } from '../../auth/caller';
import type { Action } from '../../auth/permissions';
import type { ReadDeps } from '../deps';
import { type FoundPage, searchPages } from './searchPages';
import { soundsLike, typedSound } from './soundsLike';

const PLACES = 12;
const METERS = 4;
const RESIDENTS = 4;
const PAGES = 5;
/** Distinct names that are sounded out at most, buildings first: about 40 µs each. */
const NAMES = 1_000;
/** A place is found by whoever may open something about it. */
const DOORS: readonly Action[] = ['VIEW_MAP', 'VIEW_LIVE_ROOM', 'VIEW_BAND', 'VIEW_MONEY'];
/** The same for a meter's page. */
const METER_DOORS: readonly Action[] = ['VIEW_HEALTH', 'VIEW_LIVE_ROOM'];

/** What a search of the campus found, the best of each kind first. */
export interface CampusHits {
  readonly places: readonly FoundPlace[];
  readonly meters: readonly FoundMeter[];
  /** Where somebody lives, to those who see residents there. */
  readonly residents: readonly FoundResident[];
  /** Pages that open for the viewer. */
  readonly pages: readonly FoundPage[];
}

/**
 * Buildings and rooms by code, name, its pinyin or a meter, meters by code, serial or feeder, and where somebody lives by their whole name or
 * number; all within what the viewer may see. Pages by their names. Live state only where that may be seen.
 */
export async function searchCampus(deps: ReadDeps, caller: Caller, text: string): Promise<CampusHits> {
  const meterScope = staffScope(caller, METER_DOORS);
  const residentScope = staffScope(caller, ['VIEW_RESIDENTS']);
  return {
    places: await findPlaces(deps, caller, text),
    meters: meterScope ? await searchMeters(deps.reader, meterScope, text, METERS) : [],
    residents: residentScope ? await searchResidents(deps.reader, residentScope, text, RESIDENTS) : [],
    pages: searchPages(caller, text, PAGES),
  };
}

async function findPlaces(deps: ReadDeps, caller: Caller, text: string): Promise<FoundPlace[]> {
  const door = DOORS.find((action) => caller.permission(action) !== null);
  const scope = door && caller.permission(door)?.scope;
  if (!scope) return [];
  const names = typedSound(text) ? await hanNames(deps.reader, scope, NAMES) : [];
  const sounding = names.filter((one) => soundsLike(text, one)).map(({ name }) => name);
  const hits = await searchPlaces(deps.reader, scope, text, [...new Set(sounding)], PLACES);
  const live = door === 'VIEW_LIVE_ROOM' || mayWithin(caller, 'VIEW_LIVE_ROOM', scope);
  return live ? hits : hits.map((hit) => ({ ...hit, powerW: null }));
}

/** The scope of the first of these that the caller may do beyond the own room; null: none. */
function staffScope(caller: Caller, actions: readonly Action[]) {
  for (const action of actions) {
    const permission = caller.permission(action);
    if (permission && permission.grant !== 'OWN_ROOM') return permission.scope;
  }
  return null;
}
