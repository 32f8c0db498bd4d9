import type { Database } from '../../../db/client';
import { campusScope } from '../../../db/queries/scope';
import { firingsUnderWay } from '../../../db/queries/switchSchedules';
import { DomainError } from '../../../domain/errors';
import { steerBulkJob } from '../../../engine/bulk/steerBulkJob';
import type { EngineContext } from '../../../engine/context';

/** Ends the cuts or the restores of a schedule that are under way: what of them has not gone out stays as it is. */
export async function stopFirings(
  database: Database,
  ctx: EngineContext,
  schedule: { readonly id: string; readonly campusId: number },
  direction: 'CUT' | 'RESTORE',
  actor: string,
): Promise<void> {
  const { campusId } = schedule;
  const scope = campusScope(campusId, new Date(ctx.clock.now()));
  for (const jobId of await firingsUnderWay(database.pool, schedule.id, direction)) {
    try {
      await steerBulkJob(database, ctx, { campusId, jobId, userId: null, actor, scope }, 'STOP');
    } catch (error) {
      // It ended by itself at this very moment.
      if (!(error instanceof DomainError && error.reason === 'JOB_STATE')) throw error;
    }
  }
}
