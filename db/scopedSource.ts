import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { type Database, transactionOn } from './client';
import { campusScope, type ScopeFilter, type Source } from './queries/scope';
import { VIEWER_ROLE } from './viewerRole';

/**
 * How far a request reaches at all, over everything that it may do. People and keys have the records of their scope in sight;
 * a display has aggregates of its campus, and behind the wall no more than which accounts there are.
 */
export type Reach =
  | { readonly kind: 'RECORDS'; readonly scope: ScopeFilter }
  | { readonly kind: 'DISPLAY'; readonly campusId: number };

/** Reads for somebody. Behind it stands the database's own row-level security, whether a query minds its scope or not. */
export interface ScopedSource extends Source {
  /** Tells databases apart for what is remembered per database. Nothing can be read with it. */
  readonly origin: object;
  /** As wide as the campus: for counts of the installation that name nobody and no account. */
  wholeCampus(): ScopedSource;
}

/**
 * A source that reads as the viewer's role within `reach`: each statement in a read-only transaction of its own, on a
 * connection of the pool, with the role and the reach set for that transaction alone. So the connection goes back as it
 * came, statements may run side by side, and nobody holds a connection between two statements.
 *
 * What it does not stop: text that is not ours inside a statement. A statement could set the role back for itself; ours
 * take every value as a parameter.
 */
export function scopedSource(database: Database, reach: Reach): ScopedSource {
  const begin = beginWithin(reach);
  const connection = {
    query: (statement: pg.QueryConfig, values: unknown[]) =>
      transactionOn(database.pool, begin, (client) => client.query(statement, values)),
  };
  return {
    // Of a client drizzle uses `query` alone; were this a pool, its transactions would slip past the reach.
    db: drizzle(connection as unknown as pg.PoolClient),
    origin: database.pool,
    wholeCampus: () => scopedSource(database, wholeCampus(reach)),
  };
}

function wholeCampus(reach: Reach): Reach {
  if (reach.kind === 'DISPLAY') return reach;
  const { campusId, at } = reach.scope;
  return { kind: 'RECORDS', scope: campusScope(campusId, at) };
}

/** One message to the server: statements without parameters may go together. Numbers alone are put into it. */
function beginWithin(reach: Reach): string {
  const settings = settingsOf(reach).map(
    ([name, value]) => `set_config('wattkeep.${name}', '${value}', true)`,
  );
  return `begin read only; set local role ${VIEWER_ROLE}; select ${settings.join(', ')}`;
}

function settingsOf(reach: Reach): [name: string, value: string][] {
  if (reach.kind === 'DISPLAY')
    return [
      ['campus', integer(reach.campusId)],
      ['campus_wide', 'on'],
      ['records', ''],
      ['spaces', ''],
      ['departments', ''],
      ['person', ''],
      ['at_ms', ''],
    ];
  const { campusId, campusWide, spaceIds, departmentIds, personId, at } = reach.scope;
  return [
    ['campus', integer(campusId)],
    ['campus_wide', campusWide ? 'on' : ''],
    ['records', 'on'],
    ['spaces', integers(spaceIds)],
    ['departments', integers(departmentIds)],
    ['person', personId === null ? '' : integer(personId)],
    ['at_ms', integer(at.getTime())],
  ];
}

function integers(values: readonly number[]): string {
  return `{${values.map(integer).join(',')}}`;
}

/** @throws RangeError for anything but a whole number: it goes into the statement as text */
function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an id: ${String(value)}`);
  return String(value);
}
