import type { BuildingRow, LiveAlarm } from '../../contracts/liveEvents';
import { markOf, shownState } from '../live/alarmView';
import { EN_DASH, formatPercent, formatPower, formatRange, type PowerUnit } from '../ui/format';
import type { Ramp } from './layers';
import { LOAD_LABELS, loadStep } from './loadBands';
import type { BuildingValue, MapAlarm } from './mapValues';

export const LAYERS = ['load', 'balance', 'quota', 'alarms', 'comms'] as const;
/** What colours the buildings. */
export type Layer = (typeof LAYERS)[number];

export const LAYER_RAMP: Readonly<Record<Layer, Ramp>> = {
  load: 'load',
  balance: 'bal',
  quota: 'quota',
  alarms: 'load',
  comms: 'load',
};

/** A name in both languages. */
export interface Named {
  readonly name: string;
  readonly nameEn: string | null;
}

/** A building as far as layers need it. */
export interface LayerBuilding extends Named {
  readonly code: string;
  readonly capacityW: number | null;
}

/** Rooms of a building by time left. */
export interface BuildingBalance {
  readonly code: string;
  readonly rooms: number;
  /** 0..1. */
  readonly under24hShare: number;
}

/** Expected end of the month of the department that answers for a building, in millionths of its quota. */
export type QuotaOutlook = ReadonlyMap<string, bigint | null>;

/** Words that the values need, already in the page's language. */
export interface LayerWords {
  noPrepaidRooms: string;
  noQuota: string;
  noForecast: string;
  silent: (sinceMs: number | null) => string;
  meters: (counted: number, installed: number) => string;
  underDay: (percent: string) => string;
  ofQuota: (percent: string) => string;
  alarms: (count: number, worst: 1 | 2 | 3 | 4 | null) => string;
}

/** Lower edges of the steps of each layer's ramp, in the unit of the layer. */
const BALANCE_EDGES = [0, 0.5, 2, 5, 10, 20] as const;
const QUOTA_EDGES = [0, 85, 93, 98, 102, 107, 115] as const;
const ALARM_EDGES = [0, 1, 2, 3, 5, 10] as const;
/** Silent meters, percent. */
const COMMS_EDGES = [0, 0.01, 2, 5, 10, 25] as const;

/** A building that has lost more of its meters than this says how many it holds. */
const COUNT_BELOW_SHARE = 0.85;

function stepOf(value: number, edges: readonly number[]): number {
  return Math.max(1, edges.findLastIndex((edge) => value >= edge) + 1);
}

function labelsOf(edges: readonly number[], format: (edge: number) => string): string[] {
  return edges.map((edge, index) => {
    const next = edges[index + 1];
    if (index === 0) return `< ${format(next!)}`;
    return next === undefined ? `≥ ${format(edge)}` : formatRange(format(edge), format(next));
  });
}

/** Words of the steps of each layer, from the first. */
export const LAYER_LABELS: Readonly<Record<Layer, readonly string[]>> = {
  load: LOAD_LABELS,
  balance: labelsOf(BALANCE_EDGES, String),
  quota: labelsOf(QUOTA_EDGES, String),
  alarms: ['0', '1', '2', `3${EN_DASH}4`, `5${EN_DASH}9`, '≥ 10'],
  comms: [
    '0',
    ...labelsOf(COMMS_EDGES, String)
      .slice(1)
      .map((label) => label.replace('0.01', '0')),
  ],
};

/** Power of a building with its share of the rating, `40.6 kW, 51 %`; with how many meters it holds where some are missing. */
export function loadValue(
  row: BuildingRow | undefined,
  capacityW: number | null,
  unit: PowerUnit,
  words: LayerWords,
): BuildingValue {
  const powerW = row?.[2] ?? null;
  if (!row || powerW === null) {
    return { step: null, words: words.silent(row && row[1] > 0 ? row[1] : null), sort: null };
  }
  const percent = capacityW ? (powerW / capacityW) * 100 : null;
  const parts = [formatPower(powerW, 'campus', unit)];
  if (percent !== null) parts.push(formatPercent(percent));
  if (row[3] < row[4] * COUNT_BELOW_SHARE) parts.push(words.meters(row[3], row[4]));
  return { step: percent === null ? 1 : loadStep(percent), words: parts.join(', '), sort: percent };
}

export function balanceValue(balance: BuildingBalance | undefined, words: LayerWords): BuildingValue {
  if (!balance || balance.rooms === 0)
    return { step: 1, words: words.noPrepaidRooms, sort: null, apart: true };
  const percent = balance.under24hShare * 100;
  return {
    step: stepOf(percent, BALANCE_EDGES),
    words: words.underDay(formatPercent(percent)),
    sort: percent,
  };
}

/** @param outlookPpm undefined: nobody's quota; null: no forecast yet */
export function quotaValue(outlookPpm: bigint | null | undefined, words: LayerWords): BuildingValue {
  if (outlookPpm === undefined) return { step: 4, words: words.noQuota, sort: null, apart: true };
  if (outlookPpm === null) return { step: 4, words: words.noForecast, sort: null, apart: true };
  const percent = Number(outlookPpm) / 10_000;
  return { step: stepOf(percent, QUOTA_EDGES), words: words.ofQuota(formatPercent(percent)), sort: percent };
}

export function alarmValue(alarms: readonly LiveAlarm[], words: LayerWords): BuildingValue {
  const worst = alarms.reduce<1 | 2 | 3 | 4 | null>(
    (best, { priority }) => (best === null || priority < best ? priority : best),
    null,
  );
  return {
    step: stepOf(alarms.length, ALARM_EDGES),
    words: words.alarms(alarms.length, worst),
    sort: alarms.length,
  };
}

export function commsValue(row: BuildingRow | undefined, words: LayerWords): BuildingValue {
  if (!row || row[4] === 0) return { step: null, words: words.silent(null), sort: null };
  const silentPercent = ((row[4] - row[3]) / row[4]) * 100;
  if (row[3] === 0)
    return { step: null, words: words.silent(row[1] > 0 ? row[1] : null), sort: silentPercent };
  return {
    step: stepOf(silentPercent, COMMS_EDGES),
    words: words.meters(row[3], row[4]),
    sort: silentPercent,
  };
}

/** Open alarms by building; suppressed ones stand with what suppresses them. @param now campus time, ms UTC */
export function alarmsByBuilding(
  alarms: readonly LiveAlarm[],
  now: number,
): ReadonlyMap<string, readonly LiveAlarm[]> {
  const byBuilding = new Map<string, LiveAlarm[]>();
  for (const alarm of alarms) {
    const { building } = alarm.place;
    if (building === null || shownState(alarm, now) === 'SUPPRESSED_BY_DESIGN') continue;
    const list = byBuilding.get(building);
    if (list) list.push(alarm);
    else byBuilding.set(building, [alarm]);
  }
  return byBuilding;
}

/** Alarms as marks of the map. */
export function mapAlarms(byBuilding: ReadonlyMap<string, readonly LiveAlarm[]>, now: number): MapAlarm[] {
  return [...byBuilding].flatMap(([building, alarms]) =>
    alarms.map((alarm) => ({
      id: alarm.id,
      building,
      priority: alarm.priority,
      state: markOf(shownState(alarm, now)),
    })),
  );
}
