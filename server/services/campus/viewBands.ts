import { listCampusHours } from '../../../db/queries/campusHours';
import { listHeardMeters, type SetHour, sumSetHours } from '../../../db/queries/campusLoad';
import type { ScopeFilter } from '../../../db/queries/scope';
import { forecastEnergyMicro } from '../../../domain/network/dayForecast';
import { atLeastWide, BAND_SAMPLES_MIN, type UsualBand, usualBand } from '../../../domain/network/usualBand';
import { campusZone } from '../../../domain/time/campusTime';
import type { ReadDeps } from '../deps';
import {
  BAND_WEEKS,
  daysBefore,
  floorHour,
  HOUR_MS,
  hoursFrom,
  LoadHours,
  type LoadModel,
  loadModel,
  membersOf,
  SameTimes,
} from './loadModel';
import { capacityOf, restOfDay } from './viewLoadToday';

const TREND_HOURS = 12;
const ENERGY_TREND_HOURS = 24;
/** Fewer reporting meters than this share is a matter for the alarm list. */
const METERS_LIMIT = 0.95;
/** Unexplained share of the supply at which a building's loss becomes an alarm. */
const UNEXPLAINED_LIMIT = 0.08;
/** Below this share of reporting consumers a difference says more about the silent ones than about losses. */
const COMPLETE_SHARE = 0.98;

/** How wide bands are at least, as a share of their medians. */
const ENERGY_BAND_SHARE = 0.04;
const METERS_BAND_SHARE = 0.01;
const UNEXPLAINED_BAND_SHARE = 0.2;
const ROOMS_BAND_SHARE = 0.1;

/** 10th to 90th percentile of the same hour and weekday. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

/** What a figure is read against. Values in the figure's own unit; a trend is oldest first, hour by hour, null a gap. */
export interface FigureBand {
  readonly usual: Band | null;
  readonly limit: number | null;
  readonly trend: readonly (number | null)[];
}

/** Bands, limits and trends of the campus figures at one hour. */
export interface CampusBands {
  /** The hour that the bands stand for, ms UTC. */
  readonly hourMs: number;
  readonly source: LoadModel['source'];
  /** Longest reporting interval among the meters of the load; ages are judged by it. */
  readonly intervalMs: number;
  /** W. */
  readonly load: FigureBand;
  /** kWh of the day up to now; its limit is the forecast by midnight, its trend the energy of each hour. */
  readonly energy: FigureBand;
  /** Percent of the rating, by point code of the transformer. */
  readonly transformers: Readonly<Record<string, FigureBand>>;
  /** Reporting meters. */
  readonly meters: FigureBand;
  /** Prepaid rooms with less than a day left, counted once an hour; none kept for a part of the campus. */
  readonly rooms: FigureBand;
  /** Weeks in which the same hour was counted, of those that a band takes. */
  readonly roomsWeeks: { readonly kept: number; readonly needed: number };
  /** Percent of the supply. */
  readonly unexplained: FigureBand;
}

/** Sets of the second read: consumers of electricity, then every other meter that is in no set of the load. */
const USERS = 0;
const OTHERS = 1;

/** What the campus figures are read against now. @param timeZone IANA zone of the campus */
export async function viewBands(deps: ReadDeps, scope: ScopeFilter, timeZone: string): Promise<CampusBands> {
  const { reader } = deps;
  const nowMs = deps.engine.clock.now();
  const zone = campusZone(timeZone);
  const model = await loadModel(reader, scope);
  const heard = await listHeardMeters(reader, scope);
  const hourMs = floorHour(nowMs);
  const same = SameTimes.at(zone, nowMs);
  const userIds = new Set(model.users.map(({ meterId }) => meterId));
  const others = heard.filter(({ meterId }) => !userIds.has(meterId)).map(({ meterId }) => meterId);
  const trendHours = hoursFrom(hourMs - TREND_HOURS * HOUR_MS, TREND_HOURS);
  const [hours, rows, kept] = await Promise.all([
    LoadHours.read(reader, model, zone, nowMs),
    sumSetHours(reader, membersOf([[...userIds], others]), [...same.hoursMs, ...trendHours]),
    listCampusHours(reader, scope, [...same.hoursMs, ...trendHours]),
  ]);
  const counted = new Counted(rows);
  const unexplained = (at: number) => unexplainedPercent(hours, counted, model, at);
  const roomsAt = new Map(kept.map((hour) => [hour.hourMs, hour.roomsUnder24h]));
  const rooms = (at: number) => roomsAt.get(at) ?? null;
  const reporting = (at: number) => reportingShare(counted, heard, at);
  return {
    hourMs,
    source: model.source,
    intervalMs: intervalOf(model),
    load: {
      usual: edgesOf(same.band((at) => hours.powerW(at))),
      limit: capacityOf(model),
      trend: trendHours.map((at) => hours.powerW(at)),
    },
    energy: energyBand(hours, zone, nowMs),
    transformers: Object.fromEntries(
      model.incomers.flatMap(({ code, capacityW }, set) => {
        if (!capacityW || model.source !== 'SUPPLY') return [];
        const percent = (at: number) => scaled(hours.setPowerW(set, at), 100 / capacityW);
        return [[code, { usual: edgesOf(same.band(percent)), limit: 100, trend: trendHours.map(percent) }]];
      }),
    ),
    meters: {
      usual: metersBand(
        same.band((at) => scaled(reporting(at), heard.length), METERS_BAND_SHARE),
        heard.length,
      ),
      limit: Math.round(heard.length * METERS_LIMIT),
      trend: trendHours.map((at) => scaled(reporting(at), heard.length)),
    },
    rooms: {
      usual: roomsBand(same.band(rooms, ROOMS_BAND_SHARE)),
      limit: null,
      // A line through two counts says nothing.
      trend:
        trendHours.filter((at) => roomsAt.has(at)).length < BAND_SAMPLES_MIN ? [] : trendHours.map(rooms),
    },
    roomsWeeks: { kept: same.values(rooms).length, needed: BAND_SAMPLES_MIN },
    unexplained: {
      usual: edgesOf(same.band(unexplained, UNEXPLAINED_BAND_SHARE)),
      limit: UNEXPLAINED_LIMIT * 100,
      trend: trendHours.map(unexplained),
    },
  };
}

function intervalOf({ source, incomers, infeeds, users }: LoadModel): number {
  const counted = source === 'SUPPLY' ? [...incomers, ...infeeds] : users;
  return counted.reduce((longest, { intervalMs }) => Math.max(longest, intervalMs), 10_000);
}

/** Hourly sums and counts of consumers and of the rest. */
class Counted {
  private readonly bySet = [new Map<number, SetHour>(), new Map<number, SetHour>()] as const;

  constructor(rows: readonly SetHour[]) {
    for (const row of rows) this.bySet[row.set === USERS ? USERS : OTHERS].set(row.hourMs, row);
  }

  users(hourMs: number): SetHour | undefined {
    return this.bySet[USERS].get(hourMs);
  }

  /** Meters with a reading in that hour. */
  meters(hourMs: number): number {
    return (this.bySet[USERS].get(hourMs)?.meters ?? 0) + (this.bySet[OTHERS].get(hourMs)?.meters ?? 0);
  }
}

/** Share of the meters known by then that reported in an hour; null before the first was known. */
function reportingShare(
  counted: Counted,
  heard: readonly { firstMs: number | null }[],
  hourMs: number,
): number | null {
  const known = heard.filter(({ firstMs }) => firstMs !== null && firstMs < hourMs).length;
  return known === 0 ? null : Math.min(1, counted.meters(hourMs) / known);
}

function unexplainedPercent(
  hours: LoadHours,
  counted: Counted,
  model: LoadModel,
  hourMs: number,
): number | null {
  if (model.source !== 'SUPPLY') return null;
  const supply = hours.energyMicro(hourMs);
  const use = counted.users(hourMs);
  if (supply === null || supply <= 0n || !use || use.meters < model.users.length * COMPLETE_SHARE)
    return null;
  return (Number(supply - use.quantityMicro) / Number(supply)) * 100;
}

function energyBand(hours: LoadHours, zone: ReturnType<typeof campusZone>, nowMs: number): FigureBand {
  const { startMs, endMs } = zone.dayAt(nowMs);
  const hourMs = floorHour(nowMs);
  const sinceDay = hourMs - floorHour(startMs);
  const part = (nowMs - hourMs) / HOUR_MS;
  const upToNow = daysBefore(zone, nowMs, BAND_WEEKS).flatMap((dayMs) => {
    const running = hours.energyMicro(dayMs + sinceDay);
    return running === null ? [] : kwh(hours.sumMicro(dayMs, dayMs + sinceDay)) + kwh(running) * part;
  });
  const usual = usualBand(upToNow);
  const forecast = restOfDay(hours, zone, nowMs).filter((hour) => hour.startMs < endMs);
  const soFar = hours.sumMicro(floorHour(startMs), nowMs);
  return {
    usual: edgesOf(usual && atLeastWide(usual, ENERGY_BAND_SHARE)),
    limit: forecast.length === 0 ? null : kwh(soFar + forecastEnergyMicro(forecast, nowMs)),
    trend: hoursFrom(hourMs - ENERGY_TREND_HOURS * HOUR_MS, ENERGY_TREND_HOURS).map((at) => {
      const micro = hours.energyMicro(at);
      return micro === null ? null : kwh(micro);
    }),
  };
}

function edgesOf(band: UsualBand | null): Band | null {
  return band && { low: band.low, high: band.high };
}

/** Whole rooms. */
function roomsBand(band: UsualBand | null): Band | null {
  return band && { low: Math.max(0, Math.floor(band.low)), high: Math.ceil(band.high) };
}

/** Whole meters, and never more than there are. */
function metersBand(band: UsualBand | null, installed: number): Band | null {
  return band && { low: Math.floor(band.low), high: Math.min(installed, Math.ceil(band.high)) };
}

function scaled(value: number | null, by: number): number | null {
  return value === null ? null : value * by;
}

function kwh(micro: bigint): number {
  return Number(micro) / 1_000_000;
}
