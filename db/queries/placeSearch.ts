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
  /** The text is its whole code. */
  exact: boolean;
}

/** LIKE pattern in which nothing that was typed is a wildcard. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

/**
 * Buildings and rooms within the scope whose code or name holds `text`, whose meter has it in its code, or whose name is one of
 * `names`; best first.
 */
export async function searchPlaces(
  source: Source,
  scope: ScopeFilter,
  text: string,
  names: readonly string[],
  limit: number,
): Promise<FoundPlace[]> {
  const within = withinScope(scope, { campusId: sql`s.campus_id`, spaceId: sql`s.id` });
  const pattern = containing(text);
  const hit: SQL = sql`(s.code ilike ${pattern} or s.name ilike ${pattern} or s.name_en ilike ${pattern}
    or s.name = any(${sql.param([...names])}::text[])
    or exists (select 1 from meter_point mp join meter_install mi on mi.point_id = mp.id and mi.valid_to is null
                 join meter mm on mm.id = mi.meter_id where mp.space_id = s.id and mm.code ilike ${pattern}))`;
  return selectRows<FoundPlace>(
    source,
    sql`select s.code, s.kind::text as kind, s.name, s.name_en as "nameEn", b.name as "buildingName",
           b.name_en as "buildingNameEn", e.observed, e.power_w as "powerW", lower(s.code) = lower(${text}) as exact
      from space s
      left join space b on b.id = any(s.path) and b.kind = 'BUILDING' and b.id <> s.id
      left join lateral (
        select ss.observed::text as observed, st.power_w from meter_point p
          left join supply_state ss on ss.point_id = p.id
          left join meter_install i on i.point_id = p.id and i.valid_to is null
          left join meter_state st on st.meter_id = i.meter_id
         where p.space_id = s.id and p.utility = 'ELECTRICITY' and s.kind = 'ROOM' order by p.code limit 1) e on true
     where s.kind in ('BUILDING', 'ROOM') and ${within} and ${hit}
     order by exact desc, (s.code ilike ${`${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`}) desc,
              s.kind, length(s.code), s.code
     limit ${limit}`,
  );
}

/** A place or a feeder that can be switched, with the names of what it stands in, from the building down. */
export interface SwitchedPlace {
  code: string;
  kind: 'CAMPUS' | 'BUILDING' | 'FLOOR' | 'ROOM' | 'ZONE' | 'FEEDER';
  name: string;
  nameEn: string | null;
  above: { name: string; nameEn: string | null }[];
}

/** Names of the places around a space `s`, from the building down; with the space itself or without. */
export function namesAbove(itself: boolean): SQL {
  return sql`coalesce((select jsonb_agg(jsonb_build_object('name', up.name, 'nameEn', up.name_en) order by cardinality(up.path))
      from space up where up.id = any(s.path) and up.kind <> 'CAMPUS' ${itself ? sql`` : sql`and up.id <> s.id`}), '[]'::jsonb)`;
}

/** Each typed word stands in the code or a name of the place `s`, or of what it stands in. */
function everyWord(text: string, own: (pattern: string) => SQL): SQL {
  const words = text.split(/\s+/).filter(Boolean);
  const one = (pattern: string) => sql`(${own(pattern)} or exists (select 1 from space up
    where up.id = any(s.path) and (up.kind <> 'CAMPUS' or up.id = s.id)
      and (up.code ilike ${pattern} or up.name ilike ${pattern} or up.name_en ilike ${pattern})))`;
  return sql.join(
    words.map((word) => one(containing(word))),
    sql` and `,
  );
}

/** Spaces within the scope by words of their own names and of those around them: the closest name first, then the larger place. */
export function searchSpaces(
  source: Source,
  scope: ScopeFilter,
  text: string,
  limit: number,
): Promise<SwitchedPlace[]> {
  const within = withinScope(scope, { campusId: sql`s.campus_id`, spaceId: sql`s.id` });
  const pattern = containing(text);
  return selectRows<SwitchedPlace>(
    source,
    sql`select s.code, s.kind::text as kind, s.name, s.name_en as "nameEn", ${namesAbove(false)} as above
      from space s
     where ${within} and ${everyWord(text, () => sql`false`)}
     order by lower(s.code) = lower(${text}) desc, (s.code ilike ${pattern} or s.name ilike ${pattern} or coalesce(s.name_en, '') ilike ${pattern}) desc,
              s.kind, length(s.code), s.code
     limit ${limit}`,
  );
}

/** Feeders within the scope by words of their code, their name and the place that they stand in. */
export function searchFeeders(
  source: Source,
  scope: ScopeFilter,
  text: string,
  limit: number,
): Promise<SwitchedPlace[]> {
  const within = withinScope(scope, {
    campusId: sql`p.campus_id`,
    spaceId: sql`p.space_id`,
    pointId: sql`p.id`,
  });
  const own = (pattern: string) =>
    sql`p.code ilike ${pattern} or p.name ilike ${pattern} or p.name_en ilike ${pattern}`;
  return selectRows<SwitchedPlace>(
    source,
    sql`select p.code, 'FEEDER' as kind, coalesce(p.name, p.code) as name, p.name_en as "nameEn", ${namesAbove(true)} as above
      from meter_point p join space s on s.id = p.space_id
     where p.role = 'FEEDER' and ${within} and ${everyWord(text, own)}
     order by lower(p.code) = lower(${text}) desc, length(p.code), p.code
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
