import { sql } from 'drizzle-orm';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** A building, or ground such as roads and water, as the map draws it. */
export interface MapPlaceRow {
  readonly code: string;
  readonly kind: 'BUILDING' | 'ZONE';
  readonly name: string;
  readonly nameEn: string | null;
  /** GeoJSON, WGS-84; null: not placed. */
  readonly geometry: { readonly type: string; readonly coordinates: unknown } | null;
  readonly floors: number;
  /** Sum of the ratings of the feeders that come in from outside the building, W; null where none is rated. */
  readonly capacityW: number | null;
}

/** Buildings within the scope and all ground of the campus, in the order of the import. */
export async function listMapPlaces(source: Source, scope: ScopeFilter): Promise<MapPlaceRow[]> {
  const within = withinScope(scope, { campusId: sql`s.campus_id`, spaceId: sql`s.id` });
  return selectRows<MapPlaceRow>(
    source,
    sql`select s.code, s.kind::text as kind, s.name, s.name_en as "nameEn", s.geometry,
           (select count(*)::int from space f where f.kind = 'FLOOR' and s.id = any(f.path)) as floors,
           (select sum(p.capacity_w)::float8 from meter_point p join space ps on ps.id = p.space_id
             where p.role = 'FEEDER' and p.utility = 'ELECTRICITY' and s.id = any(ps.path)
               and not exists (
                 select 1 from feeder_link l join meter_point pp on pp.id = l.parent_point_id join space pps on pps.id = pp.space_id
                  where l.child_point_id = p.id and l.sign > 0 and s.id = any(pps.path)
                    and l.valid_from <= ${scope.at} and (l.valid_to is null or l.valid_to > ${scope.at}))) as "capacityW"
      from space s
     where (s.kind = 'BUILDING' and ${within})
        or (s.kind = 'ZONE' and s.geometry is not null and s.campus_id = ${scope.campusId})
     order by s.position, s.id`,
  );
}

/** Buildings that a department answers for as a whole, by code. */
export async function listDepartmentBuildings(
  source: Source,
  scope: ScopeFilter,
): Promise<{ building: string; department: string }[]> {
  return selectRows(
    source,
    sql`select s.code as building, d.code as department
      from department_assignment a
      join department d on d.id = a.department_id
      join space s on s.id = a.space_id and s.kind = 'BUILDING'
     where ${withinScope(scope, { campusId: sql`s.campus_id`, spaceId: sql`s.id` })}
       and a.valid_from <= ${scope.at} and (a.valid_to is null or a.valid_to > ${scope.at})
     order by a.share_ppm desc, d.code`,
  );
}

/** A floor with the building that it belongs to. */
export interface FloorRow {
  readonly building: string;
  readonly name: string;
  readonly nameEn: string | null;
}

/** Floors of the buildings within the scope, from the ground up. */
export async function listFloors(source: Source, scope: ScopeFilter): Promise<FloorRow[]> {
  return selectRows<FloorRow>(
    source,
    sql`select b.code as building, s.name, s.name_en as "nameEn"
      from space s join space b on b.id = any(s.path) and b.kind = 'BUILDING'
     where s.kind = 'FLOOR' and ${withinScope(scope, { campusId: sql`s.campus_id`, spaceId: sql`s.id` })}
     order by b.position, b.id, s.position, s.id`,
  );
}
