import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';

/** Anything that runs typed queries: the `Database`, an open `Tx` or a `ScopedSource`. Functions in `db/queries` take this first. */
export interface Source {
  readonly db: NodePgDatabase;
}

/**
 * What a caller may see or act on. Every query that reads places, accounts, alarms, commands or people takes one, so
 * that a forgotten check is a type error and not a leak. `server/auth/permissions.ts` makes it from roles.
 */
export interface ScopeFilter {
  readonly campusId: number;
  /** True: all of the campus; the lists below are then empty. */
  readonly campusWide: boolean;
  /** Roots of space subtrees. */
  readonly spaceIds: readonly number[];
  /** Roots of department subtrees. */
  readonly departmentIds: readonly number[];
  /** Rooms that this person lives in; null: none. */
  readonly personId: number | null;
  /** Instant at which assignments and occupancies are judged. */
  readonly at: Date;
  /** For alarms alone: those about money are seen too, wherever they stand on the campus. */
  readonly moneyAlarms?: boolean;
}

/** The scope of whoever may see the whole campus. */
export function campusScope(campusId: number, at: Date): ScopeFilter {
  return { campusId, campusWide: true, spaceIds: [], departmentIds: [], personId: null, at };
}

/** The scope in which nothing lies. */
export function noScope(campusId: number, at: Date): ScopeFilter {
  return { campusId, campusWide: false, spaceIds: [], departmentIds: [], personId: null, at };
}

/** A space subtree and nothing else. */
export function spaceScope(campusId: number, spaceId: number, at: Date): ScopeFilter {
  return { ...noScope(campusId, at), spaceIds: [spaceId] };
}

/** The scope of whoever may see what any of these may: one campus, places and departments joined. At least one is needed. */
export function joinedScope(scopes: readonly [ScopeFilter, ...ScopeFilter[]]): ScopeFilter {
  const [{ campusId, at }] = scopes;
  if (scopes.some((scope) => scope.campusWide))
    return { ...campusScope(campusId, at), personId: personOf(scopes) };
  return {
    campusId,
    campusWide: false,
    spaceIds: [...new Set(scopes.flatMap((scope) => scope.spaceIds))],
    departmentIds: [...new Set(scopes.flatMap((scope) => scope.departmentIds))],
    personId: personOf(scopes),
    at,
  };
}

/** Whether all that lies in one scope lies in another, as far as their lists tell: a place under another's root is not looked up. */
export function covers(outer: ScopeFilter, inner: ScopeFilter): boolean {
  if (outer.campusId !== inner.campusId) return false;
  if (outer.campusWide || inner.campusWide) return outer.campusWide;
  return (
    inner.spaceIds.every((id) => outer.spaceIds.includes(id)) &&
    inner.departmentIds.every((id) => outer.departmentIds.includes(id)) &&
    (inner.personId === null || inner.personId === outer.personId)
  );
}

function personOf(scopes: readonly ScopeFilter[]): number | null {
  return scopes.find((scope) => scope.personId !== null)?.personId ?? null;
}

/** Columns by which a row tells where it belongs; what a table lacks is left out. */
export interface ScopedColumns {
  campusId: SQLWrapper;
  spaceId?: SQLWrapper;
  departmentId?: SQLWrapper;
  pointId?: SQLWrapper;
}

/** `{1,2}` as one parameter: an array would otherwise become one parameter per element. */
function idArray(ids: readonly number[]): SQL {
  return sql`${`{${ids.join(',')}}`}::int[]`;
}

/**
 * The one condition that keeps a row inside a scope: its campus, and (unless the scope is campus-wide) a place under one
 * of the scope's spaces, a department under one of its departments, or a room of its person. A row without a place lies
 * outside every limited scope.
 */
export function withinScope(scope: ScopeFilter, columns: ScopedColumns): SQL {
  const campus = sql`${columns.campusId} = ${scope.campusId}`;
  if (scope.campusWide) return campus;
  const ways: SQL[] = [];
  const departments = idArray(scope.departmentIds);
  const assigned = (target: SQL): SQL => sql`exists (select 1 from department_assignment scope_da
    join department scope_d on scope_d.id = scope_da.department_id
    where scope_d.path && ${departments} and ${target}
      and scope_da.valid_from <= ${scope.at} and (scope_da.valid_to is null or scope_da.valid_to > ${scope.at}))`;
  if (columns.spaceId && scope.spaceIds.length > 0) {
    ways.push(
      sql`exists (select 1 from space scope_s where scope_s.id = ${columns.spaceId} and scope_s.path && ${idArray(scope.spaceIds)})`,
    );
  }
  if (columns.spaceId && scope.departmentIds.length > 0) {
    ways.push(
      sql`exists (select 1 from space scope_s where scope_s.id = ${columns.spaceId}
        and ${assigned(sql`scope_da.space_id = any(scope_s.path)`)})`,
    );
  }
  if (columns.pointId && scope.departmentIds.length > 0) {
    ways.push(assigned(sql`scope_da.point_id = ${columns.pointId}`));
  }
  if (columns.departmentId && scope.departmentIds.length > 0) {
    ways.push(
      sql`exists (select 1 from department scope_d where scope_d.id = ${columns.departmentId} and scope_d.path && ${departments})`,
    );
  }
  if (columns.spaceId && scope.personId !== null) {
    ways.push(sql`exists (select 1 from occupancy scope_o join account scope_a on scope_a.id = scope_o.account_id
      where scope_o.person_id = ${scope.personId} and scope_a.space_id = ${columns.spaceId}
        and scope_o.valid_from <= ${scope.at} and (scope_o.valid_to is null or scope_o.valid_to > ${scope.at}))`);
  }
  if (ways.length === 0) return sql`false`;
  return sql`(${campus} and (${sql.join(ways, sql` or `)}))`;
}
