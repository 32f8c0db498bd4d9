import { createRoute, z } from '@hono/zod-openapi';
import { quarantinePage, quarantineQuery, type RestQuarantined } from '../../../contracts/restMeters';
import { listQuarantine } from '../../../db/queries/quarantineViews';
import { staffScope } from '../../services/meters/meterRights';
import { pageOfRows, pageSize, readCursor } from '../cursor';
import { answer, instantsOf, PROBLEMS, type RestApp, requireScope, SECURITY } from '../restApp';

const getQuarantine = createRoute({
  method: 'get',
  path: '/quarantine',
  summary: 'What was not charged, and why; newest first',
  tags: ['meters'],
  security: SECURITY,
  request: { query: quarantineQuery },
  responses: { 200: answer('One page', quarantinePage), ...PROBLEMS },
});

export function registerQuarantine(api: RestApp): void {
  api.openapi(getQuarantine, async (c) => {
    const { scope } = requireScope(c, 'VIEW_QUARANTINE');
    const query = c.req.valid('query');
    const limit = pageSize(query.limit);
    const position = readCursor(
      query.cursor,
      z.tuple([z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)]),
    );
    const rows = await listQuarantine(c.get('reader'), scope, staffScope(c.get('caller'), 'VIEW_LIVE_ROOM'), {
      meterCode: query.meter ?? null,
      reason: query.reason ?? null,
      beforeId: position?.[0] ?? null,
      limit: limit + 1,
    });
    const { at, maybe } = instantsOf(c);
    const page = pageOfRows(
      rows,
      limit,
      (row): RestQuarantined => ({
        id: String(row.id),
        meter: row.meterCode,
        gateway: row.gatewayCode,
        topic: row.topic,
        at: maybe(row.tsMs),
        receivedAt: at(row.rxMs),
        reason: row.reason,
        field: row.field,
        detail: row.detail,
        payload: row.payload,
        count: row.count,
      }),
      (row) => [row.id],
    );
    return c.json(page, 200);
  });
}
