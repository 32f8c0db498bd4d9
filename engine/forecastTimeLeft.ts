import type { Database } from '../db/client';
import { type FreeUseRow, freeUsesOf } from '../db/queries/entitlements';
import { hourlyUse } from '../db/queries/timeLeft';
import type { Utility } from '../domain/metering/reading';
import { FreeUnits } from '../domain/tariffs/freeUnits';
import { type ForecastLoad, hourOfWeekMedians, timeLeft } from '../domain/tariffs/timeLeft';
import type { Registry } from './registry';

const WEEKS = 3;
const DAY_MS = 86_400_000;

/** What an account could spend at an instant, and how far its tiers were used. */
export interface StandingCredit {
  /** Without overdraft, µ. */
  readonly balanceMicro: bigint;
  /** Accrued quantity by `{utility}/{start of the accrual period, ms}`. */
  readonly accrued: ReadonlyMap<string, bigint>;
}

/** How long an account lasts, as forecast at one instant. */
export interface TimeLeftForecast {
  readonly accountId: number;
  /** Null while learning. */
  readonly hours: number | null;
  readonly band: string;
  /** Days of data that it rests on. */
  readonly learnedDays: number;
}

/**
 * Forecasts how long credit lasts from `atMs` on: forward hour by hour, at each hour's tariff and tier, against the median
 * load of that hour of the week over the three weeks before. Accounts without credit given are left out.
 */
export async function forecastTimeLeft(
  database: Database,
  registry: Registry,
  ids: readonly number[],
  credits: ReadonlyMap<number, StandingCredit>,
  atMs: number,
): Promise<TimeLeftForecast[]> {
  const meterIds = new Map<number, number[]>();
  for (const id of ids) {
    const meters: number[] = [];
    for (const pointId of registry.accounts.get(id)?.pointIds ?? [])
      meters.push(...(registry.points.get(pointId)?.meterIds ?? []));
    meterIds.set(id, meters);
  }
  const use = await hourlyUse(database.pool, [...meterIds.values()].flat(), atMs - WEEKS * 7 * DAY_MS, atMs);
  const freeUses = new Map<number, FreeUseRow[]>();
  const entitled = ids.filter((id) => registry.accounts.get(id)?.free);
  if (entitled.length > 0)
    for (const row of await freeUsesOf(database.pool, entitled))
      freeUses.set(row.accountId, [...(freeUses.get(row.accountId) ?? []), row]);
  const forecasts: TimeLeftForecast[] = [];
  for (const accountId of ids) {
    // A walk takes some milliseconds; between two of them the process serves others.
    await new Promise((resolve) => setImmediate(resolve));
    const account = registry.accounts.get(accountId);
    const credit = credits.get(accountId);
    const campus = account && registry.campuses.get(account.campusId);
    if (!account || !credit || !campus) continue;
    const loads: ForecastLoad[] = [];
    // Points of one utility share the free units: the first one walks with them.
    const unused = new Map(account.free ?? []);
    const freeLeft = (utility: Utility): bigint => {
      const book = unused.get(utility);
      unused.delete(utility);
      const left = book && new FreeUnits(book, freeUses.get(accountId) ?? []).left(atMs);
      return (left ?? []).reduce((sum, { leftMicro }) => sum + leftMicro, 0n);
    };
    let firstMs = atMs;
    for (const pointId of account.pointIds) {
      const point = registry.points.get(pointId)!;
      const span = account.tariffs
        .get(point.utility)
        ?.findLast((s) => s.fromMs <= atMs && (s.toMs === null || s.toMs > atMs));
      const book = span && registry.tariffs.get(span.tariffId)?.book;
      if (!book) continue;
      const samples = point.meterIds.flatMap((meterId) => use.get(meterId) ?? []);
      for (const sample of samples) firstMs = Math.min(firstMs, sample.hourStartMs);
      const periodMs = book.at(atMs).accrualStartMs ?? 0;
      loads.push({
        book,
        accrual: {
          periodStartMs: periodMs,
          quantityMicro: credit.accrued.get(`${point.utility}/${periodMs}`) ?? 0n,
        },
        forecastMicro: hourOfWeekMedians(samples, campus.zone),
        freeMicro: freeLeft(point.utility),
      });
    }
    const learnedDays = (atMs - firstMs) / DAY_MS;
    const left = timeLeft({
      nowMs: atMs,
      availableMicro: credit.balanceMicro,
      loads,
      dataDays: learnedDays,
    });
    forecasts.push(
      left.kind === 'LEARNING'
        ? { accountId, hours: null, band: 'LEARNING', learnedDays }
        : { accountId, hours: left.hours, band: left.band, learnedDays },
    );
  }
  return forecasts;
}
