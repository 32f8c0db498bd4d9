import { createRoute, z } from '@hono/zod-openapi';
import { restCode } from '../../../contracts/restCommon';
import {
  commandAcceptedSchema,
  commandRequest,
  holdAddedSchema,
  holdLiftedSchema,
  meterPointSchema,
} from '../../../contracts/restSupply';
import { loadLimits } from '../../../db/queries/limitChanges';
import { findPointView } from '../../../db/queries/pointViews';
import { DomainError } from '../../../domain/errors';
import { requestSupplyChange, SUPPLY_PERMISSION } from '../../services/commands/requestSupplyChange';
import {
  answer,
  depsOf,
  jsonBody,
  PROBLEMS,
  type RestApp,
  type RestDeps,
  requireScope,
  SECURITY,
  WRITE_PROBLEMS,
} from '../restApp';
import { meterPointOf } from './supplyShapes';

const params = z.strictObject({ code: restCode });

const getPoint = createRoute({
  method: 'get',
  path: '/meter-points/{code}',
  summary: 'Measured, wanted and blocking facts of a point; last values with their age',
  tags: ['supply'],
  security: SECURITY,
  request: { params },
  responses: { 200: answer('The point', meterPointSchema), ...PROBLEMS },
});

const postCommand = createRoute({
  method: 'post',
  path: '/meter-points/{code}/commands',
  summary: 'Asks for a change of supply',
  description: 'A refusal is 409 with the reason as `code`, such as LIFE_SAFETY or OFFLINE.',
  tags: ['supply'],
  security: SECURITY,
  request: { params, body: jsonBody(commandRequest) },
  responses: {
    200: answer(
      'Nothing was to be switched: of a restore where supply is on the hold is lifted, of a cut where it is proven off one is added',
      z.union([holdLiftedSchema, holdAddedSchema]),
    ),
    202: answer('Taken; follow it at /commands/{id}', commandAcceptedSchema),
    ...WRITE_PROBLEMS,
  },
});

export function registerMeterPoints(api: RestApp, deps: RestDeps): void {
  api.openapi(getPoint, async (c) => {
    const { scope } = requireScope(c, 'VIEW_LIVE_ROOM');
    const { code } = c.req.valid('param');
    const nowMs = deps.engine.clock.now();
    const point = await findPointView(c.get('reader'), scope, code, nowMs);
    if (!point) throw new DomainError('notFound', 'METER_POINT', `There is no meter point ${code}.`);
    const [limit] = await loadLimits(c.get('reader'), [point.id]);
    return c.json(meterPointOf(point, limit ?? null, nowMs, c), 200);
  });

  api.openapi(postCommand, async (c) => {
    const { action, reason, limitW, mappingConfirmed } = c.req.valid('json');
    requireScope(c, SUPPLY_PERMISSION[action]);
    const { code } = c.req.valid('param');
    const command = await requestSupplyChange(depsOf(c, deps), c.get('caller'), {
      pointCode: code,
      action,
      reason,
      limitW,
      mappingConfirmed,
    });
    if ('lifted' in command) return c.json({ lifted: [...command.lifted] }, 200);
    if ('held' in command) return c.json({ held: command.held }, 200);
    return c.json({ id: command.commandId, state: command.state, existing: command.existing }, 202, {
      Location: `/api/v1/commands/${command.commandId}`,
    });
  });
}
