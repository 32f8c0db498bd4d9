import { createRoute, z } from '@hono/zod-openapi';
import { restCode } from '../../../contracts/restCommon';
import { replaceRequest, replaceSchema } from '../../../contracts/restSupply';
import { textFromMicro } from '../../../domain/units';
import { exchangeMeter } from '../../services/meters/replace';
import {
  answer,
  depsOf,
  instantsOf,
  jsonBody,
  type RestApp,
  type RestDeps,
  requireScope,
  SECURITY,
  WRITE_PROBLEMS,
} from '../restApp';

const postReplace = createRoute({
  method: 'post',
  path: '/meter-points/{code}/replace',
  summary: 'Meter exchange: old end register, new meter, its start register',
  tags: ['meters'],
  security: SECURITY,
  request: { params: z.strictObject({ code: restCode }), body: jsonBody(replaceRequest) },
  responses: { 200: answer('Exchanged', replaceSchema), ...WRITE_PROBLEMS },
});

export function registerReplace(api: RestApp, deps: RestDeps): void {
  api.openapi(postReplace, async (c) => {
    requireScope(c, 'REPLACE_METER');
    const { code } = c.req.valid('param');
    const { at, ...body } = c.req.valid('json');
    const outcome = await exchangeMeter(depsOf(c, deps), c.get('caller'), {
      ...body,
      pointCode: code,
      ...(at === undefined ? {} : { atMs: Date.parse(at) }),
    });
    return c.json(
      {
        point: outcome.pointCode,
        oldMeter: outcome.oldMeterCode,
        newMeter: outcome.newMeterCode,
        at: instantsOf(c).at(outcome.atMs),
        chargedQuantity: textFromMicro(outcome.chargedQuantityMicro),
      },
      200,
    );
  });
}
