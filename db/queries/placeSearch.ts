import { type SQL, sql } from 'drizzle-orm';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** A place found by what somebody typed. */
export interface FoundPlace {
  code: string;
  kind: 'BUILDING' | 'ROOM' | 'ZONE';
  name: string;
  nameEn: string | null;
  /** Name of the building around it. */
  buildingName: string | null;
  buildingNameEn: string | null;
  observed: 'CLOSED' | 'OPEN' | 'UNKNOWN' | null;
  powerW: number | null;
}

/** LIKE pattern in which nothing that was typed is a wildcard. */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

/** Buildings and rooms within the scope whose code or name holds `text`, or whose meter has it in its code; best first. */
export async function searchPlaces(
  source: Source,
  scope: ScopeFilter,
  text: string,
  limit: number,
): Promise<FoundPlace[]> {
  const within = withinScope(scope, { campusId: sql`s.campus_id`, spaceId: sql`s.id` });
  const pattern = containing(text);
  const hit: SQL = sql`(s.code ilike ${pattern} or s.name ilike ${pattern} or s.name_en ilike ${pattern}
    or exists (select 1 from meter_point mp join meter_install mi on mi.point_id = mp.id and mi.valid_to is null
                 join meter mm on mm.id = mi.meter_id where mp.space_id = s.id and mm.code ilike ${pattern}))`;
  return selectRows<FoundPlace>(
    source,
    sql`select s.code, s.kind::text as kind, s.name, s.name_en as "nameEn", b.name as "buildingName",
           b.name_en as "buildingNameEn", e.observed, e.power_w as "powerW"
      from space s
      left join space b on b.id = any(s.path) and b.kind = 'BUILDING' and b.id <> s.id
      left join lateral (
        select ss.observed::text as observed, st.power_w from meter_point p
          left join supply_state ss on ss.point_id = p.id
          left join meter_install i on i.point_id = p.id and i.valid_to is null
          left join meter_state st on st.meter_id = i.meter_id
         where p.space_id = s.id and p.utility = 'ELECTRICITY' and s.kind = 'ROOM' order by p.code limit 1) e on true
     where s.kind in ('BUILDING', 'ROOM') and ${within} and ${hit}
     order by (lower(s.code) = lower(${text})) desc, (s.code ilike ${`${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`}) desc,
              s.kind, length(s.code), s.code
     limit ${limit}`,
  );
}

/** Names of all campuses, the oldest first. */
export async function listCampusNames(
  source: Source,
): Promise<{ name: string; nameEn: string | null; timeZone: string }[]> {
  return selectRows(
    source,
    sql`select name, name_en as "nameEn", time_zone as "timeZone" from campus order by id`,
  );
}
