import type { BalanceRow, MeterRow } from '../../contracts/liveEvents';
import { type BalanceBand, balanceBandOf } from '../../domain/tariffs/balanceBand';
import type { StoredRoom } from './balanceTypes';

/** A room as it stands now: what the page was given, overtaken by what streamed since. */
export interface LiveRoomState {
  readonly stored: StoredRoom;
  readonly band: BalanceBand;
  readonly timeLeftMs: number | null;
  /** Arrival of the newest report, of the meter that is behind where there are several. */
  readonly rxMs: number | null;
  readonly measuredOpen: boolean;
}

/** Where what streams is looked up. */
export interface LiveLookup {
  meter(code: string): MeterRow | null;
  balance(account: string): BalanceRow | null;
}

const FORECAST_STATES: ReadonlySet<BalanceBand> = new Set([
  'OVER_14_D',
  'D7_TO_14',
  'D3_TO_7',
  'H24_TO_72',
  'H6_TO_24',
  'UNDER_6_H',
  'LEARNING',
]);

/**
 * Joins a room with its live meters and balance. Cut and no data are judged from telemetry here as on the server: a stream
 * that says "wanted off" changes nothing before a meter shows it.
 *
 * @param asOf when the stored room was read, ms UTC
 */
export function liveRoom(stored: StoredRoom, asOf: number, live: LiveLookup, now: number): LiveRoomState {
  const rows = stored.meters.map((code) => live.meter(code));
  const all = rows.length > 0 && rows.every((row) => row !== null) ? (rows as MeterRow[]) : null;
  const liveRx = all && Math.min(...all.map((row) => row[2]));
  const rxMs = liveRx === null ? stored.rxMs : Math.max(liveRx, stored.rxMs ?? 0);
  const contacts = all?.map((row) => row[4]);
  const measuredOpen =
    contacts?.every((contact) => contact !== null) === true
      ? contacts.every((contact) => contact === 0)
      : stored.measuredOpen;
  const balance = live.balance(stored.account);
  const timeLeftMs =
    balance && balance.asOf > asOf && FORECAST_STATES.has(balance.band)
      ? balance.timeLeftMs
      : stored.timeLeftMs;
  const band = balanceBandOf({
    reportAgeMs: rxMs === null ? null : Math.max(0, now - rxMs),
    intervalMs: stored.intervalMs,
    measuredOpen,
    hoursLeft: timeLeftMs === null ? null : timeLeftMs / 3_600_000,
  });
  return { stored, band, timeLeftMs, rxMs, measuredOpen };
}
