import { type AlarmStretch, listAlarmStretches, meterSteps } from '../../../db/queries/campusLoad';
import type { ScopeFilter } from '../../../db/queries/scope';
import { type ForecastHour, forecastEnergyMicro, forecastHours } from '../../../domain/network/dayForecast';
import { usualBand } from '../../../domain/network/usualBand';
import { type CampusZone, campusZone } from '../../../domain/time/campusTime';
import type { ReadDeps } from '../deps';
import {
  BAND_WEEKS,
  daysBefore,
  floorHour,
  HOUR_MS,
  LoadHours,
  type LoadModel,
  loadModel,
} from './loadModel';

const STEP_MS = 15 * 60_000;
/** A reading that covers more than this says nothing about a quarter of an hour. */
const GAP_MS = 30 * 60_000;
/** Hours by which today is compared with usual, to move the forecast. */
const RATIO_HOURS = 3;
const ALARM_PRIORITY = 2;
const ALARMS_MAX = 200;

/** Instant in ms UTC and mean power in W; null is a gap. */
export type LoadPointAt = readonly [atMs: number, powerW: number | null];

/** A campus day so far, the day before, and what the rest of it is expected to be. Powers in W, energies in µkWh as text. */
export interface LoadToday {
  readonly nowMs: number;
  readonly dayStartMs: number;
  readonly dayEndMs: number;
  /** What the load is measured by; USE comes hour by hour. */
  readonly source: LoadModel['source'];
  readonly actual: readonly LoadPointAt[];
  /** Yesterday, moved by its length to today's clock. */
  readonly yesterday: readonly LoadPointAt[];
  readonly forecast: readonly (readonly [atMs: number, expectedW: number, lowW: number, highW: number])[];
  /** Rating of all incomers together; null where one has none. */
  readonly capacityW: number | null;
  readonly alarms: readonly AlarmStretch[];
  readonly soFarMicro: string;
  readonly byMidnightMicro: string | null;
  readonly yesterdayMicro: string | null;
  /** Highest mean of the day so far. */
  readonly peak: { readonly atMs: number; readonly powerW: number } | null;
}

/** The load of a scope today. @param timeZone IANA zone of the campus */
export async function viewLoadToday(
  deps: ReadDeps,
  scope: ScopeFilter,
  timeZone: string,
): Promise<LoadToday> {
  const { reader } = deps;
  const nowMs = deps.engine.clock.now();
  const zone = campusZone(timeZone);
  const day = zone.dayAt(nowMs);
  const before = zone.dayAt(day.startMs - 1);
  const model = await loadModel(reader, scope);
  const [hours, steps, alarms] = await Promise.all([
    LoadHours.read(reader, model, zone, nowMs),
    model.source === 'SUPPLY' ? quarterSteps(deps, model, before.startMs, nowMs) : null,
    listAlarmStretches(reader, scope, day.startMs, ALARM_PRIORITY, ALARMS_MAX),
  ]);
  const forecast = restOfDay(hours, zone, nowMs);
  const soFarMicro = hours.sumMicro(floorHour(day.startMs), nowMs);
  const yesterdayMicro = hours.sumMicro(floorHour(before.startMs), floorHour(day.startMs));
  const curve = (fromMs: number, toMs: number): LoadPointAt[] =>
    steps ? stepCurve(steps, fromMs, toMs) : hourCurve(hours, fromMs, toMs);
  const actual = curve(day.startMs, nowMs);
  return {
    nowMs,
    dayStartMs: day.startMs,
    dayEndMs: day.endMs,
    source: model.source,
    actual,
    yesterday: curve(before.startMs, day.startMs).map(([atMs, powerW]) => [
      atMs + (day.startMs - before.startMs),
      powerW,
    ]),
    forecast: forecastCurve(forecast, nowMs, day.endMs),
    capacityW: capacityOf(model),
    alarms,
    soFarMicro: soFarMicro.toString(),
    byMidnightMicro:
      forecast.length === 0
        ? null
        : (soFarMicro + forecastEnergyMicro(within(forecast, day), nowMs)).toString(),
    yesterdayMicro: yesterdayMicro === 0n ? null : yesterdayMicro.toString(),
    peak: peakOf(actual),
  };
}

/** Rating of all incomers together, W; null where one has none. */
export function capacityOf(model: LoadModel): number | null {
  if (model.source !== 'SUPPLY') return null;
  return model.incomers.reduce<number | null>(
    (sum, { capacityW }) => (sum === null || capacityW === null ? null : sum + capacityW),
    0,
  );
}

/** Expected load of the hours from the one under way to the first of tomorrow. */
export function restOfDay(hours: LoadHours, zone: CampusZone, nowMs: number): ForecastHour[] {
  const { startMs, endMs } = zone.dayAt(nowMs);
  const weeks = daysBefore(zone, nowMs, BAND_WEEKS);
  const first = floorHour(startMs);
  const bandAt = (hourMs: number) =>
    usualBand(weeks.flatMap((weekMs) => hours.powerW(weekMs + (hourMs - first)) ?? []));
  const ahead = [];
  for (let hour = floorHour(nowMs); hour <= endMs; hour += HOUR_MS) {
    ahead.push({ startMs: hour, endMs: hour + HOUR_MS, band: bandAt(hour) });
  }
  return forecastHours(ahead, nowMs, ratioNow(hours, bandAt, nowMs));
}

/** Measured over usual in the last full hours; null where either is unknown. */
function ratioNow(
  hours: LoadHours,
  bandAt: (hourMs: number) => ReturnType<typeof usualBand>,
  nowMs: number,
): number | null {
  let measured = 0;
  let usual = 0;
  for (let back = 1; back <= RATIO_HOURS; back++) {
    const hour = floorHour(nowMs) - back * HOUR_MS;
    const powerW = hours.powerW(hour);
    const band = bandAt(hour);
    if (powerW === null || !band) continue;
    measured += powerW;
    usual += band.median;
  }
  return usual > 0 ? measured / usual : null;
}

async function quarterSteps(
  deps: ReadDeps,
  model: LoadModel,
  fromMs: number,
  toMs: number,
): Promise<ReadonlyMap<number, number>> {
  const rows = await meterSteps(deps.reader, model.sets.flat(), {
    fromMs,
    toMs,
    stepMs: STEP_MS,
    gapMs: GAP_MS,
  });
  const sums = new Map<number, { powerW: number; meters: number }>();
  for (const { startMs, powerW } of rows) {
    const sum = sums.get(startMs) ?? { powerW: 0, meters: 0 };
    sums.set(startMs, { powerW: sum.powerW + powerW, meters: sum.meters + 1 });
  }
  // A step in which one incomer said nothing is no load of the campus.
  return new Map(
    [...sums]
      .filter(([, { meters }]) => meters === model.sets.length)
      .map(([at, { powerW }]) => [at, powerW]),
  );
}

function stepCurve(steps: ReadonlyMap<number, number>, fromMs: number, toMs: number): LoadPointAt[] {
  const points: LoadPointAt[] = [];
  for (let at = fromMs; at + STEP_MS <= toMs; at += STEP_MS) {
    points.push([at + STEP_MS / 2, steps.get(at) ?? null]);
  }
  return points;
}

function hourCurve(hours: LoadHours, fromMs: number, toMs: number): LoadPointAt[] {
  const points: LoadPointAt[] = [];
  for (let at = floorHour(fromMs); at + HOUR_MS <= toMs; at += HOUR_MS) {
    points.push([at + HOUR_MS / 2, hours.powerW(at)]);
  }
  return points;
}

/** Points at the middles of the hours to come, and one at the day's end. */
function forecastCurve(
  forecast: readonly ForecastHour[],
  nowMs: number,
  dayEndMs: number,
): LoadToday['forecast'] {
  const points = forecast.map(({ startMs, endMs, expectedW, lowW, highW }) => ({
    at: (startMs + endMs) / 2,
    values: [expectedW, lowW, highW] as const,
  }));
  const out: LoadToday['forecast'][number][] = points
    .filter(({ at }) => at > nowMs && at < dayEndMs)
    .map(({ at, values }) => [at, ...values]);
  const last = points.findLast(({ at }) => at < dayEndMs);
  const next = points.find(({ at }) => at > dayEndMs);
  if (last) {
    const [expectedW, lowW, highW] = last.values.map((value, i) =>
      next ? (value + next.values[i]!) / 2 : value,
    );
    out.push([dayEndMs, expectedW!, lowW!, highW!]);
  }
  return out;
}

function within(forecast: readonly ForecastHour[], day: { endMs: number }): ForecastHour[] {
  return forecast.filter(({ startMs }) => startMs < day.endMs);
}

function peakOf(points: readonly LoadPointAt[]): LoadToday['peak'] {
  let peak: LoadToday['peak'] = null;
  for (const [atMs, powerW] of points) {
    if (powerW !== null && (peak === null || powerW > peak.powerW)) peak = { atMs, powerW };
  }
  return peak;
}
