import { type Database, withTransaction } from '../db/client';
import { clearedFor } from '../db/queries/supply';
import { DomainError, invalid } from '../domain/errors';
import type { Closing, EngineContext } from './context';
import { judgedAnew } from './refuteTrip';
import { currentRegistry } from './registry';
import { SupplyDesk } from './supplyDesk';

/** A tag is a person's own: nobody hangs or takes another's. */
export interface TagRequest {
  readonly pointId: number;
  /** Id by which tags know the person. */
  readonly userId: number;
}

/**
 * Hangs a person's tag at a point: from then on nothing and nobody else connects it. It cuts nothing. Hanging it again renews
 * the note.
 * @throws DomainError invalid/NOTE
 */
export async function hangTag(
  database: Database,
  ctx: EngineContext,
  request: TagRequest & { readonly note: string },
  closing?: Closing<undefined>,
): Promise<void> {
  const note = request.note.trim();
  if (note === '') throw invalid('/note', 'NOTE', 'Say what is worked on.');
  await withTransaction(database, async (tx) => {
    const desk = new SupplyDesk(tx, ctx, await currentRegistry(database, tx));
    await desk.open([request.pointId]);
    const row = desk.touch(request.pointId);
    const by = String(request.userId);
    const before = row.tags.find((tag) => tag.by === by);
    row.tags = [
      ...row.tags.filter((tag) => tag.by !== by),
      { by, sinceMs: before?.sinceMs ?? desk.now, note },
    ];
    // A restore that waits to go out is one that the tag bars; what is out can't be called back and is told by its track.
    const live = desk.liveSwitch(request.pointId);
    if (live && live.issuedMs === null && (live.op === 'connect' || live.op === 'valve_open')) {
      await desk.step(
        live,
        'CANCEL',
        `user:${by}`,
        { reason: 'MAINTENANCE_TAG' },
        { resultCode: 'MAINTENANCE_TAG' },
      );
      // What was cleared for it holds again: whoever cleared it does so anew when the tag is off.
      const cleared = await clearedFor(tx.client, live.id);
      if (cleared) desk.restoreReasons(request.pointId, await judgedAnew(tx, cleared));
    }
    await desk.flush();
    closing?.(tx, undefined);
  });
}

/**
 * Takes one's own tag off. What was barred by it, such as a restore that was paid for, is looked at anew at once.
 * @throws DomainError conflict/NO_TAG
 */
export async function takeTag(
  database: Database,
  ctx: EngineContext,
  request: TagRequest,
  closing?: Closing<undefined>,
): Promise<void> {
  await withTransaction(database, async (tx) => {
    const desk = new SupplyDesk(tx, ctx, await currentRegistry(database, tx));
    await desk.open([request.pointId]);
    const row = desk.touch(request.pointId);
    const left = row.tags.filter((tag) => tag.by !== String(request.userId));
    if (left.length === row.tags.length)
      throw new DomainError('conflict', 'NO_TAG', 'No tag of yours hangs here.');
    row.tags = left;
    if (left.length === 0) row.retryDueMs = desk.now;
    await desk.flush();
    closing?.(tx, undefined);
  });
}
