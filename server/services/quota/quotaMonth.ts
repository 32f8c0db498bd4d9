import { invalid } from '../../../domain/errors';
import { type CampusZone, campusZone } from '../../../domain/time/campusTime';
import type { Span } from './energyDirectory';

/** Whether a month runs now, is over or is still to come. */
export type MonthState = 'RUNNING' | 'ENDED' | 'AHEAD';

/** A campus-local calendar month seen from now. */
export interface QuotaMonth extends Span {
  /** `YYYY-MM`. */
  readonly month: string;
  readonly state: MonthState;
  /** Local date of now, `YYYY-MM-DD`. */
  readonly today: string;
  readonly zone: CampusZone;
  readonly nowMs: number;
}

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;

/**
 * The month of this name, or the running one.
 * @throws DomainError `invalid` `MONTH` for text that is no month
 */
export function quotaMonth(timeZone: string, nowMs: number, month?: string): QuotaMonth {
  const zone = campusZone(timeZone);
  const today = zone.dateKey(nowMs);
  const name = month ?? today.slice(0, 7);
  const match = MONTH.exec(name);
  if (!match) throw invalid('/month', 'MONTH', 'A month is written like 2026-11.');
  const year = Number(match[1]);
  const number = Number(match[2]);
  const fromMs = zone.utcOf(year, number, 1);
  const toMs = zone.utcOf(year, number + 1, 1);
  const state = nowMs >= toMs ? 'ENDED' : nowMs < fromMs ? 'AHEAD' : 'RUNNING';
  return { month: name, state, today, zone, nowMs, fromMs, toMs };
}

/** The month `count` months later (or earlier, if negative), `YYYY-MM`. */
export function addMonths(month: string, count: number): string {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + count;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** Local midnight that begins a date, ms UTC. */
export function dayStartMs(zone: CampusZone, date: string): number {
  return zone.utcOf(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)));
}
