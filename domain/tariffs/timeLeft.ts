import type { CampusZone } from '../time/campusTime';
import { MICRO } from '../units';
import type { AccrualState } from './ratedPiece';
import { rateInterval } from './rateSegment';
import type { TariffBook } from './tariffBook';

/** Bands of the balance map, longest first. Lower bounds are inclusive, except that OVER_14_D means more than 14 days. */
export const TIME_LEFT_BANDS = [
  'OVER_14_D',
  'D7_TO_14',
  'D3_TO_7',
  'H24_TO_72',
  'H6_TO_24',
  'UNDER_6_H',
] as const;
export type TimeLeftBand = (typeof TIME_LEFT_BANDS)[number];

/** One load that draws on the account. */
export interface ForecastLoad {
  book: TariffBook;
  accrual: AccrualState;
  /** µ expected in each local hour of the week: 168 values, Monday 00:00 first. */
  forecastMicro: readonly bigint[];
  /** Free units left, µ; used before the balance. */
  freeMicro: bigint;
}

export type TimeLeft =
  | { kind: 'LEARNING' }
  /** `hours` until the credit is used up; at the horizon of 30 days the walk stops and `beyondHorizon` is set. */
  | { kind: 'LEFT'; hours: number; beyondHorizon: boolean; band: TimeLeftBand };

const HOUR_MS = 3_600_000;
const HORIZON_HOURS = 720;
const LEARNING_DAYS = 7;
const HOURS_OF_WEEK = 168;

/** 0 (Monday 00:00–01:00 local) to 167. */
export function hourOfWeek(zone: CampusZone, tsMs: number): number {
  const wall = zone.wallAt(tsMs);
  return (wall.weekday - 1) * 24 + wall.hour;
}

/**
 * Walks forward hour by hour: free units first, then the balance at each hour's tariff and tier, against the forecast load.
 * `availableMicro` excludes overdraft. Under seven days of data nothing is claimed.
 */
export function timeLeft(input: {
  nowMs: number;
  availableMicro: bigint;
  loads: readonly ForecastLoad[];
  /** Whole or part days of data behind the forecast. */
  dataDays: number;
}): TimeLeft {
  if (input.dataDays < LEARNING_DAYS) return { kind: 'LEARNING' };
  if (input.availableMicro <= 0n) return left(0);
  const loads = input.loads.map((load) => ({ ...load }));
  let restPico = input.availableMicro * MICRO;
  for (let hour = 0; hour < HORIZON_HOURS; hour++) {
    const fromMs = input.nowMs + hour * HOUR_MS;
    let costPico = 0n;
    for (const load of loads) costPico += walkHour(load, fromMs);
    if (costPico >= restPico && costPico > 0n) {
      return left(hour + Number((restPico * 1_000n) / costPico) / 1_000);
    }
    restPico -= costPico;
  }
  return left(HORIZON_HOURS);
}

function walkHour(load: ForecastLoad, fromMs: number): bigint {
  let quantityMicro = load.forecastMicro[hourOfWeek(load.book.zone, fromMs)] ?? 0n;
  const free = quantityMicro < load.freeMicro ? quantityMicro : load.freeMicro;
  load.freeMicro -= free;
  quantityMicro -= free;
  if (quantityMicro <= 0n) return 0n;
  const interval = { fromMs, toMs: fromMs + HOUR_MS, quantityMicro };
  const rated = rateInterval(load.book, load.accrual, interval, { intervalMs: HOUR_MS });
  load.accrual = rated.accrual;
  return rated.pieces.reduce((sum, piece) => sum + piece.numeratorPico, 0n);
}

function left(hours: number): TimeLeft {
  return { kind: 'LEFT', hours, beyondHorizon: hours >= HORIZON_HOURS, band: bandOf(hours) };
}

/** The band of a number of hours left (≥ 0). */
export function bandOf(hours: number): TimeLeftBand {
  if (hours > 336) return 'OVER_14_D';
  if (hours >= 168) return 'D7_TO_14';
  if (hours >= 72) return 'D3_TO_7';
  if (hours >= 24) return 'H24_TO_72';
  return hours >= 6 ? 'H6_TO_24' : 'UNDER_6_H';
}

/**
 * Forecast per local hour of the week: the median of the samples of that hour (pass the last three weeks). An hour never
 * seen takes the median of all samples.
 */
export function hourOfWeekMedians(
  samples: readonly { hourStartMs: number; quantityMicro: bigint }[],
  zone: CampusZone,
): bigint[] {
  const byHour: bigint[][] = Array.from({ length: HOURS_OF_WEEK }, () => []);
  for (const sample of samples) byHour[hourOfWeek(zone, sample.hourStartMs)]!.push(sample.quantityMicro);
  const overall = medianMicro(samples.map((sample) => sample.quantityMicro));
  return byHour.map((values) => (values.length > 0 ? medianMicro(values) : overall));
}

function medianMicro(values: readonly bigint[]): bigint {
  if (values.length === 0) return 0n;
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2n;
}
