import { type Database, withTransaction } from '../db/client';
import { lockAccounts, updateAccountWatch } from '../db/queries/accountLocks';
import { insertNotice } from '../db/queries/notices';
import { accountCredits, storeTimeLeft } from '../db/queries/timeLeft';
import { lowBalanceStep } from '../domain/supply/lowBalanceLevels';
import { textFromMicro } from '../domain/units';
import type { EngineContext } from './context';
import { forecastTimeLeft } from './forecastTimeLeft';
import { freshRegistry, type Registry } from './registry';

const CHUNK = 25;

/**
 * Forecasts how long each account's credit lasts: forward hour by hour, at each hour's tariff and tier, against the median
 * load of that hour of the week over three weeks. Also tells the low-balance levels that go by time.
 * @param only accounts to refresh (after a top-up or crossing); absent: all
 */
export async function refreshTimeLeft(
  database: Database,
  ctx: EngineContext,
  only?: readonly number[],
): Promise<{ refreshed: number }> {
  const now = ctx.clock.now();
  const registry = await freshRegistry(database);
  const ids =
    only ?? [...registry.accounts.values()].filter((a) => a.status === 'ACTIVE').map((a) => a.accountId);
  for (let i = 0; i < ids.length; i += CHUNK)
    await refreshChunk(database, registry, ids.slice(i, i + CHUNK), now);
  return { refreshed: ids.length };
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
  await tellByTime(database, rows, now);
}

async function tellByTime(
  database: Database,
  rows: readonly { accountId: number; hours: number | null; learnedDays: number }[],
  now: number,
): Promise<void> {
  const short = rows.filter((r) => r.hours !== null && r.hours <= 72);
  if (short.length === 0) return;
  await withTransaction(database, async (tx) => {
    const accounts = await lockAccounts(
      tx.client,
      short.map((r) => r.accountId).sort((a, b) => a - b),
    );
    const credits = await accountCredits(tx.client, [...accounts.keys()]);
    const changed = [];
    for (const { accountId, hours, learnedDays } of short) {
      const account = accounts.get(accountId);
      const credit = credits.get(accountId);
      if (!account || !credit || account.kind === 'PUBLIC' || account.kind === 'DEPT') continue;
      const step = lowBalanceStep(account.toldLevels, {
        availableMicro: credit.availableMicro,
        timeLeftMs: hours! * 3_600_000,
        dataDays: learnedDays,
      });
      if (step.notice === null && step.told.length === account.toldLevels.length) continue;
      account.toldLevels = [...step.told];
      if (step.notice !== null) {
        account.finalNoticeMs = now;
        await insertNotice(tx.client, {
          campusId: account.campusId,
          kind: 'LOW_BALANCE',
          accountId,
          departmentId: null,
          atMs: now,
          dedupeKey: `low:${accountId}:${step.notice}:${now}`,
          body: {
            account: account.code,
            level: step.notice,
            available: textFromMicro(credit.availableMicro),
          },
        });
      }
      changed.push(account);
    }
    await updateAccountWatch(tx.client, changed);
  });
}
