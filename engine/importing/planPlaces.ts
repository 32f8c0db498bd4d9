import type { SpaceRow } from '../../db/queries/spaces';
import { kept, namesOf, sameFacts } from './importRun';
import { checkTree, type PlanContext, referred } from './planContext';

export interface PlacesPlan {
  /** Every place as it will be, by code. */
  readonly spaces: ReadonlyMap<string, SpaceRow>;
  readonly written: readonly SpaceRow[];
}

/** What may stand inside what: a higher rank inside a lower or equal one. A ZONE may stand anywhere. */
const RANK: Record<SpaceRow['kind'], number> = { CAMPUS: 0, BUILDING: 1, FLOOR: 2, ROOM: 3, ZONE: 3 };

export function planPlaces(context: PlanContext, stored: readonly SpaceRow[]): PlacesPlan {
  const { run } = context;
  const spaces = new Map(stored.map((row) => [row.code, row]));
  const written: SpaceRow[] = [];
  const rows = run.rows('spaces');
  const firstPosition = stored.reduce((most, row) => Math.max(most, row.position + 1), 0);
  for (const row of rows) {
    const { value } = row;
    const before = spaces.get(value.code);
    const after: SpaceRow = {
      code: value.code,
      parent: kept(value.parent, before?.parent, null),
      kind: value.kind,
      ...namesOf(value.name),
      areaM2: kept(value.areaM2, before?.areaM2, null),
      headCapacity: kept(value.headCapacity, before?.headCapacity, null),
      geometry: kept(value.geometry, before?.geometry, null),
      position: before?.position ?? firstPosition + row.index,
    };
    spaces.set(after.code, after);
    if (before && sameFacts(before, after)) continue;
    run.settle(row, before ? 'UPDATED' : 'CREATED');
    written.push(after);
  }
  for (const row of rows) {
    const after = spaces.get(row.code)!;
    if (after.parent === null) continue;
    const parent = referred(context, row, '/parent', 'spaces', spaces, after.parent);
    if (parent && RANK[after.kind] < RANK[parent.kind] && parent.kind !== 'ZONE')
      run.fail(
        row,
        '/kind',
        'PARENT_KIND',
        `kind: a ${after.kind} can't stand inside the ${parent.kind} "${parent.code}".`,
      );
  }
  checkTree(context, rows, '/parent', (code) => spaces.get(code)?.parent ?? null);
  return { spaces, written };
}
