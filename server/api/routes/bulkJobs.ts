import { createHash } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import { ulid } from 'ulid';
import {
  bulkAcceptedSchema,
  bulkDryRunRequest,
  bulkDryRunSchema,
  bulkEndedSchema,
  bulkJobParam,
  bulkJobRequest,
  bulkJobSchema,
  type RestBulkJob,
} from '../../../contracts/restBulk';
import { bulkJobById } from '../../../db/queries/bulkJobs';
import type { BulkDirection } from '../../../domain/supply/bulkJob';
import { endBulk } from '../../services/control/actOnBulk';
import { previewBulk } from '../../services/control/previewBulk';
import { type BulkJobDetail, readBulkJob } from '../../services/control/readControl';
import { requestBulk } from '../../services/control/requestBulk';
import {
  answer,
  depsOf,
  instantsOf,
  jsonBody,
  PROBLEMS,
  type RestApp,
  type RestContext,
  type RestDeps,
  requireScope,
  SECURITY,
  WRITE_PROBLEMS,
} from '../restApp';

const shared = { tags: ['supply'], security: SECURITY };

const postDryRun = createRoute({
  method: 'post',
  path: '/bulk-jobs/dry-run',
  summary: 'What a bulk job would do now, point by point; nothing is stored and nothing sent',
  ...shared,
  request: { body: jsonBody(bulkDryRunRequest) },
  responses: { 200: answer('The dry run', bulkDryRunSchema), ...WRITE_PROBLEMS },
});

const postJob = createRoute({
  method: 'post',
  path: '/bulk-jobs',
  summary: 'Cuts or restores many points',
  description:
    'The dry run is made anew; only what was confirmed is stored. More than ten points in ten minutes, counted with all that who ' +
    'answers for the key does alone, and every building wait for a second person on screen.',
  ...shared,
  request: { body: jsonBody(bulkJobRequest) },
  responses: { 202: answer('Taken; follow it at /bulk-jobs/{id}', bulkAcceptedSchema), ...WRITE_PROBLEMS },
});

const getJob = createRoute({
  method: 'get',
  path: '/bulk-jobs/{id}',
  summary: 'State of a bulk job with each of its points',
  ...shared,
  request: { params: bulkJobParam },
  responses: { 200: answer('The job', bulkJobSchema), ...PROBLEMS },
});

const postStop = createRoute({
  method: 'post',
  path: '/bulk-jobs/{id}/stop',
  summary: 'Ends a bulk job: what was not sent never is',
  description: 'A request that still waits for consent is taken back, by the key alone that made it.',
  ...shared,
  request: { params: bulkJobParam },
  responses: { 200: answer('It has ended', bulkEndedSchema), ...WRITE_PROBLEMS },
});

export function registerBulkJobs(api: RestApp, deps: RestDeps): void {
  api.openapi(postDryRun, async (c) => {
    const ask = c.req.valid('json');
    requireScope(c, actionOf(ask.direction));
    const preview = await previewBulk(depsOf(c, deps), c.get('caller'), ask);
    const { selected, eligible, blocked, already, powerW, secondPerson, scope } = preview;
    return c.json(
      {
        asOf: instantsOf(c).at(preview.asOfMs),
        ...{ scope, selected, eligible, blocked, already, powerW, secondPerson },
        points: preview.rows.map((row) => ({
          point: row.point,
          space: row.space,
          verdict: row.verdict,
          reason: row.reason,
          protection: row.protection,
          protectionOwner: row.protectionOwner,
          powerW: row.powerW,
        })),
      },
      200,
    );
  });

  api.openapi(postJob, async (c) => {
    const order = c.req.valid('json');
    requireScope(c, actionOf(order.direction));
    const job = await requestBulk(depsOf(c, deps), c.get('caller'), { ...order, requestKey: requestKey(c) });
    return c.json(job, 202, { Location: `/api/v1/bulk-jobs/${job.id}` });
  });

  api.openapi(getJob, async (c) => {
    requireScope(c, 'VIEW_COMMANDS');
    const detail = await readBulkJob(depsOf(c, deps), c.get('caller'), c.req.valid('param').id);
    return c.json(jobOf(detail, c), 200);
  });

  api.openapi(postStop, async (c) => {
    requireScope(c, 'CUT');
    const { id } = c.req.valid('param');
    await endBulk(depsOf(c, deps), c.get('caller'), id);
    const job = await bulkJobById(deps.database.pool, id);
    return c.json({ id, state: job!.state }, 200);
  });
}

const actionOf = (direction: BulkDirection) => (direction === 'CUT' ? 'CUT' : 'RESTORE');

/** One job per `Idempotency-Key` of a key, for good: also after the answers that are kept for repeats are gone. */
function requestKey(c: RestContext): string {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return ulid();
  return createHash('sha256')
    .update(`${c.get('caller').actor}\n${key}`)
    .digest('hex');
}

function jobOf({ job, cells }: BulkJobDetail, c: RestContext): RestBulkJob {
  const { at, maybe } = instantsOf(c);
  return {
    id: job.id,
    state: job.state,
    direction: job.direction,
    utility: job.utility,
    scope: job.scope,
    place: job.scopeCode,
    reason: job.reason,
    requestedBy: job.requestedBy,
    requestedAt: at(job.requestedMs),
    approvalDueAt: maybe(job.approvalDueMs),
    approvedBy: job.approvedBy,
    startedAt: maybe(job.startedMs),
    finishedAt: maybe(job.finishedMs),
    endCause: job.endCause,
    selected: job.selected,
    counts: job.cells as RestBulkJob['counts'],
    points: cells.map(({ pointCode, space, cell, reason, resultCode, commandId }) => ({
      point: pointCode,
      space,
      state: cell,
      reason: reason ?? resultCode,
      command: commandId,
    })),
  };
}
