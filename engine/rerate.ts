import { type Database, withTransaction } from '../db/client';
import { type RerateTask, rerateTasks, takeRerate } from '../db/queries/tariffDrafts';
import type { EngineContext } from './context';
import { flushAccounts } from './flushAccounts';
import { IngestWork } from './ingestWork';
import { openAccounts } from './openAccounts';
import { currentRegistry } from './registry';
import { replayAccount } from './replay';

const AT_ONCE = 200;

/**
 * Rates again what a corrected tariff version asks for: each account in a transaction of its own, by reversal and new charge
 * where its lines come out differently. What a crash leaves is done by the next run.
 */
export async function rerateDue(database: Database, ctx: EngineContext): Promise<{ accounts: number }> {
  let accounts = 0;
  for (const task of await rerateTasks(database.pool, AT_ONCE))
    if (await rerate(database, ctx, task)) accounts++;
  return { accounts };
}

function rerate(database: Database, ctx: EngineContext, task: RerateTask): Promise<boolean> {
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const accounts = await openAccounts(tx, registry, [task.accountId]);
    if (!(await takeRerate(tx.client, task))) return false;
    const work = new IngestWork(registry, ctx.clock.now(), false);
    await replayAccount(tx, work, accounts, { ...task, toMs: null, pointId: null });
    const account = accounts.get(task.accountId);
    if (account)
      await flushAccounts(tx, registry.campuses.get(account.row.campusId)!, accounts.book, [account]);
    return true;
  });
}
