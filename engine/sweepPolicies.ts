import { type Database, withTransaction } from '../db/client';
import { accountsDue } from '../db/queries/accountsDue';
import type { EngineContext } from './context';
import { type WatchCause, watchCredit } from './creditWatch';
import { flushAccounts } from './flushAccounts';
import { oneByOne } from './oneByOne';
import { openAccounts } from './openAccounts';
import { currentRegistry } from './registry';
import { SupplyDesk } from './supplyDesk';

const LIMIT = 200;

/** Looks again at accounts whose policy may now decide otherwise by time alone: notices, ends of no-cut periods, cuts. */
export async function sweepPolicies(database: Database, ctx: EngineContext): Promise<{ looked: number }> {
  const due = await accountsDue(database.pool, ctx.clock.now(), LIMIT);
  await oneByOne(due, ctx.log, 'look at an account', (accountId) => lookAtAccount(database, ctx, accountId));
  return { looked: due.length };
}

/** One account before the policy, in a transaction of its own. */
export async function lookAtAccount(
  database: Database,
  ctx: EngineContext,
  accountId: number,
  cause: WatchCause = {},
): Promise<void> {
  await withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const accounts = await openAccounts(tx, registry, [accountId]);
    const account = accounts.get(accountId);
    if (!account) return;
    const desk = new SupplyDesk(tx, ctx, registry);
    await watchCredit(desk, account, desk.now, cause);
    await flushAccounts(tx, registry.campuses.get(account.row.campusId)!, accounts.book, [account]);
    await desk.flush();
  });
}
