import { createRoute, z } from '@hono/zod-openapi';
import { commandSchema } from '../../../contracts/restSupply';
import { findCommandView } from '../../../db/queries/commandViews';
import { DomainError } from '../../../domain/errors';
import { answer, PROBLEMS, type RestApp, requireScope, SECURITY } from '../restApp';
import { commandOf } from './supplyShapes';

const getCommand = createRoute({
  method: 'get',
  path: '/commands/{id}',
  summary: 'State and timeline of a command',
  tags: ['supply'],
  security: SECURITY,
  request: {
    params: z.strictObject({
      id: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be the id of a command'),
    }),
  },
  responses: { 200: answer('The command', commandSchema), ...PROBLEMS },
});

export function registerCommands(api: RestApp): void {
  api.openapi(getCommand, async (c) => {
    const { scope } = requireScope(c, 'VIEW_COMMANDS');
    const { id } = c.req.valid('param');
    const command = await findCommandView(c.get('reader'), scope, id);
    if (!command) throw new DomainError('notFound', 'COMMAND', `There is no command ${id}.`);
    return c.json(commandOf(command, c), 200);
  });
}
