import { type LoadPoint, meterHours, meterSteps, sumSetHours } from '../../../db/queries/campusLoad';
import type { ScopeFilter } from '../../../db/queries/scope';
import { type Deviation, deepestDeviations, type LoadNode } from '../../../domain/network/deviations';
import type { UsualBand } from '../../../domain/network/usualBand';
import { campusZone } from '../../../domain/time/campusTime';
import { isStale } from '../../live/sums';
import type { ReadDeps } from '../deps';
import {
  floorHour,
  HOUR_MS,
  hoursFrom,
  isUser,
  type LoadModel,
  loadModel,
  membersOf,
  SameTimes,
} from './loadModel';
import type { Band } from './viewBands';

const TREND_HOURS = 4;
const STEP_MS = 15 * 60_000;
const GAP_MS = 2 * STEP_MS;
const SHOWN = 8;
/** Deviations below these are noise: of one point, and as a share of the median of what it usually draws. */
const LEAST_W = 150;
/** Rows kept for buildings that say nothing at all. */
const SILENT_SHOWN = 2;

/** Where something stands that deviates. Names as the campus gave them. */
export interface DeviationPlace {
  readonly point: string;
  readonly pointName: string | null;
  readonly pointNameEn: string | null;
  readonly meter: string;
  readonly role: LoadPoint['role'];
  readonly isIncomer: boolean;
  readonly space: string;
  readonly spaceKind: LoadPoint['spaceKind'];
  readonly spaceName: string;
  readonly spaceNameEn: string | null;
  readonly building: string | null;
  readonly gateway: string | null;
  /** Lowest and highest floor that a feeder serves, by name. */
  readonly floors: readonly { readonly name: string; readonly nameEn: string | null }[];
}

/** Something outside its usual band now. Powers in W; `nowW` null: nothing is heard of it. */
export interface DeviationRow {
  readonly key: string;
  readonly kind: 'POINT' | 'UNEXPLAINED' | 'SILENT';
  readonly place: DeviationPlace | null;
  readonly nowW: number | null;
  readonly usual: Band | null;
  readonly beyondW: number | null;
  /** Mean power per quarter of an hour over the last four hours (per hour for UNEXPLAINED), oldest first. */
  readonly trend: readonly (number | null)[];
}

export interface Deviations {
  readonly nowMs: number;
  readonly rows: readonly DeviationRow[];
  /** Usual power of buildings that say nothing, W, to estimate what the unexplained holds. */
  readonly silentUsualW: Readonly<Record<string, number>>;
}

/**
 * The eight places furthest from their usual band, each the deepest point that explains it.
 * @param seesRooms false: single rooms are left out, feeders stay
 */
export async function viewDeviations(
  deps: ReadDeps,
  scope: ScopeFilter,
  timeZone: string,
  seesRooms: boolean,
): Promise<Deviations> {
  const { reader } = deps;
  const nowMs = deps.engine.clock.now();
  const zone = campusZone(timeZone);
  const model = await loadModel(reader, scope);
  const points = model.points.filter(
    (point) => point.role === 'FEEDER' || (isUser(point) && (seesRooms || !point.prepaidRoom)),
  );
  const same = SameTimes.at(zone, nowMs);
  const bands = await bandsOf(deps, points, same);
  const nodes = points.map((point): LoadNode & { point: LoadPoint } => ({
    key: point.code,
    parent: model.points.find(({ pointId }) => pointId === point.parentId)?.code ?? null,
    nowW: freshW(point, nowMs),
    band: bands.get(point.meterId) ?? null,
    point,
  }));
  const silent = silentBuildings(nodes);
  const unexplained = await unexplainedRow(deps, model, same, nowMs);
  // What is switched off draws nothing, and nobody needs to be told why.
  const switchedOn = nodes.filter(({ point }) => !point.open);
  const found = deepestDeviations(switchedOn, LEAST_W, SHOWN);
  const chosen = pick(found, unexplained, silent);
  const byKey = new Map(nodes.map((node) => [node.key, node.point]));
  const meterIds = chosen.flatMap((row) => byKey.get(row.key)?.meterId ?? []);
  const trends = await trendsOf(deps, meterIds, nowMs);
  return {
    nowMs,
    rows: chosen.map((row) => {
      const point = byKey.get(row.key);
      if (!point) return row;
      return { ...row, place: placeOf(point, points), trend: trends.get(point.meterId) ?? [] };
    }),
    silentUsualW: Object.fromEntries(silent.map(({ building, usualW }) => [building, usualW])),
  };
}

/** Deviations first, the balance among them by its size, then what is silent; eight in all. */
function pick(
  found: readonly Deviation[],
  unexplained: DeviationRow | null,
  silent: readonly SilentBuilding[],
): DeviationRow[] {
  const last = silent.slice(0, SILENT_SHOWN).map(({ feeder, band }): DeviationRow => {
    return {
      key: feeder.code,
      kind: 'SILENT',
      place: null,
      nowW: null,
      usual: band && { low: band.low, high: band.high },
      beyondW: null,
      trend: [],
    };
  });
  const rows = found.map(({ key, nowW, band, beyondW }): DeviationRow => {
    return {
      key,
      kind: 'POINT',
      place: null,
      nowW,
      usual: { low: band.low, high: band.high },
      beyondW,
      trend: [],
    };
  });
  if (unexplained) rows.push(unexplained);
  rows.sort((a, b) => Math.abs(b.beyondW ?? 0) - Math.abs(a.beyondW ?? 0));
  return [...rows.slice(0, SHOWN - last.length), ...last];
}

async function bandsOf(
  deps: ReadDeps,
  points: readonly LoadPoint[],
  same: SameTimes,
): Promise<ReadonlyMap<number, UsualBand>> {
  const rows = await meterHours(
    deps.reader,
    points.map(({ meterId }) => meterId),
    same.hoursMs,
  );
  const hours = new Map<number, Map<number, number>>();
  for (const { meterId, hourMs, powerW } of rows) {
    const of = hours.get(meterId);
    if (of) of.set(hourMs, powerW);
    else hours.set(meterId, new Map([[hourMs, powerW]]));
  }
  const bands = new Map<number, UsualBand>();
  for (const [meterId, byHour] of hours) {
    const band = same.band((hourMs) => byHour.get(hourMs) ?? null);
    if (band) bands.set(meterId, band);
  }
  return bands;
}

function freshW(point: LoadPoint, nowMs: number): number | null {
  return point.rxMs === null || isStale(point, point.rxMs, nowMs) ? null : point.powerW;
}

interface SilentBuilding {
  readonly building: string;
  readonly feeder: LoadPoint;
  readonly band: UsualBand | null;
  readonly usualW: number;
}

/** Buildings of which no electricity meter at all is fresh, the largest use first. */
function silentBuildings(nodes: readonly (LoadNode & { point: LoadPoint })[]): SilentBuilding[] {
  const byBuilding = new Map<string, (LoadNode & { point: LoadPoint })[]>();
  for (const node of nodes) {
    const { building } = node.point;
    if (building === null) continue;
    const list = byBuilding.get(building);
    if (list) list.push(node);
    else byBuilding.set(building, [node]);
  }
  return [...byBuilding]
    .flatMap(([building, list]) => {
      if (list.some(({ nowW }) => nowW !== null)) return [];
      const feeders = list.filter(({ point }) => point.role === 'FEEDER');
      const [first] = feeders.length > 0 ? feeders : list;
      const counted = feeders.length > 0 ? feeders : list;
      const usualW = counted.reduce((sum, { band }) => sum + (band?.median ?? 0), 0);
      return [{ building, feeder: first!.point, band: first!.band, usualW }];
    })
    .sort((a, b) => b.usualW - a.usualW);
}

/** The difference between what comes in and what is used, when it lies outside its own band. */
async function unexplainedRow(
  deps: ReadDeps,
  model: LoadModel,
  same: SameTimes,
  nowMs: number,
): Promise<DeviationRow | null> {
  if (model.source !== 'SUPPLY') return null;
  const supply = [...model.incomers, ...model.infeeds];
  const supplyNow = sumFresh(supply, nowMs);
  const useNow = sumFresh(model.users, nowMs);
  if (supplyNow === null || useNow === null) return null;
  const trendHours = hoursFrom(floorHour(nowMs) - 3 * TREND_HOURS * HOUR_MS, 3 * TREND_HOURS);
  const sets = [supply.map(({ meterId }) => meterId), model.users.map(({ meterId }) => meterId)];
  const rows = await sumSetHours(deps.reader, membersOf(sets), [...same.hoursMs, ...trendHours]);
  const at = (set: number, hourMs: number) => rows.find((row) => row.set === set && row.hourMs === hourMs);
  const difference = (hourMs: number): number | null => {
    const came = at(0, hourMs);
    const used = at(1, hourMs);
    if (!came || !used || came.meters < supply.length) return null;
    return Number(came.quantityMicro - used.quantityMicro) / 1_000;
  };
  const band = same.band(difference);
  const nowW = supplyNow - useNow;
  if (!band || (nowW >= band.low && nowW <= band.high)) return null;
  return {
    key: 'UNEXPLAINED',
    kind: 'UNEXPLAINED',
    place: null,
    nowW,
    usual: { low: band.low, high: band.high },
    beyondW: nowW > band.high ? nowW - band.high : nowW - band.low,
    trend: [...trendHours.map(difference), nowW],
  };
}

/** Below this share of fresh meters a sum says nothing about the whole. */
const COMPLETE_SHARE = 0.98;

function sumFresh(points: readonly LoadPoint[], nowMs: number): number | null {
  const fresh = points.flatMap((point) => freshW(point, nowMs) ?? []);
  if (fresh.length < points.length * COMPLETE_SHARE) return null;
  return fresh.reduce((sum, powerW) => sum + powerW, 0);
}

async function trendsOf(
  deps: ReadDeps,
  meterIds: readonly number[],
  nowMs: number,
): Promise<ReadonlyMap<number, (number | null)[]>> {
  const toMs = Math.floor(nowMs / STEP_MS) * STEP_MS;
  const fromMs = toMs - TREND_HOURS * HOUR_MS;
  const rows = await meterSteps(deps.reader, meterIds, { fromMs, toMs, stepMs: STEP_MS, gapMs: GAP_MS });
  const trends = new Map<number, (number | null)[]>(
    meterIds.map((meterId) => [meterId, Array.from({ length: (toMs - fromMs) / STEP_MS }, () => null)]),
  );
  for (const { meterId, startMs, powerW } of rows) {
    const index = (startMs - fromMs) / STEP_MS;
    const trend = trends.get(meterId);
    if (trend && index >= 0 && index < trend.length) trend[index] = powerW;
  }
  return trends;
}

function placeOf(point: LoadPoint, points: readonly LoadPoint[]): DeviationPlace {
  const floors = new Map(
    points
      .filter(({ parentId, floor }) => parentId === point.pointId && floor !== null)
      .map(({ floor, floorName, floorNameEn }) => [
        floor!,
        { name: floorName ?? floor!, nameEn: floorNameEn },
      ]),
  );
  const sorted = [...floors]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([, name]) => name);
  return {
    point: point.code,
    pointName: point.name,
    pointNameEn: point.nameEn,
    meter: point.meter,
    role: point.role,
    isIncomer: point.role === 'FEEDER' && point.parentId === null,
    space: point.space,
    spaceKind: point.spaceKind,
    spaceName: point.spaceName,
    spaceNameEn: point.spaceNameEn,
    building: point.building,
    gateway: point.gateway,
    floors: sorted.length <= 1 ? sorted : [sorted[0]!, sorted.at(-1)!],
  };
}
