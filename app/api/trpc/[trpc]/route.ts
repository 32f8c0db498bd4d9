import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { requestHost } from '../../../../requestContext';
import { createContext } from '../../../../server/trpc/createContext';
import { appRouter } from '../../../../server/trpc/root';

function handle(req: Request): Promise<Response> {
  const host = requestHost();
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req,
    router: appRouter,
    createContext: ({ resHeaders }) =>
      createContext(host, {
        cookieHeader: req.headers.get('cookie'),
        address: req.headers.get('x-forwarded-for') ?? 'unknown',
        resHeaders,
      }),
    onError({ error, path }) {
      if (error.code === 'INTERNAL_SERVER_ERROR')
        host.log.error({ err: error.cause ?? error, path }, 'procedure failed');
    },
  });
}

export { handle as GET, handle as POST };
