import { sql } from 'drizzle-orm';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import { type ScopeFilter, type Source, withinScope } from './scope';

/**
 * Whether there is a gateway or meter of this code within the scope. A gateway without a place, and a meter that was never
 * fitted, belong to campus-wide scopes only.
 */
export async function findHolder(
  source: Source,
  scope: ScopeFilter,
  kind: 'GATEWAY' | 'METER',
  code: string,
): Promise<boolean> {
  const rows = await selectRows<{ id: number }>(
    source,
    kind === 'GATEWAY'
      ? sql`select g.id from gateway g
             where g.code = ${code} and ${withinScope(scope, { campusId: sql`g.campus_id`, spaceId: sql`g.space_id` })}`
      : scope.campusWide
        ? sql`select m.id from meter m where m.code = ${code} and m.campus_id = ${scope.campusId}`
        : sql`select m.id from meter m
                join meter_install i on i.meter_id = m.id and i.valid_to is null
                join meter_point p on p.id = i.point_id
               where m.code = ${code} and ${pointWithin(scope)}`,
  );
  return rows.length > 0;
}
