import { type Database, withTransaction } from '../db/client';
import { raiseConfigVersion } from '../db/queries/campus';
import { fundTurns, gatherFundUse, turnFund } from '../db/queries/funds';
import { insertNotice } from '../db/queries/notices';
import { textFromMicro } from '../domain/units';
import type { EngineContext } from './context';

/**
 * Counts what funds have paid. One at its budget pays for no use after this instant, and finance is told; one that got more
 * money pays again from now on. Use before the instant stays paid by it, whenever its reading arrives.
 */
export async function watchFunds(database: Database, ctx: EngineContext): Promise<{ turned: number }> {
  return withTransaction(database, async (tx) => {
    await gatherFundUse(tx.client);
    const turns = await fundTurns(tx.client);
    const now = ctx.clock.now();
    for (const campusId of new Set(turns.map((turn) => turn.campusId)))
      await raiseConfigVersion(tx.client, campusId);
    for (const turn of turns) {
      await turnFund(tx.client, turn, now);
      await insertNotice(tx.client, {
        campusId: turn.campusId,
        kind: turn.usedUp ? 'FUND_USED_UP' : 'FUND_PAYS_AGAIN',
        accountId: null,
        departmentId: null,
        atMs: now,
        dedupeKey: `fund:${turn.fundId}:${turn.usedUp ? 'used' : 'again'}:${now}`,
        body: {
          fund: turn.code,
          name: turn.name,
          budget: textFromMicro(turn.budgetMicro),
          spent: textFromMicro(turn.spentMicro),
        },
      });
    }
    return { turned: turns.length };
  });
}
