import { type LoadPoint, listLoadPoints } from '../../../db/queries/campusLoad';
import { feedersOfFewRooms } from '../../../db/queries/fewRooms';
import { byPressure, type GridEntry, loadOutlook } from '../../../domain/network/loadOutlook';
import { campusZone } from '../../../domain/time/campusTime';
import { type Caller, requirePermission } from '../../auth/caller';
import { isStale } from '../../live/sums';
import type { ReadDeps } from '../deps';
import { staffScope } from '../meters/meterRights';
import { FORECAST_HOURS, feederForecast, type UsualHours, usualHours } from './feederForecast';

/** A feeder or transformer of the list. Powers in W, times in ms UTC. */
export interface GridFeeder extends GridEntry {
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly meter: string;
  /** Nothing that is metered stands above it: a transformer. */
  readonly isIncomer: boolean;
  readonly building: string | null;
  readonly spaceName: string;
  readonly spaceNameEn: string | null;
  /** Off by measurement. */
  readonly open: boolean;
  /** Null where nothing is fresh. */
  readonly nowW: number | null;
  readonly rxMs: number | null;
  readonly intervalMs: number;
  /** It supplies so few rooms that its load is for those alone who see what rooms draw. */
  readonly withheld: boolean;
}

export interface GridView {
  readonly nowMs: number;
  /** The worst first. */
  readonly feeders: readonly GridFeeder[];
}

/** Every feeder and transformer of the caller's places against its rating. @throws DomainError `forbidden` */
export async function viewGrid(deps: ReadDeps, caller: Caller): Promise<GridView> {
  const { scope } = requirePermission(caller, 'VIEW_MAP');
  const nowMs = deps.engine.clock.now();
  const points = await listLoadPoints(deps.reader, scope, 'FEEDERS');
  const meterIds = points.map(({ meterId }) => meterId);
  const few = await feedersOfFewRooms(
    deps.reader,
    scope,
    staffScope(caller, 'VIEW_LIVE_ROOM'),
    points.map(({ pointId }) => pointId),
  );
  const usual = await usualHours(deps.reader, campusZone(caller.campus.timeZone), nowMs, meterIds);
  return {
    nowMs,
    feeders: points.map((point) => feederOf(point, usual, nowMs, few.has(point.pointId))).sort(byPressure),
  };
}

function feederOf(point: LoadPoint, usual: UsualHours, nowMs: number, withheld: boolean): GridFeeder {
  const { capacityW: ratingW, rxMs } = point;
  const nowW = !withheld && rxMs !== null && !isStale(point, rxMs, nowMs) ? point.powerW : null;
  const forecast = withheld ? [] : feederForecast(usual.get(point.meterId), nowMs, nowW);
  return {
    code: point.code,
    name: point.name,
    nameEn: point.nameEn,
    meter: point.meter,
    isIncomer: point.parentId === null,
    building: point.building,
    spaceName: point.spaceName,
    spaceNameEn: point.spaceNameEn,
    open: point.open,
    ratingW,
    nowW,
    share: nowW === null || !ratingW ? null : nowW / ratingW,
    rxMs,
    intervalMs: point.intervalMs,
    withheld,
    outlook: loadOutlook(forecast, FORECAST_HOURS, ratingW, { nowMs, nowW }),
  };
}
