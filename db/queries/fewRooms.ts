import { sql } from 'drizzle-orm';
import { ROOMS_OF_A_SUM } from '../../domain/metering/roomsOfASum';
import { pointWithin } from './pointViews';
import { selectRows } from './rows';
import { noScope, type ScopeFilter, type Source } from './scope';

/**
 * Those of these feeders that supply so few rooms, straight or over feeders below, or stand in one, that what they measure would tell
 * what each room draws, and some of them is not the viewer's to see.
 * @param values where the viewer may see what rooms use; null: nowhere
 */
export async function feedersOfFewRooms(
  source: Source,
  scope: ScopeFilter,
  values: ScopeFilter | null,
  pointIds: readonly number[],
): Promise<ReadonlySet<number>> {
  if (pointIds.length === 0) return new Set();
  const seen = pointWithin(values ?? noScope(scope.campusId, scope.at));
  const rows = await selectRows<{ id: number }>(
    source,
    sql`with recursive below as (
        select id as feeder, id as point_id from unnest(${`{${pointIds.join(',')}}`}::int[]) as x(id)
         union
        select b.feeder, l.child_point_id from below b join feeder_link l on l.parent_point_id = b.point_id
         where l.sign > 0 and l.valid_from <= ${scope.at} and (l.valid_to is null or l.valid_to > ${scope.at}))
      select b.feeder as id from below b
        join meter_point p on p.id = b.point_id
        join space here on here.id = p.space_id
        join space room on room.id = any(here.path) and room.kind = 'ROOM'
       group by b.feeder
      having count(distinct room.id) < ${ROOMS_OF_A_SUM} and bool_or(not ${seen})`,
  );
  return new Set(rows.map(({ id }) => id));
}
