import {
  type FloorRow,
  listDepartmentBuildings,
  listFloors,
  listMapPlaces,
  type MapPlaceRow,
} from '../../../db/queries/mapPlaces';
import type { ScopeFilter } from '../../../db/queries/scope';
import type { ServiceDeps } from '../deps';

/** What a map of the campus is drawn from; changes only when its configuration does. */
export interface CampusPlaces {
  readonly places: readonly MapPlaceRow[];
  readonly floors: readonly FloorRow[];
  /** The department that answers for a building, by the building's code. */
  readonly departments: Readonly<Record<string, string>>;
}

export async function viewPlaces(deps: ServiceDeps, scope: ScopeFilter): Promise<CampusPlaces> {
  const [places, floors, departments] = await Promise.all([
    listMapPlaces(deps.database, scope),
    listFloors(deps.database, scope),
    listDepartmentBuildings(deps.database, scope),
  ]);
  const byBuilding: Record<string, string> = {};
  // The largest share comes first and stays.
  for (const { building, department } of departments) byBuilding[building] ??= department;
  return { places, floors, departments: byBuilding };
}
