import { listLoadPoints, meterSteps } from '../../../db/queries/campusLoad';
import type { ForecastHour } from '../../../domain/network/dayForecast';
import { type LoadOutlook, loadOutlook } from '../../../domain/network/loadOutlook';
import { campusZone } from '../../../domain/time/campusTime';
import type { Caller } from '../../auth/caller';
import { isStale } from '../../live/sums';
import type { ReadDeps } from '../deps';
import { openMeter } from '../meters/meterRights';
import { FORECAST_HOURS, feederForecast, usualHours } from './feederForecast';

const STEP_MS = 15 * 60_000;
const GAP_MS = 2 * STEP_MS;
const DAY_MS = 86_400_000;

/** A feeder's load against its rating: the last 24 hours and those ahead. Powers in W, times in ms UTC. */
export interface FeederLoad {
  readonly nowMs: number;
  readonly ratingW: number | null;
  /** The newest power and its arrival; null where nothing is fresh. */
  readonly nowW: number | null;
  readonly rxMs: number | null;
  readonly intervalMs: number;
  /** Mean power of each quarter of an hour by its start, oldest first; null where it was not measured. */
  readonly quarters: readonly (readonly [startMs: number, powerW: number | null])[];
  readonly forecast: readonly ForecastHour[];
  readonly outlook: LoadOutlook;
}

/**
 * How a feeder or transformer stands against its rating; null for a meter of anything else, for one that was taken off, and where its
 * values are withheld.
 * @throws DomainError `forbidden`, `notFound`
 */
export async function readFeederLoad(
  deps: ReadDeps,
  caller: Caller,
  code: string,
): Promise<FeederLoad | null> {
  const { meter, scope, rights } = await openMeter(deps, caller, code);
  if (!rights.values) return null;
  if (meter.role !== 'FEEDER' || meter.utility !== 'ELECTRICITY' || meter.removedMs !== null) return null;
  const nowMs = deps.engine.clock.now();
  const point = (await listLoadPoints(deps.reader, scope, meter.pointId))[0];
  if (!point) return null;
  const fresh = point.rxMs !== null && !isStale(point, point.rxMs, nowMs) ? point.powerW : null;
  const toMs = Math.floor(nowMs / STEP_MS) * STEP_MS;
  const fromMs = toMs - DAY_MS;
  const range = { fromMs, toMs, stepMs: STEP_MS, gapMs: GAP_MS };
  const [steps, usual] = await Promise.all([
    meterSteps(deps.reader, [meter.id], range),
    usualHours(deps.reader, campusZone(caller.campus.timeZone), nowMs, [meter.id]),
  ]);
  const byStart = new Map(steps.map(({ startMs, powerW }) => [startMs, powerW]));
  const forecast = feederForecast(usual.get(meter.id), nowMs, fresh);
  return {
    nowMs,
    ratingW: point.capacityW,
    nowW: fresh,
    rxMs: point.rxMs,
    intervalMs: point.intervalMs,
    quarters: Array.from({ length: DAY_MS / STEP_MS }, (_, index) => {
      const startMs = fromMs + index * STEP_MS;
      return [startMs, byStart.get(startMs) ?? null] as const;
    }),
    forecast,
    outlook: loadOutlook(forecast, FORECAST_HOURS, point.capacityW, { nowMs, nowW: fresh }),
  };
}
