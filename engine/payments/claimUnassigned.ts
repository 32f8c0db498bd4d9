import { type Database, withTransaction } from '../../db/client';
import { insertPspEvent, NOTHING_SAID } from '../../db/queries/pspEvents';
import { isPlacedAnywhere, lockUnassigned } from '../../db/queries/unassigned';
import { DomainError } from '../../domain/errors';
import type { Closing, EngineContext } from '../context';
import { putInSuspense } from './suspense';

/**
 * A campus takes money that no order and no merchant account gave a campus: it goes into that campus's suspense, where finance
 * finds its place. Of two that claim it one is first.
 * @throws DomainError notFound/UNASSIGNED; conflict/RESOLVED
 */
export async function claimUnassigned(
  database: Database,
  ctx: EngineContext,
  claim: { readonly campusId: number; readonly eventId: string },
  closing?: Closing<void>,
): Promise<void> {
  const { campusId, eventId } = claim;
  await withTransaction(database, async (tx) => {
    const told = await lockUnassigned(tx.client, eventId);
    if (!told) throw new DomainError('notFound', 'UNASSIGNED', `No unassigned money was told as ${eventId}.`);
    const { channel, txn, amountMicro, currency } = told;
    if (await isPlacedAnywhere(tx.client, channel, txn))
      throw new DomainError('conflict', 'RESOLVED', 'This money has found its place already.');
    await putInSuspense(database, tx, ctx, {
      ...{ campusId, channel, orderNo: null, reason: 'NO_ORDER' },
      payment: { txn, amountMicro, currency },
    });
    await insertPspEvent(tx.client, {
      ...NOTHING_SAID,
      ...{ campusId, channel, source: 'CLAIM', eventId: `claim:${txn}`, verdict: 'SUSPENSE' },
      ...{ receivedMs: ctx.clock.now(), providerTxn: txn, amountMicro, currency },
    });
    closing?.(tx, undefined);
  });
}
