import type { Database } from '../../../db/client';
import { actorUserId } from '../../../db/queries/actorNames';
import { bulkJobById, targetsOutside } from '../../../db/queries/bulkJobs';
import { DomainError } from '../../../domain/errors';
import { isProgram } from '../../../domain/supply/bulkJob';
import type { EngineContext } from '../../../engine/context';
import { readKeyCaller } from '../../auth/apiKeys';
import type { Caller } from '../../auth/caller';
import { personNow } from '../../auth/personNow';
import { answerableId, requireBulkScope } from './bulkRights';

/**
 * Whether whoever asked for a bulk job, and whoever consented, may still switch all of its points: read anew, since a role or a
 * key may be withdrawn while the waves go out. Of a key, its own right counts, and that its maker is still here.
 */
export async function bulkStillAllowed(
  deps: { readonly database: Database; readonly engine: EngineContext },
  jobId: string,
): Promise<boolean> {
  const { database, engine } = deps;
  const job = await bulkJobById(database.pool, jobId);
  if (!job) return false;
  // The end of a schedule brings back what it kept off, whoever is still here.
  if (job.scheduleId !== null && job.direction === 'RESTORE') return true;
  const at = new Date(engine.clock.now());
  const people: (() => Promise<Caller | null>)[] = [
    () =>
      isProgram(job.requestedBy)
        ? keyOf(database, job.requestedBy, at)
        : personNow(database, job.requesterId, at),
  ];
  const { approvedBy } = job;
  if (approvedBy !== null)
    people.push(async () => personNow(database, Number(await actorUserId(database, approvedBy)), at));
  for (const find of people) {
    const caller = await find();
    if (!caller) return false;
    try {
      const scope = requireBulkScope(caller, job.direction, job.scope === 'FEEDER');
      if ((await targetsOutside(database, scope, jobId)) > 0) return false;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }
  return true;
}

async function keyOf(database: Database, actor: string, at: Date): Promise<Caller | null> {
  const caller = await readKeyCaller(database, actor.slice(actor.indexOf(':') + 1), at);
  if (!caller) return null;
  return answerableId(database, caller, at).then(
    () => caller,
    (error: unknown) => {
      if (error instanceof DomainError) return null;
      throw error;
    },
  );
}
