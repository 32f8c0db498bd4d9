import type { Database } from '../db/client';
import { type PastCredit, roomCreditsAt } from '../db/queries/pastCredits';
import { accrualStartMs } from '../domain/tariffs/tariff';
import type { CampusZone } from '../domain/time/campusTime';
import { forecastTimeLeft, type StandingCredit } from './forecastTimeLeft';
import { freshRegistry } from './registry';

const HOURS_SHORT = 24;

/** Prepaid rooms of an instant, and those of them with less than a day left. */
export interface PastRooms {
  readonly rooms: number;
  readonly roomsUnder24h: number;
}

/**
 * Counts a campus's rooms with less than 24 h left as they were at `atMs`: the same walk as today's, over the ledger and the
 * readings up to then. A room without credit then counts as cut, not as short. Null where too few days had been read to say.
 */
export async function countPastHour(
  database: Database,
  campusId: number,
  atMs: number,
): Promise<PastRooms | null> {
  const registry = await freshRegistry(database);
  const zone = registry.campuses.get(campusId)?.zone;
  if (!zone) return null;
  const monthMs = accrualStartMs('MONTH', zone, atMs)!;
  const yearMs = accrualStartMs('YEAR', zone, atMs)!;
  const past = await roomCreditsAt(database.pool, campusId, { atMs, monthMs, yearMs });
  const credits = new Map(past.map((credit) => [credit.accountId, standing(credit, zone, atMs)]));
  const forecasts = await forecastTimeLeft(database, registry, [...credits.keys()], credits, atMs);
  const known = forecasts.filter(({ hours }) => hours !== null);
  if (known.length === 0) return null;
  return {
    rooms: forecasts.length,
    roomsUnder24h: known.filter(({ hours }) => hours! > 0 && hours! < HOURS_SHORT).length,
  };
}

function standing({ balanceMicro, used }: PastCredit, zone: CampusZone, atMs: number): StandingCredit {
  const monthMs = accrualStartMs('MONTH', zone, atMs);
  const yearMs = accrualStartMs('YEAR', zone, atMs);
  return {
    balanceMicro,
    accrued: new Map(
      used.flatMap(({ utility, monthMicro, yearMicro }) => [
        [`${utility}/${yearMs}`, yearMicro] as const,
        // In January both begin at once and hold the same.
        [`${utility}/${monthMs}`, monthMicro] as const,
      ]),
    ),
  };
}
