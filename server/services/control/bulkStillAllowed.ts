import type { Database } from '../../../db/client';
import { actorUserId } from '../../../db/queries/actorNames';
import { bulkJobById, targetsOutside } from '../../../db/queries/bulkJobs';
import { loadUser } from '../../../db/queries/users';
import { DomainError } from '../../../domain/errors';
import type { EngineContext } from '../../../engine/context';
import { sessionCaller } from '../../auth/caller';
import { sessionOf } from '../../auth/readSession';
import { requireBulkRight } from './bulkRights';

/**
 * Whether whoever asked for a bulk job, and whoever consented, may still switch all of its points: read anew, since a role may
 * be withdrawn while the waves go out.
 */
export async function bulkStillAllowed(
  deps: { readonly database: Database; readonly engine: EngineContext },
  jobId: string,
): Promise<boolean> {
  const { database, engine } = deps;
  const job = await bulkJobById(database.pool, jobId);
  if (!job) return false;
  const people = [job.requesterId];
  if (job.approvedBy !== null) people.push(Number(await actorUserId(database, job.approvedBy)));
  const at = new Date(engine.clock.now());
  for (const userId of people) {
    const user = await loadUser(database, userId, at);
    if (!user || user.disabled) return false;
    try {
      const { scope } = requireBulkRight(
        sessionCaller(sessionOf(user), '', at),
        job.direction,
        job.scope === 'FEEDER',
      );
      if ((await targetsOutside(database, scope, jobId)) > 0) return false;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }
  return true;
}
