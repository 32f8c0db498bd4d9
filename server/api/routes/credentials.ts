import { createRoute, z } from '@hono/zod-openapi';
import { restCode } from '../../../contracts/restCommon';
import { credentialSchema } from '../../../contracts/restSupply';
import { issueCredential, withdrawCredential } from '../../services/credentials/manage';
import {
  answer,
  depsOf,
  instantsOf,
  type RestApp,
  type RestDeps,
  requireScope,
  SECURITY,
  WRITE_PROBLEMS,
} from '../restApp';

const HOLDERS = { gateways: 'GATEWAY', meters: 'METER' } as const;
const params = z.strictObject({ code: restCode });

/** MQTT password and signing key of gateways and of meters that speak for themselves. */
export function registerCredentials(api: RestApp, deps: RestDeps): void {
  for (const [path, kind] of Object.entries(HOLDERS)) {
    const post = createRoute({
      method: 'post',
      path: `/${path}/{code}/credentials`,
      summary: 'Makes a new MQTT password and signing key; the ones before end at once',
      description:
        'Shown once: a repeat with the same Idempotency-Key is answered 409 ALREADY_SHOWN and makes nothing new.',
      tags: ['credentials'],
      security: SECURITY,
      request: { params },
      responses: { 201: answer('The credential, shown this once', credentialSchema), ...WRITE_PROBLEMS },
    });
    api.openapi(post, async (c) => {
      requireScope(c, 'MANAGE_CREDENTIALS');
      c.set('secretAnswer', true);
      const { code } = c.req.valid('param');
      const made = await issueCredential(depsOf(c, deps), c.get('caller'), { kind, code });
      const { createdMs, ...credential } = made;
      return c.json({ ...credential, createdAt: instantsOf(c).at(createdMs) }, 201, {
        'Cache-Control': 'no-store',
      });
    });

    const remove = createRoute({
      method: 'delete',
      path: `/${path}/{code}/credentials`,
      summary: 'Ends the credential at once',
      tags: ['credentials'],
      security: SECURITY,
      request: { params },
      responses: { 204: { description: 'Ended' }, ...WRITE_PROBLEMS },
    });
    api.openapi(remove, async (c) => {
      requireScope(c, 'MANAGE_CREDENTIALS');
      await withdrawCredential(depsOf(c, deps), c.get('caller'), { kind, code: c.req.valid('param').code });
      return c.body(null, 204);
    });
  }
}
