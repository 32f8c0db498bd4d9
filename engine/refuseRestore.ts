import { type Database, withTransaction } from '../db/client';
import { insertNotice } from '../db/queries/notices';
import { openRequests } from '../db/queries/restoreRequests';
import { lockSupply } from '../db/queries/supply';
import { DomainError, invalid } from '../domain/errors';
import { RESTORE_WAITS_MS } from '../domain/supply/restoreRequest';
import type { Closing, EngineContext } from './context';

export interface RestoreRefused {
  readonly campusId: number;
  readonly pointId: number;
  readonly pointCode: string;
  /** The request, with which those before it at the point end. */
  readonly requestId: string;
  /** Name of who refuses, as the asker reads it. */
  readonly by: string;
  readonly reason: string;
}

/**
 * Refuses a request to restore a point, and tells whoever asked. It moves nothing. The point is held while it is decided, as by a
 * restore: of both at the same time the first one stands.
 * @throws DomainError invalid/REASON; conflict/REQUEST_ANSWERED where it was refused, supply is back or is being brought back, or it
 *   has waited longer than a day
 */
export function refuseRestore(
  database: Database,
  ctx: EngineContext,
  { campusId, pointId, pointCode, requestId, by, reason }: RestoreRefused,
  closing?: Closing<void>,
): Promise<void> {
  if (reason.trim() === '') throw invalid('/reason', 'REASON', 'A reason must be given.');
  return withTransaction(database, async (tx) => {
    await lockSupply(tx.client, [pointId]);
    const atMs = ctx.clock.now();
    const open = await openRequests(tx, pointId, requestId, atMs - RESTORE_WAITS_MS);
    if (open.length === 0) throw requestAnswered(pointCode);
    const notice = {
      ...{ campusId, kind: 'RESTORE_REFUSED', accountId: open.at(-1)!.accountId, departmentId: null, atMs },
      ...{
        dedupeKey: `restore-refused:${requestId}`,
        body: { point: pointCode, request: requestId, reason, by },
      },
    };
    await insertNotice(tx.client, notice, {
      ...{ topic: 'REQUEST', userIds: [...new Set(open.flatMap(({ askerId }) => askerId ?? []))] },
      ...{ residents: false, roles: [], groups: false, urgent: false, channels: 0, path: [] },
      subject: `RESTORE_REFUSED:${notice.dedupeKey}`,
    });
    closing?.(tx);
  });
}

/** The request to restore has its answer already. */
export const requestAnswered = (pointCode: string): DomainError =>
  new DomainError('conflict', 'REQUEST_ANSWERED', `The request to restore ${pointCode} is answered already.`);
