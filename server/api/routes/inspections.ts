import { createRoute, z } from '@hono/zod-openapi';
import { pageQuery, restCode } from '../../../contracts/restCommon';
import { inspectionPage, type RestInspection } from '../../../contracts/restMeters';
import { gatewayIdByCode, type InspectionRow, listInspections } from '../../../db/queries/inspections';
import { findMeterPlace } from '../../../db/queries/meterReadings';
import { DomainError } from '../../../domain/errors';
import { pageOfRows, pageSize, readCursor } from '../cursor';
import {
  answer,
  instantsOf,
  PROBLEMS,
  type RestApp,
  type RestContext,
  requireScope,
  SECURITY,
} from '../restApp';

const getInspections = createRoute({
  method: 'get',
  path: '/meters/{code}/inspections',
  summary: 'What the inspections of a meter found, newest first',
  description: 'One for each night, and those that somebody asked for. Kept 400 days.',
  tags: ['meters'],
  security: SECURITY,
  request: { params: z.strictObject({ code: restCode }), query: pageQuery },
  responses: { 200: answer('One page', inspectionPage), ...PROBLEMS },
});

const getGatewayInspections = createRoute({
  method: 'get',
  path: '/gateways/{code}/inspections',
  summary: 'What the inspections of a gateway found, newest first',
  description:
    'One for each night. Kept 400 days. For keys of the whole campus: a gateway serves many places.',
  tags: ['meters'],
  security: SECURITY,
  request: { params: z.strictObject({ code: restCode }), query: pageQuery },
  responses: { 200: answer('One page', inspectionPage), ...PROBLEMS },
});

const rowId = z.tuple([z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)]);

export function registerInspections(api: RestApp): void {
  api.openapi(getInspections, async (c) => {
    const { scope } = requireScope(c, 'VIEW_LIVE_ROOM');
    const { code } = c.req.valid('param');
    const meter = await findMeterPlace(c.get('reader'), scope, code);
    if (!meter) throw new DomainError('notFound', 'METER', `There is no meter ${code}.`);
    const device = { kind: 'METER', id: meter.id } as const;
    return c.json(await pageOf(c, device, meter.seenSinceMs, c.req.valid('query')), 200);
  });

  api.openapi(getGatewayInspections, async (c) => {
    const { scope } = requireScope(c, 'VIEW_HEALTH');
    const { code } = c.req.valid('param');
    const id = await gatewayIdByCode(c.get('reader'), scope, code);
    if (id === null) throw new DomainError('notFound', 'GATEWAY', `There is no gateway ${code}.`);
    return c.json(await pageOf(c, { kind: 'GATEWAY', id }, 0, c.req.valid('query')), 200);
  });
}

async function pageOf(
  c: RestContext,
  device: Parameters<typeof listInspections>[1],
  sinceMs: number,
  query: z.infer<typeof pageQuery>,
) {
  const limit = pageSize(query.limit);
  const position = readCursor(query.cursor, rowId);
  const rows = await listInspections(c.get('reader'), device, {
    ...{ sinceMs, limit: limit + 1, beforeId: position?.[0] ?? null },
  });
  return pageOfRows(
    rows,
    limit,
    (row) => inspectionOf(row, c),
    ({ id }) => [id],
  );
}

function inspectionOf(row: InspectionRow, c: RestContext): RestInspection {
  const { at } = instantsOf(c);
  return {
    day: row.day,
    at: at(row.atMs),
    from: at(row.fromMs),
    to: at(row.toMs),
    asked: row.askedBy !== null,
    result: row.result,
    checks: row.checks.map(({ code, result, findings }) => ({
      check: code,
      result,
      findings: findings.map((finding) => ({ code: finding.code, figures: { ...finding.figures } })),
    })),
  };
}
