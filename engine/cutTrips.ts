import type { TripCause } from '../domain/supply/supplyState';
import type { Registry } from './registry';
import type { SupplyDesk } from './supplyDesk';

/** A point that a rule wants off at once. */
export interface Trip {
  readonly pointId: number;
  readonly cause: TripCause;
  /** Only staff may bring supply back. */
  readonly staffOnly?: boolean;
  /** The alarm by which it does, where a verdict on that alarm may take the trip back. */
  readonly alarmId?: number;
}

/** Causes that are over once the load is gone: a point that already opened by itself is left to LOCAL_TRIP. */
export const LOAD_CAUSES: ReadonlySet<TripCause> = new Set<TripCause>(['OVERLOAD', 'FORBIDDEN_LOAD']);

/**
 * A rule wants these points off now. A hazard holds a point whatever its switch reads, so that nothing closes it again; where
 * gas leaks, every gas valve of the same place is closed. A point without a switch can only be told of.
 */
export async function cutTrips(desk: SupplyDesk, trips: readonly Trip[]): Promise<void> {
  const all = trips.flatMap((trip) => [trip, ...neighboursOf(desk, trip)]);
  await desk.open(all.map(({ pointId }) => pointId));
  for (const { pointId, cause, staffOnly, alarmId } of all) {
    const isLoad = LOAD_CAUSES.has(cause);
    if ((isLoad && desk.row(pointId).observed === 'OPEN' && !staffOnly) || !hasSwitch(desk, pointId))
      continue;
    desk.addReason(pointId, 'SAFETY', `rule:${cause}`, {
      cause,
      ...(staffOnly ? { staffOnly } : {}),
      ...(alarmId === undefined ? {} : { alarmId }),
    });
    await desk.reconcile(pointId, {
      origin: 'AUTOMATIC',
      reason: 'SAFETY',
      actorId: null,
      actor: `rule:${cause}`,
      why: cause.toLowerCase(),
      evenIfOpen: !isLoad,
    });
  }
}

function neighboursOf(desk: SupplyDesk, { pointId, cause }: Trip): Trip[] {
  if (cause !== 'GAS_LEAK') return [];
  return gasPointsBeside(desk.registry, pointId).map((neighbour) => ({ pointId: neighbour, cause }));
}

/** Other gas valves of the same place, except what must never be closed: a leak at one closes all. */
export function gasPointsBeside(registry: Registry, pointId: number): number[] {
  const { spaceId, campusId } = registry.points.get(pointId)!;
  return [...registry.points.values()]
    .filter(
      (one) =>
        one.utility === 'GAS' &&
        one.spaceId === spaceId &&
        one.campusId === campusId &&
        one.pointId !== pointId &&
        one.protection !== 'LIFE_SAFETY',
    )
    .map((one) => one.pointId);
}

function hasSwitch(desk: SupplyDesk, pointId: number): boolean {
  const { meterId } = desk.context(pointId);
  return meterId !== null && desk.registry.meters.get(meterId)?.hasRelay === true;
}
