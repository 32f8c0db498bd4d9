import { type LoadPoint, listLoadPoints } from '../../../db/queries/campusLoad';
import { feedersOfFewRooms } from '../../../db/queries/fewRooms';
import { DomainError } from '../../../domain/errors';
import { ROOMS_OF_A_SUM } from '../../../domain/metering/roomsOfASum';
import { type Caller, requirePermission } from '../../auth/caller';
import { isStale } from '../../live/sums';
import type { ReadDeps } from '../deps';
import { staffScope } from '../meters/meterRights';
import { isUser } from './loadModel';

/** Sum of the consumers' meters that are not stale. */
export interface FreshSum {
  /** W; null when none counts, and of fewer than five rooms to a viewer who may not see single rooms. */
  readonly powerW: number | null;
  readonly counted: number;
  readonly installed: number;
}

/** A room or circuit on a floor. Powers in W, times in ms UTC. */
export interface RoomLoad extends FreshSum {
  readonly space: string;
  readonly name: string;
  readonly nameEn: string | null;
  /** Arrival of its newest report. */
  readonly rxMs: number | null;
  readonly intervalMs: number;
}

export interface FloorLoad extends FreshSum {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string | null;
  /** Empty for a viewer who may not see single rooms. */
  readonly rooms: readonly RoomLoad[];
}

export interface FeederLoad {
  readonly point: string;
  /** Measured by the feeder itself; null: nothing fresh. */
  readonly powerW: number | null;
  readonly capacityW: number | null;
  readonly rxMs: number | null;
  readonly intervalMs: number;
}

/** A building from its feeders to its rooms, as the panel beside the map shows it. */
export interface BuildingLoad extends FreshSum {
  readonly code: string;
  readonly nowMs: number;
  readonly feeders: readonly FeederLoad[];
  /** From the top. Points that stand on no floor are counted in the building only. */
  readonly floors: readonly FloorLoad[];
  readonly seesRooms: boolean;
}

/** @throws DomainError `forbidden` without the role, `notFound` outside the scope or for a building without meters */
export async function viewBuilding(
  deps: ReadDeps,
  caller: Caller,
  input: { building: string },
): Promise<BuildingLoad> {
  const { scope } = requirePermission(caller, 'VIEW_MAP');
  const nowMs = deps.engine.clock.now();
  const points = (await listLoadPoints(deps.reader, scope)).filter(
    ({ building }) => building === input.building,
  );
  if (points.length === 0) {
    throw new DomainError('notFound', 'BUILDING', `There is no metered building ${input.building}.`);
  }
  const seesRooms = caller.permission('VIEW_LIVE_ROOM')?.grant === 'FULL';
  const users = points.filter(isUser);
  const floors = new Map<string, LoadPoint[]>();
  for (const point of users) {
    if (point.floor === null) continue;
    const list = floors.get(point.floor);
    if (list) list.push(point);
    else floors.set(point.floor, [point]);
  }
  const feeders = points.filter(({ role }) => role === 'FEEDER');
  const few = await feedersOfFewRooms(
    deps.reader,
    scope,
    staffScope(caller, 'VIEW_LIVE_ROOM'),
    feeders.map(({ pointId }) => pointId),
  );
  const sumOf = (some: readonly LoadPoint[]): FreshSum => {
    const sum = freshSum(some, nowMs);
    return seesRooms || !tellsOfRooms(some) ? sum : { ...sum, powerW: null };
  };
  return {
    code: input.building,
    nowMs,
    ...sumOf(users),
    feeders: feeders.map((point) => ({
      point: point.code,
      powerW: few.has(point.pointId) ? null : freshSum([point], nowMs).powerW,
      capacityW: point.capacityW,
      rxMs: point.rxMs,
      intervalMs: point.intervalMs,
    })),
    floors: [...floors]
      .sort(([a], [b]) => b.localeCompare(a, 'en', { numeric: true }))
      .map(([code, list]) => ({
        code,
        name: list[0]!.floorName ?? code,
        nameEn: list[0]!.floorNameEn,
        ...sumOf(list),
        rooms: seesRooms ? roomsOf(list, nowMs) : [],
      })),
    seesRooms,
  };
}

/** Whether a sum is of so few rooms that it would tell what each draws. */
function tellsOfRooms(points: readonly LoadPoint[]): boolean {
  const rooms = new Set(points.flatMap(({ space, spaceKind }) => (spaceKind === 'ROOM' ? space : [])));
  return rooms.size > 0 && rooms.size < ROOMS_OF_A_SUM;
}

/** Rooms of a floor by code; points of the floor itself (corridors) are no rooms. */
function roomsOf(points: readonly LoadPoint[], nowMs: number): RoomLoad[] {
  const rooms = new Map<string, LoadPoint[]>();
  for (const point of points) {
    if (point.spaceKind !== 'ROOM') continue;
    const list = rooms.get(point.space);
    if (list) list.push(point);
    else rooms.set(point.space, [point]);
  }
  return [...rooms]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([space, list]) => ({
      space,
      name: list[0]!.spaceName,
      nameEn: list[0]!.spaceNameEn,
      ...freshSum(list, nowMs),
      rxMs: list.reduce<number | null>(
        (newest, { rxMs }) => (rxMs !== null && (newest === null || rxMs > newest) ? rxMs : newest),
        null,
      ),
      intervalMs: Math.max(...list.map(({ intervalMs }) => intervalMs)),
    }));
}

function freshSum(points: readonly LoadPoint[], nowMs: number): FreshSum {
  const fresh = points.flatMap((point) =>
    point.powerW !== null && point.rxMs !== null && !isStale(point, point.rxMs, nowMs) ? point.powerW : [],
  );
  return {
    powerW: fresh.length === 0 ? null : fresh.reduce((sum, powerW) => sum + powerW, 0),
    counted: fresh.length,
    installed: points.length,
  };
}
