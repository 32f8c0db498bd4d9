import { sql } from 'drizzle-orm';
import { containing } from './placeSearch';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/** A name of a building or of rooms that is written in Chinese characters. */
export interface HanName {
  name: string;
  /** Of a building; empty for rooms. */
  code: string;
}

/** The distinct such names within the scope, those of buildings first. */
export function hanNames(source: Source, scope: ScopeFilter, limit: number): Promise<HanName[]> {
  const within = withinScope(scope, { campusId: sql`s.campus_id`, spaceId: sql`s.id` });
  return selectRows<HanName>(
    source,
    sql`select s.name, case s.kind when 'BUILDING' then s.code else '' end as code from space s
     where s.kind in ('BUILDING', 'ROOM') and ${within} and s.name ~ '[\u4e00-\u9fff]'
     group by 1, 2 order by min(s.kind), s.name limit ${limit}`,
  );
}

/** A fitted meter found by what somebody typed. */
export interface FoundMeter {
  code: string;
  serial: string;
  /** The feeder that it measures; null: another point. */
  feeder: string | null;
  spaceCode: string;
  /** The text is its whole code or serial number, or that of its feeder. */
  exact: boolean;
}

/** Fitted meters within the scope whose code, serial number or feeder holds `text`; the whole code or number first. */
export function searchMeters(
  source: Source,
  scope: ScopeFilter,
  text: string,
  limit: number,
): Promise<FoundMeter[]> {
  const within = withinScope(scope, {
    campusId: sql`m.campus_id`,
    spaceId: sql`p.space_id`,
    pointId: sql`p.id`,
  });
  const pattern = containing(text);
  return selectRows<FoundMeter>(
    source,
    sql`select m.code, m.serial, case p.role when 'FEEDER' then p.code end as feeder, s.code as "spaceCode",
           (lower(m.code) = lower(${text}) or lower(m.serial) = lower(${text})
             or (p.role = 'FEEDER' and lower(p.code) = lower(${text}))) as exact
      from meter m join meter_install i on i.meter_id = m.id and i.valid_to is null
      join meter_point p on p.id = i.point_id join space s on s.id = p.space_id
     where ${within} and (m.code ilike ${pattern} or m.serial ilike ${pattern} or (p.role = 'FEEDER' and p.code ilike ${pattern}))
     order by exact desc, length(m.code), m.code
     limit ${limit}`,
  );
}

/** Where somebody lives now. */
export interface FoundResident {
  name: string;
  spaceCode: string;
}

/**
 * Rooms within the scope in which somebody of this whole name or number lives: a person is found by who knows them and never listed.
 */
export function searchResidents(
  source: Source,
  scope: ScopeFilter,
  text: string,
  limit: number,
): Promise<FoundResident[]> {
  const within = withinScope(scope, { campusId: sql`a.campus_id`, spaceId: sql`a.space_id` });
  return selectRows<FoundResident>(
    source,
    sql`select distinct pe.name, s.code as "spaceCode"
      from person pe join occupancy o on o.person_id = pe.id
      join account a on a.id = o.account_id join space s on s.id = a.space_id
     where ${within} and (lower(pe.code) = lower(${text}) or lower(pe.name) = lower(${text}))
       and o.valid_from <= ${scope.at} and (o.valid_to is null or o.valid_to > ${scope.at})
     order by s.code limit ${limit}`,
  );
}
