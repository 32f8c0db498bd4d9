import { setTimeout as delay } from 'node:timers/promises';
import { type Database, withTransaction } from '../db/client';
import { lockAccounts, updateAccountWatch } from '../db/queries/accountLocks';
import { accountCredits, accountsToldByTime, storeTimeLeft } from '../db/queries/timeLeft';
import { isTimeLevel, LONGEST_TIME_LEVEL_MS, LOW_BALANCE_LEVELS } from '../domain/supply/lowBalanceLevels';
import type { EngineContext } from './context';
import { forecastTimeLeft } from './forecastTimeLeft';
import { freshRegistry, type Registry } from './registry';
import { creditDecides, tellLowBalance } from './tellLowBalance';

const CHUNK = 25;
/** Rest after a portion, in times of what it took: with ten thousand accounts this is work for many seconds, and readings come first. */
const REST = 3;
const HOUR_MS = 3_600_000;
const TIME_LEVELS = LOW_BALANCE_LEVELS.map(({ code }) => code).filter(isTimeLevel);

/**
 * Forecasts how long each account's credit lasts: forward hour by hour, at each hour's tariff and tier, against the median
 * load of that hour of the week over three weeks. Also tells the low-balance levels that go by time.
 * @param how.only accounts to refresh (after a top-up or crossing); absent: all
 * @param how.rests leave room for others between portions, and break off when this is aborted; what was not reached keeps its forecast
 */
export async function refreshTimeLeft(
  database: Database,
  ctx: EngineContext,
  { only, rests }: { readonly only?: readonly number[]; readonly rests?: AbortSignal } = {},
): Promise<{ refreshed: number }> {
  const now = ctx.clock.now();
  const registry = await freshRegistry(database);
  const ids =
    only ?? [...registry.accounts.values()].filter((a) => a.status === 'ACTIVE').map((a) => a.accountId);
  let refreshed = 0;
  while (refreshed < ids.length && !rests?.aborted) {
    const chunk = ids.slice(refreshed, refreshed + CHUNK);
    const startedAt = performance.now();
    await refreshChunk(database, registry, chunk, now);
    refreshed += chunk.length;
    if (rests && refreshed < ids.length) await delay(REST * (performance.now() - startedAt));
  }
  return { refreshed };
}

async function refreshChunk(
  database: Database,
  registry: Registry,
  ids: readonly number[],
  now: number,
): Promise<void> {
  const credits = await accountCredits(database.pool, ids);
  const rows = await forecastTimeLeft(database, registry, ids, credits, now);
  await storeTimeLeft(
    database.pool,
    rows.map((row) => ({ ...row, computedMs: now })),
  );
  await tellByTime(database, registry, rows, now);
}

/** Only what is short, or was, is looked at under lock. */
async function tellByTime(
  database: Database,
  registry: Registry,
  rows: readonly { accountId: number; hours: number | null; learnedDays: number }[],
  now: number,
): Promise<void> {
  const told = await accountsToldByTime(
    database.pool,
    rows.map((row) => row.accountId),
    TIME_LEVELS,
  );
  const near = rows.filter(
    ({ accountId, hours }) =>
      hours !== null && (hours * HOUR_MS <= LONGEST_TIME_LEVEL_MS || told.has(accountId)),
  );
  if (near.length === 0) return;
  await withTransaction(database, async (tx) => {
    const accounts = await lockAccounts(
      tx.client,
      near.map((row) => row.accountId).sort((a, b) => a - b),
    );
    const credits = await accountCredits(tx.client, [...accounts.keys()]);
    const changed = [];
    for (const { accountId, hours, learnedDays } of near) {
      const account = accounts.get(accountId);
      const credit = credits.get(accountId);
      if (!account || !credit || !creditDecides(account) || account.kind === 'DEPT') continue;
      const timeLeftMs = hours! * HOUR_MS;
      const input = { availableMicro: credit.availableMicro, timeLeftMs, dataDays: learnedDays };
      if (await tellLowBalance(tx.client, registry, account, input, now)) changed.push(account);
    }
    await updateAccountWatch(tx.client, changed);
  });
}
