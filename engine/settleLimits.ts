import { DB_CHANNELS } from '../contracts/dbChannels';
import { type Database, withTransaction } from '../db/client';
import { campusById, raiseConfigVersion } from '../db/queries/campus';
import { campusesWithLimitsEnded, dropChange, limitsEnded, putInForce } from '../db/queries/limitChanges';
import { notify } from '../db/queries/notify';
import type { EngineContext } from './context';
import { oneByOne } from './oneByOne';

/**
 * Limits whose command was verified come in force, and end what was in force at their points; those whose command ended otherwise never
 * do. The rules judge by what is in force from the next batch on: it is configuration, and changed as such, so not by the reading that
 * proves the command. Run it every second or two.
 * @returns how many came in force
 */
export async function settleLimits(database: Database, ctx: EngineContext): Promise<number> {
  let inForce = 0;
  await oneByOne(await campusesWithLimitsEnded(database.pool), ctx.log, 'load limits', async (campusId) => {
    inForce += await withTransaction(database, async (tx) => {
      // The configuration first, as whoever changes it does: batches under way end before.
      await campusById(tx.client, campusId, true);
      let proven = 0;
      for (const change of await limitsEnded(tx.client, campusId)) {
        if (change.state === 'VERIFIED') {
          await putInForce(tx.client, change, change.finishedMs);
          proven++;
        } else await dropChange(tx.client, change.id, change.finishedMs);
      }
      if (proven > 0) {
        await raiseConfigVersion(tx.client, campusId);
        notify(tx, DB_CHANNELS.configChanged, ['LIMIT']);
      }
      return proven;
    });
  });
  return inForce;
}
