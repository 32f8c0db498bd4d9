import { createRoute, z } from '@hono/zod-openapi';
import {
  alarmIdParam,
  alarmPage,
  alarmSchema,
  alarmsQuery,
  type RestAlarm,
  resetRequest,
  shelveRequest,
} from '../../../contracts/restAlarms';
import { type AlarmView, findAlarm, listAlarms } from '../../../db/queries/alarmViews';
import { alarmBaseState } from '../../../domain/alarms/alarm';
import { DomainError } from '../../../domain/errors';
import type { Action } from '../../auth/permissions';
import { seenEvidence } from '../../live/shapes';
import { acknowledgeAlarm } from '../../services/alarms/acknowledge';
import { mayAt } from '../../services/alarms/alarmRights';
import { resetAlarm } from '../../services/alarms/reset';
import { shelveAlarm, unshelveAlarm } from '../../services/alarms/shelve';
import { pageOfRows, pageSize, readCursor } from '../cursor';
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

const getAlarms = createRoute({
  method: 'get',
  path: '/alarms',
  summary: 'Alarms, newest first',
  tags: ['alarms'],
  security: SECURITY,
  request: { query: alarmsQuery },
  responses: { 200: answer('One page', alarmPage), ...PROBLEMS },
});

function act<S extends z.ZodType>(path: string, summary: string, schema: S) {
  return createRoute({
    method: 'post',
    path: `/alarms/{id}/${path}`,
    summary,
    tags: ['alarms'],
    security: SECURITY,
    request: { params: alarmIdParam, body: jsonBody(schema) },
    responses: { 200: answer('The alarm as it is now', alarmSchema), ...WRITE_PROBLEMS },
  });
}

function plainAct(path: string, summary: string) {
  return createRoute({
    method: 'post',
    path: `/alarms/{id}/${path}`,
    summary,
    tags: ['alarms'],
    security: SECURITY,
    request: { params: alarmIdParam },
    responses: { 200: answer('The alarm as it is now', alarmSchema), ...WRITE_PROBLEMS },
  });
}

const postAcknowledge = plainAct('acknowledge', 'An operator has seen it');
const postUnshelve = plainAct('unshelve', 'Ends a shelving');
const postShelve = act('shelve', 'Silences it until a time, with a reason', shelveRequest);
const postReset = act('reset', 'Releases a latch after inspection', resetRequest);

export function registerAlarms(api: RestApp, deps: RestDeps): void {
  api.openapi(getAlarms, async (c) => {
    const { scope } = requireScope(c, 'VIEW_ALARMS');
    const query = c.req.valid('query');
    const limit = pageSize(query.limit);
    const position = readCursor(
      query.cursor,
      z.tuple([z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)]),
    );
    const rows = await listAlarms(c.get('reader'), scope, {
      open: query.open !== '0',
      priority: query.priority === undefined ? null : Number(query.priority),
      rule: query.rule ?? null,
      beforeId: position?.[0] ?? null,
      limit: limit + 1,
    });
    const nowMs = deps.engine.clock.now();
    return c.json(
      pageOfRows(
        rows,
        limit,
        (row) => alarmOf(row, nowMs, c),
        (row) => [row.id],
      ),
      200,
    );
  });

  api.openapi(postAcknowledge, async (c) => {
    requireScope(c, 'ACKNOWLEDGE_ALARM');
    const alarmId = Number(c.req.valid('param').id);
    await acknowledgeAlarm(depsOf(c, deps), c.get('caller'), { alarmId });
    return c.json(await alarmNow(c, deps, alarmId, 'ACKNOWLEDGE_ALARM'), 200);
  });

  api.openapi(postUnshelve, async (c) => {
    requireScope(c, 'SHELVE_ALARM');
    const alarmId = Number(c.req.valid('param').id);
    await unshelveAlarm(depsOf(c, deps), c.get('caller'), { alarmId });
    return c.json(await alarmNow(c, deps, alarmId, 'SHELVE_ALARM'), 200);
  });

  api.openapi(postShelve, async (c) => {
    requireScope(c, 'SHELVE_ALARM');
    const alarmId = Number(c.req.valid('param').id);
    const { reason, note, until } = c.req.valid('json');
    await shelveAlarm(depsOf(c, deps), c.get('caller'), {
      alarmId,
      reason,
      note,
      untilMs: Date.parse(until),
    });
    return c.json(await alarmNow(c, deps, alarmId, 'SHELVE_ALARM'), 200);
  });

  api.openapi(postReset, async (c) => {
    requireScope(c, 'RESET_LATCH');
    const alarmId = Number(c.req.valid('param').id);
    await resetAlarm(depsOf(c, deps), c.get('caller'), { alarmId, note: c.req.valid('json').note });
    return c.json(await alarmNow(c, deps, alarmId, 'RESET_LATCH'), 200);
  });
}

async function alarmNow(c: RestContext, deps: RestDeps, id: number, action: Action): Promise<RestAlarm> {
  const alarm = await findAlarm(c.get('reader'), requireScope(c, action).scope, id);
  if (!alarm) throw new DomainError('notFound', 'ALARM', `There is no alarm ${id}.`);
  return alarmOf(alarm, deps.engine.clock.now(), c);
}

function stateOf(row: AlarmView, nowMs: number): RestAlarm['state'] {
  const base = alarmBaseState({
    condition: row.active ? 'ACTIVE' : 'NORMAL',
    acknowledged: row.acknowledged,
    latched: row.latched,
  });
  if (row.endedMs !== null || base === 'NORMAL') return 'NORMAL';
  if (row.outOfServiceTicket !== null) return 'OUT_OF_SERVICE';
  if (row.suppressedBy !== null) return 'SUPPRESSED_BY_DESIGN';
  return row.shelvedUntilMs !== null && row.shelvedUntilMs > nowMs ? 'SHELVED' : base;
}

function alarmOf(row: AlarmView, nowMs: number, c: RestContext): RestAlarm {
  const { at, maybe } = instantsOf(c);
  return {
    id: String(row.id),
    rule: row.rule,
    priority: row.priority,
    state: stateOf(row, nowMs),
    subject: { type: row.subjectType, code: row.subjectCode },
    space: row.spaceCode,
    since: at(row.sinceMs),
    raisedAt: at(row.raisedMs),
    returnedAt: maybe(row.returnedMs),
    endedAt: maybe(row.endedMs),
    count: row.count,
    acknowledgedBy: row.acknowledgedBy,
    acknowledgedAt: maybe(row.acknowledgedMs),
    shelvedUntil: maybe(row.shelvedUntilMs),
    shelvedBy: row.shelvedBy,
    shelveReason: row.shelveReason,
    evidence: seenEvidence(row, mayAt(c.get('caller'), 'VIEW_LIVE_ROOM', row.spacePath)),
  };
}
