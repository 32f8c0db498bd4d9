import { type Database, withTransaction } from '../db/client';
import { accountsWithTail } from '../db/queries/accountsDue';
import type { EngineContext } from './context';
import { flushAccounts } from './flushAccounts';
import { openAccounts } from './openAccounts';
import { WINDOW_MS } from './openWindow';
import { currentRegistry } from './registry';

const LIMIT = 500;

/**
 * Posts the tail of silent meters: an open window whose newest reading lies a window's length back closes at that reading.
 * Live meters close their own windows; the register stays the truth either way.
 */
export async function postDueWindows(database: Database, ctx: EngineContext): Promise<{ posted: number }> {
  const beforeMs = ctx.clock.now() - WINDOW_MS;
  let posted = 0;
  for (const accountId of await accountsWithTail(database.pool, beforeMs, LIMIT)) {
    posted += await withTransaction(database, async (tx) => {
      const registry = await currentRegistry(database, tx);
      const accounts = await openAccounts(tx, registry, [accountId]);
      const account = accounts.get(accountId);
      if (!account) return 0;
      let closed = 0;
      for (const stream of account.streams.values()) {
        if (!stream.window || stream.window.toMs >= beforeMs) continue;
        account.close(stream, ctx.clock.now());
        closed++;
      }
      await flushAccounts(tx, registry.campuses.get(account.row.campusId)!, accounts.book, [account]);
      return closed;
    });
  }
  return { posted };
}
