import type { PointView } from '../../../db/queries/pointViews';
import type { ScopeFilter } from '../../../db/queries/scope';
import { findTrip, type TripRow } from '../../../db/queries/trips';
import type { ReadDeps } from '../deps';

/** The alarm of a rule's own trip is raised at most so long before the reason stands. */
const TRIP_BEFORE_MS = 10 * 60_000;
const TRIP_RULES = ['OVERLOAD', 'FORBIDDEN_LOAD'] as const;

/** What was measured when a point was tripped or cut for safety, by the reason that holds it; reasons without an alarm are left out. */
export async function heldTrips(
  deps: ReadDeps,
  scope: ScopeFilter,
  { code, reasons }: Pick<PointView, 'code' | 'reasons'>,
): Promise<ReadonlyMap<string, TripRow>> {
  const trips = new Map<string, TripRow>();
  for (const [reason, { cause, sinceMs, alarmId }] of Object.entries(reasons)) {
    const isLoad = TRIP_RULES.some((rule) => rule === cause);
    if (alarmId === undefined && !isLoad) continue;
    const trip = await findTrip(
      deps.reader,
      scope,
      code,
      alarmId === undefined ? { rules: TRIP_RULES, sinceMs: sinceMs - TRIP_BEFORE_MS } : { alarmId },
    );
    if (trip) trips.set(reason, trip);
  }
  return trips;
}
