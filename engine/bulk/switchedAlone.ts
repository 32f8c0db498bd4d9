import type pg from 'pg';
import { pointsAskedAlone } from '../../db/queries/bulkJobs';
import { pointsCutSingly } from '../../db/queries/cutsAlone';
import { ALONE_WITHIN_MS } from '../../domain/supply/bulkJob';

/**
 * How many points a person switched in the last ten minutes without anybody else: by jobs that needed no second person, and one
 * by one. The dry run and the request count the same, so nobody is promised what the request then refuses.
 */
export async function pointsSwitchedAlone(
  client: pg.ClientBase | pg.Pool,
  person: { readonly id: number; readonly actor: string },
  nowMs: number,
): Promise<number> {
  const sinceMs = nowMs - ALONE_WITHIN_MS;
  return (
    (await pointsAskedAlone(client, person.id, sinceMs)) +
    (await pointsCutSingly(client, person.actor, sinceMs))
  );
}
