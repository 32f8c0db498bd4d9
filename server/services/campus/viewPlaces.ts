import {
  type FloorRow,
  listDepartmentBuildings,
  listFloors,
  listMapPlaces,
  type MapPlaceRow,
} from '../../../db/queries/mapPlaces';
import type { ScopeFilter } from '../../../db/queries/scope';
import type { ReadDeps } from '../deps';

/** What a map of the campus is drawn from; changes only when its configuration does. */
export interface CampusPlaces {
  readonly places: readonly MapPlaceRow[];
  readonly floors: readonly FloorRow[];
  /** The department that answers for a building, by the building's code. */
  readonly departments: Readonly<Record<string, string>>;
}

export async function viewPlaces(deps: ReadDeps, scope: ScopeFilter): Promise<CampusPlaces> {
  const [places, floors, departments] = await Promise.all([
    listMapPlaces(deps.reader, scope),
    listFloors(deps.reader, scope),
    listDepartmentBuildings(deps.reader, scope),
  ]);
  const byBuilding: Record<string, string> = {};
  // The largest share comes first and stays.
  for (const { building, department } of departments) byBuilding[building] ??= department;
  return { places, floors, departments: byBuilding };
}
