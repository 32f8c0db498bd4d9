import { type Database, withTransaction } from '../db/client';
import { commandPlace, dueCommandIds, lockCommand, supplyRetriesDue } from '../db/queries/supply';
import type { CommandEvent } from '../domain/supply/commandMachine';
import type { SupplyReason } from '../domain/supply/supplyState';
import type { EngineContext } from './context';
import { followUp } from './followUp';
import { currentRegistry } from './registry';
import { SupplyDesk } from './supplyDesk';

const LIMIT = 500;

/**
 * Turns silence into an outcome: a queued command that expired, a published one without an answer, an executed one without
 * proof; and gives points whose difference is still open their next attempt. Run it every second or two.
 */
export async function sweepCommands(
  database: Database,
  ctx: EngineContext,
): Promise<{ timedOut: number; retried: number }> {
  let timedOut = 0;
  for (const id of await dueCommandIds(database.pool, ctx.clock.now(), LIMIT))
    if (await endSilent(database, ctx, id)) timedOut++;
  let retried = 0;
  for (const pointId of await supplyRetriesDue(database.pool, ctx.clock.now())) {
    await retry(database, ctx, pointId);
    retried++;
  }
  return { timedOut, retried };
}

async function endSilent(database: Database, ctx: EngineContext, id: string): Promise<boolean> {
  const place = await commandPlace(database.pool, id);
  if (!place) return false;
  return withTransaction(database, async (tx) => {
    const desk = new SupplyDesk(tx, ctx, await currentRegistry(database, tx));
    await desk.open([place.pointId]);
    const command = await lockCommand(tx.client, id);
    if (!command || command.finishedMs !== null) return false;
    const now = desk.now;
    let event: CommandEvent | null = null;
    if (command.state === 'EXECUTED' && command.dueMs !== null && command.dueMs <= now)
      event = 'PROOF_TIMEOUT';
    else if (command.expiresMs <= now && command.state !== 'EXECUTED') event = 'EXPIRE';
    if (!event) return false;
    const moved = await desk.step(command, event, 'engine', {}, { resultCode: event });
    if (moved) await followUp(desk, command);
    await desk.flush();
    return moved;
  });
}

async function retry(database: Database, ctx: EngineContext, pointId: number): Promise<void> {
  await withTransaction(database, async (tx) => {
    const desk = new SupplyDesk(tx, ctx, await currentRegistry(database, tx));
    await desk.open([pointId]);
    const row = desk.row(pointId);
    if (row.retryDueMs === null || row.retryDueMs > desk.now) return;
    desk.touch(pointId).retryDueMs = null;
    // What the meter itself opened is not closed from here, and what is open needs no cut.
    const reasons = Object.keys(row.reasons) as SupplyReason[];
    const reason = reasons.includes('SAFETY') ? 'SAFETY' : (reasons[0] ?? 'ARREARS');
    await desk.reconcile(pointId, {
      origin: 'AUTOMATIC',
      reason,
      actorId: null,
      actor: 'engine',
      why: reasons.length > 0 ? reason.toLowerCase() : 'restore_retry',
    });
    await desk.flush();
  });
}
